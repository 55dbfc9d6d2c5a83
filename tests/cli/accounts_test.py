"""Users and tokens from the command line, and a server that lets in only those."""
import contextlib
import json
import re
import urllib.error
import urllib.request

from rota import RotaTest, main, wait_until

PASSWORD = b"correct horse battery\n"


def ask(url, path, method="GET", body=None, token=None, headers=None):
    """Status and JSON of one request."""
    request = urllib.request.Request(url + path, method=method, headers=headers or {})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        with contextlib.closing(urllib.request.urlopen(request, timeout=20)) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


class UserTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def test_users_are_added_changed_and_removed(self):
        self.ok("user", "add", "ann", "--role", "admin", stdin=PASSWORD)
        self.ok("user", "add", "bob", stdin=PASSWORD)
        self.refused(4, "user", "add", "BOB", stdin=PASSWORD, says="already a user")
        self.refused(2, "user", "add", "eve", stdin=b"short\n", says="at least 12 characters")
        self.refused(2, "user", "add", "eve", stdin=b"", says="no password")
        self.ok("user", "role", "bob", "edit")
        users = {user["name"]: user["role"] for user in self.ok("user", "list", "--json").json}
        self.assertEqual(users, {"ann": "admin", "bob": "edit"})
        self.refused(8, "user", "role", "ann", "view", says="nobody who is an admin")
        self.refused(8, "user", "remove", "ann", "--yes", says="nobody who is an admin")
        self.refused(2, "user", "remove", "bob", says="--yes")
        self.ok("user", "remove", "bob", "--yes")
        self.refused(3, "user", "password", "bob", stdin=PASSWORD, says="no user named 'bob'")

    def test_nothing_secret_is_stored(self):
        self.ok("user", "add", "ann", "--role", "admin", stdin=PASSWORD)
        token = self.ok("token", "add", "ci", "--user", "ann", "--role", "run").out.strip()
        self.assertRegex(token, r"^rota_[\w-]{43}_[0-9a-f]{8}$")
        for file in self.folder.rglob("rota.db*"):
            content = file.read_bytes()
            self.assertNotIn(PASSWORD.strip(), content)
            self.assertNotIn(token.encode(), content)
        self.ok("token", "remove", self.ok("token", "list", "--json").json[0]["id"])
        self.assertEqual(self.ok("token", "list", "--json").json, [])


class SignInTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def test_a_new_server_prints_a_link_that_works_once(self):
        server = self.serve()
        token = server.wait_for_line(r"/set-up#([\w-]{43})").group(1)
        self.assertEqual(ask(server.url, "/api/v1/tasks")[0], 401)
        self.assertEqual(ask(server.url, "/api/v1/session")[1]["set_up"], False)
        first = {"token": token, "name": "ann", "password": "correct horse battery"}
        status, answer = ask(server.url, "/api/v1/set-up", "POST", first)
        self.assertEqual(status, 201, answer)
        self.assertEqual(ask(server.url, "/api/v1/set-up", "POST", first)[0], 409)
        self.assertEqual(server.stop(), 0)
        again = self.serve()
        self.assertNotIn("set-up", again.text)
        self.assertEqual([user["name"] for user in self.ok("user", "list", "--json").json], ["ann"])

    def test_a_user_made_by_command_line_opens_a_running_server(self):
        server = self.serve()
        self.ok("user", "add", "ann", "--role", "admin", stdin=PASSWORD)
        token = self.ok("token", "add", "ci", "--user", "ann", "--role", "edit").out.strip()
        self.assertEqual(ask(server.url, "/api/v1/tasks", token=token)[0], 200)
        task = {"name": "two", "type": "null", "schedule": "@yearly"}
        self.assertEqual(ask(server.url, "/api/v1/tasks", "POST", task, token)[0], 201)
        self.assertEqual(ask(server.url, "/api/v1/users", token=token)[0], 403)
        self.assertIn("ann (token ci)", self.ok("task", "show", "two", "--json").out)

    def test_without_sign_in_only_this_machine_and_only_our_own_page(self):
        self.refused(2, "serve", "--no-sign-in", "--bind", "0.0.0.0", "--port", "0",
                     says="this machine's own address")
        for option in (["--behind-tls-proxy"], ["--allow-host", "rota.example.org"],
                       ["--trusted-proxy", "127.0.0.1"]):
            self.refused(2, "serve", "--no-sign-in", "--port", "0", *option, says=("everybody an admin", option[0]))
        server = self.serve("--no-sign-in")
        proxied = {"X-Forwarded-For": "192.0.2.1"}
        self.assertEqual(ask(server.url, "/api/v1/tasks", headers=proxied)[0], 403)
        path = "/api/v1/tasks/1/pause"
        evil = {"Origin": "http://evil.example"}
        self.assertEqual(ask(server.url, path, "POST", {}, headers=evil)[0], 403)
        wait_until(lambda: "no-sign-in" in server.stderr())

    def test_a_run_that_goes_on_is_cancelled(self):
        self.ok("task", "add", "--name", "long", "--type", "null", "--schedule", "@yearly",
                "--metadata", '{"sleep_ms":60000}')
        server = self.serve("--no-sign-in")
        task = self.ok("task", "show", "long", "--json").json
        number = task.get("id") or task["task"]["id"]
        status, run = ask(server.url, f"/api/v1/tasks/{number}/run", "POST", {})
        self.assertEqual(status, 202, run)
        self.assertEqual(ask(server.url, f"/api/v1/runs/{run['id']}/cancel", "POST", {})[0], 202)
        for _ in range(200):
            status, now = ask(server.url, f"/api/v1/runs/{run['id']}")
            if now["status"] == "cancelled":
                break
            server.process.poll()
        self.assertEqual(now["status"], "cancelled", now)
        self.assertTrue(re.search("this machine", now["reason"]), now)


if __name__ == "__main__":
    main()
