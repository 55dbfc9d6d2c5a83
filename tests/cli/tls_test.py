"""`rota serve` with a certificate of its own: who may reach it, and how it is renewed."""
import os
import signal
import socket
import ssl
import subprocess

from rota import RotaTest, main, wait_until


class TlsTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        self.certificate = self.folder / "cert.pem"
        self.key = self.folder / "key.pem"
        self.make_certificate("1")

    def make_certificate(self, serial):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                        "-set_serial", serial, "-keyout", str(self.key), "-out",
                        str(self.certificate)], check=True, capture_output=True)
        os.chmod(self.key, 0o600)

    def files(self):
        return ["--tls-cert", self.certificate, "--tls-key", self.key]

    def connect(self, server, **versions):
        context = ssl.create_default_context(cafile=str(self.certificate))
        for name, value in versions.items():
            setattr(context, name, value)
        port = int(server.url.rsplit(":", 1)[1])
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.addCleanup(plain.close)
        return context.wrap_socket(plain, server_hostname="localhost")

    def ask(self, server, path="/healthz"):
        with self.connect(server) as secure:
            secure.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                           .encode())
            answer = b""
            while piece := secure.recv(65536):
                answer += piece
            return answer.decode("utf-8", "replace")

    def test_serves_https_and_says_so_to_browsers(self):
        server = self.serve(*map(str, self.files()))
        self.assertTrue(server.url.startswith("https://127.0.0.1:"))
        answer = self.ask(server)
        self.assertTrue(answer.startswith("HTTP/1.1 200"), answer)
        self.assertIn("Strict-Transport-Security: max-age=31536000", answer)
        with self.connect(server) as secure:
            self.assertEqual(secure.version(), "TLSv1.3")

    def test_a_new_certificate_is_taken_on_sighup_and_a_bad_one_is_not(self):
        server = self.serve(*map(str, self.files()))
        self.make_certificate("77")
        server.process.send_signal(signal.SIGHUP)

        def serves_new():
            try:
                with self.connect(server) as secure:
                    return secure.getpeercert()["serialNumber"] == "4D"
            except ssl.SSLError:
                return False
        wait_until(serves_new)
        self.key.write_text("no key")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "could not be read again" in server.log.read_text())
        self.assertTrue(self.ask(server).startswith("HTTP/1.1 200"))

    def test_beyond_this_machine_nothing_goes_in_plain_text(self):
        self.ok("user", "add", "ann", "--role", "admin", stdin=b"correct horse battery\n")
        self.refused(2, "serve", "--bind", "0.0.0.0", "--port", "0", says="plain text")
        self.refused(2, "serve", "--bind", "0.0.0.0", "--port", "0", says="--tls-cert")
        self.serve("--bind", "0.0.0.0", *map(str, self.files())).kill()
        self.refused(2, "serve", "--bind", "0.0.0.0", "--behind-tls-proxy", "--port", "0", says="--trusted-proxy")
        self.refused(2, "serve", "--behind-tls-proxy", "--trusted-proxy", "10.0.0.1/8", "--port", "0",
                     says="behind its prefix length")
        self.serve("--bind", "0.0.0.0", "--behind-tls-proxy", "--trusted-proxy", "10.0.0.0/8",
                   "--trusted-proxy", "2001:db8::1").kill()

    def test_a_proxy_on_this_machine_that_is_not_named_is_a_warning(self):
        server = self.serve("--behind-tls-proxy")
        wait_until(lambda: "behind the proxy all requests" in server.stderr())

    def test_files_that_cannot_be_used_are_named(self):
        cert, key = str(self.certificate), str(self.key)
        self.refused(2, "serve", "--port", "0", "--tls-cert", cert, says="--tls-key")
        self.refused(2, "serve", "--port", "0", "--tls-key", key, says="--tls-cert")
        self.refused(19, "serve", "--port", "0", "--tls-cert", "none.pem", "--tls-key", key,
                     says="none.pem")
        os.chmod(self.key, 0o644)
        self.refused(7, "serve", "--port", "0", "--tls-cert", cert, "--tls-key", key,
                     says="chmod 600")


if __name__ == "__main__":
    main()
