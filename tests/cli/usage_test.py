"""The command line explains itself: help for every command, usage errors, completion, docs."""
import re
import shutil
import subprocess
import unittest

from rota import PROGRAM, ROOT, RotaTest, main


def commands_of(text):
    """The subcommands a help text lists."""
    found = re.search(r"^Subcommands:\n((?:  .*\n?)+)", text, re.M)
    return re.findall(r"^  ([\w-]+)", found.group(1), re.M) if found else []


class UsageTest(RotaTest):
    def all_commands(self, group=()):
        paths = []
        for name in commands_of(self.ok(*group, "--help", db=False).out):
            path = [*group, name]
            paths += self.all_commands(path) or [path]
        return paths

    def test_every_command_has_help_and_stands_in_the_docs(self):
        commands = self.all_commands()
        self.assertGreaterEqual(len(commands), 17)
        docs = (ROOT / "docs" / "cli.md").read_text("utf-8")
        for path in commands:
            answer = self.ok(*path, "--help", db=False)
            self.assertIn("--json", answer.out)
            self.assertIn("rota " + " ".join(path), docs)

    def test_every_exit_code_of_the_docs_is_that_of_the_program(self):
        table = (ROOT / "src" / "base" / "result.cc").read_text("utf-8")
        codes = re.findall(r'\{"(\w+)", \d+, (\d+), ', table)
        self.assertEqual(len(codes), 20)
        docs = (ROOT / "docs" / "cli.md").read_text("utf-8")
        for name, code in codes:
            self.assertRegex(docs, rf"\| {code} \| `{name}` \|")

    def test_wrong_usage_exits_with_2_and_says_where_help_is(self):
        for wrong in (["nonsense"], ["task"], ["task", "show"], ["next", "--count", "0", "@daily"],
                      ["next", "--count", "-1", "@daily"], ["serve", "--port", "70000"],
                      ["serve", "--workers", "0"], ["completion", "tcsh"], ["output", "x"],
                      ["task", "list", "--order", "colour"], ["version", "--nonsense"], []):
            with self.subTest(wrong=wrong):
                answer = self.rota(*wrong, db=False)
                self.assertEqual(answer.code, 2, answer)
                self.assertIn("--help", answer.err)
                self.assertEqual(answer.out, "")

    def test_version_names_the_time_zone_data(self):
        self.assertRegex(self.ok("version", db=False).out, r"rota \d+\.\d+\.\d+\n.*\ntime zone data \d{4}\w")
        self.assertIn("timezone_data", self.ok("version", "--json", db=False).json)

    def test_a_full_disk_on_standard_output_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "version"], stdout=full, stderr=subprocess.PIPE,
                                  check=False, timeout=20)
        self.assertEqual(done.returncode, 19)
        self.assertIn(b"standard output", done.stderr)


class CompletionTest(RotaTest):
    def complete(self, *words):
        """What bash would offer for the last word."""
        script = self.ok("completion", "bash", db=False).out
        quoted = " ".join("'" + w.replace("'", "'\\''") + "'" for w in words)
        code = (script + f"\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _rota; "
                "printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", code], capture_output=True, check=True, timeout=20,
                              env={"PATH": f"{self.folder}:/usr/bin:/bin", "ROTA_DB": str(self.db)})
        return done.stdout.decode().split("\n")[:-1]

    def test_bash_offers_commands_options_and_names_of_tasks(self):
        (self.folder / "rota").symlink_to(PROGRAM)
        self.new_database()
        self.ok("task", "add", "--name", "$(touch pwned) `x`", "--type", "null", "--schedule", "@daily")
        self.assertIn("task", self.complete("rota", "ta"))
        self.assertEqual(set(self.complete("rota", "task", "re")), {"remove", "resume"})
        self.assertIn("--working-days-only", self.complete("rota", "task", "add", "--work"))
        self.assertIn("one", self.complete("rota", "task", "show", "o"))
        names = self.complete("rota", "task", "show", "")
        self.assertTrue(any("touch" in name for name in names), names)
        self.assertFalse((self.folder / "pwned").exists())

    def test_every_script_is_one_its_shell_can_read(self):
        for shell, check in (("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "-n"])):
            script = self.folder / f"completion.{shell}"
            script.write_text(self.ok("completion", shell, db=False).out)
            self.assertGreater(script.stat().st_size, 500)
            if shutil.which(check[0]):
                subprocess.run([*check, script], check=True, timeout=20)


if __name__ == "__main__":
    main()
