#include "simulated_year.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rota::simulation {
namespace {

using engine::testing::Behaviour;
using engine::testing::EngineRig;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kStart = *parse_instant("2026-01-01T00:00:00Z");
/// The last days are quiet, so that everything open can end.
constexpr auto kQuiet = std::chrono::days{3};

constexpr std::array kZones{"UTC",          "Europe/London",       "America/New_York",
                            "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham",
                            "Pacific/Apia", "America/Santiago",    "Africa/Casablanca"};

/// Mostly sparse, so that a thousand tasks make some hundred thousand slots a year.
std::string some_schedule(std::mt19937_64& random) {
  const auto n = [&](unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  };
  switch (n(0, 15)) {
    case 0:
      return fmt::format("{} {} * * *", n(0, 59), n(0, 23));
    case 1:
      return fmt::format("{} {} * * {}", n(0, 59), n(0, 3), n(0, 6));
    case 2:
      return fmt::format("{} 9 * * 1-5", n(0, 59));
    case 3:
      return fmt::format("{} {} {} * *", n(0, 59), n(0, 23), n(1, 28));
    case 4:
      return "0 17 L * *";
    case 5:
      return fmt::format("{} days", n(1, 5));
    case 6:
      return fmt::format("{} hours", n(20, 60));
    case 7:
      return "1 month";
    case 8:
      return fmt::format("H {} * * *", n(0, 23));
    case 9:
      return "first monday of next month";
    case 10:
      return fmt::format("30 {} * * 6#2", n(0, 23));
    case 11:
      return fmt::format("{} 2 * * 0 | {} 14 1 * *", n(0, 59), n(0, 59));
    case 12:
      return n(0, 9) == 0 ? "*/20 8-17 * * 1-5" : "0 12 * * 1";
    case 13:
      return fmt::format("at 2026-{:02}-{:02} 02:30", n(1, 12), n(1, 28));
    case 14:
      return "PT36H";
    default:
      return "@weekly";
  }
}

class Year {
 public:
  explicit Year(const Plan& plan)
      : plan_(plan), random_(plan.seed), rig_(kStart, options(), plan.open) {
    rig_.behave_by([this](const TaskContext& context) { return behaviour(context); });
  }

  Report live() {
    rig_.start();
    for (std::size_t i = 0; i < plan_.tasks; ++i) add(i);
    const Instant end = kStart + plan_.days;
    while (rig_.clock.now() < end - kQuiet) {
      pass_time(Duration{static_cast<std::int64_t>(
          exponential(plan_.edits_per_day + plan_.kills_per_day + plan_.jumps_per_day) *
          86'400e6)});
      act();
    }
    revive();
    pass_time(end - rig_.clock.now());
    judge(end - hours{36});
    return std::move(report_);
  }

 private:
  /// Rhythms are slowed to fit a year of steps; bounds and rules are those of a real server.
  static EngineOptions options() {
    EngineOptions options;
    options.heartbeat = hours{1};
    options.lease = hours{6};
    options.poll = hours{6};
    options.keep_runs_for = hours{24 * 4000};
    options.async_runs_max = 40;
    options.queue_limits = {{"narrow", 3}};
    return options;
  }

  double exponential(double rate) { return std::exponential_distribution<double>(rate)(random_); }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  bool chance(double share) { return std::bernoulli_distribution(share)(random_); }

  /// Follows from the run alone, so that the order of starts changes nothing.
  Behaviour behaviour(const TaskContext& context) const {
    std::mt19937_64 dice(plan_.seed * 1'000'003 +
                         static_cast<std::uint64_t>(context.run().id.value));
    const auto roll = dice() % 100;
    Behaviour behaviour;
    if (context.started_at() > kStart + plan_.days - kQuiet) return behaviour;
    behaviour.takes = seconds{static_cast<std::int64_t>(dice() % 60)};
    if (roll < 5) behaviour.takes = hours{static_cast<std::int64_t>(dice() % 30)};
    if (roll >= 90) behaviour.fails = true;
    behaviour.ignores_stop = roll == 1;
    return behaviour;
  }

  Task some_task(std::size_t number) {
    Task task = engine::testing::work_task(fmt::format("task {}", number), some_schedule(random_));
    task.timezone = kZones[below(kZones.size())];
    task.working_days_only = chance(0.15);
    task.catch_up = static_cast<CatchUp>(below(3));
    task.catch_up_window_s = chance(0.5) ? 86'400 : 3 * 86'400;
    task.overlap = static_cast<Overlap>(below(4));
    task.delivery = chance(0.1) ? Delivery::kAtMostOnce : Delivery::kAtLeastOnce;
    task.attempts_max = chance(0.4) ? 3 : 1;
    task.retry_delay_s = 60;
    task.jitter_s = chance(0.1) ? 300 : 0;
    task.timeout_s = chance(0.5) ? 3600 : 0;
    task.queue = chance(0.1) ? "narrow" : "default";
    task.priority = static_cast<int>(1 + below(100));
    return task;
  }

  void add(std::size_t number) {
    const Task task = rig_.add(some_task(number));
    ids_.push_back(task.id);
    oracle_.begin(task, rig_.clock.now());
  }

  void pass_time(Duration span) {
    rig_.run_for(span);
    oracle_.note_time(rig_.clock.now());
  }

  void act() {
    const double all = plan_.edits_per_day + plan_.kills_per_day + plan_.jumps_per_day;
    const double roll = std::uniform_real_distribution<double>(0, all)(random_);
    if (roll < plan_.edits_per_day) {
      edit();
    } else if (roll < plan_.edits_per_day + plan_.kills_per_day) {
      if (rig_.running()) {
        kill();
      } else {
        revive();
      }
    } else {
      jump();
    }
  }

  void kill() {
    ++report_.kills;
    rig_.kill();
    oracle_.unattended(rig_.clock.now());
    if (chance(0.7)) {
      pass_time(seconds{static_cast<std::int64_t>(below(7200))});
      revive();
    }
  }

  void revive() {
    if (rig_.running()) return;
    rig_.start();
    oracle_.attended(rig_.clock.now());
  }

  void jump() {
    if (!rig_.running()) return;
    ++report_.jumps;
    const auto by = seconds{static_cast<std::int64_t>(below(7200))};
    rig_.set_clock(chance(0.5) ? by : -by);
  }

  void edit() {
    ++report_.edits;
    const TaskId id = ids_[below(ids_.size())];
    const auto what = below(6);
    if (what == 5 && rig_.running()) {
      rig_.run_now(id);
      return;
    }
    const Instant now = rig_.clock.now();
    oracle_.note_time(now);
    oracle_.end(id, now);
    const Task changed = rig_.edit(id, [&](Task& task) {
      if (what == 0) task.schedule = some_schedule(random_);
      if (what == 1) task.timezone = kZones[below(kZones.size())];
      if (what == 2) task.paused_until = chance(0.3) ? kForever : now + hours{below(200)};
      if (what == 3) task.paused_until.reset();
      if (what == 4) task.active = !task.active || chance(0.5);
      task.pause_reason = task.paused_until ? "stock-taking" : "";
    });
    oracle_.begin(changed, now);
  }

  void judge(Instant horizon) {
    std::map<std::int64_t, std::vector<engine::testing::Start>> starts;
    for (const auto& start : rig_.starts()) starts[start.task.value].push_back(start);
    for (const TaskId id : ids_) {
      const std::vector<Run> runs = rig_.runs_of(id);
      for (const Run& run : runs) {
        report_.skipped += run.status == RunStatus::kSkipped ? 1 : 0;
        report_.lost += run.status == RunStatus::kLost ? 1 : 0;
      }
      report_.slots += oracle_.slots_required(id, horizon);
      for (std::string& complaint : oracle_.judge(id, runs, starts[id.value], horizon)) {
        report_.complaints.push_back(std::move(complaint));
      }
    }
    report_.started = rig_.starts().size();
  }

  const Plan plan_;
  std::mt19937_64 random_;
  EngineRig rig_;
  SlotOracle oracle_;
  std::vector<TaskId> ids_;
  Report report_;
};

}  // namespace

Report simulate(const Plan& plan) { return Year(plan).live(); }

}  // namespace rota::simulation
