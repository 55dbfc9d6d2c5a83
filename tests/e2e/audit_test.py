"""The audit and the sign-in, attacked end to end: by somebody who may write the database with plain
SQL but not the files beside it, by many clients that guess, and by floods of what is refused. The
export is verified here anew, by what docs/security/README.md says and nothing else.
"""
import base64
import contextlib
import hmac
import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

from rota import ROOT, RotaTest, main, wait_until

PASSWORD = "correct horse battery"
FREE = "DROP TRIGGER audit_not_changed; DROP TRIGGER audit_not_removed;"


def documented_verifier():
    """The program that docs/security/README.md shows."""
    text = (ROOT / "docs/security/README.md").read_text()
    return next(block for block in text.split("```python\n")[1:] if "rota audit 2|" in block
                ).split("```")[0]


def verify_export(lines, key_file):
    """The first row that does not fit, or None."""
    secret = base64.urlsafe_b64decode(key_file.read_text().split()[1] + "=")
    key = hmac.new(secret, b"rota audit 1", "sha256").digest()
    previous = lines[0]["start"]["hash"]
    for row in lines[1:-1]:
        text = "rota audit 2|{}|{}|{}|{}|{}".format(
            previous, row["seq"], row["at_us"], row["count"], row["key_id"]).encode()
        for name in ("who", "address", "action", "object", "before", "after"):
            column = row[name].encode()
            text += b"|%d:%s" % (len(column), column)
        if hmac.new(key, text, "sha256").hexdigest() != row["hash"]:
            return row["seq"]
        previous = row["hash"]
    return None if lines[-1]["head"]["hash"] == previous else lines[-1]["head"]["seq"]


class Client:
    """One address that asks a server, as a browser or a program would."""

    def __init__(self, url, address="127.0.0.1"):
        self.place = urllib.parse.urlsplit(url)
        self.address = address

    def ask(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection(
            self.place.hostname, self.place.port, timeout=60, source_address=(self.address, 0))
        with contextlib.closing(connection):
            data = None if body is None else json.dumps(body)
            sent = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, data, {**sent, **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def sign_in(self, password=PASSWORD, device=None, name="ann"):
        headers = {"Cookie": f"rota_device={device}"} if device else {}
        return self.ask("POST", "/api/v1/session", {"name": name, "password": password}, headers)


def device_in(headers):
    for cookie in headers.get_all("Set-Cookie"):
        if cookie.startswith("rota_device="):
            return cookie.split(";")[0].split("=", 1)[1]
    raise AssertionError("no device cookie")


class AuditTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.ok("user", "add", "ann", "--role", "admin", stdin=PASSWORD.encode() + b"\n")
        for name in ("one", "two", "three"):
            self.ok("token", "add", name, "--user", "ann")
        self.key = self.folder / "rota.db.audit-key"

    def rows(self):
        return self.sql("SELECT count(*) FROM audit")[0][0]

    def attack(self, script):
        with contextlib.closing(self.connect()) as connection:
            connection.executescript(script)
            connection.commit()

    def connect(self):
        import sqlite3  # pylint: disable=import-outside-toplevel
        return sqlite3.connect(self.db, timeout=10)

    def verdict(self):
        answer = self.rota("audit", "verify", "--json")
        self.assertIn(answer.code, (0, 1), answer)
        verdict = answer.json
        self.assertEqual(verdict["intact"], answer.code == 0)
        return verdict

    def test_a_row_knows_who_what_and_when(self):
        who, action, thing, after = self.sql(
            "SELECT who, action, object, after FROM audit WHERE seq = 1")[0]
        self.assertRegex(who, r"\(command line\)$")
        self.assertEqual((action, thing), ("user.add", "user 1"))
        self.assertEqual(json.loads(after)["id"], 1)
        self.assertNotIn("1970", after)
        self.assertEqual(self.sql("SELECT object FROM audit WHERE seq = 2"), [("token 1",)])

    def test_calendar_changes_by_command_line_say_who_and_what(self):
        before = self.rows()
        self.ok("calendar", "add", "acme", "--rule", "england-and-wales")
        self.ok("calendar", "edit", "acme", "--description", "ours")
        self.ok("calendar", "day", "add", "acme", "2030-12-27", "Shut")
        self.ok("calendar", "day", "remove", "acme", "2030-12-27")
        self.ok("calendar", "default", "acme")
        self.ok("calendar", "feed", "acme", "https://example.org/days.ics", "--format", "ics")
        self.ok("calendar", "feed", "acme", "--remove")
        self.ok("calendar", "default", "england-and-wales")
        self.ok("calendar", "remove", "acme", "--yes")
        self.ok("calendar", "edit", "england-and-wales", "--description", "x", "--dry-run")
        rows = self.sql("SELECT who, action, object, before, after FROM audit WHERE seq > ?"
                        " ORDER BY seq", before)
        self.assertEqual([row[1] for row in rows],
                         ["calendar.add", "calendar.edit", "calendar.day", "calendar.day",
                          "calendar.default", "calendar.feed", "calendar.feed",
                          "calendar.default", "calendar.remove"])
        for who, _, thing, _, _ in rows:
            self.assertRegex(who, r"\(command line\)$")
            self.assertRegex(thing, r"^calendar \d+$")
        self.assertEqual(json.loads(rows[0][4])["name"], "acme")
        self.assertEqual(json.loads(rows[1][3])["description"], "")
        self.assertEqual(json.loads(rows[1][4])["description"], "ours")
        self.assertEqual(json.loads(rows[2][4])["title"], "Shut")
        self.assertEqual(json.loads(rows[3][3])["title"], "Shut")
        self.assertEqual(json.loads(rows[4][3])["default"], "england-and-wales")
        self.assertEqual(json.loads(rows[8][3])["name"], "acme")
        self.assertTrue(self.verdict()["intact"])

    def test_verify_finds_what_plain_sql_did(self):
        self.assertTrue(self.verdict()["intact"])
        attacks = {
            "a changed row": FREE + "UPDATE audit SET who = 'eve' WHERE seq = 2",
            "a row taken out": FREE + "DELETE FROM audit WHERE seq = 2",
            "rows cut off the end": FREE + "DELETE FROM audit WHERE seq > 2",
            "all rows": FREE + "DELETE FROM audit",
            "all rows and their numbers": FREE + "DELETE FROM audit; DELETE FROM sqlite_sequence",
            "a row that was added": "INSERT INTO audit (at, who, action, hash) VALUES (1, 'x', 'y', 'z')",
            "a count": FREE + "UPDATE audit SET count = 7 WHERE seq = 1",
            "another key": FREE + "UPDATE audit SET key_id = 'other' WHERE seq = 4",
            "a false prune": FREE + "INSERT INTO audit (at, who, action, after, key_id, hash) SELECT"
                             " at, who, 'audit.prune', json_object('through_seq', 4, 'hash', hash),"
                             " key_id, 'x' FROM audit WHERE seq = 4; DELETE FROM audit WHERE seq < 5",
        }
        copy = self.folder / "copy.db"
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.db, copy)
        for what, script in attacks.items():
            with self.subTest(what):
                for end in ("-wal", "-shm"):
                    (self.folder / f"rota.db{end}").unlink(missing_ok=True)
                shutil.copy(copy, self.db)
                self.attack(script)
                # Only the rows were attacked: the triggers are back, so that the file is taken.
                self.attack(self.triggers(copy))
                verdict = self.verdict()
                self.assertFalse(verdict["intact"], verdict)
                doctor = self.rota("doctor", "--json").json
                found = [one for one in doctor["findings"] if one["subject"] == "audit"]
                self.assertNotEqual(found[0]["health"], "ok", found)

    def triggers(self, copy):
        import sqlite3  # pylint: disable=import-outside-toplevel
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            wanted = dict(connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'"))
        there = {name for (name,) in self.sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
        return ";".join(sql for name, sql in wanted.items() if name not in there) + ";"

    def test_export_can_be_verified_elsewhere(self):
        out = self.folder / "audit.jsonl"
        self.ok("audit", "export", "--output", out)
        self.refused(4, "audit", "export", "--output", out, says="new file")
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual(len(lines), 2 + self.rows())
        self.assertIsNone(verify_export(lines, self.key))
        command = [sys.executable, "-c", documented_verifier(), str(self.key), str(out)]
        subprocess.run(command, check=True)
        lines[2]["who"] = "eve"
        self.assertEqual(verify_export(lines, self.key), 2)
        out.write_text("".join(json.dumps(line) + "\n" for line in lines))
        done = subprocess.run(command, check=False, capture_output=True)
        self.assertIn(b"AssertionError: 2", done.stderr)
        printed = [json.loads(line) for line in self.ok("audit", "export").out.splitlines()]
        self.assertIsNone(verify_export(printed, self.key))

    def test_prune_keeps_what_it_takes_and_the_rest_verifies(self):
        self.ok("audit", "verify")
        out = self.folder / "old.jsonl"
        self.refused(2, "audit", "prune", "--before", "2020-01-01T00:00", says="--before")
        self.assertEqual(self.ok("audit", "prune", "--before", "2020-01-01", "--yes", "--json").json,
                         {"removed": 0})
        self.refused(2, "audit", "prune", "--before", "2100-01-01", "--export", out, says="--yes")
        self.assertFalse(out.exists())
        removed = self.ok("audit", "prune", "--before", "2100-01-01", "--export", out, "--yes",
                          "--json").json["removed"]
        self.assertEqual(removed, 3, "all but the newest")
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertIsNone(verify_export(lines, self.key))
        self.assertEqual(lines[-1]["head"]["seq"], 3)
        verdict = self.verdict()
        self.assertTrue(verdict["intact"], verdict)
        self.assertEqual(verdict["rows"], 2)
        rest = [json.loads(line) for line in self.ok("audit", "export").out.splitlines()]
        self.assertEqual(rest[0]["start"], lines[-1]["head"], "both exports join")
        self.assertIsNone(verify_export(rest, self.key))
        with self.assertRaises(Exception):
            self.sql("DELETE FROM audit WHERE seq = 4")

    def test_prune_removes_nothing_from_an_audit_that_is_broken(self):
        self.attack(FREE + "DELETE FROM audit WHERE seq = 2")
        self.attack(self.triggers_from_program())
        self.refused(1, "audit", "prune", "--before", "2100-01-01", "--yes", says="broken")

    def triggers_from_program(self):
        other = self.folder / "other.db"
        self.ok("import", "demo", "--db", str(other), db=False)
        return self.triggers(other)

    def test_a_backup_that_was_put_back_is_noticed_and_accepted(self):
        copy = self.folder / "backup.db"
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.db, copy)
        self.ok("token", "add", "four", "--user", "ann")
        for end in ("-wal", "-shm"):
            (self.folder / f"rota.db{end}").unlink(missing_ok=True)
        shutil.copy(copy, self.db)
        self.assertFalse(self.verdict()["intact"])
        self.ok("token", "add", "five", "--user", "ann")
        self.assertFalse(self.verdict()["intact"], "a new row does not hide it")
        self.refused(2, "audit", "accept", says="--yes")
        self.ok("audit", "accept", "--yes")
        self.assertTrue(self.verdict()["intact"])

    def test_the_log_names_the_head_and_verify_takes_it(self):
        server = self.serve()
        line = wait_until(lambda: next((one for one in server.log_lines()
                                        if one.get("message") == "head"), None), what="the head")
        head = re.search(r"4:[0-9a-f]{64}", json.dumps(line)).group()
        self.ok("audit", "verify", "--head", head)
        self.refused_verify(head[:-1] + ("0" if head[-1] != "0" else "1"))
        self.refused(2, "audit", "verify", "--head", "four", says="--head")

    def refused_verify(self, head):
        answer = self.rota("audit", "verify", "--head", head)
        self.assertEqual(answer.code, 1, answer)
        self.assertIn("broken", answer.out)

    def test_new_password_ends_tokens_where_asked_to(self):
        answer = self.ok("user", "password", "ann", stdin=b"another battery horse\n")
        self.assertIn("one (1), two (2), three (3)", answer.err)
        self.assertEqual(len(self.ok("token", "list", "--json").json), 3)
        self.ok("user", "password", "ann", "--end-tokens", stdin=b"another battery horse 2\n")
        self.assertEqual(self.ok("token", "list", "--json").json, [])

    def test_many_guess_and_a_known_browser_gets_in(self):
        server = self.serve()
        status, headers, _ = Client(server.url).sign_in()
        self.assertEqual(status, 200)
        device = device_in(headers)
        done = threading.Event()
        seen, waits = [], []

        def guess(number):
            client = Client(server.url, f"127.0.0.{2 + number}")
            while not done.is_set():
                status, headers, _ = client.sign_in(f"guess {number}", name=f"user{number}")
                seen.append(status)
                if status == 429:
                    waits.append(int(headers["Retry-After"]))

        clients = [threading.Thread(target=guess, args=(number,)) for number in range(60)]
        for client in clients:
            client.start()
        try:
            wait_until(lambda: len(seen) >= 60, what="sixty answers")
            for _ in range(3):
                self.assertEqual(Client(server.url).sign_in(device=device)[0], 200)
        finally:
            done.set()
            for client in clients:
                client.join()
        self.assertLessEqual(set(seen), {401, 429}, "never a fault of the server")
        self.assertTrue(waits and min(waits) >= 1)

    def guess_until_it_must_wait(self, server, name, seconds=8):
        """Others guess at a name, as soon as they may, until the next must wait for so long."""
        other = Client(server.url, "127.0.0.9")

        def waits():
            status, headers, _ = other.sign_in("guess", name=name)
            return status == 429 and int(headers["Retry-After"]) >= seconds
        wait_until(waits, seconds=60, every=0.1, what="a long wait")

    def test_a_device_cookie_is_worth_few_guesses_and_nothing_elsewhere(self):
        self.ok("user", "add", "bob", stdin=PASSWORD.encode() + b"\n")
        server = self.serve()
        client = Client(server.url)
        device = device_in(client.sign_in()[1])
        self.guess_until_it_must_wait(server, "ann")
        self.assertEqual(client.sign_in("guess", device="x" * 66)[0], 429)
        forged = device[:-1] + ("A" if device[-1] != "A" else "B")
        self.assertEqual(client.sign_in(device=forged)[0], 429)
        tried = [client.sign_in(f"guess {i}", device=device)[0] for i in range(9)]
        self.assertEqual(tried[:6], [401] * 6)
        self.assertIn(429, tried, "then it is like any other")
        self.assertEqual(client.sign_in(name="bob", device=device)[0], 200,
                         "another's mark is no mark, and bob may sign in")
        self.guess_until_it_must_wait(server, "bob")
        self.assertEqual(client.sign_in("guess", name="bob", device=device)[0], 429)

    def test_ones_own_sign_in_hides_no_guesses(self):
        self.ok("user", "add", "bob", stdin=PASSWORD.encode() + b"\n")
        server = self.serve()
        client = Client(server.url)
        device = device_in(client.sign_in()[1])
        for i in range(6):
            self.assertEqual(client.sign_in(f"guess {i}")[0], 401)
            self.assertEqual(client.sign_in(device=device)[0], 200)
            self.assertEqual(client.sign_in(name="bob")[0], 200)
        tried = [client.sign_in(f"guess {i}")[0] for i in range(4)]
        self.assertIn(429, tried)

    def test_floods_of_refusals_keep_the_audit_small(self):
        token = self.ok("token", "add", "viewer", "--user", "ann").out.strip()
        server = self.serve()
        before = self.rows()
        floods = [
            ("GET", "/api/v1/tasks/" + "a" * 3000, {"Authorization": "Bearer rota_x"}),
            ("POST", "/api/v1/tasks", {"Sec-Fetch-Site": "cross-site"}),
            ("GET", "/api/v1/audit", {"Authorization": f"Bearer {token}"}),
        ]
        for method, path, headers in floods:
            for _ in range(100):
                Client(server.url).ask(method, path, {} if method == "POST" else None, headers)
        for i in range(30):
            Client(server.url).sign_in(f"guess {i}", name=f"nobody{i}")
        self.assertEqual(server.stop(), 0)
        rows = self.sql("SELECT action, object, count FROM audit WHERE seq > ?", before)
        counts = {}
        for action, thing, count in rows:
            counts[action] = counts.get(action, 0) + count
            self.assertLessEqual(len(thing.encode()), 200)
        self.assertEqual(counts.get("token.refused"), 100, counts)
        self.assertEqual(counts.get("request.cross_site"), 100, counts)
        self.assertEqual(counts.get("request.refused"), 100, counts)
        self.assertEqual(counts.get("session.refused"), 30, counts)
        self.assertLess(len(rows), 20)
        self.assertTrue(self.verdict()["intact"])


if __name__ == "__main__":
    main()
