// A running API server over a MemoryScheduler, and a way to ask it.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "api/memory_scheduler.h"
#include "api/server.h"
#include "net/test_client.h"

namespace rota::api {

class ApiTest : public testing::Test {
 protected:
  void SetUp() override {
    TaskView view;
    view.task.id = TaskId{1};
    view.task.name = "Nightly <b>Backup</b>";
    view.task.type = "data_backup";
    view.task.schedule = "0 2 * * *";
    view.task.timezone = "Europe/London";
    view.task.metadata = R"({"backupType":"full"})";
    scheduler_.put(view);
    view.task.id = TaskId{2};
    view.task.name = "Second";
    view.task.active = false;
    scheduler_.put(view);
    ServerOptions options;
    options.port = 0;
    options.allowed_hosts = {"rota.example"};
    auto started = start_api_server(scheduler_, options);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  std::string ask(const std::string& method, const std::string& target,
                  const std::string& headers = {}) {
    net::TestClient client(server_->port());
    client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                headers + "\r\n");
    return client.read_all();
  }
  std::string get(const std::string& target, const std::string& headers = {}) {
    return ask("GET", target, headers);
  }
  boost::json::value get_json(const std::string& target) {
    return boost::json::parse(net::body_of(get(target)));
  }

  MemoryScheduler scheduler_;
  std::unique_ptr<ApiServer> server_;
};

}  // namespace rota::api
