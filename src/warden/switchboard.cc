#include "warden/switchboard.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/wipe.h"

namespace rota::warden {
namespace {

using handlers::ProcessEnd;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 64 * 1024;  // at a time from one pipe, then the next one's turn
constexpr auto kDrain = std::chrono::seconds{2};  // for output after the whole tree has gone

Error start_error(const EndMessage& end) {
  const std::string why = std::strerror(end.failed_errno);
  switch (end.failed_step) {
    case StartStep::kRoot:
      return {ErrorCode::kNotAllowedHere,
              "the program would run as root",
              "start the server as another user, or give a user to run commands as",
              std::nullopt,
              {}};
    case StartStep::kUser:
      return {ErrorCode::kNotAllowedHere,
              fmt::format("cannot become the other user: {}", why),
              "only a server started as root can run programs as somebody else",
              std::nullopt,
              {}};
    case StartStep::kFolder:
      return {ErrorCode::kInvalidArgument,
              fmt::format("the program's folder cannot be entered: {}", why),
              {},
              std::nullopt,
              {}};
    case StartStep::kProgram:
      return {end.failed_errno == ENOMEM || end.failed_errno == EAGAIN
                  ? ErrorCode::kBusy
                  : ErrorCode::kInvalidArgument,
              fmt::format("the program cannot be started: {}", why),
              {},
              std::nullopt,
              {}};
    case StartStep::kLease:
      return {ErrorCode::kUnavailable,
              "the server's lease had ended before the program could start",
              {},
              std::nullopt,
              {}};
    case StartStep::kUntrusted:
      return {ErrorCode::kNotAllowedHere,
              "the program's file, or a folder on the way to it, can be changed by others",
              "only root and the user that starts the server may be able to change it",
              std::nullopt,
              {}};
    case StartStep::kSandbox:
      return {ErrorCode::kUnavailable,
              fmt::format("the sandbox cannot be closed around the program: {}", why),
              "nothing runs without it while the server has --command-sandbox",
              std::nullopt,
              {}};
    case StartStep::kPrivateFolder:
      return {ErrorCode::kBusy,
              fmt::format("no temporary folder can be made for the program: {}", why),
              "make room in /tmp",
              std::nullopt,
              {}};
    case StartStep::kSupervisor:
      return {ErrorCode::kFailed, "the program's supervisor was killed", {}, std::nullopt, {}};
    default:
      return {ErrorCode::kBusy,
              fmt::format("the program cannot be started now: {}", why),
              {},
              std::nullopt,
              {}};
  }
}

ProcessEnd describe(const EndMessage& message) {
  ProcessEnd end;
  if (message.failed_step != StartStep::kNone) end.not_started = start_error(message);
  if (WIFEXITED(message.wait_status)) end.exit_code = WEXITSTATUS(message.wait_status);
  if (WIFSIGNALED(message.wait_status)) end.signal = WTERMSIG(message.wait_status);
  end.cpu = Duration{message.cpu_us};
  end.memory_bytes_max = message.memory_kib * 1024;
  end.lease_ended = message.lease_ended != 0 || message.failed_step == StartStep::kLease;
  end.files_left = message.files_left != 0;
  return end;
}

}  // namespace

class Switchboard::Impl {
 public:
  Impl(Link link, std::shared_ptr<const LeasePage> lease)
      : lease_(std::move(lease)),
        link_(std::move(link)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    watch(wake_.get(), EPOLLIN);
    watch(link_.fd(), EPOLLIN);
    thread_ = std::thread([this] { run(); });
  }

  void shut_down() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
  }

  bool post(Request request) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return false;
      inbox_.push_back(std::move(request));
    }
    wake();
    return true;
  }

  std::uint64_t next_id() {
    std::lock_guard lock(mutex_);
    return ++last_id_;
  }

 private:
  // What an epoll event is about: a stream of a program, or one of our own descriptors.
  struct Channel {
    std::uint64_t id = 0;
    int stream = 0;
  };

  static void block_all_signals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  }

  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

  void watch(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  void run() {
    block_all_signals();  // a program that closes its input must not send SIGPIPE to the server
    epoll_event events[64];
    while (take_inbox()) {
      const int count = ::epoll_wait(epoll_.get(), events, 64, wait_ms());
      for (int i = 0; i < count; ++i) handle(events[i]);
      finish_drained();
    }
    end_all(Error{ErrorCode::kCancelled, "the server is stopping", {}, std::nullopt, {}});
  }

  int wait_ms() const {
    if (draining_ == 0) return outgoing_.empty() ? -1 : 10;
    return 50;
  }

  void handle(const epoll_event& event) {
    const int fd = event.data.fd;
    if (fd == wake_.get()) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const ssize_t got = ::read(fd, &ignored, sizeof ignored);
      return;
    }
    if (fd == link_.fd()) return receive_news();
    const auto found = channels_.find(fd);
    if (found == channels_.end()) return;
    const Channel channel = found->second;
    if (channel.stream == 0) {
      write_input(channel.id);
    } else {
      read_output(channel);
    }
  }

  bool take_inbox() {
    std::deque<Request> taken;
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return false;
      taken.swap(inbox_);
    }
    for (Request& request : taken) {
      if (request.held) {
        held_ = std::move(*request.held);
        hold();
        continue;
      }
      if (request.program) adopt(request.outgoing.id, std::move(request.program));
      outgoing_.push_back(std::move(request.outgoing));
    }
    send_outgoing();
    return true;
  }

  // Tells the warden what to keep open, before any program that is asked for later.
  void hold() {
    Outgoing message;
    message.message = encode(HoldMessage{});
    message.borrowed_fd = held_.fd;
    outgoing_.push_back(std::move(message));
    if (held_.on_supervisor) held_.on_supervisor(link_.warden());
  }

  void adopt(std::uint64_t id, std::unique_ptr<Program> program) {
    for (int stream = 1; stream <= 2; ++stream) {
      const Fd& fd = program->output[stream - 1];
      channels_[fd.get()] = {id, stream};
      watch(fd.get(), EPOLLIN);
    }
    if (program->rest.empty()) {
      program->input.reset();
    } else {
      channels_[program->input.get()] = {id, 0};
      watch(program->input.get(), EPOLLOUT);
    }
    programs_[id] = std::move(program);
  }

  void send_outgoing() {
    while (!outgoing_.empty()) {
      const Outgoing& next = outgoing_.front();
      StandardFds fds{next.fds[0].get(), next.fds[1].get(), next.fds[2].get()};
      std::size_t count = next.with_fds ? fds.size() : 0;
      if (next.borrowed_fd >= 0) {
        fds[0] = next.borrowed_fd;
        count = 1;
      }
      const auto sent = link_.send(next.message, std::span(fds).first(count));
      if (sent == Link::Sent::kLater) return;
      if (sent == Link::Sent::kGone) return replace_warden();
      base::wipe(outgoing_.front().message);
      outgoing_.pop_front();
    }
  }

  void receive_news() {
    for (;;) {
      EndMessage message;
      const auto received = link_.receive(message);
      if (received == Link::Received::kGone) return replace_warden();
      if (received == Link::Received::kNothing) return;
      const auto found = programs_.find(message.id);
      if (found == programs_.end() || found->second->end) continue;
      found->second->end = message;
      found->second->drain_until = Steady::now() + kDrain;
      ++draining_;
    }
  }

  void write_input(std::uint64_t id) {
    Program& program = *programs_.at(id);
    const ssize_t n = ::write(program.input.get(), program.rest.data(), program.rest.size());
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0) program.rest.erase(0, static_cast<std::size_t>(n));
    if (n >= 0 && !program.rest.empty()) return;
    base::wipe(program.rest);
    close_channel(program.input);
  }

  void read_output(const Channel& channel) {
    Program& program = *programs_.at(channel.id);
    Fd& fd = program.output[channel.stream - 1];
    const ssize_t n = ::read(fd.get(), buffer_, sizeof buffer_);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return close_channel(fd);
    program.on_output(channel.stream, {buffer_, static_cast<std::size_t>(n)});
  }

  void close_channel(Fd& fd) {
    channels_.erase(fd.get());
    fd.reset();  // leaves epoll with it: nobody else has this descriptor
  }

  // Tells the end of programs whose tree has gone and whose output has been read (or is held open
  // by a stranger for too long).
  void finish_drained() {
    if (draining_ == 0) return;
    const auto now = Steady::now();
    std::vector<std::uint64_t> finished;
    for (const auto& [id, program] : programs_) {
      if (!program->end) continue;
      const bool open = program->output[0].is_open() || program->output[1].is_open();
      if (!open || now >= program->drain_until) finished.push_back(id);
    }
    for (const std::uint64_t id : finished) {
      --draining_;
      finish(id, describe(*programs_.at(id)->end));
    }
  }

  void finish(std::uint64_t id, const ProcessEnd& end) {
    auto node = programs_.extract(id);
    Program& program = *node.mapped();
    base::wipe(program.rest);
    for (Fd* fd : {&program.input, &program.output[0], &program.output[1]}) {
      if (fd->is_open()) close_channel(*fd);
    }
    program.on_end(end);
  }

  void end_all(const Error& why) {
    for (Outgoing& one : outgoing_) base::wipe(one.message);
    outgoing_.clear();
    link_ = Link();  // the warden ends every program, and is waited for
    while (!programs_.empty()) {
      ProcessEnd end;
      end.not_started = why;
      finish(programs_.begin()->first, end);
    }
    draining_ = 0;
  }

  // A dead warden took its programs along: the socket's other end closes only when the last keeper,
  // too, has ended its tree. The next start gets a new one.
  void replace_warden() {
    end_all(
        Error{ErrorCode::kUnavailable, "the supervisor of programs died", {}, std::nullopt, {}});
    auto link = Link::open(*lease_);
    if (!link) return;
    link_ = *std::move(link);
    watch(link_.fd(), EPOLLIN);
    if (held_.fd >= 0) hold();
  }

  const std::shared_ptr<const LeasePage> lease_;
  Link link_;
  Held held_;
  Fd epoll_;
  Fd wake_;
  std::deque<Outgoing> outgoing_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Program>> programs_;
  std::unordered_map<int, Channel> channels_;
  std::size_t draining_ = 0;
  char buffer_[kReadBytes];

  std::mutex mutex_;
  std::deque<Request> inbox_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

Switchboard::Switchboard(Link link, std::shared_ptr<const LeasePage> lease)
    : impl_(std::make_unique<Impl>(std::move(link), std::move(lease))) {}
Switchboard::~Switchboard() { shut_down(); }
std::uint64_t Switchboard::next_id() { return impl_->next_id(); }
bool Switchboard::post(Request request) { return impl_->post(std::move(request)); }
void Switchboard::shut_down() { impl_->shut_down(); }

}  // namespace rota::warden
