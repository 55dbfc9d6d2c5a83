"""Tasks from the command line: added, shown, changed, paused, removed, imported."""
import json

from rota import RotaTest, main


class TasksTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def show(self, task="one"):
        return self.ok("task", "show", task, "--json").json

    def test_every_field_goes_in_and_comes_out_under_its_own_name(self):
        fields = {
            "name": "Grüße 東京 'quoted'", "type": "null", "schedule": "30 9 * * 1-5",
            "timezone": "Europe/London", "priority": 7, "active": False, "working_days_only": True,
            "on_non_working_day": "next", "working_day_offset": -2, "description": "line one\nline two", "owner": "ops",
            "tags": "a,b", "queue": "slow", "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2027-01-01T00:00:00Z", "anchor_at": "2026-01-01T00:00:30Z", "jitter_s": 5,
            "catch_up": "all", "catch_up_window_s": 60, "overlap": "queue",
            "delivery": "at_most_once", "timeout_s": 9, "attempts_max": 3, "retry_delay_s": 1,
            "retry_backoff": "fixed", "retry_delay_max_s": 10, "failures_max": 4, "keep_runs": 5,
            "dst_gap": "skip", "dst_overlap": "both",
        }
        arguments = []
        for name, value in fields.items():
            option = "--" + name.replace("_", "-")
            if isinstance(value, bool):
                arguments.append(option if value else option.replace("--", "--no-"))
            else:
                arguments += [option, value]
        added = self.ok("task", "add", "--json", *arguments, "--metadata", '{"a":[1,{"b":null}]}').json
        shown = self.show(added["id"])
        for name, value in fields.items():
            self.assertEqual(shown[name], value, name)
        self.assertEqual(shown["metadata"], {"a": [1, {"b": None}]})
        self.assertEqual(shown["version"], 1)

    def test_a_calendar_is_named_and_shown_by_its_name(self):
        edited = self.ok("task", "edit", "one", "--calendar", "scotland", "--json").json
        self.assertIsInstance(edited["calendar_id"], int)
        self.assertIn("scotland", self.ok("task", "show", "one").out)
        self.refused(2, "task", "edit", "one", "--calendar", "atlantis", says="atlantis")
        self.ok("task", "edit", "one", "--calendar", "")
        self.assertIsNone(self.show()["calendar_id"])

    def test_a_task_is_found_by_name_or_id(self):
        self.assertEqual(self.show("one")["id"], self.show(self.show("one")["id"])["id"])
        self.ok("task", "add", "--name", "1999", "--type", "null", "--schedule", "@daily")
        self.assertEqual(self.show("1999")["name"], "1999")
        self.refused(3, "task", "show", "nobody", says="nobody")
        self.refused(3, "task", "show", "on", says="did you mean 'one'")

    def test_an_edit_changes_only_what_was_named(self):
        before = self.show()
        self.ok("task", "edit", "one", "--priority", "9", "--working-days-only")
        after = self.show()
        self.assertEqual((after["priority"], after["working_days_only"]), (9, True))
        self.assertEqual(after["version"], before["version"] + 1)
        self.assertEqual(after["schedule"], before["schedule"])
        self.ok("task", "edit", "one", "--no-working-days-only", "--starts-at", "2026-01-01T00:00:00Z")
        self.ok("task", "edit", "one", "--starts-at", "")
        self.assertIsNone(self.show()["starts_at"])

    def test_an_edit_of_an_old_version_is_refused(self):
        self.ok("task", "edit", "one", "--priority", "9", "--expect-version", "1")
        self.refused(5, "task", "edit", "one", "--priority", "8", "--expect-version", "1", says="version 2")
        self.assertEqual(self.show()["priority"], 9)

    def test_metadata_comes_from_a_file_or_standard_input(self):
        (self.folder / "meta.json").write_text('{"from": "file"}')
        self.ok("task", "edit", "one", "--metadata-file", "meta.json")
        self.assertEqual(self.show()["metadata"], {"from": "file"})
        self.ok("task", "edit", "one", "--metadata-file", "-", stdin=b'{"from": "input"}')
        self.assertEqual(self.show()["metadata"], {"from": "input"})

    def test_removal_must_be_confirmed_and_says_what_becomes_of_history(self):
        self.refused(2, "task", "remove", "one", says="--yes")
        self.assertIn("stay", self.ok("task", "remove", "one", "--yes").out)
        self.refused(3, "task", "show", "one")
        self.assertEqual(self.sql("SELECT count(*) FROM task_execution"), [(0,)])

    def test_pause_and_resume(self):
        self.ok("task", "pause", "one", "--until", "2199-01-01", "--reason", "stocktaking")
        shown = self.show()
        self.assertEqual((shown["paused_until"], shown["pause_reason"]),
                         ("2199-01-01T00:00:00Z", "stocktaking"))
        self.assertIn("stocktaking", self.ok("task", "show", "one").out)
        self.assertIn("paused", self.ok("task", "list").out)
        self.ok("task", "resume", "one")
        self.assertIsNone(self.show()["paused_until"])
        self.refused(2, "task", "pause", "one", "--until", "2020-01-01T00:00:00Z", says="past")

    def test_a_run_is_queued_while_no_server_runs_and_waiting_for_it_is_refused(self):
        answer = self.ok("task", "run", "one", "--metadata", '{"x":1}')
        self.assertIn("queued run", answer.out)
        self.assertIn("no server", answer.err)
        self.assertEqual(self.sql("SELECT status, cause FROM run"), [("queued", "manual")])
        self.refused(10, "task", "run", "one", "--wait", says="rota serve")
        self.assertIn("queued", self.ok("runs", "one").out)

    def test_the_list_filters_sorts_and_limits(self):
        for name, priority in (("b", 3), ("a", 1), ("c", 2)):
            self.ok("task", "add", "--name", name, "--type", "null", "--schedule", "@daily",
                    "--priority", priority)

        def names(*arguments):
            return [task["name"] for task in self.ok("task", "list", "--json", *arguments).json]
        self.assertEqual(names(), ["one", "b", "a", "c"])
        self.assertEqual(names("--order", "name"), ["a", "b", "c", "one"])
        self.assertEqual(names("--order", "priority", "--limit", "2"), ["a", "c"])
        self.assertEqual(names("--order", "name", "--descending", "--limit", "1"), ["one"])
        self.assertEqual(names("--search", "on"), ["one"])
        self.ok("task", "edit", "b", "--no-active")
        self.assertEqual(names("--inactive"), ["b"])
        self.assertEqual(names("--failing"), [])


class ImportTest(RotaTest):
    def test_the_demo_comes_in_once_and_leaves_changes_alone(self):
        first = self.ok("import", "demo", "--json").json
        self.assertEqual(first, {"added": 21, "present": 0, "shop_made": True})
        name = self.sql("SELECT name FROM task WHERE type = 'send_sms'")[0][0]
        self.ok("task", "edit", name, "--priority", "99")
        self.sql("DELETE FROM task WHERE type = 'cache_warmup'")
        again = self.ok("import", "demo", "--json").json
        self.assertEqual(again, {"added": 1, "present": 20, "shop_made": False})
        self.assertEqual(self.sql("SELECT priority FROM task WHERE name = ?", name), [(99,)])
        self.assertEqual(self.ok("import", "demo", "--json").json["added"], 0)

    def test_the_demo_is_the_file_in_examples(self):
        from rota import ROOT
        self.ok("import", "demo")
        wanted = json.loads((ROOT / "examples" / "demo-tasks.json").read_text("utf-8"))
        stored = self.ok("task", "list", "--json").json
        for want, have in zip(wanted, stored, strict=True):
            self.assertEqual({key: have[key] for key in want}, want)

    def test_every_type_of_the_demo_has_a_handler(self):
        self.ok("import", "demo")
        types = {handler["type"] for handler in self.ok("handlers", "--json", db=False).json}
        self.assertEqual({t["type"] for t in self.ok("task", "list", "--json").json} - types, set())
        self.assertTrue({"command", "http_request", "null"} <= types)

    def test_a_handler_explains_its_metadata(self):
        self.assertIn("argv", self.ok("handlers", "command", db=False).out)
        self.refused(3, "handlers", "nonsense", db=False, says="rota handlers")


class DoctorTest(RotaTest):
    def test_a_healthy_database_is_said_to_be_so(self):
        self.new_database()
        answer = self.ok("doctor")
        self.assertIn("ok    integrity", answer.out)
        self.assertIn("warn  server", answer.out)
        self.assertTrue(self.ok("doctor", "--json").json["healthy"])

    def test_a_missing_database_fails_and_says_what_to_do(self):
        answer = self.rota("doctor")
        self.assertEqual(answer.code, 1)
        self.assertIn("fail  database file", answer.out)
        self.assertIn("rota import demo", answer.out)

    def test_an_unknown_type_is_found(self):
        self.new_database()
        self.sql("UPDATE task SET type = 'no_such_type'")
        self.assertIn("no_such_type", self.ok("doctor").out)


if __name__ == "__main__":
    main()
