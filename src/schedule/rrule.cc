// Splits the text into its lines, finds where the rule begins, and refuses what has no date.
#include "schedule/rrule.h"

#include <fmt/format.h>

#include "schedule/local_source.h"
#include "schedule/rrule_parse.h"
#include "schedule/text_error.h"

namespace rota::schedule {
namespace {

constexpr std::string_view kHint =
    "such as 'RRULE:FREQ=MONTHLY;BYDAY=1MO', with 'DTSTART:20260105T090000' in front if it does "
    "not begin with the task";

bool starts_with(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && same_word(text.substr(0, lower.size()), lower);
}

struct Lines {
  std::optional<Word> start;
  std::optional<Word> rule;
};

Result<Lines> split(const RruleText& text) {
  Lines lines;
  WordReader reader(text.text, text.at);
  while (const auto word = reader.next()) {
    const bool start = starts_with(word->text, "dtstart");
    auto& line = start ? lines.start : lines.rule;
    if (!start && !starts_with(word->text, "rrule:") && !starts_with(word->text, "freq=")) {
      const bool extra = starts_with(word->text, "exdate") || starts_with(word->text, "rdate") ||
                         starts_with(word->text, "exrule");
      return text_error(
          word->at, quoted(word->text) + " is not understood beside a RRULE",
          extra ? "days that are left out belong into the task's calendar" : std::string(kHint));
    }
    if (line) return text_error(word->at, quoted(word->text) + " is given twice");
    line = word;
  }
  if (!lines.rule) {
    return text_error(text.at + text.text.size(), "expected a RRULE", std::string(kHint));
  }
  return lines;
}

// "DTSTART:20260105T090000", "DTSTART;TZID=Europe/London:20260105T090000".
Result<Micros> read_start(Word word, const Zone& zone) {
  const std::size_t colon = word.text.find(':');
  if (colon == word.text.npos) return text_error(word.at, "expected ':' after DTSTART");
  std::string_view parameters = word.text.substr(7, colon - 7);
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';', 1), parameters.size());
    const std::string_view parameter = parameters.substr(0, end);
    const auto at = word.at + static_cast<std::size_t>(parameter.data() - word.text.data());
    if (starts_with(parameter, ";tzid=")) {
      if (parameter.substr(6) != zone.name()) {
        return text_error(at,
                          fmt::format("the rule is read in {}, the zone of the task", zone.name()),
                          "leave TZID out, or give the task that zone");
      }
    } else if (!starts_with(parameter, ";value=date")) {
      return text_error(at, quoted(parameter) + " is not understood in DTSTART");
    }
    parameters.remove_prefix(end);
  }
  return parse_rrule_time({word.text.substr(colon + 1), word.at + colon + 1}, zone, false);
}

}  // namespace

bool is_rrule(std::string_view text) {
  return starts_with(text, "rrule:") || starts_with(text, "dtstart") || starts_with(text, "freq=");
}

Result<std::unique_ptr<SlotSource>> make_rrule(const RruleText& text,
                                               const ScheduleOptions& options, const Zone& zone) {
  auto lines = split(text);
  if (!lines) return fail(std::move(lines.error()));
  const Micros anchor = zone.to_local(options.anchor.time_since_epoch().count());
  RruleStart start{anchor - (anchor % kSecondUs + kSecondUs) % kSecondUs, true};
  if (lines->start) {
    auto given = read_start(*lines->start, zone);
    if (!given) return fail(std::move(given.error()));
    start = {*given, false};
  }
  Word parts = *lines->rule;
  if (starts_with(parts.text, "rrule:")) parts = {parts.text.substr(6), parts.at + 6};
  auto rule = parse_rrule(parts, start, zone);
  if (!rule) return fail(std::move(rule.error()));
  rule->spec.budget = text.budget;
  rule->spec.words = describe_rrule(*rule);
  if (rule->count && !rule->spec.end_after(*rule->count)) {
    return fail(ErrorCode::kLimitExceeded, "the COUNT of the rule ends too far away to be counted",
                "use UNTIL instead");
  }
  if (rule->spec.next_local(start.at, kSearchEnd) == kNever) {
    if (!options.accept_impossible_dates) {
      return text_error(parts.at, "no date matches the rule", "the task would never run");
    }
    rule->spec.last = start.at - 1;  // it need not be searched again
  }
  return std::unique_ptr<SlotSource>(std::make_unique<LocalSource<RruleSpec>>(
      std::move(rule->spec), zone, with_overrides(kFixedTimeRule, options)));
}

}  // namespace rota::schedule
