// `rota completion`: a script for the shell, made from the same list of commands that the parser
// uses, so that it cannot fall behind. Names of tasks are asked of the database as they are needed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.h"

namespace rota::cli {
namespace {

// "task add" becomes the words that may follow it.
std::string words_of(const CommandSpec& spec) {
  std::vector<std::string> words = spec.subcommands;
  for (const auto& option : spec.options) words.push_back(option.name);
  return fmt::format("{}", fmt::join(words, " "));
}

// Text inside single quotes of any of the three shells.
std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4) {
    text.replace(at, 1, "'\\''");
  }
  return "'" + text + "'";
}

// Finds the command typed so far, then offers its words. Names of tasks are compared by hand:
// compgen would expand what stands in them.
constexpr const char* kBashTemplate =
    R"sh(# bash completion of rota. Load it with: source <(rota completion bash)
_rota() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path='' words='' word name
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{path:+$path }}$word" in
{walk}      *) break ;;
    esac
  done
  case $path in
{cases}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case $path in
    {tasks})
      [[ $current == -* ]] && return
      while IFS= read -r name; do
        [[ $name == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
      done < <(rota task list --json 2>/dev/null | grep -o '"name":"[^"\\]*"' | cut -d'"' -f4)
      ;;
  esac
}}
complete -F _rota rota
)sh";

std::string bash_script(const std::vector<CommandSpec>& specs) {
  std::string walk;
  std::string cases;
  std::string tasks;
  for (const CommandSpec& spec : specs) {
    const std::string path = quoted(spec.path);
    if (!spec.path.empty()) walk += fmt::format("      {0}) path={0} ;;\n", path);
    cases += fmt::format("    {}) words={} ;;\n", path, quoted(words_of(spec)));
    if (spec.takes_task) tasks += (tasks.empty() ? "" : " | ") + path;
  }
  return fmt::format(fmt::runtime(kBashTemplate), fmt::arg("walk", walk), fmt::arg("cases", cases),
                     fmt::arg("tasks", tasks));
}

std::string zsh_script(const std::vector<CommandSpec>& specs) {
  return "#compdef rota\n# zsh completion of rota. Load it with: source <(rota completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(specs);
}

std::string fish_script(const std::vector<CommandSpec>& specs) {
  std::string script =
      "# fish completion of rota. Load it with: rota completion fish | source\n"
      "complete -c rota -f\n";
  for (const CommandSpec& spec : specs) {
    const std::string when =
        spec.path.empty()
            ? "__fish_use_subcommand"
            : fmt::format("string match -qr \"^rota {}( |\\$)\" (commandline -cp)", spec.path);
    for (const std::string& child : spec.subcommands) {
      script += fmt::format("complete -c rota -n {} -a {}\n", quoted(when), quoted(child));
    }
    for (const auto& option : spec.options) {
      script +=
          fmt::format("complete -c rota -n {} -l {} {}-d {}\n", quoted(when), option.name.substr(2),
                      option.takes_value ? "-r " : "", quoted(option.help));
    }
  }
  return script;
}

}  // namespace

Result<int> run_command(const CompletionCommand& command, const Context& context) {
  const auto specs = list_commands();
  const std::string script = command.shell == "fish"  ? fish_script(specs)
                             : command.shell == "zsh" ? zsh_script(specs)
                                                      : bash_script(specs);
  context.console.out << script;
  return 0;
}

}  // namespace rota::cli
