"""Attacks by somebody who may edit tasks, on a server that allows them a few fixed programs: none may
run code of their own, reach the server's files and memory, or eat the machine.

Each attack is first shown to work where the operator has opened the way for it, so that the test
cannot pass because the attack was lame.
"""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import rota
from command_probe import BOMB, PROBE
from rota import RotaTest, main, wait_until

ROOT_USER = os.geteuid() == 0
OTHER = "games"  # a system user of Debian that owns nothing and runs nothing
PYTHON = "/usr/bin/python3"
SYSTEM = pathlib.Path("/usr/bin")


def trusted_folder(test):
    """A folder that only root and this user can change: /tmp is none."""
    for parent in ("/opt", "/usr/local", os.path.expanduser("~"), os.getcwd()):
        path = pathlib.Path(parent).resolve()
        safe = all((facts := os.stat(part)).st_mode & 0o022 == 0 and facts.st_uid in (0, os.geteuid())
                   for part in (path, *path.parents))
        if safe and os.access(path, os.W_OK):
            folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-test-", dir=path))
            test.addCleanup(shutil.rmtree, folder, ignore_errors=True)
            folder.chmod(0o755)
            return folder
    return test.skipTest("no folder here is closed to others")


class Attack(RotaTest):
    """A server, its probe, and how its commands run. Subclasses say as whom both do."""

    SERVER_USER = None  # None: whoever runs the tests
    RUN_AS = None

    def setUp(self):
        if type(self) is Attack:
            self.skipTest("the base of the others")
        super().setUp()
        self.marker = self.folder / "attack" / "marker"
        self.marker.parent.mkdir()
        self.marker.parent.chmod(0o777)
        self.programs = trusted_folder(self)
        self.options = {}
        self.new_database()
        if self.SERVER_USER:
            self.give_to(self.SERVER_USER)
        else:
            self.folder.chmod(0o755)

    def give_to(self, name):
        entry = pwd.getpwnam(name)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        self.options = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        if not any(os.stat(part).st_mode & 1 == 0 for part in pathlib.Path(rota.PROGRAM).resolve().parents):
            return
        copy = self.programs / "rota"
        shutil.copy(rota.PROGRAM, copy)
        copy.chmod(0o755)
        self.addCleanup(setattr, rota, "PROGRAM", rota.PROGRAM)
        rota.PROGRAM = str(copy)

    def start(self, *arguments):
        self.server = self.serve("--run-as", self.RUN_AS, "--no-sign-in", *arguments,
                                 env={"CANARY_OF_SERVER": "x"}, **self.options)
        return self.server

    def program(self, name, text, mode=0o755):
        path = self.programs / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def plant(self, argv, **metadata):
        """Makes the task as SQL would, past every check on saving, and asks for a run."""
        self.sql("DELETE FROM task WHERE name = 'attack'")
        self.sql("INSERT INTO task (name, type, schedule, metadata) VALUES ('attack', 'command', '@yearly', ?)",
                 json.dumps({"argv": [str(word) for word in argv], **metadata}))
        self.ok("task", "run", "attack")

    def outcome(self, seconds=60):
        """Status, error and output of that run."""
        run, status, error = wait_until(lambda: self.sql(
            "SELECT run.id, status, error FROM run JOIN task ON task.id = task_id WHERE name = 'attack' "
            "AND status IN ('succeeded', 'failed', 'timed_out', 'lost')"), seconds)[0]
        return status, error, self.ok("output", run).out

    def run_task(self, argv, **metadata):
        self.plant(argv, **metadata)
        return self.outcome()

    def save(self, metadata):
        """As an editor on the page: the status and text of the answer."""
        request = urllib.request.Request(
            self.server.url + "/api/v1/tasks", method="POST", headers={"Content-Type": "application/json"},
            data=json.dumps({"name": "by page", "type": "command", "schedule": "@yearly",
                             "metadata": metadata}).encode())
        try:
            with contextlib.closing(urllib.request.urlopen(request, timeout=20)) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with contextlib.closing(refusal):
                return refusal.code, refusal.read().decode()

    def variables(self):
        """Programs, and variables with which they run code of the attacker's."""
        touch = f"touch {self.marker}"
        module = self.folder / "attack" / "evil.py"
        module.write_text(f"open({str(self.marker)!r}, 'w')\n")
        (self.folder / "attack" / "sitecustomize.py").write_text(module.read_text())
        fake = self.folder / "attack" / "date"
        fake.write_text(f"#!/bin/sh\n{touch}\n")
        fake.chmod(0o755)
        calls_date = self.program("calls_date", "#!/bin/sh\ndate\n")
        perl = self.program("job.pl", "#!/usr/bin/perl\nprint qq(ok\\n);\n")
        script = self.program("job.py", f"#!{PYTHON}\nimport urllib.request\nprint('ok')\n")
        shell = self.program("job.sh", "#!/bin/bash\necho ok\n")
        attack = str(self.folder / "attack")
        cases = [
            ("PERL5OPT", perl, {"PERL5OPT": "-d", "PERL5DB": f"BEGIN{{system(q({touch}))}}"}),
            ("PYTHONPATH", script, {"PYTHONPATH": attack}),
            ("PYTHONWARNINGS and BROWSER", script, {"PYTHONWARNINGS": "all:0:antigravity.x:0:0",
                                                    "BROWSER": f"/bin/sh -c '{touch}' #%s"}),
            ("BASH_ENV", shell, {"BASH_ENV": str(fake)}),
            ("PATH", calls_date, {"PATH": attack}),
        ]
        if (SYSTEM / "git").exists():
            git = self.program("job.git", "#!/bin/sh\nexec git version-of-rota\n")
            cases.append(("GIT_CONFIG_*", git, {
                "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "alias.version-of-rota",
                "GIT_CONFIG_VALUE_0": f"!{touch}"}))
        if (SYSTEM / "cc").exists():
            source = self.folder / "attack" / "evil.c"
            source.write_text("#include <fcntl.h>\n__attribute__((constructor)) static void go(void) {"
                              f'open("{self.marker}", O_CREAT | O_WRONLY, 0600);}}\n')
            library = self.folder / "attack" / "evil.so"
            if os.system(f"cc -shared -fPIC -o {library} {source}") == 0:
                library.chmod(0o755)
                cases.append(("LD_PRELOAD", shell, {"LD_PRELOAD": str(library)}))
        return cases

    def test_no_variable_of_a_task_runs_code(self):
        cases = self.variables()
        self.start("--allow-command", f"{self.programs}/")
        for name, program, environment in cases:
            with self.subTest(name):
                status, error, _ = self.run_task([program], environment=environment)
                self.assertEqual(status, "failed", error)
                self.assertIn("may not set", error)
                code, text = self.save({"argv": [str(program)], "environment": environment})
                self.assertEqual(code, 422, text)
                self.assertIn("may not set", text)
                self.assertFalse(self.marker.exists(), "code of the attacker ran")
        self.assertEqual(self.run_task([cases[0][1]], environment={"TASK_A": "b"})[0], "succeeded")

    def test_the_same_variables_do_run_code_where_the_operator_names_them_for_the_program(self):
        cases = [case for case in self.variables() if case[0] != "PATH"]  # never, not even then
        rules = [word for _, program, environment in cases for name in environment
                 for word in ("--allow-environment", f"{program}:{name}")]
        self.start("--allow-command", f"{self.programs}/", *rules)
        for name, program, environment in cases:
            with self.subTest(name):
                _, error, output = self.run_task([program], environment=environment)
                self.assertTrue(self.marker.exists(), f"the attack is lame: {error} {output}")
                self.marker.unlink()

    def test_path_is_the_servers_whatever_its_own_environment_says(self):
        self.variables()
        env = {"PATH": f"{self.folder}/attack:{os.environ['PATH']}"}
        self.server = self.serve("--run-as", self.RUN_AS, "--no-sign-in", "--allow-command",
                                 f"{self.programs}/", "--allow-command", "/usr/bin/date", env=env,
                                 **self.options)
        self.assertEqual(self.run_task([self.programs / "calls_date"])[0], "succeeded")
        self.assertEqual(self.run_task(["date"])[0], "succeeded")
        self.assertFalse(self.marker.exists())

    def test_what_is_not_only_the_operators_is_not_started(self):
        evil = f"#!/bin/sh\ntouch {self.marker}\n"
        outside = self.program("outside", evil)
        self.program("jobs/good", "#!/bin/sh\necho good\n")
        self.program("jobs/group", evil, 0o775)
        self.program("jobs/all", evil, 0o777)
        self.program("jobs/open/inner", evil)
        (self.programs / "jobs/open").chmod(0o1777)
        (self.programs / "jobs/out").symlink_to(outside)
        (self.programs / "jobs/binary").symlink_to("/usr/bin/env")
        (self.programs / "jobs/up").symlink_to("..")
        names = {"group": "may write", "all": "may write", "open/inner": "may write", "out": "leads out",
                 "binary": "leads out", "up/outside": "leads out", "../outside": "may not start"}
        if ROOT_USER:
            os.chown(self.program("jobs/theirs", evil), pwd.getpwnam("nobody").pw_uid, 0)
            names["theirs"] = "belongs to"
        self.start("--allow-command", f"{self.programs}/jobs/")
        for name, why in names.items():
            with self.subTest(name):
                status, error, _ = self.run_task([f"{self.programs}/jobs/{name}"])
                self.assertEqual(status, "failed")
                self.assertIn(why, error)
                self.assertFalse(self.marker.exists())
        self.assertEqual(self.run_task([self.programs / "jobs/good"])[0], "succeeded")

    def own_files(self):
        """The database with its journals, the key and the log."""
        self.ok("secret", "add", "canary", stdin=b"canary-value-1234")
        key = pathlib.Path(f"{self.db}.key")
        if self.SERVER_USER:
            self.give_to(self.SERVER_USER)
        return [self.db, key, self.folder / "tasks.log"]

    def probe(self, *arguments):
        files = self.own_files()
        self.start("--allow-command", PYTHON, *arguments)
        status, error, output = self.run_task([PYTHON, "-c", PROBE, self.server.process.pid, *files])
        self.assertEqual(status, "succeeded", f"{error} {output}")
        found = json.loads(output)
        self.assertGreaterEqual(found["watchers"], 1, "the probe has looked at its keeper, too")
        self.assertEqual(found["uid"], pwd.getpwnam(self.RUN_AS).pw_uid)
        return set(found["open"])

    def test_the_sandbox_leaves_no_way_to_the_server(self):
        opened = self.probe("--command-sandbox")
        if any("can send signals" in line["message"] for line in self.server.log_lines()):
            opened.discard("signal")  # the server has said that this kernel cannot
        self.assertEqual(opened, set())

    def test_a_fork_bomb_has_a_bound(self):
        self.start("--allow-command", PYTHON, "--command-processes", "150")
        _, error, output = self.run_task([PYTHON, "-c", BOMB])
        self.assertRegex(output, r"held at \d+", error)
        self.assertLess(int(output.split()[-1]), 150)

    def test_the_temporary_folder_of_a_run_is_its_own_and_goes(self):
        show = self.program("show", '#!/bin/sh\nstat -c "%a %U" "$TMPDIR"; echo "$TMPDIR"\n'
                                    'ln -s /etc "$TMPDIR/etc"; mkdir -p "$TMPDIR/a/b"; chmod 0 "$TMPDIR/a"\n')
        self.start("--allow-command", str(show))
        status, error, output = self.run_task([show])
        self.assertEqual(status, "succeeded", error)
        mode, owner, path = output.split()
        self.assertEqual((mode, owner), ("700", self.RUN_AS))
        self.assertFalse(os.path.lexists(path), "it is gone when the run has ended")

    def test_the_server_and_its_helpers_have_no_core_and_are_not_dumpable(self):
        self.start("--allow-command", PYTHON)
        if "__asan_init" in pathlib.Path(rota.PROGRAM).read_bytes().decode("latin-1"):
            self.skipTest("sanitizers look at themselves by ptrace")
        server = self.server.process.pid
        children = pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()
        self.assertEqual(len(children), 1, "the warden")
        for pid in [server, *children]:
            limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size +0 +0")
            if pwd.getpwnam(self.RUN_AS).pw_uid != 0 and self.SERVER_USER or not ROOT_USER:
                self.assertEqual(os.stat(f"/proc/{pid}/mem").st_uid, 0, "not its user's: not dumpable")

    def test_an_environment_and_an_input_leave_memory_with_their_run(self):
        canary = b"canary-in-memory-1234"
        self.ok("secret", "add", "canary", stdin=canary)
        if self.SERVER_USER:
            self.give_to(self.SERVER_USER)
        hold = self.program("hold", '#!/bin/sh\nread line\nwhile [ ! -e "$0.go" ]; do sleep 0.05; done\n'
                                    "[ ${#TASK_KEY} = ${#line} ] && echo same\n")
        self.start("--allow-command", str(hold))
        server = self.server.process.pid
        children = pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()
        self.plant([hold], environment={"TASK_KEY": "${secret:canary}"}, input="${secret:canary}\n")
        if ROOT_USER:  # only root reads the memory of a server
            wait_until(lambda: count_in_memory(server, canary), 20, what="a server that knows the secret")
        self.program("hold.go", "")
        status, error, output = self.outcome()
        self.assertEqual((status, output), ("succeeded", "same\n"), error)
        for pid in [server, *map(int, children)] if ROOT_USER else []:
            wait_until(lambda pid=pid: count_in_memory(pid, canary) == 0, 10, every=0.2,
                       what=f"a memory of {pid} without the secret")


def count_in_memory(pid, text):
    found = 0
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            span, rights = line.split()[:2]
            if "w" not in rights:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            with contextlib.suppress(OSError, ValueError):
                memory.seek(begin)
                found += memory.read(end - begin).count(text)
    return found


@unittest.skipUnless(ROOT_USER, "only root runs commands as somebody else")
class AnotherUserTest(Attack):
    """The server is root's, commands run as somebody without rights: no sandbox is needed."""
    RUN_AS = OTHER

    def test_another_user_reaches_nothing_of_the_server(self):
        self.assertEqual(self.probe(), set())


    @unittest.skipUnless(shutil.which("setpriv"), "needs setpriv")
    def test_four_capabilities_do_instead_of_root(self):
        """As packaging/rota.service describes it: the server has them, its programs have none."""
        self.give_to(OTHER)
        self.options, self.RUN_AS = {}, "nobody"
        capabilities = "+setuid,+setgid,+kill,+chown"
        service = self.program("service", "#!/bin/sh\n" f"exec setpriv --reuid {OTHER} --clear-groups --inh-caps "
                               f'{capabilities} --ambient-caps {capabilities} {rota.PROGRAM} "$@"\n')
        if subprocess.run([service, "version"], check=False, capture_output=True).returncode != 0:
            self.skipTest("this container may not give capabilities")
        self.addCleanup(setattr, rota, "PROGRAM", rota.PROGRAM)
        rota.PROGRAM = str(service)
        show = self.program("show", '#!/bin/sh\nid -un; grep -c "CapEff:.0000000000000000" /proc/self/status\n'
                                    'echo "$TMPDIR"; mkdir -p "$TMPDIR/a/b"; chmod 0 "$TMPDIR/a"\n')
        self.start("--allow-command", str(show))
        status, error, output = self.run_task([show])
        self.assertEqual(status, "succeeded", error)
        user, none, folder = output.split()
        self.assertEqual((user, none), ("nobody", "1"))
        self.assertFalse(os.path.lexists(folder))
        self.assertEqual(self.server.stop(), 0)


class OwnUserTest(Attack):
    """Commands run as the server's own user, accepted by name."""
    SERVER_USER = OTHER if ROOT_USER else None
    RUN_AS = OTHER if ROOT_USER else pwd.getpwuid(os.geteuid()).pw_name

    def test_the_servers_memory_is_closed_even_to_its_own_user(self):
        opened = self.probe()
        self.assertEqual({one for one in opened if not one.startswith(("read", "write"))}, {"signal"})
        # What accepting the own user means, and what the sandbox is for.
        self.assertIn("read rota.db", opened)


if __name__ == "__main__":
    main()
