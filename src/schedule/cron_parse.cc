// Splits the text into fields, reads each, and refuses what can never match.
#include "schedule/cron_parse.h"

#include <fmt/format.h>

#include <array>

#include "schedule/cron_field.h"
#include "schedule/text_error.h"

namespace rota::schedule {
namespace {

struct Macro {
  std::string_view name;
  std::string_view fields;
};

// The # names are Symfony's: the same words, spread by the task's hash.
constexpr Macro kMacros[] = {
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
    {"#yearly", "# # # # *"},
    {"#annually", "# # # # *"},
    {"#monthly", "# # # * *"},
    {"#weekly", "# # * * #"},
    {"#daily", "# # * * *"},
    {"#hourly", "# * * * *"},
    {"#midnight", "# #(0-2) * * *"},
    {"#yearly@midnight", "# #(0-2) # # *"},
    {"#annually@midnight", "# #(0-2) # # *"},
    {"#monthly@midnight", "# #(0-2) # * *"},
    {"#weekly@midnight", "# #(0-2) * * #"},
    {"#daily@midnight", "# #(0-2) * * *"},
};

constexpr std::size_t kFieldsMax = 7;

struct Fields {
  std::array<Word, kFieldsMax> words{};
  std::size_t count = 0;
};

Result<Fields> split(const CronText& cron) {
  Fields fields;
  WordReader reader(cron.text, cron.at);
  while (const auto word = reader.next()) {
    if (fields.count == kFieldsMax) {
      return text_error(word->at, "expected no more than 7 fields",
                        "cron has 5 fields, 6 with leading seconds, 7 with a trailing year");
    }
    fields.words[fields.count++] = *word;
  }
  if (fields.count < 5) {
    return text_error(cron.at + cron.text.size(),
                      fmt::format("expected 5 fields of cron, found {}", fields.count),
                      "minute hour day-of-month month day-of-week, as in '30 9 * * 1-5'");
  }
  return fields;
}

std::string month_name(unsigned month) {
  std::string name(kMonthNames[month - 1]);
  name[0] = static_cast<char>(name[0] - 32);
  return name;
}

// Names the date that does not exist, as well as one date can stand for all.
tl::unexpected<Error> impossible_date(const CronSpec& spec, const Fields& fields) {
  const std::size_t day_field = fields.count == 5 ? 2 : 3;
  const std::uint32_t days = spec.days | spec.nearest_weekdays;
  const std::string hint = "no year has such a date, so the task would never run";
  if (days == 0 || spec.months == 0) {
    return text_error(fields.words[day_field].at, "no date matches", hint);
  }
  const auto month = static_cast<unsigned>(std::countr_zero(spec.months));
  const bool leap_day = month == 2 && (days >> 29 & 1) != 0;
  const int day = leap_day ? 29 : std::countr_zero(days);
  return text_error(fields.words[day_field].at,
                    fmt::format("{} {} does not exist{}", day, month_name(month),
                                leap_day ? " in any of these years" : ""),
                    hint);
}

Result<CronSpec> parse_fields(const CronText& cron, const Fields& fields) {
  CronSpec spec;
  std::size_t field = 0;
  const auto read = [&](CronFieldKind kind) {
    return parse_cron_field(kind, fields.words[field++], cron.hash_seed, spec);
  };
  if (fields.count > 5) {
    spec.seconds = 0;
    if (auto done = read(CronFieldKind::kSecond); !done) return fail(std::move(done.error()));
  }
  spec.fixed_time =
      !is_unrestricted(fields.words[field].text) && !is_unrestricted(fields.words[field + 1].text);
  spec.any_day = is_unrestricted(fields.words[field + 2].text);
  spec.any_weekday = is_unrestricted(fields.words[field + 4].text);
  for (const CronFieldKind kind :
       {CronFieldKind::kMinute, CronFieldKind::kHour, CronFieldKind::kDay, CronFieldKind::kMonth,
        CronFieldKind::kWeekday}) {
    if (auto done = read(kind); !done) return fail(std::move(done.error()));
  }
  if (fields.count == 7) {
    const std::string_view year = fields.words[field].text;
    spec.any_year = year == "*" || year == "?";
    if (auto done = read(CronFieldKind::kYear); !done) return fail(std::move(done.error()));
  }
  spec.finish();
  if (!cron.accept_impossible && spec.is_impossible()) {
    return impossible_date(spec, fields);
  }
  return spec;
}

}  // namespace

bool is_reboot(std::string_view text) { return same_word(trim(text), "@reboot"); }

Result<CronSpec> parse_cron(const CronText& cron) {
  const std::string_view trimmed = trim(cron.text);
  if (!trimmed.empty() && (trimmed.front() == '@' || trimmed.front() == '#')) {
    for (const Macro& macro : kMacros) {
      if (same_word(trimmed, macro.name)) {
        return parse_cron({macro.fields, cron.at, cron.hash_seed, cron.accept_impossible});
      }
    }
    if (trimmed.front() == '@') {
      return text_error(cron.at, fmt::format("{} is not known", quoted(trimmed)),
                        "known are @yearly, @annually, @monthly, @weekly, @daily, @midnight, "
                        "@hourly and @reboot");
    }
  }
  Result<Fields> fields = split(cron);
  if (!fields) return fail(std::move(fields.error()));
  return parse_fields(cron, *fields);
}

}  // namespace rota::schedule
