"""An attack on the masking of secrets: runs that show one in every form, across every place where a
text is cut, and through redirects. Afterwards no four characters in a row of it stand anywhere: not
in the database, its WAL, the log, the API's answers, events, audit, metrics or on a terminal.
"""
import base64
import html
import http.client
import http.server
import json
import threading
import urllib.error
import urllib.parse
import urllib.request

from rota import AS_ME, RotaTest, main, wait_until

# Every four characters hold one that stands in no random token.
SECRET = "Zx9^kQ7|wP4^mN2|bV6^cX8|eR1^tY3"
LINES = ["-----KEY-----", "L1n^e|Of^t|key^w|is^l0ng|", "S2^nd|l1n^e|oF^1t|"]
KEY = "\n".join(LINES) + "\n"

SHOW = r"""
import base64, html, json, os, sys, textwrap, urllib.parse
s, k = os.environ["TASK_S"], os.environ["TASK_K"]
def forms(t):
    b = t.encode()
    yield t
    yield t.replace("\n", "\r\n")
    for around in (b"", b"u:", b"ann:"):
        e = base64.b64encode(around + b + b" and more")
        yield e.decode()
        yield base64.urlsafe_b64encode(around + b).decode()
        for width in (64, 76):
            for end in ("\n", "\r\n"):
                yield end.join(textwrap.wrap(e.decode(), width))
    yield b.hex()
    yield b.hex(":").upper()
    yield "".join("\\x%02x" % c for c in b)
    yield urllib.parse.quote(t, safe="")
    yield urllib.parse.quote(t, safe="").lower() if t.islower() else urllib.parse.quote_plus(t)
    yield json.dumps(t)
    yield json.dumps(json.dumps(t))
    yield html.escape(t)
    yield "".join("&#%d;" % ord(c) for c in t)
for t in [s, k] + [l for l in k.splitlines() if len(l) >= 8]:
    for form in forms(t):
        half = len(form) // 2
        for piece in ("here: ", form[:half], form[half:], " .\n"):
            sys.stdout.write(piece); sys.stdout.flush()
        sys.stderr.write(form + " .\n")
        if len(sys.argv) > 1:
            sys.stdout.write("~" * int(sys.argv[1])); sys.stdout.flush()
"""
CUT = r"""
import os, sys
s = os.environ["TASK_S"]
print("~" * int(sys.argv[1]) + s + "~~")
sys.stderr.write("~" * int(sys.argv[1]) + s + "~~")
sys.stdout.flush()
if sys.argv[2] == "hang":
    sys.stdout.write("half " + s[:26]); sys.stdout.flush()
    import time; time.sleep(60)
sys.stdout.write("half " + s[:26])
sys.exit(int(sys.argv[2]))
"""


class Site(http.server.BaseHTTPRequestHandler):
    """Redirects "/301/x" to the other site; answers with what it was sent."""

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(f"{self.command} {self.path}\n{self.headers}\n".encode() + body)
        code = self.path[1:4]
        if code in ("301", "302", "303", "307", "308"):
            self.send_response(int(code))
            query = self.path.partition("?")[2]
            self.send_header("Location", self.server.other + "/there" + ("?" + query if query else ""))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(500 if self.path.startswith("/500") else 200)
        self.end_headers()
        self.wfile.write(body + str(self.headers).encode() + base64.b64encode(body) + html.escape(
            body.decode()).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def grams(text):
    return {text[i:i + 4].encode() for i in range(len(text) - 3) if "\n" not in text[i:i + 4]}


class SecretCutsTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.ok("secret", "add", "cut", stdin=SECRET.encode())
        self.ok("secret", "add", "key", stdin=KEY.encode())
        self.second = self.site()
        self.first = self.site()
        self.first.other = self.second.url

    def site(self):
        site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        site.seen = []
        site.url = f"http://127.0.0.1:{site.server_address[1]}"
        threading.Thread(target=site.serve_forever, daemon=True).start()
        self.addCleanup(site.server_close)
        self.addCleanup(site.shutdown)
        return site

    def add(self, name, kind, metadata, *more):
        self.ok("task", "add", "--name", name, "--type", kind, "--schedule", "0 0 1 1 *",
                "--metadata", json.dumps(metadata), *more)

    def add_command(self, name, code, *arguments, more=()):
        self.add(name, "command", {"argv": ["/usr/bin/python3", "-c", code, *map(str, arguments)],
                                   "environment": {"TASK_S": "${secret:cut}", "TASK_K": "${secret:key}"}}, *more)

    def run_all(self):
        names = [row[0] for row in self.sql("SELECT name FROM task WHERE name <> 'one'")]
        for name in names:
            self.ok("task", "run", name)
        wait_until(lambda: self.sql("SELECT count(*) FROM run WHERE status IN ('succeeded', 'failed', "
                                    "'timed_out')")[0][0] == len(names), 120)
        return {name: row for name, *row in self.sql(
            "SELECT name, status, result, error FROM run JOIN task ON task.id = task_id")}

    def fetch(self, server, path):
        try:
            with urllib.request.urlopen(server.url.rstrip("/") + path, timeout=10) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.read()

    def listen(self, server):
        """Everything that the stream of events says from now on."""
        kept = []

        def read():
            try:
                with urllib.request.urlopen(server.url.rstrip("/") + "/api/v1/events", timeout=120) as stream:
                    for line in stream:
                        kept.append(line)
            except (OSError, ValueError, http.client.HTTPException):
                pass
        threading.Thread(target=read, daemon=True).start()
        wait_until(lambda: kept)
        return kept

    def assert_nowhere(self, texts):
        wanted = grams(SECRET) | grams(LINES[1]) | grams(LINES[2])
        for where, data in texts.items():
            found = sorted(gram for gram in wanted if gram in data)
            self.assertEqual(found, [], f"in {where}")

    def test_nothing_of_a_secret_is_left_anywhere(self):
        self.add_command("forms", SHOW)
        self.add_command("long output", SHOW, 9000)
        for place in (0, 460, 470, 480, 490, 499):
            self.add_command(f"cut at {place}", CUT, place, 0)
            self.add_command(f"fails at {place}", CUT, place, 3)
        self.add_command("hangs", CUT, 480, "hang", more=("--timeout-s", "2"))
        for place in (60, 150, 170, 180, 190, 4000):
            bad = "~" * place + "${secret:cut}"
            self.add(f"no address {place}", "http_request", {"url": "http://" + bad + " x"})
            self.add(f"no scheme {place}", "http_request", {"url": "gopher://" + bad})
            self.add(f"endpoints {place}", "api_healthcheck", {"endpoints": [bad, "http://" + bad]})
        self.add("reflected", "http_request", {
            "url": self.first.url + "/500?q=${secret:cut}", "method": "POST", "body": "${secret:key}${secret:cut}",
            "headers": {"X-Key": "${secret:cut}"}})
        # Past the check of the schema, by SQL: a text where a number should be, cut at 40 bytes.
        for place in (5, 10, 20, 30):
            self.add(f"wrong kind {place}", "api_healthcheck", {"endpoints": []})
            self.sql("UPDATE task SET metadata = ? WHERE name = ?",
                     json.dumps({"timeoutMs": "~" * place + "${secret:cut}"}), f"wrong kind {place}")
        server = self.serve("--allow-command", "*", *AS_ME, "--allow-private-http", "--no-sign-in")
        events = self.listen(server)
        found = self.run_all()
        self.assertEqual(found["forms"][0], "succeeded", found["forms"])
        self.assertEqual(found["cut at 490"][1], "half ***")
        self.assertIn("exit code 3: ~~~", found["fails at 490"][2])
        self.assertEqual(found["hangs"][0], "timed_out")
        self.assertIn("unexpected status 500", found["reflected"][2])
        self.assertIn("must be a whole number, not the text", found["wrong kind 20"][2])
        self.assertIn(SECRET.encode(), self.first.seen[0], "it does arrive")

        texts = {"events": b"".join(events)}
        ids = [row[0] for row in self.sql("SELECT id FROM run")]
        for path in ["tasks", "runs?limit=200", "decisions?limit=200", "status", "secrets", "audit",
                     "settings", "handlers", *(f"runs/{i}" for i in ids),
                     *(f"runs/{i}/output" for i in ids), *(f"runs/{i}/output?format=file" for i in ids)]:
            texts["GET " + path] = self.fetch(server, "/api/v1/" + path)
        texts["metrics"] = self.fetch(server, "/metrics")
        for words in (["task", "list"], ["runs"], ["runs", "--json"], ["decisions"], ["doctor"],
                      ["secret", "list"], *(["output", i] for i in ids),
                      *(["task", "show", name] for name in found)):
            answer = self.rota(*words)
            texts[f"rota {words}"] = (answer.out + answer.err).encode()
        for path in self.folder.rglob("*"):
            if path.is_file():
                texts[f"{path.name} while it runs"] = path.read_bytes()
        self.assert_nowhere(texts)
        server.stop()
        self.assert_nowhere({str(path): path.read_bytes() for path in self.folder.rglob("*")
                             if path.is_file()})

    def test_a_redirect_takes_nothing_of_a_secret_to_another_origin(self):
        encoded = urllib.parse.quote(SECRET, safe="")
        basic = base64.b64encode(f"ann:{SECRET}".encode()).decode()
        self.ok("secret", "add", "basic", stdin=basic.encode())
        for code in (301, 302, 303, 307, 308):
            for method in ("POST", "PUT", "DELETE"):
                self.add(f"{method} {code}", "http_request", {
                    "url": f"{self.first.url}/{code}/from", "method": method, "body": "a=${secret:cut}",
                    "headers": {"X-Key": "${secret:cut}", "Authorization": "Basic ${secret:basic}",
                                "Accept-Language": "${secret:cut}", "Cookie": "${secret:cut}"}})
            self.add(f"query {code}", "http_request",
                     {"url": f"{self.first.url}/{code}/from?q=${{secret:cut}}"})
        self.serve("--allow-private-http")
        found = self.run_all()
        self.assertGreaterEqual(len(self.first.seen), 20)
        self.assertTrue(any(encoded.encode() in seen or SECRET.encode() in seen for seen in self.first.seen))
        for seen in self.second.seen:
            self.assert_nowhere({"the other site": seen})
            self.assertNotIn(basic.encode(), seen)
            self.assertTrue(seen.startswith(b"GET /there"), seen)
        for code in (307, 308):
            self.assertIn("redirects to another origin", found[f"POST {code}"][2])
        for code in (301, 302, 307, 308):
            self.assertIn("the body, which would go there, holds a secret", found[f"PUT {code}"][2])
        for code in (301, 302, 303):
            self.assertEqual(found[f"POST {code}"][0], "succeeded", found)
            self.assertIn("that address holds a secret", found[f"query {code}"][2])

    def test_host_and_what_frames_a_request_cannot_be_set(self):
        for name in ("Host", "hOST", "Content-Length", "Transfer-Encoding", "Connection", "Proxy-Authorization"):
            answer = self.rota("task", "add", "--name", "a", "--type", "http_request", "--schedule", "0 0 1 1 *",
                               "--metadata", json.dumps({"url": self.first.url, "headers": {name: "x"}}))
            self.assertNotEqual(answer.code, 0, answer)
            self.assertIn(name, answer.err)
        # And a row written by SQL fails when it runs, before anything is sent.
        self.add("sql", "http_request", {"url": self.first.url})
        self.sql("UPDATE task SET metadata = ? WHERE name = 'sql'",
                 json.dumps({"url": self.first.url, "headers": {"Host": "payroll.internal"}}))
        self.add("twice", "http_request", {"url": self.first.url})
        self.sql("UPDATE task SET metadata = ? WHERE name = 'twice'",
                 '{"url": "' + self.first.url + '", "url": "http://192.0.2.1"}')
        self.serve("--allow-private-http")
        found = self.run_all()
        self.assertIn("may not set 'Host'", found["sql"][2])
        self.assertIn("names 'url' twice", found["twice"][2])
        self.assertEqual(self.first.seen, [])


if __name__ == "__main__":
    main()
