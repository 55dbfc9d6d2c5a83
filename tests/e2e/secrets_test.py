"""Secrets, end to end: runs that show one in every form leave it nowhere, and a signed request is
what the receiver, who knows only the documentation, computes for itself.
"""
import base64
import hmac
import http.server
import json
import threading
import time
import urllib.parse

from rota import AS_ME, RotaTest, main, wait_until

CANARY = 'canary 7f3a/"é+x'
FORMS = {
    "plain": CANARY,
    "base64": base64.b64encode(CANARY.encode()).decode().rstrip("="),
    "url-safe base64": base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("="),
    "in a Basic header": base64.b64encode(b"u:" + CANARY.encode()).decode().rstrip("=")[4:-1],
    "percent": urllib.parse.quote(CANARY, safe=""),
    "form": urllib.parse.quote_plus(CANARY),
    "json": json.dumps(CANARY, ensure_ascii=False)[1:-1],
}
SHOW = """
import base64, os, sys, time, urllib.parse, json
s = os.environ["TASK_TOKEN"]
for form in (s, base64.b64encode(s.encode()).decode(), base64.b64encode(b"u:" + s.encode()).decode(),
             urllib.parse.quote(s, safe=""), urllib.parse.quote_plus(s), json.dumps(s, ensure_ascii=False)):
    half = len(form) // 2
    for piece in ("here: ", form[:half], form[half:], "\\n"):
        sys.stdout.write(piece); sys.stdout.flush(); time.sleep(0.02)
    print(form, file=sys.stderr)
print("\\x1b[1mlast " + s + "\\x1b[0m")
"""


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers, self.path, body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body + b"|" + self.headers.get("X-Key", "").encode("latin-1"))

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class SecretsTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.ok("secret", "add", "canary", stdin=CANARY.encode())
        self.receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.receiver.seen = []
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.url = f"http://127.0.0.1:{self.receiver.server_address[1]}/"

    def add(self, name, kind, metadata):
        self.ok("task", "add", "--name", name, "--type", kind, "--schedule", "0 0 1 1 *",
                "--metadata", json.dumps(metadata))

    def run_task(self, name):
        self.ok("task", "run", name)
        return wait_until(lambda: self.sql(
            "SELECT status, result, error FROM run JOIN task ON task.id = task_id WHERE name = ? "
            "AND status IN ('succeeded', 'failed') ORDER BY run.id DESC LIMIT 1", name), 20)[0]

    def assert_nowhere(self, texts):
        for where, data in texts.items():
            for form, text in FORMS.items():
                self.assertNotIn(text.encode(), data, f"{form} in {where}")

    def test_a_secret_is_found_nowhere_after_runs_that_show_it_in_every_form(self):
        self.add("show", "command", {"argv": ["/usr/bin/python3", "-c", SHOW],
                                     "environment": {"TASK_TOKEN": "${secret:canary}"}})
        self.add("call", "http_request", {
            "url": self.url, "method": "POST",
            "headers": {"X-Key": "a ${secret:canary} b"}, "body": "key=${secret:canary}"})
        server = self.serve("--allow-command", "*", *AS_ME, "--allow-private-http")
        self.assertEqual(self.run_task("show"), ("succeeded", "last ***", ""))
        self.assertEqual(self.run_task("call")[0], "succeeded")
        self.assertEqual(self.receiver.seen[0][2].decode(), "key=" + CANARY, "it does arrive")
        output = self.ok("output", self.sql("SELECT min(id) FROM run")[0][0])
        self.assertEqual(output.out.count("***"), 7, output)
        self.assertEqual(output.err.count("***"), 6, output)
        answers = {f"rota {' '.join(words)}": self.ok(*words).out.encode() for words in (
            ["secret", "list", "--json"], ["task", "show", "show"], ["runs", "--json"],
            ["output", "1"], ["output", "2"])}
        self.assert_nowhere(answers)
        self.assertIn(b"${secret:canary}", self.ok("task", "show", "show", "--json").out.encode())
        server.stop()
        self.assert_nowhere({str(path): path.read_bytes() for path in self.folder.rglob("*")
                             if path.is_file()})

    def test_a_run_never_begins_with_a_secret_that_is_not_there_or_may_not_be_named_there(self):
        self.add("none", "http_request", {"url": self.url, "method": "POST", "body": "${secret:none}"})
        self.add("argv", "command", {"argv": ["/bin/echo", "${secret:canary}"]})
        self.serve("--allow-command", "*", *AS_ME, "--allow-private-http")
        self.assertIn("there is no secret named 'none'", self.run_task("none")[2])
        self.assertIn("'argv' may not name a secret", self.run_task("argv")[2])
        self.assertEqual(self.receiver.seen, [])

    def test_a_missing_key_stops_only_what_needs_it(self):
        self.add("needs", "http_request", {"url": self.url, "method": "POST", "body": "${secret:canary}"})
        key = self.folder / "rota.db.key"
        key.rename(self.folder / "away")
        self.serve("--allow-private-http")
        status, _, error = self.run_task("needs")
        self.assertEqual(status, "failed")
        self.assertIn(str(key), error)
        self.assertEqual(self.run_task("one")[0], "succeeded")
        self.assertFalse(key.exists(), "no new key hides that the old one is lost")

    def test_a_signed_request_is_what_the_receiver_computes_for_itself(self):
        self.add("signed", "http_request", {"url": self.url, "method": "POST", "body": "{\"a\": 1}",
                                            "sign": {"secret": "canary"}})
        self.serve("--allow-private-http")
        self.assertEqual(self.run_task("signed")[0], "succeeded")
        headers, _, body = self.receiver.seen[0]
        at = headers["Rota-Timestamp"]
        good = "v1=" + hmac.new(CANARY.encode(), at.encode() + b"." + body, "sha256").hexdigest()
        self.assertEqual(headers["Rota-Signature"], good)
        self.assertLess(abs(time.time() - int(at)), 60)

    def test_secrets_are_kept_listed_changed_and_removed(self):
        self.assertNotEqual(self.rota("secret", "add", "Bad Name", stdin=b"value").code, 0)
        self.assertNotEqual(self.rota("secret", "add", "canary", stdin=b"another").code, 0)
        self.assertNotEqual(self.rota("secret", "remove", "canary").code, 0, "nobody can be asked")
        self.ok("secret", "add", "canary", "--replace", stdin=b"another value\n")
        before = (self.folder / "rota.db.key").read_bytes()
        self.assertEqual(self.ok("secret", "rotate-key", "--json").json, {"resealed": 1})
        self.assertNotEqual((self.folder / "rota.db.key").read_bytes(), before)
        listed = self.ok("secret", "list", "--json").json
        self.assertEqual([s["name"] for s in listed], ["canary"])
        self.assertEqual(set(listed[0]), {"name", "created_at", "updated_at", "updated_by", "used_at"})
        self.ok("secret", "remove", "canary", "--yes")
        self.assertEqual(self.ok("secret", "list", "--json").json, [])


if __name__ == "__main__":
    main()
