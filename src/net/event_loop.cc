#include "net/event_loop.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <utility>

#include "base/thread_priority.h"
#include "net/asio_loop.h"

namespace rota::net {
namespace asio = boost::asio;

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::thread([io = &impl_->io] {
    // Signals are for the main thread; a write to a closed socket is an error code, not a signal.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "rota-net");
    base::give_way(base::kServingNice);
    io->run();
  });
}

EventLoop::~EventLoop() { stop(); }

void EventLoop::post(std::function<void()> work) { asio::post(impl_->io, std::move(work)); }

void EventLoop::post_after(std::chrono::milliseconds delay, std::function<void()> work) {
  post([this, delay, work = std::move(work)]() mutable {
    auto timer = std::make_shared<asio::steady_timer>(impl_->io, delay);
    timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
      if (!error) work();
    });
  });
}

bool EventLoop::on_loop_thread() const {
  return std::this_thread::get_id() == impl_->thread.get_id();
}

void EventLoop::stop() {
  const std::lock_guard lock(impl_->stopping);
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace rota::net
