"""The main job, end to end, with one-second tasks: they run on time, a plain SQL change is followed
at once, kill -9 and a restart lose and double nothing, and SIGTERM drains.
"""
import contextlib
import signal
import sqlite3
import subprocess
import time
import urllib.request

from rota import AS_ME, RotaTest, main, wait_until

SECOND_US = 1_000_000


class LiveTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.ok("import", "demo")
        # The demo's two busiest tasks, thirty and sixty times as fast.
        self.sql("UPDATE task SET schedule = '1 second' WHERE type = 'send_sms'")
        self.sql("UPDATE task SET schedule = '* * * * * *' WHERE type = 'send_emails'")

    def runs(self, kind, where="1"):
        """Slot, status, start of the runs of a type, oldest first."""
        return self.sql(
            "SELECT r.scheduled_for, r.status, r.started_at, r.finished_at, r.result, r.duration_ms FROM run r "
            f"JOIN task t ON t.id = r.task_id WHERE t.type = ? AND r.cause IN ('schedule', 'catch_up') AND ({where}) "
            "ORDER BY r.scheduled_for", kind)

    def finished(self, kind):
        return self.runs(kind, "r.finished_at IS NOT NULL AND r.status <> 'skipped'")

    def wait_for_runs(self, kind, count, seconds=30):
        return wait_until(lambda: len(self.finished(kind)) >= count and self.finished(kind), seconds,
                          0.1, f"{count} runs of {kind}")

    def test_tasks_run_on_time_and_every_row_and_line_is_right(self):
        server = self.serve()
        for kind in ("send_sms", "send_emails"):
            runs = self.wait_for_runs(kind, 4)
            slots = [run[0] for run in runs]
            self.assertEqual(slots, [slots[0] + i * SECOND_US for i in range(len(slots))], kind)
            for slot, status, started, done, result, _ in runs:
                self.assertIn(status, ("succeeded", "failed"))
                self.assertLess(started - slot, SECOND_US // 2, "more than half a second late")
                self.assertGreaterEqual(started, slot, "early")
                self.assertGreaterEqual(done, started)
            execution = self.sql("SELECT executed_at, execution_time, last_status, last_result, "
                                 "next_scheduled_at, failure_count FROM task_execution JOIN task "
                                 "ON task.id = task_id WHERE type = ?", kind)[0]
            self.assertIsNotNone(execution[0])
            self.assertGreater(execution[4], runs[-1][0])
            self.check_log(server, kind)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.sql("SELECT count(*) FROM run WHERE status IN ('claimed', 'running')"), [(0,)])

    def check_log(self, server, kind):
        lines = wait_until(lambda: [x for x in server.log_lines() if x.get("type") == kind
                                    and x.get("channel") == "tasks"], 5)
        self.assertGreaterEqual(len(lines), 4, "start and end of several runs")
        for line in lines:
            self.assertIn("time", line)
            self.assertIn("message", line)

    def test_an_sql_change_by_another_program_changes_the_next_run_at_once(self):
        self.sql("UPDATE task SET schedule = '0 0 1 1 *'")
        self.serve()
        wait_until(lambda: self.sql("SELECT count(*) FROM task_execution JOIN task ON task.id = task_id "
                                    "WHERE active = 1 AND next_scheduled_at IS NULL") == [(0,)], 10)
        before = time.time()
        subprocess.run(["sqlite3", str(self.db), "-cmd", ".timeout 5000",
                        "UPDATE task SET schedule = '* * * * * *' WHERE type = 'send_sms'"], check=True, timeout=20)
        soon = (time.time() + 10) * SECOND_US  # Slots are claimed ahead, so not exactly the next one.
        wait_until(lambda: self.sql("SELECT next_scheduled_at FROM task_execution JOIN task ON task.id = task_id "
                                    "WHERE type = 'send_sms'")[0][0] < soon, 5)
        self.assertLess(time.time() - before, 1, "the change took more than a second, program start included")
        self.wait_for_runs("send_sms", 2, 10)
        # And back: nothing runs after a change that takes the slots away.
        self.sql("UPDATE task SET schedule = '0 0 1 1 *' WHERE type = 'send_sms'")
        time.sleep(0.3)
        after = time.time() * SECOND_US
        time.sleep(2.2)
        self.assertEqual(self.runs("send_sms", f"r.scheduled_for > {after}"), [])

    def test_a_wrong_row_written_by_hand_is_marked_and_stops_nothing_else(self):
        self.serve()
        self.sql("UPDATE task SET schedule = 'whenever you like' WHERE type = 'send_emails'")
        wait_until(lambda: self.sql("SELECT schedule_error FROM task_execution JOIN task ON task.id = task_id "
                                    "WHERE type = 'send_emails'")[0][0], 5, what="the mark")
        count = len(self.finished("send_sms"))
        self.wait_for_runs("send_sms", count + 2)
        self.assertIn("cannot be planned", self.ok("doctor").out)
        self.assertIn("error", self.ok("task", "list", "--failing").out)
        self.ok("task", "edit", "--schedule", "1 second", self.sql(
            "SELECT name FROM task WHERE type = 'send_emails'")[0][0])
        count = len(self.finished("send_emails"))
        self.wait_for_runs("send_emails", count + 2)

    def test_kill_and_restart_lose_and_double_nothing(self):
        self.sql("UPDATE task SET catch_up = 'all', overlap = 'allow' WHERE type IN ('send_sms', 'send_emails')")
        for _ in range(3):
            server = self.serve()
            count = len(self.finished("send_sms"))
            self.wait_for_runs("send_sms", count + 2)
            server.kill()
        server = self.serve()
        count = len(self.finished("send_sms"))
        self.wait_for_runs("send_sms", count + 3)
        self.assertEqual(server.stop(), 0)
        for kind in ("send_sms", "send_emails"):
            slots = [run[0] for run in self.runs(kind)]
            whole = set(range(min(slots), max(slots) + 1, SECOND_US))
            self.assertEqual(len(slots), len(set(slots)), f"{kind}: a slot twice")
            self.assertEqual(whole - set(slots), set(), f"{kind}: slots lost")
        self.assertEqual(self.sql("SELECT count(*) FROM run WHERE status IN ('claimed', 'running')"), [(0,)])
        self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])

    def test_the_page_is_served_and_a_second_signal_stops_at_once(self):
        server = self.serve()
        for path in ("/", "/dynamic-task"):
            with contextlib.closing(urllib.request.urlopen(server.url + path, timeout=10)) as page:
                self.assertEqual(page.status, 200)
                self.assertIn(b"<html", page.read().lower())
        server.signal(signal.SIGHUP)
        self.assertIsNone(server.process.poll())
        self.assertEqual(server.stop(), 0)
        self.assertIn("stopped", server.stderr())


class CommandTest(RotaTest):
    """Command tasks from the command line: allowed ones run, their output and exit code come back."""

    def setUp(self):
        super().setUp()
        self.new_database()
        self.ok("task", "add", "--name", "say", "--type", "command", "--schedule", "0 0 1 1 *",
                "--metadata", '{"argv":["/bin/echo","hello \\u001b[31mworld"]}')
        self.ok("task", "add", "--name", "fail", "--type", "command", "--schedule", "0 0 1 1 *",
                "--metadata", '{"argv":["/bin/false"]}')

    def test_wait_shows_output_and_tells_the_outcome(self):
        self.serve("--allow-command", "/bin/", "--allow-command", "/usr/bin/", *AS_ME)
        answer = self.ok("task", "run", "say", "--wait", "--wait-for", "20")
        self.assertIn("hello", answer.out)
        self.assertIn("succeeded", answer.err)
        self.assertNotIn("\x1b", answer.out)
        self.assertEqual(self.rota("task", "run", "fail", "--wait", "--wait-for", "20").code, 1)
        ended = self.ok("task", "run", "say", "--wait", "--json").json
        self.assertEqual(ended["status"], "succeeded")
        self.assertIn("hello", self.ok("output", ended["id"]).out)
        self.assertIn("hello", self.ok("runs", "--json").out + self.ok("output", ended["id"], "--json").out)

    def test_commands_are_off_unless_allowed(self):
        self.serve()
        answer = self.rota("task", "run", "say", "--wait", "--wait-for", "20")
        self.assertEqual(answer.code, 1, answer)
        self.assertIn("--allow-command", answer.err)


if __name__ == "__main__":
    main()
