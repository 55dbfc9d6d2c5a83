"""A task whose runs take longer than its period, at the finished program: what waits is bounded, said
and kept over a stop; what was left out or made up for names the run; removed tasks keep their names.
"""
import json
import time
import urllib.request

from rota import RotaTest, main, wait_until


class BacklogTest(RotaTest):
    def crowded(self, *more):
        self.ok("import", "demo")
        self.sql("DELETE FROM task")
        self.ok("task", "add", "--name", "crowded", "--type", "null", "--schedule", "* * * * * *",
                "--overlap", "queue", "--metadata", '{"sleep_ms": 3000}', *more)

    def left_out(self):
        return self.sql("SELECT reason FROM run WHERE skip_kind = 'backlog'")

    def get(self, server, path):
        with urllib.request.urlopen(server.url.rstrip("/") + path, timeout=20) as answer:
            return answer.read().decode()

    def test_the_backlog_has_a_bound_and_every_place_says_so(self):
        self.crowded()
        server = self.serve("--no-sign-in")
        wait_until(lambda: len(self.left_out()) >= 4 and
                   self.sql("SELECT count(*) FROM run WHERE status = 'succeeded'")[0][0] >= 2, 60, 0.2)
        self.assertRegex(self.left_out()[0][0], r"^backlog full: run \d+ waits already for run \d+$")
        late = self.sql("SELECT max(started_at - scheduled_for) FROM run WHERE started_at IS NOT NULL")
        self.assertLess(late[0][0], 10_000_000, "one run's time, with room for a busy machine")
        self.assertIn("crowded", self.rota("doctor").out)
        self.assertIn("runs take longer than the period", self.rota("doctor").out)
        task = json.loads(self.get(server, "/api/v1/tasks?search=crowded"))["items"][0]
        one = json.loads(self.get(server, f"/api/v1/tasks/{task['id']}"))
        self.assertIn("runs take longer than the period", one["advice"])
        metrics = self.get(server, "/metrics")
        self.assertIn("\nrota_tasks_overrunning 1\n", metrics)
        self.assertRegex(metrics, r'rota_slots_left_out_total\{reason="backlog"\} [1-9]')
        decisions = self.ok("runs", "crowded", "--decisions", "--json").json
        self.assertIn("backlog", [one["kind"] for one in decisions])

    def test_what_waits_is_still_there_after_a_stop(self):
        self.crowded("--backlog-max", "3")
        server = self.serve()
        waiting = "SELECT id FROM run WHERE status = 'claimed' AND scheduled_for < ?"
        ids = wait_until(lambda: [row for row in self.sql(waiting, (time.time() - 2) * 1_000_000)
                                  if len(self.left_out()) >= 2], 60, 0.2)
        self.assertEqual(server.stop(), 0)
        kept = self.sql(f"SELECT id, status FROM run WHERE id = {ids[0][0]}")[0]
        self.assertIn(kept[1], ("queued", "succeeded"))
        # As if the stop had been long ago: far beyond the grace of a minute.
        self.sql("UPDATE run SET scheduled_for = scheduled_for - 300000000,"
                 " available_at = available_at - 300000000 WHERE status = 'queued' AND cause = 'schedule'")
        self.sql("UPDATE task SET schedule = '0 0 1 1 *', metadata = '{}'")
        self.sql("UPDATE run SET task_version = (SELECT version FROM task) WHERE status = 'queued'")
        queued = [row[0] for row in self.sql("SELECT id FROM run WHERE status = 'queued' AND cause = 'schedule'"
                                             " ORDER BY scheduled_for")]
        self.serve()
        wait_until(lambda: self.sql("SELECT count(*) FROM run WHERE status = 'queued'") == [(0,)], 30)
        first = queued[0]
        wait_until(lambda: self.sql("SELECT status FROM run WHERE id = ?", first)[0][0]
                   in ("succeeded", "skipped"), 30)
        self.assertEqual(self.sql("SELECT status, reason FROM run WHERE id = ?", first)[0][0], "succeeded")

    def test_a_slot_that_is_made_up_for_names_its_run(self):
        self.ok("import", "demo")
        self.sql("DELETE FROM task")
        self.ok("task", "add", "--name", "Payroll", "--type", "null", "--schedule", "* * * * * *")
        self.ok("task", "pause", "Payroll", "--reason", "audit")
        self.serve()
        paused = "SELECT scheduled_for FROM run WHERE skip_kind = 'paused' ORDER BY scheduled_for"
        slot = wait_until(lambda: self.sql(paused), 20)[0][0]
        self.ok("task", "resume", "Payroll")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(slot // 1_000_000))
        self.ok("backfill", "Payroll", "--from", at, "--to", at)
        made_up = wait_until(lambda: self.sql("SELECT id FROM run WHERE reason = 'backfill' AND"
                                              " status = 'succeeded'"), 20)[0][0]
        rows = [row for row in self.ok("runs", "Payroll", "--decisions", "--json", "--limit", "500").json
                if row["slot"] == at]
        self.assertEqual(rows[0]["made_up_by"], made_up)
        self.assertEqual(rows[0]["made_up_status"], "succeeded")
        self.assertIn(f"made up for by run {made_up}",
                      self.ok("runs", "Payroll", "--decisions", "--limit", "500", env={"COLUMNS": "200"}).out)

    def test_a_removed_task_is_found_by_its_name_and_its_id(self):
        self.new_database()
        task = self.sql("SELECT id FROM task")[0][0]
        self.ok("task", "run", "one")
        self.ok("task", "remove", "one", "--yes")
        for name in ("one", task):
            answer = self.ok("runs", name, "--skipped", env={"COLUMNS": "160"})
            self.assertIn(f"one (removed {task})", answer.out)
            self.assertIn("was removed at", answer.out + answer.err)
        self.assertIn("there is no task 'nobody'", self.rota("runs", "nobody").err)


if __name__ == "__main__":
    main()
