// What one user may take of a server, and what the answer is when it is too much.
#include <fmt/format.h>

#include <thread>

#include "api/problem.h"
#include "api/secured_fixture.h"

namespace rota::api {
namespace {

using net::body_of;
using net::header_of;
using net::status_of;

class BoundsTest : public SecuredApiTest {
 protected:
  void SetUp() override {
    SecuredApiTest::SetUp();
    add_users();
  }
  /// {"f0":0,"f1":0,...}
  static std::string fields(int count) {
    std::string body;
    for (int i = 0; i < count; ++i) body += fmt::format("{}\"f{}\":0", i == 0 ? "" : ",", i);
    return "{" + body + "}";
  }
  std::unique_ptr<net::TestClient> listen_as(const std::string& role) {
    auto client = std::make_unique<net::TestClient>(server_->port());
    client->send(
        fmt::format("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n"
                    "Authorization: Bearer {}\r\n\r\n",
                    tokens_.at(role)));
    return client;
  }
  void expect_hundred(const std::string& answer, const std::string& path, int status = 422) {
    EXPECT_EQ(status_of(answer), status) << path;
    EXPECT_LT(answer.size(), 60'000u) << path;
    EXPECT_EQ(json_of(answer).at("errors").as_array().size(), 100u) << path;
  }
};

// Seen: an answer of 7 MB to 1 MiB of unknown fields.
TEST_F(BoundsTest, AnAnswerListsAHundredFieldErrorsAndCountsTheRest) {
  const std::string many = fields(80'000);
  for (const char* path : {"/api/v1/tasks", "/api/v1/tasks/bulk/pause", "/api/v1/calendars"}) {
    const std::string answer = as("edit", "POST", path, many);
    expect_hundred(answer, path);
    const std::string detail(json_of(answer).at("detail").as_string());
    EXPECT_NE(detail.find("more are not listed"), std::string::npos) << path << detail;
  }
  ASSERT_EQ(status_of(make_task("a")), 201);
  expect_hundred(as("edit", "PATCH", "/api/v1/tasks/1", many, "If-Match: *\r\n"), "PATCH");
  expect_hundred(as("edit", "POST", "/api/v1/tasks/validate", many), "validate", 200);
  const std::string set = fmt::format(R"({{"ids":[1],"set":{}}})", many);
  expect_hundred(as("edit", "POST", "/api/v1/tasks/bulk/edit", set), "bulk/edit");
}

TEST_F(BoundsTest, TheCountOfTheRestIsRight) {
  const std::string answer = as("edit", "POST", "/api/v1/tasks/bulk/pause", fields(1'000));
  const auto problem = json_of(answer);
  EXPECT_EQ(problem.at("detail").as_string(), "some fields are not right; 901 more are not listed")
      << "with ids, which is missing";
}

TEST_F(BoundsTest, WrongMetadataIsListedAHundredTimesToo) {
  std::string items = "0";
  for (int i = 1; i < 5'000; ++i) items += ",0";
  const std::string body = fmt::format(
      R"({{"name":"n","type":"command","schedule":"0 3 * * *","metadata":{{"argv":[{}]}}}})",
      items);
  const std::string answer = as("edit", "POST", "/api/v1/tasks", body);
  expect_hundred(answer, "metadata");
  const std::string last(json_of(answer).at("errors").at(99).at("message").as_string());
  EXPECT_EQ(last, "has 4901 more wrong fields, which are not listed");
}

TEST_F(BoundsTest, WrongParametersAreListedAHundredTimesToo) {
  std::string query;
  for (int i = 0; i < 2'000; ++i) query += "&a=";
  expect_hundred(as("view", "GET", "/api/v1/tasks?" + query), "query");
}

TEST_F(BoundsTest, WrongDaysAreListedAHundredTimesToo) {
  std::string days;
  for (int i = 0; i < 400; ++i) days += fmt::format("{}{{\"x\":1}}", i == 0 ? "" : ",");
  expect_hundred(as("edit", "POST", "/api/v1/calendars/1/preview", "{\"days\":[" + days + "]}"),
                 "days");
}

TEST_F(BoundsTest, ABulkAnswerListsAHundredErrorsOverAll) {
  std::string ids;
  for (int i = 1; i <= 30; ++i) {
    ASSERT_EQ(status_of(make_task(fmt::format("t{}", i))), 201);
    ids += fmt::format("{}{}", i == 1 ? "" : ",", i);
  }
  const std::string set = R"({"priority":0,"timeout_s":-1,"attempts_max":0,"jitter_s":-1})";
  const auto answer = json_of(as("edit", "POST", "/api/v1/tasks/bulk/edit",
                                 fmt::format(R"({{"ids":[{}],"set":{}}})", ids, set)));
  std::size_t errors = 0;
  for (const auto& item : answer.at("items").as_array()) {
    EXPECT_FALSE(item.at("ok").as_bool());
    EXPECT_FALSE(item.at("detail").as_string().empty());
    errors += item.at("errors").as_array().size();
  }
  EXPECT_EQ(errors, 100u);
}

TEST_F(BoundsTest, OneUserListensThirtyTwoTimesAndOthersStillCan) {
  std::vector<std::unique_ptr<net::TestClient>> streams;
  for (int i = 0; i < 32; ++i) streams.push_back(listen_as("view"));
  for (const auto& stream : streams) {
    ASSERT_NE(stream->read_until("hello").find("hello"), std::string::npos);
  }
  const auto refused = listen_as("view")->read_answer();
  EXPECT_EQ(status_of(refused), 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "15") << "those who have gone are noticed by then";
  EXPECT_NE(listen_as("run")->read_until("hello").find("hello"), std::string::npos);
}

TEST(RetryAfterTest, IsSaidWhereWaitingHelpsAndNowhereElse) {
  const auto retry_after = [](ErrorCode code) {
    const net::Response response = problem(Error{code, "x", "", {}, {}});
    for (const net::Header& header : response.headers) {
      if (header.name == "Retry-After") return header.value;
    }
    return std::string{};
  };
  EXPECT_EQ(retry_after(ErrorCode::kBusy), "1");
  EXPECT_EQ(retry_after(ErrorCode::kUnavailable), "5");
  EXPECT_EQ(retry_after(ErrorCode::kReadOnly), "") << "503, but nothing changes by waiting";
  EXPECT_EQ(retry_after(ErrorCode::kNotFound), "");
  EXPECT_EQ(retry_after(ErrorCode::kStorageFull), "");
}

}  // namespace
}  // namespace rota::api
