"""One user takes all that they can get of a server: what they can make it hold has a bound, and everybody else is
answered meanwhile. Times are compared with others of the same run, never with a clock of this machine.
"""
import contextlib
import http.client
import json
import re
import resource
import socket
import statistics
import threading
import time
import urllib.parse

from rota import RotaTest, main, wait_until

PASSWORD = b"correct horse battery\n"
MIB = 1 << 20
TASKS = 120_000
IDEMPOTENCY_GROWTH_MAX = 96 * MIB  # 400 requests of 1 MiB each
UNREAD_GROWTH_MAX = 160 * MIB  # 60 answers of 12 MB each


class BoundsTest(RotaTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.new_database()
        for name, role in (("ann", "view"), ("mallory", "edit"), ("root", "admin")):
            self.ok("user", "add", name, "--role", role, stdin=PASSWORD)
        self.tokens = {name: re.search(r"rota_\S+", self.ok("token", "add", "t", "--user", name, "--role", role).out)[0]
                       for name, role in (("ann", "view"), ("mallory", "edit"))}
        self.task = f"/api/v1/tasks/{self.sql('SELECT id FROM task')[0][0]}"

    def add_tasks(self, count, metadata="{}"):
        """Tasks that are never due, made in one statement."""
        self.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                 "INSERT INTO task (name, type, schedule, active, metadata) "
                 "SELECT 'many ' || i, 'null', '0 0 1 1 *', 0, ? FROM n", count, metadata)

    def start(self, *options):
        self.server = self.serve(*options)
        self.address = urllib.parse.urlsplit(self.server.url)
        return self.server

    def connect(self, source="127.0.0.1"):
        return socket.create_connection((self.address.hostname, self.address.port), 20, (source, 0))

    def ask(self, path, user=None, method="GET", body=None, headers=None, source="127.0.0.1"):
        """Status, headers and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60,
                                                source_address=(source, 0))
        with contextlib.closing(connection):
            headers = dict(headers or {})
            if user:
                headers["Authorization"] = f"Bearer {self.tokens[user]}"
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def send_request(self, path, user, source="127.0.0.1"):
        """A connection that has asked and reads nothing."""
        client = self.connect(source)
        self.addCleanup(client.close)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.tokens[user]}\r\n\r\n".encode())
        return client

    def resident(self):
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024

    def seconds(self, path, user):
        begin = time.monotonic()
        status, _, _ = self.ask(path, user)
        self.assertEqual(status, 200)
        return time.monotonic() - begin

    def test_slow_lists_of_one_user_keep_nobody_else_waiting(self):
        self.add_tasks(TASKS)
        self.start()
        slow_list = "/api/v1/tasks?search=zz"  # too short for the index
        slow, quick, stop = [], [], threading.Event()

        def attack():
            while not stop.is_set():
                slow.append(self.seconds(slow_list, "mallory"))

        attackers = [threading.Thread(target=attack) for _ in range(8)]
        for one in attackers:
            one.start()
        try:
            wait_until(lambda: len(slow) >= 8, 60)
            for _ in range(20):
                quick.append(self.seconds(self.task, "ann"))
        finally:
            stop.set()
            for one in attackers:
                one.join()
        # In one queue for all, a quick request would take as long as the slow ones before it.
        self.assertLess(statistics.median(quick), statistics.median(slow) / 2, (quick, slow))

    def test_many_idempotency_keys_take_little_memory(self):
        self.start()
        body = b'{"metadata":{}}' + b" " * (MIB - 100)
        run = lambda key: self.ask(self.task + "/run", "mallory", "POST", body, {"Idempotency-Key": key})
        self.assertEqual(run("first")[0], 202)
        before = self.resident()
        for i in range(400):
            self.assertEqual(run(f"key-{i}")[0], 202)
        self.assertLess(self.resident() - before, IDEMPOTENCY_GROWTH_MAX)
        again = json.loads(run("key-399")[2])["id"]
        self.assertEqual(json.loads(run("key-399")[2])["id"], again, "and the last one is remembered")

    def test_answers_that_nobody_reads_take_bounded_memory(self):
        self.add_tasks(300, json.dumps({"text": "x" * 60_000}))
        self.start()
        big = "/api/v1/tasks?limit=200&sort=-id"
        self.assertGreater(len(self.ask(big, "mallory")[2]), 10 * MIB)
        before = self.resident()
        clients = [self.send_request(big, "mallory") for _ in range(60)]
        refused = 0
        for client in clients:
            refused += client.recv(12) == b"HTTP/1.1 429"
        self.assertGreater(refused, 40)
        self.assertLess(self.resident() - before, UNREAD_GROWTH_MAX)
        self.assertEqual(self.ask(self.task, "ann")[0], 200)
        self.assertEqual(self.ask(big, "ann")[0], 200, "others still get long answers")
        for client in clients:
            client.close()
        wait_until(lambda: self.ask(big, "mallory")[0] == 200, what="room after the answers are gone")

    def test_one_user_has_a_share_of_the_event_streams(self):
        self.start()
        streams = [self.send_request("/api/v1/events", "mallory") for _ in range(40)]
        answers = [stream.recv(4096) for stream in streams]
        self.assertEqual(sum(b" 200 OK" in one for one in answers), 32)
        for one in answers:
            if b" 200 OK" not in one:
                self.assertIn(b" 429 ", one)
                self.assertRegex(one, rb"Retry-After: \d+")
        self.assertIn(b" 200 OK", self.send_request("/api/v1/events", "ann").recv(4096))

    def test_health_is_answered_while_clients_hold_every_place_and_sign_in(self):
        self.start()
        unloaded = max(self.probe() for _ in range(5))
        silent = [self.connect() for _ in range(600)]
        for client in silent:
            self.addCleanup(client.close)
        stop = threading.Event()

        def sign_in():
            body = json.dumps({"name": "ann", "password": "a wrong password"})
            while not stop.is_set():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    status, headers, _ = self.ask("/api/v1/session", None, "POST", body, source="127.0.0.2")
                    if status in (429, 503):
                        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
                        stop.wait(0.05)

        guessers = [threading.Thread(target=sign_in) for _ in range(64)]
        for one in guessers:
            one.start()
        try:
            for _ in range(10):
                self.assertLess(self.probe(), max(2, 20 * unloaded))
        finally:
            stop.set()
            for one in guessers:
                one.join()

    def probe(self):
        """Seconds until /healthz said ok, the time of tries that were refused included."""
        begin = time.monotonic()

        def healthy():
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.ask("/healthz")[0] == 200
        wait_until(healthy, 20, what="health")
        return time.monotonic() - begin

    def sign_in_from(self, claimed):
        body = json.dumps({"name": "root", "password": PASSWORD.decode().strip()})
        status, _, answer = self.ask("/api/v1/session", None, "POST", body, claimed)
        self.assertEqual(status, 200, answer)
        return self.sql("SELECT address FROM audit WHERE action = 'session.begin' ORDER BY seq DESC LIMIT 1")[0][0]

    def test_the_audit_names_the_client_that_a_trusted_proxy_names_and_no_other(self):
        spoofed = {"X-Forwarded-For": "192.0.2.66", "Forwarded": "for=192.0.2.66"}
        self.start()
        self.assertEqual(self.sign_in_from(spoofed), "127.0.0.1")
        self.server.stop()
        self.start("--behind-tls-proxy", "--trusted-proxy", "127.0.0.1")
        self.assertEqual(self.sign_in_from({"X-Forwarded-For": "192.0.2.66, 192.0.2.7"}), "192.0.2.7")
        self.assertEqual(self.sign_in_from({"Forwarded": 'for="[2001:db8::7]:4711"'}), "2001:db8::7")
        self.assertEqual(self.sign_in_from({**spoofed, "X-Forwarded-For": "192.0.2.7"}), "127.0.0.1")


if __name__ == "__main__":
    main()
