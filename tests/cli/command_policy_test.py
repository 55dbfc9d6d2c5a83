"""What `rota serve` refuses to start with, and that README step 4 works as it is written."""
import json
import os
import pwd
import re
import shlex
import subprocess
import unittest

from rota import AS_ME, PROGRAM, ROOT, RotaTest, main

ME = pwd.getpwuid(os.geteuid()).pw_name
ROOT_USER = os.geteuid() == 0


class CommandPolicyTest(RotaTest):
    def refuses(self, *arguments, says):
        answer = self.refused(2, "serve", "--create", "--port", "0", *arguments, says=says)
        self.assertFalse(self.db.exists(), "a server that does not start makes no database")
        return answer

    def test_commands_need_the_name_of_the_user_they_run_as(self):
        answer = self.refuses("--allow-command", "/usr/bin/env", says="--run-as")
        self.assertIn("nobody" if ROOT_USER else f"--run-as {ME}", answer.err)

    def test_a_user_that_is_not_there_is_refused_also_without_commands(self):
        self.refuses("--allow-command", "/usr/bin/env", "--run-as", "nosuch",
                     says="there is no user named 'nosuch'")
        self.refuses("--run-as", "nosuch", says="there is no user named 'nosuch'")

    @unittest.skipUnless(ROOT_USER, "needs root")
    def test_root_is_accepted_by_a_second_option_alone(self):
        self.refuses("--allow-command", "/usr/bin/env", "--run-as", "root",
                     says="--allow-root-commands")

    @unittest.skipIf(ROOT_USER, "needs an ordinary user")
    def test_another_user_needs_a_server_started_as_root(self):
        answer = self.refuses("--allow-command", "/usr/bin/env", "--run-as", "nobody",
                              says="only a server started as root")
        self.assertIn(f"--run-as {ME}", answer.err)

    def test_patterns_that_cannot_be_meant_are_refused(self):
        open_folder = self.folder / "open"
        open_folder.mkdir()
        open_folder.chmod(0o777)
        for pattern, says in (
                ("jobs/run.sh", "relative path"), ("run.sh", "relative path"),
                ("/no/such/program", "names no program"), ("/no/such/folder/", "names no folder"),
                ("/usr/bin", "write /usr/bin/"), ("/usr/bin/../bin/", "write /usr/bin/"),
                ("/usr/bin/*", "names no program"), ("/etc/passwd", "names no program"),
                (f"{open_folder}/", "everybody may write")):
            with self.subTest(pattern):
                self.refuses("--allow-command", pattern, *AS_ME, says=says)

    def test_rules_for_variables_that_give_away_code_are_refused(self):
        for rule, says in (("LD_PRELOAD", "code of their own"), ("PERL5OPT", "code of their own"),
                           ("PATH", "never be set"), ("/usr/bin/env:PATH", "never be set"),
                           ("env:MODE", "relative path"), ("*", "not a variable's name")):
            with self.subTest(rule):
                self.refuses("--allow-command", "*", *AS_ME, "--allow-environment", rule, says=says)

    def test_a_sandbox_that_would_open_the_servers_own_files_is_refused(self):
        self.refuses("--allow-command", "*", *AS_ME, "--command-sandbox", "--command-write",
                     str(self.folder), says="the server's own files")
        self.refuses("--allow-command", "*", *AS_ME, "--command-sandbox", "--command-read", "/",
                     says="the server's own files")
        self.refuses("--allow-command", "*", *AS_ME, "--command-sandbox", "--command-read", "here",
                     says="relative path")

    def test_a_misspelt_field_is_refused_when_the_task_is_saved(self):
        self.new_database()
        answer = self.refused(2, "task", "add", "--name", "typo", "--type", "command", "--schedule",
                              "@daily", "--metadata", '{"arv":["/usr/bin/env"]}')
        self.assertIn("did you mean 'argv'?", answer.err)
        self.assertEqual(self.sql("SELECT count(*) FROM task WHERE name = 'typo'"), [(0,)])
        self.ok("task", "add", "--name", "right", "--type", "command", "--schedule", "@daily",
                "--metadata", '{"argv":["/usr/bin/env"]}')
        answer = self.refused(2, "task", "run", "right", "--metadata", '{"arvg":["/usr/bin/env"]}')
        self.assertIn("did you mean 'argv'?", answer.err)

    def test_the_command_of_the_readme_works_for_root_and_for_others(self):
        """Step 4, with `script/server` as `rota serve`: the options and the commands as they stand there."""
        text = (ROOT / "README.md").read_text("utf-8")
        step = text[text.index("# 4."):text.index("# 5.")]
        options = re.search(r"script/server (--allow-command .*)", step).group(1)
        if ROOT_USER:
            options = options.replace('"$(id -un)"', re.search(r"as root: --run-as (\w+)", step).group(1))
        options = options.split("  #")[0]
        split = subprocess.run(["/bin/sh", "-c", f"printf '%s\\n' {options}"], check=True,
                               capture_output=True, text=True).stdout.split("\n")[:-1]
        self.ok("import", "demo")
        self.serve(*split, "--quiet")
        for line in re.findall(r"^rota task .*", step, re.M):
            answer = self.ok(*shlex.split(line)[1:])
        self.assertIn("Filesystem", answer.out)
        self.assertEqual(json.loads(self.ok("runs", "Disk", "--json").out)[0]["status"], "succeeded")

    def test_the_help_of_serve_names_the_options_of_commands(self):
        text = subprocess.run([PROGRAM, "serve", "--help"], capture_output=True, text=True,
                              check=True).stdout
        for option in ("--run-as", "--allow-environment", "--command-sandbox", "--command-read",
                       "--command-write", "--command-processes"):
            self.assertIn(option, text)


if __name__ == "__main__":
    main()
