// Turns what a handler asks for into a request to the switchboard.
#include "warden/client.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/wipe.h"
#include "warden/switchboard.h"
#include "warden/user.h"

namespace rota::warden {
namespace {

using handlers::ProcessRunner;
using handlers::ProcessSpec;
using handlers::RunningProcess;

struct Pipe {
  Fd read;
  Fd write;
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void make_non_blocking(const Fd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

class Handle final : public RunningProcess {
 public:
  Handle(std::weak_ptr<Switchboard> board, std::uint64_t id) : board_(std::move(board)), id_(id) {}

  void stop(Duration grace) override {
    const auto board = board_.lock();
    if (!board) return;
    Request request;
    request.outgoing.id = id_;
    request.outgoing.message = encode(
        StopMessage{id_, std::chrono::duration_cast<std::chrono::milliseconds>(grace).count()});
    board->post(std::move(request));
  }

 private:
  const std::weak_ptr<Switchboard> board_;
  const std::uint64_t id_;
};

bool holds_nul(const ProcessSpec& spec) {
  const auto bad = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  for (const auto& word : spec.argv) {
    if (bad(word)) return true;
  }
  for (const auto& one : spec.environment) {
    if (bad(one)) return true;
  }
  return bad(spec.program) || bad(spec.folder);
}

Result<StartMessage> start_message(const ProcessSpec& spec) {
  if (spec.argv.empty() || !spec.program.starts_with('/') || holds_nul(spec)) {
    return fail(ErrorCode::kInvalidArgument,
                "a program needs an absolute path and arguments without NUL bytes");
  }
  const auto user = find_user(spec.run_as);
  if (!user) return fail(user.error());
  StartMessage message;
  message.program = spec.program;
  message.trust = spec.trust;
  message.argv = spec.argv;
  message.folder = spec.folder;
  message.private_folder = spec.private_folder;
  message.allow_root = spec.allow_root;
  message.limits = spec.limits;
  message.sandbox = spec.sandbox;
  message.change_user = user->uid != ::geteuid();
  message.uid = user->uid;
  message.gid = user->gid;
  message.groups = user->groups;
  message.environment.reserve(spec.environment.size() + 1);
  message.environment = spec.environment;
  const bool at_home = std::any_of(spec.environment.begin(), spec.environment.end(),
                                   [](const auto& one) { return one.starts_with("HOME="); });
  if (!at_home) message.environment.push_back("HOME=" + user->home);
  return message;
}

class Client final : public ProcessRunner {
 public:
  Client(Link link, std::shared_ptr<LeasePage> lease)
      : lease_(std::move(lease)), board_(std::make_shared<Switchboard>(std::move(link), lease_)) {}
  ~Client() override { board_->shut_down(); }

  Result<std::shared_ptr<RunningProcess>> start(const ProcessSpec& spec, OnOutput on_output,
                                                OnEnd on_end) override {
    auto message = start_message(spec);
    if (!message) return fail(std::move(message.error()));
    const base::WipeAtEnd environment(message->environment);
    auto in = make_pipe();
    auto out = make_pipe();
    auto err = make_pipe();
    if (!in || !out || !err) {
      return fail(ErrorCode::kBusy,
                  fmt::format("no pipes for another program: {}", std::strerror(errno)));
    }
    message->id = board_->next_id();
    Request request;
    request.outgoing = {encode(*message),
                        message->id,
                        true,
                        {std::move(in->read), std::move(out->write), std::move(err->write)}};
    if (request.outgoing.message.size() > kMessageBytesMax) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the command and its environment are longer than {} bytes",
                              kMessageBytesMax));
    }
    auto program = std::make_unique<Program>();
    program->on_output = std::move(on_output);
    program->on_end = std::move(on_end);
    program->input = std::move(in->write);
    program->output[0] = std::move(out->read);
    program->output[1] = std::move(err->read);
    program->rest = spec.input;
    make_non_blocking(program->input);
    make_non_blocking(program->output[0]);
    make_non_blocking(program->output[1]);
    request.program = std::move(program);
    if (!board_->post(std::move(request))) {
      return fail(ErrorCode::kUnavailable, "the supervisor of programs has been shut down");
    }
    return std::make_shared<Handle>(board_, message->id);
  }

  void hold_open(int fd, std::function<void(std::int64_t pid)> on_supervisor) override {
    Request request;
    request.held = Held{fd, std::move(on_supervisor)};
    board_->post(std::move(request));
  }

  // Keepers look again when the end comes that they know of; a sooner one they must hear about.
  void extend_lease(SteadyTime until, Lease kind) override {
    const bool sooner = until < lease_->until() && lease_->until() != SteadyTime::max();
    lease_->extend(until, kind);
    if (!sooner) return;
    Request request;
    request.outgoing.message = encode(LeaseMessage{});
    board_->post(std::move(request));
  }

 private:
  const std::shared_ptr<LeasePage> lease_;
  const std::shared_ptr<Switchboard> board_;
};

}  // namespace

Result<std::unique_ptr<ProcessRunner>> start_warden() {
  auto lease = std::make_shared<LeasePage>();
  auto link = Link::open(*lease);
  if (!link) return fail(std::move(link.error()));
  return std::unique_ptr<ProcessRunner>(
      std::make_unique<Client>(*std::move(link), std::move(lease)));
}

}  // namespace rota::warden
