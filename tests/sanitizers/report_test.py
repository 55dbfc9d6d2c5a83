"""A build with sanitizers finds faults, in the way that the tests rely on: exit code 99 and a file that
says what it was. A suite that is clean without this might only look at nothing.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop()
FAULTS = {
    "asan": {"leak": "LeakSanitizer: detected memory leaks", "use_after_free": "heap-use-after-free",
             "overflow": "signed integer overflow"},
    "tsan": {"race": "ThreadSanitizer: data race"},
}[os.environ["ROTA_SANITIZER"]]


class ReportTest(unittest.TestCase):
    def run_with(self, fault):
        """The program's exit code and what the sanitizer wrote, which is kept out of the suite's own reports."""
        with tempfile.TemporaryDirectory(prefix="rota-report-") as folder:
            log = re.compile(r"log_path=[^:]*")
            settings = {name: log.sub(f"log_path={folder}/report", value)
                        for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
            self.assertIn("exitcode=99", " ".join(settings.values()))
            done = subprocess.run([PROGRAM, fault], env={**os.environ, **settings}, capture_output=True, check=False)
            return done.returncode, "".join(path.read_text("utf-8") for path in pathlib.Path(folder).iterdir())

    def test_each_fault_is_reported(self):
        for fault, words in FAULTS.items():
            with self.subTest(fault):
                code, report = self.run_with(fault)
                self.assertEqual(code, 99, report)
                self.assertIn(words, report)

    def test_a_good_program_is_not(self):
        self.assertEqual(self.run_with("none"), (0, ""))


if __name__ == "__main__":
    unittest.main()
