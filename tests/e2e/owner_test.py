"""What a dead or stopped server leaves behind: a storm of kill -9 with immediate restarts on a busy
machine, programs that will not end, a server that is only stopped.

Every program writes lines to one file that is opened for appending, so that their order is the
order in which things happened: S when it begins, T now and then, E at its end.

ROTA_KILLS sets how often the server is killed (default 20), ROTA_BUSY_LOOPS how busy the machine
is (default 4).
"""
import os
import random
import signal
import subprocess
import sys
import time

from rota import AS_ME, RotaTest, main, wait_until

KILLS = int(os.environ.get("ROTA_KILLS", "20"))
BUSY_LOOPS = int(os.environ.get("ROTA_BUSY_LOOPS", "4"))
TASKS = 8

# It ignores SIGTERM, and so does the child that does half of its work.
EVIDENCE = """say() { echo "$1 $ROTA_TASK $$ $BASHPID $EPOCHREALTIME" >> EVIDENCE_FILE; }
trap '' TERM
say S
for i in {1..20}; do sleep 0.05; say T; done
(for i in {1..20}; do sleep 0.05; say T; done) &
wait
say E
"""


def alive(pid):
    """Whether the process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def below(pid):
    found = children(pid)
    return found + [more for child in found for more in below(child)]


class LeftBehindTest(RotaTest):
    def setUp(self):
        super().setUp()
        self.evidence = self.folder / "evidence"
        self.evidence.touch()
        self.script = self.folder / "script"
        self.script.write_text(EVIDENCE.replace("EVIDENCE_FILE", str(self.evidence)))
        self.new_database()
        self.sql("DELETE FROM task")

    def add_tasks(self, count):
        for i in range(count):
            self.ok("task", "add", "--name", f"task{i}", "--type", "command", "--schedule", "* * * * * *",
                    "--overlap", "skip" if i % 2 else "queue", "--metadata", '{"argv":["/bin/bash","%s"]}' % self.script)

    def serve_programs(self, *arguments, **options):
        return self.serve("--allow-command", "/bin/bash", *AS_ME, *arguments, **options)

    def lines(self):
        """What, task, pid of the program, pid that wrote, time of each line so far."""
        fields = [line.split() for line in self.evidence.read_text().splitlines()]
        return [(f[0], f[1], int(f[2]), int(f[3]), float(f[4])) for f in fields if len(f) == 5]

    def wait_for_programs(self, count=1):
        began = len([line for line in self.lines() if line[0] == "S"])
        wait_until(lambda: len([line for line in self.lines() if line[0] == "S"]) >= began + count, 60,
                   what="programs")

    def programs(self):
        """Those that live, by the first line of each."""
        return [line[2] for line in self.lines() if line[0] == "S" and alive(line[2])]

    def overlaps(self):
        """Lines of a program after its task's next program had begun."""
        newest, found = {}, []
        for what, task, program, writer, at in self.lines():
            if what == "S":
                newest[task] = (program, at)
            elif newest[task][0] != program:
                found.append(f"{task}: process {writer} of program {program} wrote {at - newest[task][1]:.3f} s "
                             f"after program {newest[task][0]} had begun")
        return found

    def end_all(self, server):
        server.kill()
        wait_until(lambda: not self.programs(), 30)


class StormTest(LeftBehindTest):
    def make_machine_busy(self):
        for _ in range(BUSY_LOOPS):
            loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            self.addCleanup(loop.wait)
            self.addCleanup(loop.kill)

    def test_no_program_outlives_its_server_into_its_replacement(self):
        self.add_tasks(TASKS)
        self.make_machine_busy()
        seed = random.randrange(2**32)
        print(f"seed {seed}", file=sys.stderr)
        chance = random.Random(seed)
        longest = 0
        for _ in range(KILLS):
            server = self.serve_programs("--quiet", wait=False)
            self.wait_for_programs()
            self.assertIsNone(server.process.poll(), server.stderr())
            time.sleep(chance.uniform(0, 0.8))  # The moment of the kill is the test's own choice.
            server.kill()
            killed = time.time()
            wait_until(lambda: not self.programs(), 30, what="the end of all programs")
            longest = max(longest, time.time() - killed)
        server = self.serve_programs("--quiet", wait=False)
        self.wait_for_programs()
        self.end_all(server)
        begun = len([line for line in self.lines() if line[0] == "S"])
        print(f"{KILLS} kills, {begun} programs, the last ended {longest:.3f} s after its server", file=sys.stderr)
        self.assertEqual(self.overlaps(), [])
        self.assertEqual(self.sql("PRAGMA integrity_check"), [("ok",)])

    def test_servers_that_are_started_while_programs_end_wait_and_overlap_nothing(self):
        """The same without a pause between the kill and the next start."""
        self.add_tasks(TASKS)
        self.make_machine_busy()
        server = self.serve_programs("--quiet", wait=False)
        for _ in range(KILLS // 2):
            self.wait_for_programs()
            self.assertIsNone(server.process.poll(), server.stderr())
            server.kill()
            server = self.serve_programs("--quiet", wait=False)
        self.wait_for_programs()
        self.end_all(server)
        self.assertEqual(self.overlaps(), [])


class StubbornTest(LeftBehindTest):
    """Programs that cannot be ended just now: their keeper is stopped."""

    def setUp(self):
        super().setUp()
        self.add_tasks(1)
        self.server = self.serve_programs()
        self.wait_for_programs()
        self.program = self.programs()[0]
        self.keeper = next(pid for pid in below(self.server.process.pid) if self.program in children(pid))
        os.kill(self.keeper, signal.SIGSTOP)
        self.addCleanup(self.let_go)
        self.server.kill()

    def let_go(self):
        if alive(self.keeper):
            os.kill(self.keeper, signal.SIGCONT)

    def test_the_next_server_waits_says_so_and_then_goes_on(self):
        server = self.serve_programs(wait=False)
        waiting = wait_until(lambda: [line for line in server.log_lines() if "waiting" in line["message"]], 20)
        self.assertIn(f"process {self.server.process.pid}", waiting[0]["message"])
        self.assertIn(str(self.program), waiting[0]["message"])
        found = next(f for f in self.rota("doctor", "--json").json["findings"] if f["subject"] == "owner")
        self.assertIn("waiting for programs of a dead server", found["hint"])
        self.assertEqual(self.sql("SELECT count(*) FROM node"), [(1,)], "no session, nothing is decided")
        self.assertEqual(self.sql("SELECT count(*) FROM run WHERE status = 'lost'"), [(0,)])
        began = len([line for line in self.lines() if line[0] == "S"])
        self.assertEqual(began, 1)
        self.let_go()
        server.wait_for_line(r"page\s+(https?://\S+)")
        self.wait_for_programs()
        self.assertFalse(alive(self.program))
        self.end_all(server)
        self.assertEqual(self.overlaps(), [])

    def test_the_wait_has_an_end_that_says_what_to_do(self):
        answer = self.refused(9, "serve", "--port", "0", "--log-file", "", "--owner-wait", "300ms", "--allow-command",
                              "/bin/", *AS_ME, says=["still ending", str(self.program), "kill -9"])
        self.assertNotIn("another server", answer.err)

    def test_a_signal_ends_the_wait(self):
        server = self.serve_programs(wait=False)
        wait_until(lambda: any("waiting" in line["message"] for line in server.log_lines()), 20)
        server.signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(10), 0)


class AllKilledTest(LeftBehindTest):
    def test_what_nobody_holds_any_more_is_found_and_ended(self):
        """kill -9 of everything that is called rota: the server, the warden, the keepers."""
        self.add_tasks(2)
        self.script.write_text(self.script.read_text().replace("{1..20}; do sleep 0.05; say T; done) &",
                                                               "{1..2000}; do sleep 0.05; say T; done) &"))
        server = self.serve_programs()
        self.wait_for_programs(2)
        # Each program's child has begun to write.
        wait_until(lambda: len({line[3] for line in self.lines() if line[3] != line[2]}) >= 2, 30)
        warden = children(server.process.pid)
        rota = [server.process.pid, *warden, *(keeper for pid in warden for keeper in children(pid))]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in rota:
                os.kill(pid, number)
        server.process.wait(10)
        left = {line[3] for line in self.lines() if alive(line[3])}
        self.assertTrue(left, "the kernel ends the programs alone, not their children")
        again = self.serve_programs(wait=False)
        self.wait_for_programs(2)
        self.assertEqual([pid for pid in left if alive(pid)], [])
        self.assertTrue([line for line in again.log_lines() if "found and ended" in line["message"]])
        self.end_all(again)
        self.assertEqual(self.overlaps(), [])


class StoppedTest(LeftBehindTest):
    def test_programs_of_a_stopped_server_end_with_its_lease_and_run_again_when_it_wakes(self):
        self.add_tasks(1)
        self.sql("UPDATE task SET schedule = '0 0 1 1 *'")
        self.script.write_text(self.script.read_text().replace("{1..20}", "{1..2000}"))
        server = self.serve_programs()
        self.ok("task", "run", "task0")
        wait_until(lambda: len(self.lines()) > 1, 20)
        program = self.programs()[0]
        server.signal(signal.SIGSTOP)
        self.addCleanup(server.signal, signal.SIGCONT)
        stopped = time.monotonic()
        wait_until(lambda: not alive(program), 30, what="the end of the program")
        self.assertGreater(time.monotonic() - stopped, 1, "its lease had not ended yet")
        self.assertEqual([pid for pid in {line[3] for line in self.lines()} if alive(pid)], [])
        server.signal(signal.SIGCONT)
        lost = wait_until(lambda: self.sql("SELECT error FROM run WHERE status = 'lost'"), 20, what="the lost run")
        self.assertIn("lease", lost[0][0])
        wait_until(self.programs, 20, what="the run of it again")
        self.assertEqual(self.sql("SELECT cause, lost_count FROM run WHERE status IN ('claimed', 'running')"),
                         [("retry", 1)])
        self.end_all(server)
        self.assertEqual(self.overlaps(), [])


if __name__ == "__main__":
    main()
