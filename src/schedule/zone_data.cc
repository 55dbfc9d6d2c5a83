// The only file that sees the time zone library and the system's zone files. It turns a zone into
// the table of zone.h, once per name, and keeps it for the life of the program; there are some 600
// names, so the store is bounded by the system's own files.
#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "schedule/civil.h"
#include "schedule/generated/zone_names.h"
#include "schedule/words.h"
#include "schedule/zone.h"

namespace rota::schedule {

using Seconds = cctz::time_point<cctz::seconds>;

/// Walks a zone's clock changes and builds the table.
class ZoneBuilder {
 public:
  ZoneBuilder(std::string_view name, const cctz::time_zone& tz) : tz_(tz), zone_(new Zone) {
    zone_->name_ = name;
  }

  std::unique_ptr<const Zone> build() {
    // One change before 1970 is enough to know what the first span follows.
    Seconds at{std::chrono::seconds{-86'400 * 3}};
    add(at);
    cctz::time_zone::civil_transition change;
    const Seconds end{std::chrono::seconds{kSearchEnd / kSecondUs + 86'400}};
    while (tz_.next_transition(at, &change)) {
      at = tz_.lookup(change.to).trans;
      if (at > end) break;
      add(at);
    }
    finish();
    return std::move(zone_);
  }

 private:
  static Micros us(Seconds at) { return at.time_since_epoch().count() * kSecondUs; }

  void add(Seconds at) {
    const cctz::time_zone::absolute_lookup seen = tz_.lookup(at);
    const Micros offset = Micros{seen.offset} * kSecondUs;
    zone_->abbreviations_.emplace_back(us(at), seen.abbr);
    auto& spans = zone_->spans_;
    if (!spans.empty() && spans.back().offset == offset) return;
    Span span{us(at), kNever, offset, 0, 0};
    if (spans.empty()) {
      span.seen = span.gap_from = span.start + offset;
    } else {
      Span& before = spans.back();
      before.end = span.start;
      span.seen = std::max(before.seen, before.local_end());
      span.gap_from = std::min(before.local_end(), span.start + offset);
      for (Day day = day_of(span.gap_from + kDayUs - 1); start_of(day + 1) <= span.local_start();
           ++day) {
        zone_->lost_dates_.push_back(day);
      }
    }
    spans.push_back(span);
  }

  void finish() {
    zone_->spans_.shrink_to_fit();
    std::size_t index = 0;
    for (std::size_t bucket = 0; bucket < Zone::kBuckets; ++bucket) {
      const Micros start = static_cast<Micros>(bucket) << Zone::kBucketBits;
      while (start >= zone_->spans_[index].end) ++index;
      // Bucket 0 also serves the days before 1970.
      zone_->first_in_bucket_[bucket] = static_cast<std::uint16_t>(bucket == 0 ? 0 : index);
    }
  }

  cctz::time_zone tz_;
  std::unique_ptr<Zone> zone_;
};

namespace {

constexpr std::size_t kNameMax = 64;

// Only names of the IANA list: no paths, no other spellings that the library would also open.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > kNameMax) return false;
  if (name.front() == '/' || name.back() == '/' || name.find("//") != name.npos) return false;
  for (const char c : name) {
    const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '/' || c == '_' || c == '-' || c == '+';
    if (!ok) return false;
  }
  for (const std::string_view prefix : {"posix/", "right/", "Fixed/", "localtime", "posixrules"}) {
    if (name.starts_with(prefix)) return false;
  }
  return true;
}

// The library remembers for ever each name that it failed to load. Names of the built-in list are
// passed on freely; of others, which a newer tzdata may have, only so many are tried.
bool may_try(std::string_view name) {
  if (std::ranges::binary_search(kZoneNames, name)) return true;
  constexpr int kUnlistedMax = 1'000;
  static std::atomic<int> tried{0};
  return tried.load() < kUnlistedMax && tried.fetch_add(1) < kUnlistedMax;
}

bool same_letters(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

// "europe/london" and "London" both mean Europe/London.
std::string_view similar_zone(std::string_view name) {
  for (const std::string_view known : kZoneNames) {
    if (same_letters(name, known)) return known;
  }
  for (const std::string_view known : kZoneNames) {
    const std::size_t slash = known.rfind('/');
    if (slash != known.npos && same_letters(name, known.substr(slash + 1))) return known;
  }
  return {};
}

tl::unexpected<Error> unknown_zone(std::string_view name) {
  std::string shown(name.substr(0, kNameMax));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  std::string hint = "use an IANA name such as UTC, Europe/London or America/New_York";
  if (const std::string_view similar = similar_zone(name); !similar.empty()) {
    hint = "did you mean " + std::string(similar) + "?";
  }
  return fail(ErrorCode::kInvalidArgument, "there is no time zone named '" + shown + "'", hint);
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct Cache {
  std::shared_mutex mutex;
  std::unordered_map<std::string, std::unique_ptr<const Zone>, TextHash, std::equal_to<>> zones;
};

Cache& cache() {
  static Cache* const kCache = new Cache;  // never destroyed: zones outlive every static
  return *kCache;
}

std::unique_ptr<const Zone> load_zone(std::string_view name) {
  cctz::time_zone tz;
  if (!is_zone_name(name)) return nullptr;
  if (name == "UTC") {
    tz = cctz::utc_time_zone();
  } else if (!may_try(name) || !cctz::load_time_zone(std::string(name), &tz)) {
    return nullptr;
  }
  return ZoneBuilder(name, tz).build();
}

}  // namespace

Result<const Zone*> Zone::find(std::string_view name) {
  thread_local const Zone* last = nullptr;
  if (last != nullptr && last->name() == name) return last;
  Cache& all = cache();
  {
    const std::shared_lock lock(all.mutex);
    if (const auto found = all.zones.find(name); found != all.zones.end()) {
      return last = found->second.get();
    }
  }
  std::unique_ptr<const Zone> zone = load_zone(name);
  if (zone == nullptr) return unknown_zone(name);
  const std::unique_lock lock(all.mutex);
  const auto [entry, added] = all.zones.try_emplace(std::string(name), std::move(zone));
  return last = entry->second.get();
}

}  // namespace rota::schedule
