// What a Schedule holds: the chain of sources and what is needed to talk about its slots.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "schedule/parse.h"
#include "schedule/zone.h"

namespace rota {

class Schedule::Impl {
 public:
  using Micros = schedule::Micros;

  std::string text;
  schedule::ParsedSchedule parsed;
  const schedule::Zone* zone = nullptr;
  std::shared_ptr<const WorkingCalendar> calendar;
  Micros anchor = 0;
  bool working_days_only = false;

  Micros next(Micros after) const { return parsed.source->next(after, schedule::kSearchEnd); }

  std::vector<ExplainedSlot> explain(Micros after, std::size_t count) const;

  /// The business date of a moment and the one before.
  std::pair<LocalDate, LocalDate> business_dates(Micros slot) const;

  /// What it runs on has no open day in the ten years from the anchor, so it never runs.
  bool is_always_closed() const;

 private:
  ExplainedSlot show(Micros at) const;
  void add_left_out(Micros after, Micros limit, std::size_t most,
                    std::vector<ExplainedSlot>& entries) const;
};

}  // namespace rota
