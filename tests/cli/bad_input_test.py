"""What is wrong from outside: each a clear error, a code of its own, and nothing half written."""
import hashlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import unittest

from rota import PROGRAM, RotaTest, main


class BadFieldTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.good = {"name": "two", "type": "null", "schedule": "@daily"}

    def add(self, says, **wrong):
        fields = {**self.good, **wrong}
        arguments = [x for name, value in fields.items()
                     for x in ("--" + name.replace("_", "-"), value)]
        return self.refused(2, "task", "add", *arguments, says=says)

    def tearDown(self):
        self.assertEqual(self.sql("SELECT name FROM task"), [("one",)])
        self.assertEqual(self.sql("SELECT schedule, version FROM task"), [("0 0 1 1 *", 1)])
        super().tearDown()

    def test_unknown_zones(self):
        for zone in ("Europe/Lundon", "", "../etc/passwd", "/usr/share/zoneinfo/UTC", "Mars", "x" * 600):
            with self.subTest(zone=zone[:20]):
                self.add("timezone" if len(zone) < 100 else (), timezone=zone)

    def test_wrong_schedules_point_at_the_column(self):
        err = self.add("0 9 * * MOX", schedule="0 9 * * MOX").err
        self.assertIn("\n          ^", err)
        for schedule in ("", "61 * * * *", "0 0 30 2 *", "x" * 501, "RRULE:FREQ=SECONDLY"):
            with self.subTest(schedule=schedule[:20]):
                self.add((), schedule=schedule)

    def test_metadata_that_is_no_json_object(self):
        for metadata in ("", "[]", "1", "null", '"x"', "{", '{"a":}', "{} {}", "{'a':1}",
                         '{"a":' * 200 + "1" + "}" * 200, '{"a":"' + "x" * 70000 + '"}'):
            with self.subTest(metadata=metadata[:20]):
                self.add("metadata", metadata=metadata)

    def test_names_that_are_none(self):
        for name in ("", "   ", "x" * 201, "ü" * 201, b"bad\xff", b"bad\xc3", "a\nb", "a\x1b[31mb", "a\x7fb"):
            with self.subTest(name=name[:20]):
                self.add("name", name=name)
        self.ok("task", "add", "--name", "ü" * 200, "--type", "null", "--schedule", "@daily")
        self.sql("DELETE FROM task WHERE name <> 'one'")

    def test_nul_in_metadata_from_a_file_is_refused(self):
        (self.folder / "nul.json").write_bytes(b'{"a":"\0"}')
        self.refused(2, "task", "edit", "one", "--metadata-file", "nul.json", says="metadata")
        (self.folder / "large.json").write_bytes(b" " * 2_000_000)
        self.refused(18, "task", "edit", "one", "--metadata-file", "large.json", says="1 MiB")
        self.refused(19, "task", "edit", "one", "--metadata-file", "absent.json", says="absent.json")

    def test_a_name_that_is_taken(self):
        self.refused(4, "task", "add", "--name", "one", "--type", "null", "--schedule", "@daily", says="one")

    def test_numbers_out_of_range(self):
        for field in ("timeout_s", "jitter_s", "catch_up_window_s", "retry_delay_s",
                      "retry_delay_max_s", "failures_max", "keep_runs", "attempts_max", "priority"):
            for value in ("-1", "99999999999999999999", "1.5", "x", ""):
                with self.subTest(field=field, value=value):
                    self.add(field, **{field: value})
        self.add("priority", priority="0")
        self.add("priority", priority="101")

    def test_unknown_words_list_the_known_ones(self):
        self.add(("skip, latest, all",), catch_up="sometimes")
        self.add(("cancel_running",), overlap="maybe")

    def test_every_wrong_field_is_named_at_once(self):
        err = self.add((), name="", timezone="Mars", metadata="[]", priority="500").err
        for field in ("name", "timezone", "metadata", "priority"):
            self.assertIn(field, err)

    def test_an_edit_that_is_wrong_changes_nothing(self):
        self.refused(2, "task", "edit", "one", "--priority", "5", "--schedule", "nonsense")
        self.refused(2, "task", "edit", "one", says="nothing to change")


class BadDatabaseTest(RotaTest):
    """Files that are no use, or not now: the same short sentence from every command."""
    READ = (["task", "list"], ["runs"])
    WRITE = (["task", "edit", "one", "--priority", "5"], ["task", "remove", "one", "--yes"])

    def every_command_refuses(self, code, commands, says=(), **options):
        for command in commands:
            with self.subTest(command=command):
                self.refused(code, *command, says=says, **options)

    def digest(self):
        return hashlib.sha256(self.db.read_bytes()).hexdigest()

    def test_missing(self):
        self.every_command_refuses(3, self.READ + self.WRITE, says=("no database", "rota import demo"))
        self.assertFalse(self.db.exists())

    def test_a_folder(self):
        self.db.mkdir()
        for command in self.READ:
            self.assertNotEqual(self.rota(*command).code, 0)

    def test_no_database_but_a_text(self):
        self.db.write_text("this is a letter to my aunt, long enough to be a page\n" * 100)
        before = self.digest()
        self.every_command_refuses(13, self.READ + self.WRITE)
        self.refused(13, "import", "demo")
        self.assertEqual(self.digest(), before)
        self.assertEqual(self.rota("doctor").code, 1)

    def test_another_programs_database_is_left_alone(self):
        self.sql("CREATE TABLE aunt (letter TEXT)")
        before = self.digest()
        answer = self.rota("import", "demo")
        if answer.code == 0:  # A schema of its own beside a stranger's tables harms nobody.
            self.assertEqual(self.sql("SELECT count(*) FROM aunt"), [(0,)])
        else:
            self.assertEqual(self.digest(), before)

    def test_damaged(self):
        self.new_database()
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        size = self.db.stat().st_size
        with open(self.db, "r+b") as file:
            file.seek(100)
            file.write(b"\xa5" * (size - 100))
        self.every_command_refuses(13, self.READ)
        self.assertEqual(self.rota("doctor").code, 1)

    def test_cut_off(self):
        self.new_database()
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        os.truncate(self.db, 4096 * 2 + 17)
        answer = self.rota("task", "list")
        self.assertEqual(answer.code, 13, answer)

    def test_newer(self):
        self.new_database()
        self.make_newer()
        before = self.sql("SELECT * FROM task")
        self.every_command_refuses(14, self.READ + self.WRITE, says="newer")
        self.refused(14, "serve", "--port", "0", says="newer")
        self.assertEqual(self.sql("SELECT * FROM task"), before)

    def make_newer(self):
        self.sql("INSERT INTO migration (number, name, checksum, applied_at) "
                 "VALUES (99999, 'from_the_future', 0, 0)")

    def test_locked(self):
        self.new_database()
        with sqlite3.connect(self.db, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            self.every_command_refuses(9, self.WRITE[:1], timeout=90)
            self.assertEqual(self.ok("task", "list", "--json").json[0]["priority"], 50)
            other.execute("ROLLBACK")
        self.ok("task", "edit", "one", "--priority", "5")

    def test_a_second_server_is_refused(self):
        self.new_database()
        first = self.serve()
        self.refused(9, "serve", "--port", "0", "--log-file", "", says="server")
        self.assertEqual(first.stop(), 0)

    @unittest.skipUnless(os.geteuid() == 0, "needs another user to be refused by file modes")
    def test_read_only(self):
        self.new_database()
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        os.chmod(self.folder, 0o755)
        os.chmod(self.db, 0o644)
        program = self.folder / "program"
        shutil.copy(PROGRAM, program)
        program.chmod(0o755)
        before = self.digest()
        done = subprocess.run([program, "task", "edit", "one", "--priority", "5", "--db", self.db],
                              capture_output=True, check=False, user=65534, group=65534, timeout=60,
                              cwd=self.folder)
        self.assertEqual(done.returncode, 11, done)
        self.assertEqual(self.digest(), before)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small disk")
    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4M", "none", disk], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=False)
        self.db = pathlib.Path(disk) / "rota.db"
        self.new_database()
        with open(disk / "filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        answer = None
        for i in range(200):  # What is free inside the file is used up first.
            answer = self.rota("task", "add", "--name", f"n{i}", "--type", "null", "--schedule", "@daily",
                               "--description", "x" * 4000)
            if answer.code:
                break
        self.assertEqual(answer.code, 12, answer)
        os.unlink(disk / "filler")
        self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(len(self.sql("SELECT 1 FROM task")), i + 1)
        self.ok("task", "edit", "one", "--priority", "5")


class HostileTextTest(RotaTest):
    """Rows written by hand may hold anything: nothing of it reaches the terminal as a command."""

    def test_escapes_from_the_database_are_shown_not_obeyed(self):
        self.new_database()
        evil = "\x1b]0;owned\x07\x1b[2J\r\x9b31m"
        for column in ("description", "owner", "tags"):
            self.sql(f"UPDATE task SET {column} = ?", evil)
        self.sql("UPDATE task_execution SET last_result = ?", evil)
        for command in (["task", "show", "one"], ["task", "list"], ["runs"], ["doctor"]):
            answer = self.rota(*command)
            for text in (answer.out, answer.err):
                self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", command)
        self.assertEqual(self.ok("task", "show", "one", "--json").json["description"], evil)

    def test_errors_do_not_repeat_escapes_of_the_command_line(self):
        self.new_database()
        answer = self.refused(3, "task", "show", "x\x1b[2J")
        self.assertNotIn("\x1b", answer.err)


if __name__ == "__main__":
    main()
