"""The program is built so that a fault in memory is hard to use: looked up in the finished file."""
import shutil
import subprocess
import unittest

from rota import PROGRAM, main


@unittest.skipUnless(shutil.which("readelf"), "needs readelf")
class HardeningTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run(["readelf", "-hldW", "--dyn-syms", PROGRAM], capture_output=True,
                              check=True, text=True, timeout=60)
        cls.text = done.stdout
        cls.headers = done.stdout.splitlines()

    def line(self, *words):
        return next((line for line in self.headers if all(word in line for word in words)), "")

    def test_it_is_loaded_anywhere_and_its_tables_are_read_only_from_the_start(self):
        self.assertIn("DYN", self.line("Type:"))
        self.assertIn("PIE", self.line("FLAGS_1"))
        self.assertNotEqual(self.line("GNU_RELRO"), "")
        self.assertIn("NOW", self.line("FLAGS_1"))

    def test_no_memory_is_both_written_and_run(self):
        self.assertIn("RW ", self.line("GNU_STACK"))
        for line in self.headers:
            if line.split()[:1] == ["LOAD"]:
                self.assertNotIn("RWE", line)

    def test_stacks_and_copies_are_guarded(self):
        self.assertIn("__stack_chk_fail", self.text)
        if "__asan_init" not in self.text and "__tsan_init" not in self.text:
            self.assertIn("_chk@GLIBC", self.text.replace("__stack_chk_fail@GLIBC", ""))


if __name__ == "__main__":
    main()
