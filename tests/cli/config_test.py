"""The configuration file, the environment and the flags of `rota serve`; `rota config`."""
import os
import re
import signal
import sys
import unittest

from rota import PROGRAM, ROOT, RotaTest, main, wait_until

DOCS = ROOT / "docs" / "configuration.md"
BEGIN = "<!-- settings: held by tests/cli/config_test.py, which writes them with --write -->\n"
END = "<!-- end of settings -->"


def settings_table(settings):
    """The table of the documentation, from `rota config show --json`."""
    rows = ["| key | flag | type | default | meaning |", "|---|---|---|---|---|"]
    for setting in settings:
        flag = f"`{setting['flag']}`" if setting["flag"] else ""
        rows.append(f"| `{setting['key']}` | {flag} | {setting['type']} | {setting['default']} "
                    f"| {setting['meaning']} |")
    return "\n".join(rows) + "\n"


class ConfigTest(RotaTest):
    def write(self, text, name="rota.toml", mode=0o600):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    def show(self, *arguments, **options):
        """What `config show` says, by key."""
        answer = self.ok("config", "show", "--json", *arguments, db=False, **options)
        return {setting["key"]: setting for setting in answer.json["settings"]}

    def test_every_setting_stands_in_the_docs(self):
        answer = self.ok("config", "show", "--json", db=False)
        text = DOCS.read_text("utf-8")
        table = text[text.index(BEGIN) + len(BEGIN):text.index(END)]
        self.assertEqual(table, settings_table(answer.json["settings"]),
                         "python3 tests/cli/config_test.py --write mends it")

    def test_every_option_of_serve_is_a_setting(self):
        flags = {setting["flag"] for setting in self.show().values()}
        help_text = self.ok("serve", "--help", db=False).out
        options = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_text, re.M))
        self.assertGreater(len(options), 20)
        self.assertEqual(options - flags, {"--help", "--json", "--config"})

    def test_shows_where_each_value_came_from(self):
        file = self.write('db = "x.db"\n\n[engine]\nworkers = 3\npoll = "2s"\n')
        shown = self.show("--config", file, "--port", "12", env={"ROTA_ENGINE_POLL": "3s"})
        self.assertEqual(shown["db"]["from"], {"kind": "file", "name": str(file), "line": 1})
        self.assertEqual(shown["engine.workers"]["from"]["line"], 4)
        self.assertEqual(shown["engine.poll"]["from"],
                         {"kind": "environment", "name": "ROTA_ENGINE_POLL", "line": 0})
        self.assertEqual((shown["engine.poll"]["value"], shown["server.port"]["value"]), ("3s", "12"))
        self.assertEqual(shown["server.port"]["from"]["name"], "--port")
        self.assertEqual(shown["server.bind"]["from"]["kind"], "default")
        text = self.ok("config", "show", "--config", file, db=False).out
        self.assertRegex(text, r"engine\.workers +3 +\S*rota\.toml:4")

    def test_a_server_runs_by_its_file(self):
        file = self.write(f'db = "{self.folder}/by-file.db"\nnode_name = "filed"\n'
                          '[queues]\nreports = 2\n[engine]\nworkers = 3\n')
        server = self.serve("--config", str(file), "--create", env={"ROTA_LOG_QUIET": "true"})
        # The flags of the test's server count before the file.
        self.assertTrue(self.db.exists())
        self.assertFalse((self.folder / "by-file.db").exists())
        server.wait_for_line(r"3 workers")
        server.stop()

    def test_quiet_hides_runs_but_no_warnings(self):
        self.new_database()
        self.ok("task", "add", "--name", "often", "--type", "null", "--schedule", "every second")
        self.sql("UPDATE task SET schedule = 'nonsense', version = version + 1 WHERE name = 'one'")
        server = self.serve("--quiet")
        wait_until(lambda: any("cannot be planned" in line["message"] for line in server.log_lines()))
        wait_until(lambda: sum(line.get("channel") == "tasks" for line in server.log_lines()) > 2)
        server.stop()
        self.assertIn("cannot be planned", server.stderr())
        self.assertNotIn("often", server.stderr())

    def test_a_hangup_names_what_a_restart_would_change(self):
        file = self.write("[engine]\nworkers = 3\n")
        self.ok("import", "demo")
        server = self.serve("--config", str(file))

        def lines():
            return [line for line in server.log_lines() if line["channel"] == "config"]
        self.write("[engine]\nworkers = 4\npoll = '3s'\n[server]\nport = 1\n")
        server.signal(signal.SIGHUP)
        line = wait_until(lambda: lines()[:1])[0]
        self.assertEqual((line["level"], line["settings"]), ("warning", "engine.workers, engine.poll"))
        self.write("[engine]\nworkers = 0\n")
        server.signal(signal.SIGHUP)
        self.assertIn("engine.workers", wait_until(lambda: lines()[1:2])[0]["error"])
        self.assertEqual(server.stop(), 0)

    def test_the_packaged_file_is_right_and_the_unit_uses_it(self):
        packaged = (ROOT / "packaging" / "rota.toml").read_text("utf-8")
        answer = self.ok("config", "check", self.write(packaged), db=False)
        self.assertIn("no faults", answer.out)
        # What is commented out is right, too; an address for everybody needs its certificate.
        whole = self.write(re.sub(r"^# (?=\w+ = )", "", packaged, flags=re.M))
        self.assertGreater(self.ok("config", "check", whole, "--json", db=False).json["settings"], 10)
        unit = (ROOT / "packaging" / "rota.service").read_text("utf-8")
        self.assertIn("ExecStart=/usr/bin/rota serve --config /etc/rota/rota.toml\n", unit)

    def test_no_file_is_read_unless_it_is_named(self):
        self.write("[server]\nport = 1\n")
        self.assertEqual(self.show()["server.port"]["value"], "7682")
        named = self.show(env={"ROTA_CONFIG": str(self.folder / "rota.toml")})
        self.assertEqual(named["server.port"]["value"], "1")

    def test_a_wrong_file_is_refused_with_all_its_faults(self):
        file = self.write("[server]\nprot = 1\n[engine]\nlease = 5\nworkers = 'x'\n")
        for command in (["config", "check", file], ["config", "show", "--config", file],
                        ["serve", "--config", file]):
            self.refused(2, *command, db=False, says=[
                f"{file}:2:1: server.prot is not a setting; did you mean server.port?",
                f"{file}:4:1: engine.lease must be a duration", f"{file}:5:1: engine.workers"])
        answer = self.refused(2, "config", "check", file, "--json", db=False)
        self.assertIn(f'"field":"{file}:2:1"', answer.err)

    def test_a_wrong_flag_or_variable_is_refused(self):
        self.refused(2, "serve", "--port", "70000", db=False, says=["--port", "65535", "--help"])
        self.refused(2, "serve", db=False, env={"ROTA_SERVER_PORT": "http"}, says="ROTA_SERVER_PORT")
        answer = self.ok("config", "show", db=False, env={"ROTA_SERVER_PROT": "1"})
        self.assertIn("ROTA_SERVER_PORT", answer.err)

    def test_a_file_that_others_may_change_is_refused(self):
        for mode in (0o620, 0o602, 0o666):
            file = self.write("[server]\nport = 1\n", mode=mode)
            self.refused(7, "config", "check", file, db=False, says="chmod go-w")
        self.ok("config", "check", self.write("", mode=0o644), db=False)
        if os.geteuid() == 0:
            file = self.write("")
            os.chown(file, 12345, 12345)
            self.refused(7, "config", "check", file, db=False, says="another user")

    def test_what_is_no_readable_file_is_refused(self):
        self.refused(3, "config", "check", "none.toml", db=False, says="none.toml")
        self.refused(19, "config", "check", self.folder, db=False, says="not a file")
        os.mkfifo(self.folder / "pipe", 0o600)
        self.refused(19, "config", "check", self.folder / "pipe", db=False, says="not a file")
        self.refused(18, "config", "check", self.write("#" * 99 + "\n" * (1 << 20)), db=False,
                     says="larger")
        self.refused(2, "config", "check", self.write(b"db = 'a'\n\0\n"), db=False, says="2:1")
        self.refused(2, "config", "check", db=False, says="ROTA_CONFIG")


def write_docs():
    """Puts the program's table into the documentation."""
    import json
    import subprocess
    shown = subprocess.run([PROGRAM, "config", "show", "--json"], check=True, capture_output=True)
    text = DOCS.read_text("utf-8")
    DOCS.write_text(text[:text.index(BEGIN)] + BEGIN + settings_table(json.loads(shown.stdout)["settings"])
                    + text[text.index(END):], "utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_docs()
    else:
        main()
