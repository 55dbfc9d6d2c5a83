"""Names that are not what they seem: refused over the API and the command line with the character
and its place; and where SQL has stored them all the same, shown as escapes and never as themselves.
"""
import json
import urllib.error
import urllib.request

from rota import RotaTest, main, wait_until

REFUSED = {
    "U+001B": "a\x1b[31mb", "U+009B": "a\x9b31mb", "U+007F": "a\x7fb", "U+202E": "pay\u202ellor",
    "U+2066": "a\u2066b", "U+200E": "a\u200eb", "U+061C": "a\u061cb", "U+200B": "pay\u200broll",
    "U+2060": "a\u2060b", "U+FEFF": "\ufeffa", "U+200D": "pay\u200droll", "U+00AD": "a\u00adb",
    "U+2028": "a\u2028b", "U+E0041": "a\U000e0041", "U+FFFE": "a\ufffe", "U+000A": "a\nb",
}
GOOD = ["Überweisung – Zürich", "שכר עבודה", "يوميّ", "می\u200cخواهم", "給与計算 🎉", "👩\u200d💻 ❤\ufe0f"]
# Everything at once, as a name of somebody who wants to be taken for another.
EVIL = "evil\u202e\u200b\x1b]0;title\x07\x9b2J\u2066\U000e0041\x00\x7f"


class HiddenCharactersTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def add(self, name, *more):
        return self.rota("task", "add", "--name", name, "--type", "null", "--schedule", "0 0 1 1 *", *more)

    def send(self, server, method, path, body=None):
        request = urllib.request.Request(
            server.url.rstrip("/") + "/api/v1" + path, method=method, data=body and json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} if body else {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def test_the_command_line_refuses_them_and_says_which_and_where(self):
        for code, name in REFUSED.items():
            answer = self.add(name)
            self.assertNotEqual(answer.code, 0, code)
            self.assertIn(code, answer.err)
            self.assertIn("at character", answer.err)
            self.assert_harmless(answer.out + answer.err, code)
        self.assertIn("U+202E, a bidirectional control, at character 4", self.add(REFUSED["U+202E"]).err)
        for name in GOOD:
            self.assertEqual(self.add(name).code, 0, name)
        bidi = "a\u202eb"
        for words in (["task", "edit", "one", "--owner", bidi], ["task", "edit", "one", "--tags", bidi],
                      ["task", "edit", "one", "--description", bidi],
                      ["task", "pause", "one", "--reason", bidi], ["calendar", "add", bidi],
                      ["user", "add", bidi, "--role", "view"]):
            answer = self.rota(*words, stdin=b"a long pass phrase of mine\n")
            self.assertNotEqual(answer.code, 0, (words, answer))
            self.assertIn("U+202E, a bidirectional control, at character 2", answer.err)
            self.assert_harmless(answer.out + answer.err, words)

    def test_the_api_refuses_them_and_names_the_field(self):
        server = self.serve("--no-sign-in")
        for code, name in REFUSED.items():
            status, answer = self.send(server, "POST", "/tasks", {"name": name, "type": "null", "schedule": "@daily"})
            self.assertEqual(status, 422, (code, answer))
            self.assertEqual(answer["errors"][0]["field"], "name")
            self.assertIn(code, answer["errors"][0]["message"])
        for field in ("owner", "tags", "pause_reason", "queue", "timezone"):
            status, answer = self.send(server, "POST", "/tasks", {
                "name": "a", "type": "null", "schedule": "@daily", field: "a\u202eb"})
            self.assertEqual((status, answer["errors"][0]["field"]), (422, field), answer)
        task = {"name": "described", "type": "null", "schedule": "@daily"}
        self.assertEqual(self.send(server, "POST", "/tasks", {**task, "description": "a\n\tb"})[0], 201)
        self.assertEqual(self.send(server, "POST", "/tasks", {**task, "description": "a\u202eb"})[0], 422)
        self.assertEqual(self.send(server, "POST", "/calendars", {"name": "a\u200bb"})[0], 422)

    def test_two_readers_cannot_read_a_body_differently(self):
        server = self.serve("--no-sign-in")
        request = urllib.request.Request(
            server.url.rstrip("/") + "/api/v1/tasks", method="POST", headers={"Content-Type": "application/json"},
            data=b'{"name":"a","type":"null","schedule":"@daily","n\\u0061me":"b"}')
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        self.assertEqual(refused.exception.code, 422)
        self.assertIn("names 'name' twice", json.loads(refused.exception.read())["detail"])
        answer = self.add("twice", "--metadata", '{"sleep_ms": 1, "sleep_ms": 2}')
        self.assertIn("names 'sleep_ms' twice", answer.err)

    def assert_harmless(self, text, where):
        bad = [f"U+{ord(c):04X}" for c in text
               if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) < 0xa0 or 0x2028 <= ord(c) <= 0x202e
               or 0x2060 <= ord(c) <= 0x206f or ord(c) in (0x200b, 0x200e, 0x200f, 0x61c, 0xfeff)
               or 0xe0000 <= ord(c) <= 0xe0fff]
        self.assertEqual(bad, [], f"{where}: {text!r}")

    def test_what_sql_has_stored_is_shown_as_escapes(self):
        self.ok("calendar", "add", "cal")
        self.ok("user", "add", "ann", "--role", "admin", stdin=b"a long pass phrase of mine\n")
        evil = EVIL.replace("\x00", "")
        self.sql("UPDATE task SET name = ?, owner = ?, tags = ?, description = ?, pause_reason = ?, updated_by = ?",
                 *[evil] * 6)
        self.sql("UPDATE calendar SET name = ?, description = ? WHERE name = 'cal'", evil, evil)
        self.sql("UPDATE user SET name = ?", evil)
        server = self.serve("--no-sign-in")
        task = self.sql("SELECT id FROM task")[0][0]
        self.ok("task", "run", task)
        wait_until(lambda: self.sql("SELECT 1 FROM run WHERE status = 'succeeded'"))
        self.sql("UPDATE run SET result = ?, reason = ?, requested_by = ?", *[evil] * 3)
        cal = self.sql("SELECT id FROM calendar WHERE name LIKE 'evil%'")[0][0]
        for words in (["task", "list"], ["task", "show", task], ["runs"], ["runs", "--decisions"], ["output", 1],
                      ["explain", task], ["calendar", "list"], ["calendar", "show", cal], ["user", "list"],
                      ["doctor"], ["task", "pause", task], ["task", "resume", task], ["backfill", task],
                      ["task", "list", "--json"], ["runs", "--json"]):
            answer = self.rota(*words)
            self.assert_harmless(answer.out + answer.err, words)
        self.assertIn("\\u202e\\u200b\\x1b]0;title\\x07\\x9b2J\\u2066\\U000e0041\\x7f",
                      self.ok("task", "list").out)
        server.stop()
        self.assert_harmless(server.log.read_text("utf-8"), "the log")
        self.assert_harmless(server.text + server.stderr(), "what serve prints")
        self.assertTrue(any(line.get("task") == evil for line in server.log_lines()), "the log's JSON is whole")


if __name__ == "__main__":
    main()
