// The ends of a connection that cross threads: everything is handed over to the loop's thread.
#include <utility>

#include "net/http_connection.h"

namespace rota::net {
namespace {

void run_on_loop(EventLoop& loop, std::function<void()> work) {
  if (loop.on_loop_thread()) return work();
  loop.post(std::move(work));
}

class ConnectionStream final : public StreamWriter {
 public:
  ConnectionStream(std::shared_ptr<ServerShared> server, std::weak_ptr<Connection> connection,
                   std::shared_ptr<StreamState> state)
      : server_(std::move(server)), connection_(std::move(connection)), state_(std::move(state)) {}

  ~ConnectionStream() override {
    run_on_loop(server_->loop, [weak = connection_] {
      if (const auto connection = weak.lock()) connection->end_stream();
    });
  }

  bool write(std::shared_ptr<const std::string> bytes) override {
    if (!state_->open) return false;
    const std::size_t size = bytes->size();
    const bool fits = state_->pending + size <= server_->options.limits.stream_pending_max &&
                      state_->share.try_grow(size) == ByteShares::Verdict::kTaken;
    if (!fits) {
      if (state_->open.exchange(false)) drop();
      return false;
    }
    state_->pending += size;
    run_on_loop(server_->loop, [weak = connection_, bytes = std::move(bytes)]() mutable {
      if (const auto connection = weak.lock()) connection->stream_bytes(std::move(bytes));
    });
    return true;
  }

  bool is_open() const override { return state_->open; }

 private:
  void drop() {
    ++server_->dropped_streams;
    run_on_loop(server_->loop, [weak = connection_] {
      if (const auto connection = weak.lock()) connection->close();
    });
  }

  const std::shared_ptr<ServerShared> server_;
  const std::weak_ptr<Connection> connection_;
  const std::shared_ptr<StreamState> state_;
};

class ConnectionResponder final : public Responder {
 public:
  explicit ConnectionResponder(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  ~ConnectionResponder() override {
    if (connection_) send(connection_->server().refusal({500, "the request was not answered"}));
  }

  void send(Response response) override {
    auto connection = std::exchange(connection_, nullptr);
    if (!connection) return;
    EventLoop& loop = connection->server().loop;
    run_on_loop(loop,
                [connection = std::move(connection), response = std::move(response)]() mutable {
                  connection->respond(std::move(response));
                });
  }

  std::shared_ptr<StreamWriter> stream(Response head) override {
    auto connection = std::exchange(connection_, nullptr);
    if (!connection) return nullptr;
    return std::make_shared<ConnectionStream>(shared_server(*connection), connection,
                                              connection->begin_stream(head));
  }

 private:
  static std::shared_ptr<ServerShared> shared_server(Connection& connection) {
    return connection.server().shared_from_this();
  }

  std::shared_ptr<Connection> connection_;
};

}  // namespace

std::shared_ptr<Responder> make_responder(std::shared_ptr<Connection> connection) {
  return std::make_shared<ConnectionResponder>(std::move(connection));
}

}  // namespace rota::net
