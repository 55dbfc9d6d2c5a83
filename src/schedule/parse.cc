// Asks the detector what the text is and hands it to the parser of that kind; a union is cut at its
// bars and each part is read by itself.
#include "schedule/parse.h"

#include <algorithm>

#include "schedule/cron.h"
#include "schedule/one_shot.h"
#include "schedule/periodic.h"
#include "schedule/relative.h"
#include "schedule/rrule.h"
#include "schedule/text_error.h"
#include "schedule/union.h"
#include "schedule/words.h"
#include "schedule/working_dates.h"
#include "schedule/working_day_words.h"

namespace rota::schedule {
namespace {

constexpr std::string_view kHint =
    "a schedule is cron ('30 9 * * 1-5'), a period ('5 minutes'), a relative date ('first monday "
    "of next month 09:00'), a working day ('WD3 09:30', '3 working days before the 25th 17:00'), "
    "a rule ('RRULE:FREQ=MONTHLY;BYDAY=1MO') or one time ('at 2026-12-01 09:00')";

// @reboot: due when a server starts, which no search through time can find.
class AtStart final : public SlotSource {
 public:
  Micros next(Micros, Micros) const override { return kNever; }
  int weight() const override { return 1; }
  void explain(Micros, Micros, std::vector<std::string>&) const override {}
  void pitfalls(Micros, std::vector<std::string>&) const override {}
  std::string describe(std::string_view) const override { return "Once when a server starts"; }
};

struct Part {
  std::string_view text;
  std::size_t at;
};

class Parser {
 public:
  Parser(const ScheduleOptions& options, const std::shared_ptr<const WorkingCalendar>& calendar,
         const Zone& zone)
      : options_(options), calendar_(calendar), zone_(zone) {}

  Result<ParsedSchedule> whole(Part part) {
    if (part.text.find('|') == std::string_view::npos) return one(part);
    ParsedSchedule parsed;
    parsed.format = ScheduleFormat::kUnion;
    // Together the parts may look no further than one schedule may.
    budget_ /= static_cast<int>(std::ranges::count(part.text, '|') + 1);
    std::vector<std::unique_ptr<SlotSource>> sources;
    for (std::size_t start = 0; start <= part.text.size();) {
      const std::size_t bar = std::min(part.text.find('|', start), part.text.size());
      auto next = one({part.text.substr(start, bar - start), part.at + start});
      if (!next) return next;
      if (next->counts_from_finish) {
        return text_error(part.at + start, "'after finish' cannot be joined with other schedules");
      }
      parsed.runs_at_start = parsed.runs_at_start || next->runs_at_start;
      parsed.uses_calendar = parsed.uses_calendar || next->uses_calendar;
      sources.push_back(std::move(next->source));
      start = bar + 1;
    }
    parsed.source = make_union(std::move(sources));
    return parsed;
  }

 private:
  Result<ParsedSchedule> one(Part part) {
    while (!part.text.empty() && is_space(part.text.front())) {
      part.text.remove_prefix(1);
      ++part.at;
    }
    part.text = trim(part.text);
    if (part.text.empty()) return text_error(part.at, "expected a schedule", std::string(kHint));
    ParsedSchedule parsed;
    parsed.format = ScheduleFormatDetector::detect(part.text);
    auto source = this->source(part, parsed);
    if (!source) return fail(std::move(source.error()));
    parsed.source = std::move(*source);
    return parsed;
  }

  Result<std::unique_ptr<SlotSource>> source(Part part, ParsedSchedule& parsed) {
    switch (parsed.format) {
      case ScheduleFormat::kCron:
        return cron(part, parsed);
      case ScheduleFormat::kPeriodic:
        return periodic(part, parsed);
      case ScheduleFormat::kRelative:
        return make_relative(part.text, part.at, anchor(), options_, zone_);
      case ScheduleFormat::kOneShot:
        return make_one_shot(part.text, part.at, options_, zone_);
      case ScheduleFormat::kWorkingDay:
        parsed.uses_calendar = true;
        return make_working_day({part.text, part.at, calendar_, budget_}, options_, zone_);
      case ScheduleFormat::kRrule:
        return make_rrule({part.text, part.at, budget_}, options_, zone_);
      case ScheduleFormat::kUnion:
      case ScheduleFormat::kUnknown:
        break;
    }
    return text_error(part.at, quoted(part.text) + " is not a schedule", std::string(kHint));
  }

  Result<std::unique_ptr<SlotSource>> cron(Part part, ParsedSchedule& parsed) {
    parsed.runs_at_start = is_reboot(part.text);
    if (parsed.runs_at_start) return std::unique_ptr<SlotSource>(std::make_unique<AtStart>());
    auto cron = make_cron({part.text, part.at, calendar_, budget_}, options_, zone_);
    if (!cron) return fail(std::move(cron.error()));
    parsed.uses_calendar = cron->uses_calendar;
    return std::move(cron->source);
  }

  Result<std::unique_ptr<SlotSource>> periodic(Part part, ParsedSchedule& parsed) {
    const auto before_finish = without_after_finish(part.text);
    parsed.counts_from_finish = before_finish.has_value();
    const Result<Period> period = parse_period(before_finish.value_or(part.text), part.at);
    if (!period) return fail(period.error());
    if (before_finish) return make_after_finish(*period, zone_);
    return make_periodic(*period, anchor(), options_, zone_);
  }

  Micros anchor() const { return options_.anchor.time_since_epoch().count(); }

  const ScheduleOptions& options_;
  const std::shared_ptr<const WorkingCalendar>& calendar_;
  const Zone& zone_;
  int budget_ = SearchBudget::kWhole;
};

}  // namespace

Result<ParsedSchedule> parse_schedule(std::string_view text, const ScheduleOptions& options,
                                      const std::shared_ptr<const WorkingCalendar>& calendar,
                                      const Zone& zone) {
  return Parser(options, calendar, zone).whole({text, 0});
}

}  // namespace rota::schedule
