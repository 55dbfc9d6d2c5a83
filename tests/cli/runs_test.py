"""`rota runs` between two moments."""
from rota import RotaTest, main

HOUR = 3_600_000_000


class RunsTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        for at in range(4):  # 00:00 to 03:00 on the first day of 2026
            self.ok("task", "run", "one")
            self.sql("UPDATE run SET scheduled_for = ? WHERE id = (SELECT max(id) FROM run)",
                     1767225600_000_000 + at * HOUR)

    def slots(self, *arguments):
        return [run["scheduled_for"][11:13] for run in self.ok("runs", "--json", *arguments).json]

    def test_from_and_to_bound_the_list(self):
        self.assertEqual(self.slots(), ["03", "02", "01", "00"])
        self.assertEqual(self.slots("--from", "2026-01-01T02:00:00Z"), ["03", "02"])
        self.assertEqual(self.slots("--to", "2026-01-01T02:00:00Z"), ["01", "00"])
        self.assertEqual(self.slots("one", "--from", "2026-01-01T01:00:00Z", "--to",
                                    "2026-01-01T03:00:00Z"), ["02", "01"])
        self.assertEqual(self.slots("--from", "2026-01-02"), [])

    def test_a_wrong_moment_names_its_option(self):
        self.refused(2, "runs", "--from", "soon", says="--from")
        self.refused(2, "runs", "--to", "2026-13-01", says="--to")


if __name__ == "__main__":
    main()
