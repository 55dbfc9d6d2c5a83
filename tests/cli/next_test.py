"""`rota next` and `rota explain`: schedules without a database."""
from rota import RotaTest, main

FROM = ["--from", "2026-03-27T00:00:00Z"]


class NextTest(RotaTest):
    def next(self, *arguments):
        return self.ok("next", *FROM, "--json", *arguments, db=False).json["next"]

    def test_wall_time_is_kept_when_the_clock_changes(self):
        self.assertEqual(self.next("--tz", "Europe/London", "--count", "3", "30 9 * * *"),
                         ["2026-03-27T09:30:00Z", "2026-03-28T09:30:00Z", "2026-03-29T08:30:00Z"])

    def test_words_need_no_quotes(self):
        self.assertEqual(self.next("--count", "2", "every", "6", "hours"),
                         ["2026-03-27T06:00:00Z", "2026-03-27T12:00:00Z"])

    def test_working_days_leave_the_weekend_out(self):
        self.assertEqual(self.next("--working-days", "--count", "3", "0 12 * * *"),
                         ["2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z", "2026-03-31T12:00:00Z"])

    def test_a_schedule_that_has_ended_is_an_empty_list_and_the_word_never(self):
        self.assertEqual(self.next("0 0 0 1 1 ? 2020"), [])
        self.assertIn("never", self.ok("next", *FROM, "0 0 0 1 1 ? 2020", db=False).out)

    def test_people_see_english_local_time_and_utc(self):
        out = self.ok("next", *FROM, "--tz", "Europe/London", "--count", "1", "30 9 * * 1-5", db=False).out
        for words in ("09:30", "Europe/London", "2026-03-27 09:30:00", "GMT", "2026-03-27T09:30:00Z"):
            self.assertIn(words, out)

    def test_explain_says_why(self):
        answer = self.ok("explain", "--json", "--tz", "Europe/London", "--from", "2026-03-28T12:00:00Z",
                         "--count", "1", "30 1 * * *", db=False).json
        self.assertEqual(answer["slots"][0]["at"], "2026-03-29T01:00:00Z")
        self.assertTrue(answer["slots"][0]["notes"])

    def test_explain_warns_of_what_cron_does_with_two_days(self):
        out = self.ok("explain", *FROM, "--count", "1", "0 9 13 * 5", db=False).out
        self.assertIn("warning:", out)

    def test_a_step_larger_than_its_field_is_pointed_out(self):
        words = ("a step of 90 is larger than the minute field, so it means minute 0 of every hour; "
                 "for every 90 minutes write '90 minutes'")
        self.assertIn(f"warning: {words}\n", self.ok("explain", "*/90 * * * *", db=False).out)
        self.assertIn(f"warning: {words}\n", self.ok("next", "*/90 * * * *", db=False).err)
        answer = self.ok("next", "--json", "*/90 * * * *", db=False)
        self.assertIn(words, answer.json["pitfalls"])
        self.assertNotIn("warning", self.ok("next", "*/15 * * * *", db=False).err)

    def test_batch_answers_each_line(self):
        lines = (b'{"id":1,"expr":"@daily","tz":"UTC","from":"2026-01-01T00:00:00Z","count":1}\n'
                 b'{"id":2,"expr":"61 * * * *","tz":"UTC","from":"2026-01-01T00:00:00Z","count":1}\n')
        out = self.ok("next", "--batch", db=False, stdin=lines).out
        self.assertIn("2026-01-02T00:00:00Z", out)
        self.assertIn("error", out)


    def test_the_first_run_after_the_august_bank_holiday_is_not_lost(self):
        answer = self.ok("next", "--json", "--working-days", "--tz", "Europe/London", "--count", "1",
                         "--from", "2026-08-28T09:00:00Z", "30 9 * * 1-5", db=False).json
        self.assertEqual(answer["next"], ["2026-09-01T08:30:00Z"])

    def test_explain_names_the_holiday_that_a_slot_did_not_run_on(self):
        arguments = ["explain", "--working-days", "--tz", "Europe/London", "--count", "1",
                     "--from", "2026-08-28T09:00:00Z", "30 9 * * 1-5"]
        out = self.ok(*arguments, db=False).out
        self.assertIn("does not run: Summer bank holiday", out)
        slots = self.ok(*arguments, "--json", db=False).json["slots"]
        self.assertEqual([s["runs"] for s in slots], [False, True])
        self.assertEqual(slots[1]["business_date"], "2026-09-01")
        self.assertEqual(slots[1]["previous_business_date"], "2026-08-28")

    def test_working_day_words_know_the_bank_holidays(self):
        self.assertEqual(self.next("--tz", "Europe/London", "--count", "2", "WD3", "09:30"),
                         ["2026-04-07T08:30:00Z", "2026-05-06T08:30:00Z"])

    def test_scotland_has_other_days(self):
        ask = ["next", "--json", "--from", "2026-12-30T00:00:00Z", "--count", "1", "WD1 09:00"]
        self.assertEqual(self.ok(*ask, db=False).json["next"], ["2027-01-04T09:00:00Z"])
        self.assertEqual(self.ok(*ask, "--calendar", "scotland", db=False).json["next"],
                         ["2027-01-05T09:00:00Z"])
        self.assertIn("no calendar named 'Acme'",
                      self.refused(3, *ask, "--calendar", "Acme", db=False).err)

    def test_an_offset_counts_working_days_after_the_move(self):
        self.assertEqual(self.next("--working-days", "--on-non-working-day", "previous", "--offset",
                                   "-2", "--count", "1", "0 17 25 12 *"), ["2026-12-22T17:00:00Z"])
        self.assertIn("working days only",
                      self.refused(2, "next", "--offset", "-2", "@daily", db=False).err)

    def test_an_impossible_date_says_never_and_why(self):
        out = self.ok("next", *FROM, "0 0 30 2 *", db=False).out
        self.assertIn("never", out)
        self.assertIn("no year has a date that matches", out)

    def test_recurrence_rules_are_read(self):
        self.assertEqual(self.next("--count", "2", "RRULE:FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9"),
                         ["2026-04-06T09:00:00Z", "2026-05-04T09:00:00Z"])


class WrongScheduleTest(RotaTest):
    def test_a_caret_stands_under_what_is_wrong(self):
        err = self.refused(2, "next", "0 9 * * MOX", db=False).err.split("\n")
        at = next(i for i, line in enumerate(err) if line.strip() == "^")
        self.assertEqual(err[at - 1].strip(), "0 9 * * MOX")
        self.assertEqual(err[at - 1][err[at].index("^")], "M")

    def test_json_gives_code_message_and_column(self):
        import json
        answer = self.refused(2, "next", "--json", "0 9 * * MOX", db=False)
        error = json.loads(answer.err)["error"]
        self.assertEqual(error["code"], "invalid_argument")
        self.assertEqual(error["column"], 9)

    def test_whatever_is_wrong_is_refused_with_exit_code_2(self):
        for wrong in ("60 * * * *", "* * *", "every", "1 day ago", "monday", "*/0 * * * *",
                      "-5 minutes", "0 seconds", "\x01 * * * *", "", "   "):
            with self.subTest(wrong=wrong[:20]):
                self.refused(2, "next", "--", wrong, db=False)
        self.refused(18, "next", "x" * 501, db=False, says="500")
        self.refused(2, "next", "--tz", "Europe/Lundon", "@daily", db=False, says="Europe/Lundon")
        self.refused(2, "next", "--tz", "../../etc/passwd", "@daily", db=False)
        self.refused(2, "next", b"\xff\xfe * * * *", db=False)
        self.refused(2, "next", "--from", "yesterday", "@daily", db=False, says="--from")


if __name__ == "__main__":
    main()
