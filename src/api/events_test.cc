#include "api/events.h"

#include <atomic>
#include <future>
#include <thread>

#include "api/api_test_fixture.h"

namespace rota::api {
namespace {

Event changed(std::int64_t task) {
  Event event;
  event.kind = Event::Kind::kTaskChanged;
  event.task_id = TaskId{task};
  return event;
}

TEST(EventBatchTest, NamesEachTaskOnceHoweverMuchHappens) {
  EventBatch batch;
  for (int i = 0; i < 1000; ++i)
    batch.add({0, Event::Kind::kRunFinished, TaskId{3}, RunId{9}, {}}, 500);
  EXPECT_EQ(write_batch(batch),
            R"({"tasks":[3],"edited":[],"removed":[],"runs":[9],"outputs":[]})");
}

TEST(EventBatchTest, RemovedTaskIsNotChangedAsWell) {
  EventBatch batch;
  batch.add(changed(3), 500);
  batch.add({0, Event::Kind::kTaskRemoved, TaskId{3}, {}, {}}, 500);
  EXPECT_EQ(write_batch(batch), R"({"tasks":[],"edited":[],"removed":[3],"runs":[],"outputs":[]})");
}

TEST(EventBatchTest, TooMuchBecomesOneReset) {
  EventBatch batch;
  for (int i = 1; i <= 600; ++i) batch.add(changed(i), 500);
  EXPECT_TRUE(batch.overflow);
  EXPECT_TRUE(batch.tasks_changed.empty());
}

class EventStreamTest : public ApiTest {
 protected:
  std::unique_ptr<net::TestClient> listen(const std::string& last_id = {}) {
    auto client = std::make_unique<net::TestClient>(server_->port());
    const std::string resume = last_id.empty() ? "" : "Last-Event-ID: " + last_id + "\r\n";
    client->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + resume + "\r\n");
    client->read_until("event: hello");
    return client;
  }
  static std::string last_id(const std::string& text) {
    const std::size_t at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
  }
};

TEST_F(EventStreamTest, SaysWhatChangesSoonAndOnce) {
  const auto listener = listen();
  for (int i = 0; i < 100; ++i) scheduler_.say(changed(1));
  const std::string text = listener->read_until("event: changes");
  EXPECT_NE(text.find("text/event-stream"), std::string::npos);
  EXPECT_NE(listener->read_until("\"outputs\":[]}").find("\"tasks\":[1],\"edited\":[1]"),
            std::string::npos);
}

TEST_F(EventStreamTest, ListenerWhoComesBackGetsWhatItMissed) {
  std::string id;
  {
    const auto listener = listen();
    scheduler_.say(changed(1));
    id = last_id(listener->read_until("event: changes"));
    const auto witness = listen();
    scheduler_.say(changed(2));
    witness->read_until("\"tasks\":[2]");
  }
  const std::string text = listen(id)->read_until("event: hello");
  EXPECT_NE(text.find("\"tasks\":[2]"), std::string::npos) << text;
  EXPECT_EQ(text.find("event: reset"), std::string::npos);
  EXPECT_EQ(text.find("\"tasks\":[1]"), std::string::npos) << "had it already";
}

TEST_F(EventStreamTest, ListenerFromBeforeARestartIsToldToReadEverythingAnew) {
  for (const char* id : {"0000-1", "nonsense", "-", "18446744073709551616", "%00"}) {
    EXPECT_NE(listen(id)->read_until("event: hello").find("event: reset"), std::string::npos) << id;
  }
}

TEST_F(EventStreamTest, ListenerFromTheFutureIsToldToReadEverythingAnew) {
  const std::string id = last_id(listen()->read_until("event: hello"));
  const std::string later = id.substr(0, id.find('-')) + "-99";
  EXPECT_NE(listen(later)->read_until("event: hello").find("event: reset"), std::string::npos);
}

TEST_F(EventStreamTest, OldListenerIsToldToReadEverythingAnewWhenTheKeptMessagesDoNotReachBack) {
  net::EventLoop loop;
  EventLimits limits;
  limits.kept_max = 2;
  limits.gather = std::chrono::milliseconds{0};
  const auto hub = std::make_shared<EventHub>(loop, "me", limits);
  struct Heard : net::StreamWriter, net::Responder {
    bool write(std::shared_ptr<const std::string> bytes) override {
      text += *bytes;
      return true;
    }
    bool is_open() const override { return true; }
    void send(net::Response) override {}
    std::shared_ptr<net::StreamWriter> stream(net::Response) override {
      return std::shared_ptr<net::StreamWriter>(this, [](auto*) {});
    }
    std::string text;
  };
  const auto on_loop = [&](auto work) {
    std::promise<void> done;
    loop.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  };
  const auto first = std::make_shared<Heard>();
  on_loop([&] { hub->listen("somebody", "", first, {}); });
  for (int i = 1; i <= 4; ++i) {
    hub->on_event(changed(i));
    const std::string wanted = "\"tasks\":[" + std::to_string(i) + "]";
    bool heard = false;
    while (!heard) on_loop([&] { heard = first->text.find(wanted) != std::string::npos; });
  }
  const auto missed_two = std::make_shared<Heard>();
  const auto missed_three = std::make_shared<Heard>();
  on_loop([&] {
    hub->listen("somebody", "me-2", missed_two, {});
    hub->listen("somebody", "me-1", missed_three, {});
  });
  EXPECT_EQ(missed_two->text.find("reset"), std::string::npos) << missed_two->text;
  EXPECT_NE(missed_two->text.find("\"tasks\":[3]"), std::string::npos);
  EXPECT_NE(missed_three->text.find("event: reset"), std::string::npos);
  hub->stop();
  loop.stop();
}

TEST(EventHubTest, OneUserCannotTakeEveryPlace) {
  struct Open final : net::Responder {
    struct Writer final : net::StreamWriter {
      bool write(std::shared_ptr<const std::string>) override { return true; }
      bool is_open() const override { return true; }
    };
    void send(net::Response) override {}
    std::shared_ptr<net::StreamWriter> stream(net::Response) override {
      return std::make_shared<Writer>();
    }
  };
  using Verdict = EventHub::Verdict;
  net::EventLoop loop;
  EventLimits limits;
  limits.listeners_max = 40;
  const auto hub = std::make_shared<EventHub>(loop, "me", limits);
  std::promise<void> done;
  loop.post([&] {
    const auto listen = [&](const std::string& holder) {
      return hub->listen(holder, "", std::make_shared<Open>(), {});
    };
    for (int i = 0; i < 32; ++i) EXPECT_EQ(listen("user 1"), Verdict::kListens);
    EXPECT_EQ(listen("user 1"), Verdict::kHolderFull);
    for (int i = 0; i < 8; ++i) EXPECT_EQ(listen("user 2"), Verdict::kListens);
    EXPECT_EQ(listen("user 3"), Verdict::kFull);
    done.set_value();
  });
  done.get_future().wait();
  EXPECT_EQ(hub->listeners(), 40u) << "those who listen stay";
  hub->stop();
  loop.stop();
}

TEST(EventHubTest, WhoMayNotStayAnyMoreIsDropped) {
  struct Open final : net::Responder {
    struct Writer final : net::StreamWriter {
      bool write(std::shared_ptr<const std::string>) override { return true; }
      bool is_open() const override { return true; }
    };
    void send(net::Response) override {}
    std::shared_ptr<net::StreamWriter> stream(net::Response) override {
      return std::make_shared<Writer>();
    }
  };
  net::EventLoop loop;
  MemoryScheduler scheduler;
  EventLimits limits;
  limits.heartbeat = std::chrono::milliseconds{5};
  const auto hub = std::make_shared<EventHub>(loop, "me", limits);
  hub->ask_aside([](const std::function<void()>& work) { work(); });
  hub->start(scheduler);
  std::atomic<bool> allowed{true};
  loop.post([&] {
    hub->listen("somebody", "", std::make_shared<Open>(), {}, [&] { return allowed.load(); });
    hub->listen("somebody", "", std::make_shared<Open>(), {});
  });
  while (hub->listeners() < 2) std::this_thread::yield();
  allowed = false;
  while (hub->listeners() > 1) std::this_thread::yield();
  hub->stop();
  loop.stop();
}

}  // namespace
}  // namespace rota::api
