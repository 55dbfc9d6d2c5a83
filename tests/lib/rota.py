"""Drives the program `rota` as a person or another program would; shared by tests/cli and tests/e2e.

Only Python's standard library. ROTA_PROGRAM names the program that is tested.
"""
import contextlib
import json
import os
import pathlib
import pwd
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ.get("ROTA_PROGRAM", "rota")
# Commands run as whoever runs the tests, root included: for tests of what commands do.
AS_ME = ("--run-as", pwd.getpwuid(os.geteuid()).pw_name, "--allow-root-commands")
ROOT = pathlib.Path(__file__).resolve().parents[2]
# How much slower than usual the program is: built with a sanitizer (cmake/RotaSanitizers.cmake).
SLOWNESS = float(os.environ.get("ROTA_TEST_SLOWNESS", "1"))


class Answer:
    """What a command printed, and how it ended."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "backslashreplace")
        self.err = done.stderr.decode("utf-8", "backslashreplace")

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\nout: {self.out}\nerr: {self.err}"


class RotaTest(unittest.TestCase):
    """A test with a folder and a database path of its own, removed afterwards."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.db = self.folder / "rota.db"

    def rota(self, *arguments, db=True, stdin=b"", env=None, timeout=60, **popen):
        command = [PROGRAM, *map(str_or_bytes, arguments)]
        if db:
            command += ["--db", str(self.db)]
        return Answer(subprocess.run(
            command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            cwd=popen.pop("cwd", self.folder), env=environment(env), timeout=timeout * SLOWNESS, **popen))

    def ok(self, *arguments, **options):
        answer = self.rota(*arguments, **options)
        self.assertEqual(answer.code, 0, answer)
        return answer

    def refused(self, code, *arguments, says=(), **options):
        """The command fails with this exit code, prints nothing as its answer, and says these."""
        answer = self.rota(*arguments, **options)
        self.assertEqual(answer.code, code, answer)
        self.assertEqual(answer.out, "", answer)
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, answer.err)
        self.assertNotIn("terminate called", answer.err)
        return answer

    def new_database(self):
        """A database with one task, `one`."""
        self.ok("import", "demo")
        self.sql("DELETE FROM task")
        self.ok("task", "add", "--name", "one", "--type", "null", "--schedule", "0 0 1 1 *")

    def sql(self, text, *values):
        """Runs SQL as another program would; returns the rows."""
        with contextlib.closing(sqlite3.connect(self.db, timeout=10)) as connection:
            rows = connection.execute(text, values).fetchall()
            connection.commit()
            return rows

    def serve(self, *arguments, **options):
        server = Server(self, arguments, **options)
        self.addCleanup(server.kill)
        return server


class Server:
    """A running `rota serve` on a free port."""

    def __init__(self, test, arguments, env=None, wait=True, **popen):
        self.test = test
        self.started = time.monotonic()
        self.log = test.folder / "tasks.log"
        with open(test.folder / "stderr.txt", "ab") as stderr:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--db", str(test.db), "--port", "0", "--log-file", str(self.log),
                 "--data", str(test.folder / "data"), *arguments],
                stdout=subprocess.PIPE, stderr=stderr, cwd=test.folder, env=environment(env), **popen)
        self.text = ""
        self.url = self.wait_for_line(r"page\s+(https?://\S+)").group(1) if wait else ""
        self.ready_after = time.monotonic() - self.started

    def wait_for_line(self, pattern, seconds=20):
        """Reads what it prints until the pattern is there; fails with what it printed."""
        end = time.monotonic() + seconds * SLOWNESS
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            data = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not data:
                raise AssertionError(f"no line {pattern!r}; out: {self.text!r}; err: {self.stderr()}")
            self.text += data.decode("utf-8", "replace")
        return re.search(pattern, self.text)

    def stderr(self):
        return (self.test.folder / "stderr.txt").read_text("utf-8", "replace")

    def log_lines(self):
        """The structured lines so far."""
        if not self.log.exists():
            return []
        text = self.log.read_text("utf-8")
        return [json.loads(line) for line in text.split("\n")[:-1] if line]

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=40):
        """Asks it to drain; returns its exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds * SLOWNESS)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def wait_until(condition, seconds=15, every=0.01, what="the condition"):
    """Waits for something to become true; returns it. For things in another process only."""
    end = time.monotonic() + seconds * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(every)


def str_or_bytes(argument):
    return argument if isinstance(argument, bytes) else str(argument)


def environment(more):
    """No settings of the person who runs the tests leak in."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("ROTA_") and k not in ("NO_COLOR", "COLUMNS", "LINES")}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8", **(more or {})}


def main():
    unittest.main(verbosity=1)
