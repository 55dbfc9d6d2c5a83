"""On a real terminal: width, colour, questions."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import unittest

from rota import PROGRAM, RotaTest, environment, main

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class TerminalTest(RotaTest):
    def on_terminal(self, *arguments, columns=80, answer=b"", env=None):
        """Runs a command on a terminal of that width; returns its exit code and what was shown."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([PROGRAM, *arguments, "--db", str(self.db)], stdin=theirs,
                                   stdout=theirs, stderr=theirs, cwd=self.folder,
                                   env=environment({"TERM": "xterm-256color", **(env or {})}))
        os.close(theirs)
        if answer:
            os.write(ours, answer)
        shown = b""
        while True:
            ready, _, _ = select.select([ours], [], [], 20)
            try:
                data = os.read(ours, 65536) if ready else b""
            except OSError:  # The other side has gone.
                data = b""
            if not data:
                break
            shown += data
        os.close(ours)
        return process.wait(20), shown.decode("utf-8")

    def setUp(self):
        super().setUp()
        self.new_database()
        self.ok("task", "add", "--name", "a rather long name of a task " * 5, "--type", "null",
                "--schedule", "30 9 * * 1-5", "--timezone", "Europe/London")

    def test_a_table_fits_the_terminal(self):
        self.sql("UPDATE task_execution SET executed_at = 1, next_scheduled_at = 1,"
                 " execution_time = 123456, last_result = 'a rather long result of a run'")
        for columns in (40, 60, 80, 100, 120, 140, 200):
            code, shown = self.on_terminal("task", "list", columns=columns)
            self.assertEqual(code, 0)
            shown = COLOUR.sub("", shown).replace("\r", "")
            lines = shown.split("\n")
            table = [line for line in lines if line and not line.startswith("note: ")]
            self.assertEqual(len(table), 3, shown)
            for line in table:
                self.assertLessEqual(len(line), columns)
            self.assertEqual(bool(re.search("note: not shown: .*TOOK", shown)), columns <= 120, shown)
            self.assertIn("STATUS", table[0])
        self.assertIn("NEXT (UTC)", self.on_terminal("task", "list", columns=80)[1])
        self.assertIn("a rather long result of a run", self.ok("task", "list").out)

    def test_colour_only_where_it_is_wanted(self):
        self.assertRegex(self.on_terminal("task", "list")[1], COLOUR)
        self.assertNotRegex(self.on_terminal("task", "list", env={"NO_COLOR": "1"})[1], COLOUR)
        self.assertNotRegex(self.on_terminal("task", "list", env={"TERM": "dumb"})[1], COLOUR)
        self.assertNotRegex(self.ok("task", "list").out, COLOUR)

    def test_removal_asks_and_no_means_no(self):
        code, shown = self.on_terminal("task", "remove", "one", answer=b"n\n")
        self.assertEqual(code, 17)
        self.assertIn("nothing was removed", shown)
        self.ok("task", "show", "one")
        code, shown = self.on_terminal("task", "remove", "one", answer=b"y\n")
        self.assertEqual(code, 0, shown)
        self.refused(3, "task", "show", "one")


if __name__ == "__main__":
    unittest.main()
