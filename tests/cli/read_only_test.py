"""A database where nothing may be written: reading works, writing exits with 11."""
import os
import shutil
import sqlite3
import subprocess

from rota import PROGRAM, Answer, RotaTest, environment, main

READING = (["task", "list"], ["task", "show", "one"], ["runs"], ["runs", "--decisions"],
           ["calendar", "list"], ["secret", "list"], ["user", "list"], ["explain", "--task", "one"],
           ["config", "show"])
WRITING = (["task", "pause", "one"], ["task", "run", "one"], ["task", "remove", "one", "--yes"],
           ["serve", "--port", "0", "--log-file", ""])


class ReadOnlyTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.place = self.folder / "place"
        self.place.mkdir()
        shutil.copy(self.db, self.place / "rota.db")
        self.before = (self.place / "rota.db").read_bytes()

    def run_all(self, run):
        for command in READING:
            with self.subTest(command=command):
                answer = run(*command)
                self.assertEqual(answer.code, 0, answer)
                self.assertNotEqual(answer.out + answer.err, "")
        for command in WRITING:
            with self.subTest(command=command):
                answer = run(*command)
                self.assertEqual(answer.code, 11, answer)
                self.assertRegex(answer.err, "may not be written|needs to write")
        self.assertEqual((self.place / "rota.db").read_bytes(), self.before)
        self.assertEqual(os.listdir(self.place), ["rota.db"])

    def mounted(self):
        """Mounts the place read-only; skips where that is not allowed."""
        mount = ["mount", "--bind", str(self.place), str(self.place)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            self.skipTest("mounting needs root")
        self.addCleanup(subprocess.run, ["umount", str(self.place)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(self.place)], check=True)
        return lambda *command: self.rota(*command, "--db", str(self.place / "rota.db"), db=False)

    def test_on_a_read_only_disk(self):
        self.run_all(self.mounted())

    def test_in_a_folder_that_the_user_may_not_write(self):
        (self.place / "rota.db").chmod(0o444)
        self.place.chmod(0o555)
        self.folder.chmod(0o755)
        self.addCleanup(self.place.chmod, 0o755)
        other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        program = shutil.copy(PROGRAM, self.folder) if other else PROGRAM

        def run(*command):
            return Answer(subprocess.run(
                [program, *command, "--db", str(self.place / "rota.db")], capture_output=True,
                check=False, cwd="/", env=environment(None), timeout=60, **other))
        self.run_all(run)

    def test_changes_in_the_log_are_refused_and_not_overlooked(self):
        with sqlite3.connect(self.db) as holder:
            holder.execute("UPDATE task SET description = 'new'")
            holder.commit()
            shutil.copy(self.db, self.place / "rota.db")
            shutil.copy(f"{self.db}-wal", self.place / "rota.db-wal")
        holder.close()
        answer = self.mounted()("task", "list")
        self.assertEqual(answer.code, 11, answer)
        self.assertIn("-wal", answer.err)


if __name__ == "__main__":
    main()
