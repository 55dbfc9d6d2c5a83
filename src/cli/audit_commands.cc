// `rota audit`: is the record whole, the record as a file, and what becomes of its old rows.
#include <fmt/format.h>

#include <charconv>

#include "api/json_writer.h"
#include "cli/audit_export.h"
#include "cli/commands.h"
#include "cli/database.h"
#include "cli/instant_option.h"
#include "cli/text.h"
#include "store/accounts.h"
#include "store/store.h"

namespace rota::cli {
namespace {

using store::AuditHead;
using store::AuditVerdict;

Result<AuditHead> parse_head(const std::string& text) {
  AuditHead head;
  const std::size_t colon = text.find(':');
  const char* const end = text.data() + std::min(colon, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, head.seq);
  if (colon != std::string::npos && error == std::errc{} && stop == end && head.seq > 0) {
    head.hash = text.substr(colon + 1);
    return head;
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--head: '{}' is no row of the audit", escape_text(text.substr(0, 100))),
              "write it like 1234:HASH, as the log and an export name it");
}

std::string json_of(const AuditVerdict& verdict) {
  api::JsonWriter json;
  json.begin_object()
      .field("intact", verdict.is_intact())
      .field("rows", verdict.rows)
      .field("unkeyed", verdict.unkeyed)
      .field("unverifiable", verdict.unverifiable)
      .field("broken_at", verdict.broken_at)
      .field("fault", verdict.fault)
      .key("head");
  if (verdict.newest) {
    json.begin_object().field("seq", verdict.newest->seq).field("hash", verdict.newest->hash);
    json.end_object();
  } else {
    json.null();
  }
  return json.end_object().take();
}

void print(const Console& console, const AuditVerdict& verdict) {
  if (!verdict.fault.empty()) {
    console.out << console.styled(Style::kBad, "broken") << ": " << escape_text(verdict.fault)
                << "\n        compare it with a backup or an export; where you put a backup back "
                   "yourself: rota audit accept\n";
  }
  if (verdict.unverifiable > 0) {
    console.out << console.styled(Style::kWarning, "unknown")
                << fmt::format(": {} rows were signed with a key that is not here\n",
                               verdict.unverifiable);
  }
  if (verdict.is_intact()) {
    console.out << console.styled(Style::kGood, "intact")
                << fmt::format(": {} rows, none changed, taken out or cut off\n", verdict.rows);
  }
  if (verdict.unkeyed > 0) {
    console.out << fmt::format("        {} of them are from before rows were signed\n",
                               verdict.unkeyed);
  }
  if (verdict.newest) {
    console.out << fmt::format("  head  {}:{}\n", verdict.newest->seq, verdict.newest->hash);
  }
}

Result<void> confirm(const Context& context, bool yes, const std::string& question) {
  if (yes) return {};
  if (!context.console.interactive || context.console.json) {
    return fail(ErrorCode::kInvalidArgument, "this must be confirmed",
                "add --yes when no one can be asked");
  }
  context.console.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(context.console.in, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(ErrorCode::kCancelled, "nothing was changed");
}

// What was changed by other means must not be hidden by removing it.
Result<void> require_unbroken(store::AccountStore& accounts) {
  const auto verdict = accounts.verify_audit({});
  if (!verdict) return fail(verdict.error());
  if (verdict->fault.empty()) return {};
  return fail(ErrorCode::kFailed, "the audit is broken, so nothing is removed: " + verdict->fault,
              "rota audit export keeps what is there; rota audit accept takes it as it is");
}

}  // namespace

Result<int> run_command(const AuditVerifyCommand& command, const Context& context) {
  std::vector<AuditHead> heads;
  for (const std::string& text : command.heads) {
    auto head = parse_head(text);
    if (!head) return fail(head.error());
    heads.push_back(std::move(*head));
  }
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  const auto verdict = (*scheduler)->store().accounts().verify_audit(heads);
  if (!verdict) return fail(verdict.error());
  if (context.console.json) {
    context.console.out << json_of(*verdict) << '\n';
  } else {
    print(context.console, *verdict);
  }
  return verdict->is_intact() ? 0 : error_traits(ErrorCode::kFailed).exit_code;
}

Result<int> run_command(const AuditExportCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  store::AccountStore& accounts = (*scheduler)->store().accounts();
  const Instant now = context.clock.now();
  if (command.file.empty()) {
    const auto count = export_audit(accounts, 0, now, [&](std::string_view line) -> Result<void> {
      context.console.out << line;
      if (context.console.out.good()) return {};
      return fail(ErrorCode::kIo, "the output cannot be written");
    });
    if (!count) return fail(count.error());
    return 0;
  }
  const auto count = export_audit_to(accounts, 0, now, command.file);
  if (!count) return fail(count.error());
  context.console.out << (context.console.json ? fmt::format("{{\"exported\":{}}}\n", *count)
                                               : fmt::format("exported {} rows to {}\n", *count,
                                                             escape_text(command.file)));
  return 0;
}

Result<int> run_command(const AuditPruneCommand& command, const Context& context) {
  const auto before = instant_option("--before", command.before, {});
  if (!before) return fail(before.error());
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  store::AccountStore& accounts = (*scheduler)->store().accounts();
  if (auto whole = require_unbroken(accounts); !whole) return fail(whole.error());
  const auto through = accounts.find_prunable_audit(*before);
  if (!through) return fail(through.error());
  std::int64_t removed = 0;
  if (*through) {
    const std::string question =
        command.file.empty()
            ? fmt::format("Remove the audit's rows up to {} without keeping them?", (*through)->seq)
            : fmt::format("Remove the audit's rows up to {}?", (*through)->seq);
    if (auto sure = confirm(context, command.yes, question); !sure) return fail(sure.error());
    if (!command.file.empty()) {
      const auto kept =
          export_audit_to(accounts, (*through)->seq, context.clock.now(), command.file);
      if (!kept) return fail(kept.error());
    }
    const auto count = accounts.prune_audit(**through, {context.user, "", "", "", "", ""});
    if (!count) return fail(count.error());
    removed = *count;
  }
  context.console.out << (context.console.json ? fmt::format("{{\"removed\":{}}}\n", removed)
                                               : fmt::format("removed {} rows\n", removed));
  return 0;
}

Result<int> run_command(const AuditAcceptCommand& command, const Context& context) {
  auto scheduler = open_database(context);
  if (!scheduler) return fail(scheduler.error());
  if (auto sure = confirm(context, command.yes,
                          "Take the audit as it is now, whatever was cut off its end?");
      !sure) {
    return fail(sure.error());
  }
  const auto head =
      (*scheduler)->store().accounts().accept_audit({context.user, "", "", "", "", ""});
  if (!head) return fail(head.error());
  context.console.out << (context.console.json
                              ? fmt::format("{{\"head\":\"{}:{}\"}}\n", head->seq, head->hash)
                              : fmt::format("accepted; the audit ends at row {}\n", head->seq));
  return 0;
}

}  // namespace rota::cli
