// What an EventLoop is made of; only for the files of this folder that see Asio.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <mutex>
#include <thread>

#include "net/event_loop.h"

namespace rota::net {

struct EventLoop::Impl {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::mutex stopping;
  std::thread thread;
};

}  // namespace rota::net
