"""Calendars as a payroll clerk uses them: shown, tried, changed, imported, fed and compared."""
import http.server
import json
import threading
import time

from rota import RotaTest, main


def gov_uk(*dates, division="england-and-wales"):
    events = [{"title": f"Day {date}", "date": date, "notes": ""} for date in dates]
    return json.dumps({division: {"division": division, "events": events}}).encode()


def ics(*lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines):
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


class Service:
    """A bank holiday service on 127.0.0.1 that answers as it is told to."""

    def __init__(self, status=200, body=b""):
        service = self
        self.status, self.body, self.requests = status, body, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                service.requests += 1
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/bank-holidays.json"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class CalendarTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.new_database()

    def show(self, name, year):
        return self.ok("calendar", "show", name, "--year", str(year), "--json").json

    def days(self, name, year):
        return {day["date"]: day["title"] for day in self.show(name, year)["days"]}

    def service(self, **options):
        service = Service(**options)
        self.addCleanup(service.close)
        return service


class ShownTest(CalendarTest):
    def test_the_shipped_calendars_need_no_network(self):
        names = [one["name"] for one in self.ok("calendar", "list", "--json").json]
        self.assertEqual(names, ["england-and-wales", "northern-ireland", "scotland", "weekdays"])
        days = self.days("england-and-wales", 2026)
        self.assertEqual(days["2026-04-06"], "Easter Monday")
        self.assertEqual(days["2026-12-28"], "Boxing Day (substitute day)")
        self.assertEqual(len(days), 8)
        self.assertEqual(self.days("scotland", 2026)["2026-06-15"], "World Cup bank holiday")
        self.assertEqual(self.show("england-and-wales", 2026)["working_days"], 253)

    def test_the_shipped_calendars_need_no_database_either(self):
        before = self.ok("calendar", "show", "scotland", "--year", "2027", db=False)
        self.assertIn("2nd January", before.out)
        self.assertIn("no database", before.err)
        after = self.ok("calendar", "show", "scotland", "--year", "2027")
        self.assertEqual(after.out, before.out)

    def test_people_read_a_table(self):
        out = self.ok("calendar", "show", "england-and-wales", "--year", "2031").out
        self.assertIn("2031-04-14  Mon  Easter Monday", out)
        self.assertIn("(default)", self.ok("calendar", "list").out)

    def test_an_unknown_name_names_the_known_ones(self):
        self.refused(3, "calendar", "show", "englnad", says=("englnad", "england-and-wales"))

    def test_a_year_out_of_range_is_refused(self):
        self.refused(2, "calendar", "show", "scotland", "--year", "1812")


class ChangedTest(CalendarTest):
    def test_a_company_stands_on_england(self):
        self.ok("calendar", "add", "Acme", "--parent", "england-and-wales")
        self.ok("calendar", "day", "add", "Acme", "2026-12-24", "Company holiday")
        self.ok("calendar", "day", "add", "Acme", "2026-12-25", "Shop open", "--working")
        shown = {day["date"]: day for day in self.show("Acme", 2026)["days"]}
        self.assertEqual(shown["2026-12-24"]["calendar"], "Acme")
        self.assertEqual(shown["2026-12-28"]["calendar"], "england-and-wales")
        self.assertTrue(shown["2026-12-25"]["working"])
        self.assertNotIn("2026-12-24", self.days("england-and-wales", 2026))
        self.ok("calendar", "day", "remove", "Acme", "2026-12-24")
        self.assertNotIn("2026-12-24", self.days("Acme", 2026))

    def test_another_weekend(self):
        self.ok("calendar", "add", "Dubai", "--weekend", "Saturday, sun")
        self.assertEqual(self.show("Dubai", 2026)["weekend"], "sat,sun")
        self.ok("calendar", "edit", "Dubai", "--weekend", "")
        self.assertEqual(self.show("Dubai", 2026)["working_days"], 365)
        self.ok("calendar", "edit", "Dubai", "--weekend", "parent")
        self.assertIsNone(self.show("Dubai", 2026)["weekend"])

    def test_wrong_input_changes_nothing(self):
        self.refused(2, "calendar", "day", "add", "scotland", "2026-02-30", "x", says="2026-02-30")
        self.refused(2, "calendar", "day", "add", "scotland", "soon", "x", says="2026-12-25")
        self.refused(2, "calendar", "day", "add", "scotland", "2026-01-05", "")
        self.refused(2, "calendar", "edit", "scotland", "--weekend", "sat,funday", says="funday")
        self.refused(2, "calendar", "edit", "scotland", "--rule", "france")
        self.refused(2, "calendar", "edit", "scotland", "--valid-from", "2026-13-01")
        self.refused(2, "calendar", "edit", "scotland", "--parent", "scotland", says="itself")
        self.refused(2, "calendar", "edit", "scotland", says="nothing to change")
        self.refused(3, "calendar", "day", "remove", "scotland", "2026-12-25", says="Christmas Day")
        self.assertEqual(self.sql("SELECT count(*) FROM holiday"), [(0,)])
        self.assertEqual(self.sql("SELECT max(version) FROM calendar"), [(1,)])

    def test_a_loop_of_parents_is_refused(self):
        self.ok("calendar", "add", "a")
        self.ok("calendar", "add", "b", "--parent", "a")
        self.refused(2, "calendar", "edit", "a", "--parent", "b", says="itself")
        self.refused(2, "calendar", "edit", "a", "--parent", "b", "--dry-run", says="itself")

    def test_what_is_followed_is_not_removed(self):
        self.ok("calendar", "add", "Acme", "--parent", "scotland")
        self.refused(2, "calendar", "remove", "scotland", "--yes")
        self.refused(2, "calendar", "remove", "england-and-wales", "--yes")
        self.refused(2, "calendar", "remove", "Acme", says="--yes")
        self.ok("calendar", "remove", "Acme", "--yes")
        self.refused(3, "calendar", "show", "Acme")

    def test_another_default(self):
        self.assertIn("england-and-wales", self.ok("calendar", "default").out)
        self.ok("calendar", "default", "scotland")
        self.assertTrue(self.ok("calendar", "default", "--json").json["default"])
        self.assertIn("scotland", self.ok("calendar", "default").out)

    def test_an_expression_follows_the_default_as_a_task_does(self):
        saint_andrews = ["explain", "0 9 * * *", "--working-days", "--from", "2026-11-30", "--count", "1"]
        self.assertNotIn("Andrew", self.ok(*saint_andrews).out)
        self.ok("calendar", "default", "scotland")
        self.assertIn("Andrew", self.ok(*saint_andrews).out)
        self.assertNotIn("Andrew", self.ok(*saint_andrews, "--calendar", "england-and-wales").out)

    def test_days_written_with_sql_count(self):
        self.sql("INSERT INTO holiday (calendar_id, date, title) SELECT id, '2026-12-24', 'By SQL' "
                 "FROM calendar WHERE name = 'scotland'")
        self.assertEqual(self.days("scotland", 2026)["2026-12-24"], "By SQL")

    def test_a_version_that_moved_on_is_a_conflict(self):
        self.ok("calendar", "edit", "scotland", "--description", "x", "--expect-version", "1")
        self.refused(5, "calendar", "edit", "scotland", "--description", "y", "--expect-version", "1")


class DryRunTest(CalendarTest):
    """Dates are taken from the day the test runs: a working Wednesday some weeks ahead."""

    def setUp(self):
        super().setUp()
        self.ok("task", "add", "--name", "daily", "--type", "null", "--schedule", "30 9 * * *",
                "--timezone", "Europe/London", "--working-days-only")
        days = time.time() // 86400
        self.date = next(text for text in (time.strftime("%Y-%m-%d", time.gmtime((days + i) * 86400))
                                           for i in range(20, 60))
                         if time.strptime(text, "%Y-%m-%d").tm_wday == 2
                         and text not in self.days("england-and-wales", int(text[:4])))

    def test_a_closed_day_takes_its_slot_away(self):
        tried = self.ok("calendar", "day", "add", "england-and-wales", self.date, "Company holiday",
                        "--dry-run", "--json").json
        self.assertEqual((tried["vanish"], tried["appear"], tried["move"]), (1, 0, 0))
        self.assertEqual(tried["tasks"][0]["changes"][0]["why"], "Company holiday")
        self.assertTrue(tried["tasks"][0]["changes"][0]["from"].startswith(self.date))
        self.assertEqual(self.sql("SELECT count(*) FROM holiday"), [(0,)])
        out = self.ok("calendar", "day", "add", "england-and-wales", self.date, "Shut", "--dry-run").out
        self.assertIn(f"vanishes  {self.date} 09:30:00", out)
        self.assertIn("nothing was changed", out)

    def test_moving_instead_of_skipping(self):
        self.ok("task", "edit", "daily", "--schedule", f"30 9 {int(self.date[8:])} * *",
                "--on-non-working-day", "next")
        tried = self.ok("calendar", "day", "add", "england-and-wales", self.date, "Shut", "--dry-run",
                        "--json").json
        self.assertEqual((tried["vanish"], tried["appear"], tried["move"]), (0, 0, 1))

    def test_a_task_follows_the_calendar_it_names(self):
        self.ok("task", "edit", "daily", "--calendar", "scotland")
        self.assertIn("scotland", self.ok("task", "show", "daily").out)
        tried = self.ok("calendar", "day", "add", "england-and-wales", self.date, "Shut",
                        "--dry-run", "--json").json
        self.assertEqual(tried["changed"], 0)
        self.ok("task", "edit", "daily", "--calendar", "")
        self.refused(2, "task", "edit", "daily", "--calendar", "atlantis", says="atlantis")

    def test_every_changing_command_can_be_tried(self):
        (self.folder / "x.ics").write_bytes(ics(*event("DTSTART:" + self.date.replace("-", ""))))
        before = self.sql("SELECT * FROM calendar, (SELECT count(*) FROM holiday)")
        for words in (["add", "Acme", "--parent", "scotland"],
                      ["edit", "england-and-wales", "--weekend", "fri,sat"],
                      ["default", "scotland"],
                      ["import", "england-and-wales", "x.ics"],
                      ["remove", "weekdays"],
                      ["feed", "england-and-wales", "gov.uk"]):
            with self.subTest(words=words):
                self.ok("calendar", *words, "--dry-run")
        self.assertEqual(self.sql("SELECT * FROM calendar, (SELECT count(*) FROM holiday)"), before)
        self.assertEqual(self.sql("SELECT count(*) FROM calendar_feed"), [(0,)])


class ImportTest(CalendarTest):
    def import_file(self, data, *options):
        (self.folder / "days.ics").write_bytes(data)
        return self.rota("calendar", "import", "weekdays", "days.ics", *options)

    def test_importing_again_replaces(self):
        first = self.import_file(ics(*event("DTSTART;VALUE=DATE:20260714", "SUMMARY:Fête nationale")))
        self.assertEqual(first.code, 0, first)
        self.assertEqual(self.days("weekdays", 2026), {"2026-07-14": "Fête nationale"})
        self.import_file(ics(*event("DTSTART:20260501", "RRULE:FREQ=YEARLY", "SUMMARY:May Day")))
        self.assertEqual(self.days("weekdays", 2026), {"2026-05-01": "May Day"})
        self.assertEqual(self.days("weekdays", 2099), {"2099-05-01": "May Day"})

    def test_what_is_refused_leaves_the_days_as_they_are(self):
        self.import_file(ics(*event("DTSTART:20260501", "SUMMARY:May Day")))
        refused = {
            b"": "empty",
            b"<html>": "web page",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n": "in the middle",
            ics(*event("DTSTART:20260101", "RRULE:FREQ=SECONDLY")): "is refused",
            ics(*event("DTSTART:20260101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")): "no date",
            ics(*event("DTSTART:20260101", "RRULE:FREQ=DAILY")): "20000",
            ics(*event("DTSTART:20261301")): "line 4",
        }
        for data, says in refused.items():
            with self.subTest(says=says):
                answer = self.import_file(data)
                self.assertIn(answer.code, (2, 18))
                self.assertIn(says, answer.err)
        self.assertEqual(self.days("weekdays", 2026), {"2026-05-01": "May Day"})

    def test_a_file_of_a_hundred_megabytes_is_refused_at_once(self):
        with open(self.folder / "huge.ics", "wb") as file:
            file.truncate(100_000_000)
        started = time.monotonic()
        self.refused(18, "calendar", "import", "weekdays", "huge.ics", says="1 MiB")
        self.assertLess(time.monotonic() - started, 5)

    def test_standard_input_will_do(self):
        self.ok("calendar", "import", "weekdays", "-", stdin=ics(*event("DTSTART:20260501")))
        self.assertEqual(self.days("weekdays", 2026), {"2026-05-01": "holiday"})


class FeedTest(CalendarTest):
    def years_ahead(self):
        """The computed days of England, as a service would publish them, two of them not."""
        year = time.gmtime().tm_year
        return sorted(date for y in (year, year + 1, year + 2)
                      for date in self.days("england-and-wales", y))

    def refresh(self, *options):
        return self.rota("calendar", "refresh", "--allow-private-http", *options)

    def test_a_feed_comes_fails_and_comes_back(self):
        dates = self.years_ahead()
        service = self.service(body=gov_uk(*dates))
        self.ok("calendar", "feed", "england-and-wales", service.url)
        first = self.refresh("--json")
        self.assertEqual(first.code, 0, first)
        self.assertEqual(first.json[0]["added"], len(dates))
        for status, body in ((500, b""), (200, b"<html>Sorry</html>"), (200, b""), (200, gov_uk(dates[-1]))):
            service.status, service.body = status, body
            answer = self.refresh()
            self.assertEqual(answer.code, 1, answer)
            self.assertIn("the last good days stay", answer.out)
            self.assertEqual(self.sql("SELECT count(*) FROM holiday"), [(len(dates),)])
        self.assertIn("error", self.ok("calendar", "show", "england-and-wales", "--json").out)
        service.body = gov_uk(*dates)
        self.assertEqual(self.refresh().code, 0)
        self.ok("calendar", "feed", "england-and-wales", "--remove")
        self.assertEqual(self.sql("SELECT count(*) FROM holiday"), [(0,)])

    def test_a_proclaimed_day_shows_as_a_difference(self):
        dates = self.years_ahead()
        proclaimed = f"{dates[-1][:4]}-09-01"
        service = self.service(body=gov_uk(*dates[:-1], proclaimed, dates[-1]))
        self.ok("calendar", "feed", "england-and-wales", service.url)
        self.ok("calendar", "refresh", "--allow-private-http")
        found = {one["date"]: one for one in
                 self.ok("calendar", "diff", "england-and-wales", "--json").json}
        self.assertEqual(found[proclaimed]["computed"], "")

    def test_private_addresses_are_not_asked_unless_allowed(self):
        service = self.service(body=gov_uk(*self.years_ahead()))
        self.ok("calendar", "feed", "england-and-wales", service.url)
        self.assertEqual(self.rota("calendar", "refresh").code, 1)
        self.assertEqual(service.requests, 0)

    def test_wrong_feeds_are_refused(self):
        self.refused(2, "calendar", "feed", "weekdays", "gov.uk", says="--division")
        self.refused(2, "calendar", "feed", "weekdays", "ftp://example.org/x.ics")
        self.refused(2, "calendar", "feed", "weekdays", says="gov.uk")
        self.refused(3, "calendar", "feed", "weekdays", "--remove")
        self.refused(3, "calendar", "refresh", says="rota calendar feed")
        self.refused(2, "calendar", "diff", "scotland", says="no days from a feed")

    def test_a_running_server_asks_by_itself_and_replans(self):
        service = self.service(body=gov_uk(*self.years_ahead()))
        self.ok("calendar", "feed", "england-and-wales", service.url)
        self.serve("--allow-private-http")
        end = time.monotonic() + 20
        while self.sql("SELECT count(*) FROM holiday") == [(0,)] and time.monotonic() < end:
            time.sleep(0.05)
        self.assertGreater(self.sql("SELECT count(*) FROM holiday")[0][0], 20)


if __name__ == "__main__":
    main()
