"""Wall-clock promises, end to end: a day closed by plain SQL stops its tasks at once and says why,
opening it lets them go on; slots of the past are made up for on request, each once.
"""
import datetime

from rota import RotaTest, main, wait_until

DAY = datetime.timedelta(days=1)


class PromisesTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()
        # No weekend, so that the test passes on every day of the week.
        self.ok("calendar", "add", "open", "--weekend", "")
        self.ok("task", "add", "--name", "payroll", "--type", "null", "--schedule", "* * * * * *",
                "--working-days-only", "--calendar", "open")

    def count(self):
        return self.sql("SELECT count(*) FROM run JOIN task ON task.id = task_id "
                        "WHERE name = 'payroll' AND status = 'succeeded'")[0][0]

    def next_slot(self):
        return self.sql("SELECT next_scheduled_at FROM task_execution JOIN task ON task.id = task_id "
                        "WHERE name = 'payroll'")[0][0]

    def decisions(self):
        return self.ok("runs", "payroll", "--decisions", "--limit", "1000", "--json").json

    def test_a_day_closed_by_sql_stops_its_tasks_at_once_and_says_why(self):
        self.serve()
        wait_until(lambda: self.count() >= 2, 20)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        for day in (today, today + DAY):  # midnight may pass
            self.sql("INSERT INTO holiday (calendar_id, date, title) "
                     "SELECT id, ?, 'Stock-taking' FROM calendar WHERE name = 'open'", day.isoformat())
        later = (datetime.datetime.combine(today + DAY, datetime.time(), datetime.timezone.utc)).timestamp()
        wait_until(lambda: self.next_slot() >= later * 1_000_000, 5)
        skipped = wait_until(lambda: [d for d in self.decisions() if d["reason"] == "Stock-taking"], 10)
        self.assertEqual(skipped[0]["verdict"], "skipped")
        self.assertGreater(skipped[0]["slots"], 1, "one row for the closed day")
        ran = self.count()
        self.sql("DELETE FROM holiday")
        wait_until(lambda: self.count() > ran, 10)
        self.assertTrue(all(d["verdict"] for d in self.decisions()), "every slot has a decision")

    def test_slots_of_the_past_are_made_up_for_once(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        start = (today - 3 * DAY).isoformat()
        self.ok("task", "add", "--name", "nightly", "--type", "null", "--schedule", "0 0 * * *")
        stretch = ["backfill", "nightly", "--from", start, "--to", today.isoformat(), "--missing-only"]
        plan = self.ok(*stretch, "--dry-run", "--json").json
        self.assertEqual([slot["runs"] for slot in plan], [True] * 4)
        self.assertEqual(self.sql("SELECT count(*) FROM run"), [(0,)], "a dry run queues nothing")
        self.ok(*stretch, "--pace", "0")
        self.serve()
        wait_until(lambda: self.sql("SELECT count(*) FROM run WHERE status = 'succeeded' AND reason = 'backfill'")
                   == [(4,)], 20)
        self.assertEqual([slot["runs"] for slot in self.ok(*stretch, "--json").json], [False] * 4)
        self.refused(3, "backfill", "nobody", "--from", start, says="nobody")
        self.refused(2, "backfill", "nightly", "--from", "yesterday", says="--from")
        self.refused(2, "backfill", "nightly", "--from", today.isoformat(), "--to", start, says="before it begins")


if __name__ == "__main__":
    main()
