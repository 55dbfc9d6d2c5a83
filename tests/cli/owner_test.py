"""Who owns a database: one server, whatever name it was given; nothing is made unless asked for;
`rota doctor` says who holds it."""
import os
import pathlib
import signal
import urllib.error
import urllib.request

from rota import RotaTest, main, wait_until


class CreateTest(RotaTest):
    def test_an_absent_database_is_an_error_and_nothing_is_made(self):
        self.db = self.folder / "mnt" / "rota.db"
        self.refused(3, "serve", "--port", "0", says=["no database", "mounted", "--create", "--demo"])
        self.assertEqual(list(self.folder.iterdir()), [], "not even a folder for the log")
        self.db.parent.mkdir()
        self.refused(3, "serve", "--port", "0", says="no database")
        for command in (["task", "list"], ["user", "add", "ann"], ["task", "add", "--name", "a"]):
            self.refused(3, *command, says=["no database", "mounted"], stdin=b"correct horse battery\n")
        self.assertEqual(list(self.db.parent.iterdir()), [])

    def test_it_is_made_when_asked_for(self):
        self.db = self.folder / "new" / "rota.db"
        server = self.serve("--create")
        self.assertEqual(self.ok("task", "list", "--json").json, [])
        self.assertEqual(server.stop(), 0)
        server = self.serve("--create")  # There it is: as without.
        self.assertEqual(server.stop(), 0)

    def test_demo_makes_it_with_tasks(self):
        server = self.serve("--demo")
        self.assertEqual(len(self.ok("task", "list", "--json").json), 21)
        self.assertEqual(server.stop(), 0)


class OwnerTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def finding(self, subject):
        answer = self.rota("doctor", "--json")
        return next(f for f in answer.json["findings"] if f["subject"] == subject)

    def test_a_symbolic_link_leads_to_the_same_server(self):
        server = self.serve()
        link = self.folder / "link.db"
        link.symlink_to(self.db)
        self.refused(9, "serve", "--port", "0", "--log-file", "", "--db", link, db=False,
                     says=["another server", f"process {server.process.pid}"])
        self.assertEqual(self.sql("SELECT count(*) FROM node WHERE status <> 'dead'"), [(1,)])
        self.assertEqual(server.stop(), 0)
        self.db, real = link, self.db
        self.assertEqual(self.serve().stop(), 0)
        self.assertTrue(real.exists())

    def test_a_second_name_is_refused_and_doctor_says_so(self):
        other = self.folder / "other.db"
        os.link(self.db, other)
        for name in (self.db, other):
            self.refused(10, "serve", "--port", "0", "--log-file", "", "--db", name, db=False, says=["2 names", "samefile"])
        found = self.finding("database file")
        self.assertEqual(found["health"], "fail")
        self.assertIn("2 names", found["message"])
        other.unlink()
        self.assertEqual(self.serve().stop(), 0)

    def test_a_stopped_server_is_named_as_such(self):
        server = self.serve()
        server.signal(signal.SIGSTOP)
        self.addCleanup(server.signal, signal.SIGCONT)
        state = pathlib.Path(f"/proc/{server.process.pid}/stat")
        wait_until(lambda: state.read_text("utf-8").rsplit(")", 1)[1].split()[0] == "T")
        self.refused(9, "serve", "--port", "0", "--log-file", "", says="stopped (SIGSTOP)")
        server.signal(signal.SIGCONT)

    def test_doctor_says_who_holds_it(self):
        self.assertIn("nobody", self.finding("owner")["message"])
        server = self.serve()
        found = self.finding("owner")
        self.assertEqual(found["health"], "ok", found)
        self.assertIn(f"process {server.process.pid}", found["message"])
        self.assertEqual(server.stop(), 0)
        self.assertIn("nobody", self.finding("owner")["message"])

    def test_doctor_says_when_two_sessions_fight(self):
        for pid in (71, 72, 71, 72):
            self.sql("INSERT INTO node (host, pid, version, capacity, started_at, lease_until, status) "
                     "VALUES ('h', ?, '1', 4, strftime('%s') * 1000000, 0, 'dead')", pid)
        found = self.finding("owner")
        self.assertEqual(found["health"], "fail", found)
        self.assertIn("declare each other dead", found["message"])
        self.assertIn("process 71 on h", found["message"])


class MovedTest(RotaTest):
    """The file that a running server has open is not in its place any more."""

    def setUp(self):
        super().setUp()
        self.new_database()
        self.sql("UPDATE task SET schedule = '* * * * * *'")
        self.server = self.serve("--no-sign-in")
        wait_until(lambda: self.runs() > 0, what="a run")

    def runs(self, database=None):
        kept, self.db = self.db, database or self.db
        try:
            return self.sql("SELECT count(*) FROM run WHERE status = 'succeeded'")[0][0]
        finally:
            self.db = kept

    def readiness(self):
        try:
            with urllib.request.urlopen(self.server.url + "/readyz", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def complaints(self):
        return [line for line in self.server.log_lines() if "nothing is claimed" in line["message"]]

    def starts_nothing(self, database):
        """No run begins within two of its periods, when those that had begun are over."""
        count = self.runs(database)
        try:
            wait_until(lambda: self.runs(database) > count + 1, 3)
        except AssertionError:
            return
        self.fail("runs went on")

    def test_a_moved_database_is_noticed_and_so_is_its_return(self):
        self.assertEqual(self.readiness(), (200, "ready\n"))
        away = self.folder / "away.db"
        for suffix in ("-wal", "-shm", ""):
            os.rename(f"{self.db}{suffix}", f"{away}{suffix}")
        code, text = wait_until(lambda: self.readiness()[0] == 503 and self.readiness(), 10)
        self.assertEqual(code, 503)
        self.assertIn("gone", text)
        self.assertNotIn(str(self.folder), text, "strangers need not know the path")
        self.assertIn(str(self.db), self.complaints()[0]["hint"])
        self.starts_nothing(away)
        for suffix in ("-wal", "-shm", ""):
            os.rename(f"{away}{suffix}", f"{self.db}{suffix}")
        wait_until(lambda: self.readiness()[0] == 200, 10)
        count = self.runs()
        wait_until(lambda: self.runs() > count, 10, what="runs again")
        self.assertEqual(self.server.stop(), 0)

    def test_a_replaced_database_is_neither_read_nor_written(self):
        away = self.folder / "away.db"
        for suffix in ("-wal", "-shm", ""):
            os.rename(f"{self.db}{suffix}", f"{away}{suffix}")
        self.ok("import", "demo")
        wait_until(lambda: "another file" in self.readiness()[1], 10, what="the complaint")
        self.starts_nothing(away)
        self.assertEqual(self.runs(), 0, "nothing was written into the other file")
        self.assertEqual(self.sql("SELECT count(*) FROM node"), [(0,)])
        found = next(f for f in self.rota("doctor", "--json").json["findings"] if f["subject"] == "owner")
        self.assertEqual(found["health"], "fail")
        self.assertIn("on another file", found["message"])


if __name__ == "__main__":
    main()
