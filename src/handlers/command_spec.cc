#include "handlers/command_spec.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "handlers/command_policy.h"
#include "handlers/fire_key.h"

namespace rota::handlers {
namespace {

constexpr std::int64_t kLimitMax = 1'000'000;

// Programs print their times as the task's schedule means them.
std::string zone_of(const Task& task) {
  return is_plain_zone(task.timezone) ? task.timezone : "UTC";
}

std::vector<std::string> basic_environment(const TaskContext& task) {
  const char* language = std::getenv("LANG");  // of whoever started the server
  std::vector<std::string> all{
      fmt::format("PATH={}", kCommandPath), "TZ=" + zone_of(task.task()),
      fmt::format("LANG={}", language != nullptr && *language != '\0' ? language : "C.UTF-8")};
  const Run& run = task.run();
  all.push_back("ROTA_TASK=" + task.task().name);
  all.push_back(fmt::format("ROTA_RUN_ID={}", run.id.value));
  all.push_back("ROTA_SCHEDULED_FOR=" + format_utc(run.scheduled_for));
  all.push_back(fmt::format("ROTA_ATTEMPT={}", run.attempt));
  all.push_back(fmt::format("ROTA_FENCE={}", run.fence));
  all.push_back("ROTA_FIRE_KEY=" + fire_key(run));
  const BusinessDates dates = task.business_dates();
  all.push_back("ROTA_NOMINAL_TIME=" + format_utc(dates.nominal));
  all.push_back("ROTA_BUSINESS_DATE=" + format_date(dates.business));
  all.push_back("ROTA_PREVIOUS_BUSINESS_DATE=" + format_date(dates.previous));
  return all;
}

std::vector<std::int64_t> success_codes(Metadata& metadata) {
  std::vector<std::int64_t> codes;
  const boost::json::value* given = metadata.find("success_codes");
  if (given == nullptr) return {0};
  if (given->is_array()) {
    for (const auto& code : given->get_array()) {
      if (code.is_int64()) codes.push_back(code.get_int64());
    }
  }
  if (codes.empty() || codes.size() != given->get_array().size()) {
    metadata.complain("success_codes", "must be a list of exit codes");
  }
  return codes;
}

EnvironmentRules parse_rules(const CommandPolicy& policy) {
  auto rules = EnvironmentRules::parse(policy.environment);
  return rules ? *std::move(rules) : EnvironmentRules();  // a server with wrong ones does not start
}

}  // namespace

CommandReader::CommandReader(const HandlerEnvironment& environment)
    : environment_(environment), rules_(parse_rules(environment.command)) {}

Result<CommandWish> CommandReader::read(const TaskContext& task) const {
  Metadata metadata(task);
  CommandWish wish = read_fields(metadata);
  // Refuse before looking, so that a server without commands says nothing about its disk.
  const bool off = environment_.command.allow.empty();
  auto chosen = off && metadata.check()
                    ? fail(allow_program(environment_.command, wish.spec.argv[0]).error())
                    : choose_program(wish.spec);
  wish.spec.environment = basic_environment(task);
  add_environment(metadata, wish.spec, wish.spec.environment);
  if (auto good = metadata.check(); !good) return fail(std::move(good.error()));
  if (!chosen) return fail(std::move(chosen.error()));
  return wish;
}

Result<void> CommandReader::check(std::string_view text) const {
  Metadata metadata(text);
  CommandWish wish = read_fields(metadata);
  if (!environment_.command.allow.empty()) {
    (void)choose_program(wish.spec);  // it may be installed, or allowed, later
    std::vector<std::string> ignored;
    add_environment(metadata, wish.spec, ignored);
  }
  return metadata.check();
}

CommandWish CommandReader::read_fields(Metadata& metadata) const {
  CommandWish wish;
  ProcessSpec& spec = wish.spec;
  spec.argv = metadata.strings("argv");
  const std::string shell = metadata.string("shell");
  if (spec.argv.empty() == shell.empty()) {
    metadata.complain("argv", "or 'shell' must be given, and not both");
  }
  if (!shell.empty()) {
    spec.program = "/bin/sh";
    spec.argv = {"sh", "-c", shell};
  }
  spec.folder = metadata.string("folder", "/");
  if (!spec.folder.starts_with('/')) metadata.complain("folder", "must be an absolute path");
  spec.input = metadata.string("input");
  const auto limit = [&](std::string_view field, std::uint64_t unit) {
    return static_cast<std::uint64_t>(metadata.integer(field, 0, 0, kLimitMax)) * unit;
  };
  spec.limits.cpu_s = limit("cpu_s", 1);
  spec.limits.memory_bytes = limit("memory_mb", 1'000'000);
  spec.limits.file_bytes = limit("file_mb", 1'000'000);
  spec.limits.processes = environment_.command.processes_max;
  spec.private_folder = true;
  spec.run_as = environment_.command.run_as;
  spec.allow_root = environment_.command.allow_root;
  spec.sandbox = environment_.command_sandbox;
  wish.grace = std::chrono::seconds{metadata.integer("grace_s", 5, 0, 600)};
  wish.success_codes = success_codes(metadata);
  return wish;
}

void CommandReader::add_environment(Metadata& metadata, const ProcessSpec& spec,
                                    std::vector<std::string>& all) const {
  const boost::json::value* given = metadata.find("environment");
  if (given == nullptr) return;
  if (!given->is_object()) {
    return metadata.complain("environment", "must be an object of names and texts");
  }
  for (const auto& [key, value] : given->get_object()) {
    const std::string_view name{key.data(), key.size()};
    if (!value.is_string()) {
      metadata.complain("environment",
                        fmt::format("must give '{}' a text", metadata.shown(name, 60)));
      continue;
    }
    const std::string_view text{value.get_string().data(), value.get_string().size()};
    std::string fault = rules_.fault_of(name, text, spec.program);
    if (!fault.empty()) {
      metadata.complain("environment", std::move(fault));
      continue;
    }
    const std::string prefix = std::string(name) + "=";
    std::erase_if(all, [&](const std::string& one) { return one.starts_with(prefix); });
    std::string& added = all.emplace_back();
    added.reserve(prefix.size() + text.size());  // once: what grows leaves copies behind
    added.append(prefix).append(text);
  }
}

// Leaves the program's path in the spec as soon as it is known, allowed or not.
Result<void> CommandReader::choose_program(ProcessSpec& spec) const {
  if (!spec.program.empty()) return allow_shell(environment_.command);
  if (spec.argv.empty()) return {};  // complained about already
  auto program = find_program(spec.argv[0]);
  if (!program) return fail(std::move(program.error()));
  spec.program = *std::move(program);
  auto trust = allow_program(environment_.command, spec.program);
  if (!trust) return fail(std::move(trust.error()));
  spec.trust = *std::move(trust);
  return {};
}

}  // namespace rota::handlers
