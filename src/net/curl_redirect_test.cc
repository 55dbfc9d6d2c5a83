// Where a redirect leads to another origin nothing secret goes along, whatever its status; and no
// error says more of a secret than three characters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/mask_test_forms.h"
#include "net/curl_http_client.h"
#include "net/curl_test_server.h"

namespace rota::net {
namespace {

using handlers::HttpAnswer;
using handlers::HttpRequest;
using testing::HasSubstr;
using testing::Not;

const std::string kSecret = "canary 7f3a/w+t\"x of some length";

class CurlRedirectTest : public testing::Test {
 protected:
  Result<HttpAnswer> fetch(HttpRequest request) {
    request.mask = std::make_shared<const base::Mask>(std::vector<std::string>{kSecret});
    std::promise<Result<HttpAnswer>> answer;
    client_->send(std::move(request), [&](Result<HttpAnswer> given) { answer.set_value(given); });
    return answer.get_future().get();
  }
  HttpRequest request(std::string_view method) {
    HttpRequest one;
    one.method = method;
    one.url = first_.url("/from?k=1");
    return one;
  }

  std::string seen_;
  TestServer second_{[this](const std::string& text, int fd) {
    seen_ += text;
    TestServer::reply(fd, "200 OK", "there");
  }};
  std::string status_ = "307";
  std::string location_ = second_.url("/new");
  TestServer first_{[this](const std::string& text, int fd) {
    if (text.find(" /same") != std::string::npos) {
      seen_ += text;
      return TestServer::reply(fd, "200 OK", "here");
    }
    TestServer::reply(fd, status_ + " Moved", "", "Location: " + location_ + "\r\n");
  }};
  std::unique_ptr<handlers::HttpClient> client_ = make_curl_http_client({.allow_private = true});
};

TEST_F(CurlRedirectTest, ABodyWithASecretGoesToNoOtherOrigin) {
  for (const char* status : {"301", "302", "307", "308"}) {
    for (const char* method : {"PUT", "PATCH", "DELETE"}) {
      status_ = status;
      HttpRequest one = request(method);
      one.body = "key=" + base::percent(kSecret, true, true);
      const auto answer = fetch(one);
      ASSERT_FALSE(answer) << status << " " << method;
      EXPECT_EQ(answer.error().code, ErrorCode::kNotAllowedHere);
      EXPECT_THAT(answer.error().message,
                  HasSubstr("the body, which would go there, holds a secret"));
    }
  }
  status_ = "307";
  HttpRequest post = request("POST");
  post.body = kSecret;
  EXPECT_FALSE(fetch(post));
  EXPECT_EQ(second_.connections(), 0);
}

TEST_F(CurlRedirectTest, APostThatBecomesAGetGoesWithoutItsBodyAndKeys) {
  for (const char* status : {"301", "302", "303"}) {
    status_ = status;
    seen_.clear();
    HttpRequest one = request("POST");
    one.body = kSecret;
    one.headers = {{"Authorization", "Basic " + base::b64("ann:" + kSecret)},
                   {"Accept", "application/json"},
                   {"Accept-Language", kSecret},
                   {"User-Agent", "agent " + kSecret},
                   {"Cookie", "a=b"}};
    ASSERT_TRUE(fetch(one)) << status;
    EXPECT_THAT(seen_, testing::StartsWith("GET /new"));
    EXPECT_LE(base::longest_common(seen_, kSecret), 3u) << seen_;
    EXPECT_THAT(seen_, Not(HasSubstr("Authorization")));
    EXPECT_THAT(seen_, Not(HasSubstr("Cookie")));
    EXPECT_THAT(seen_, Not(HasSubstr("Referer")));
    EXPECT_THAT(seen_, HasSubstr("Accept: application/json"));
  }
}

TEST_F(CurlRedirectTest, ABodyWithoutASecretGoesAlongAsTheStatusSays) {
  status_ = "308";
  HttpRequest one = request("POST");
  one.body = "no secret";
  one.headers = {{"X-Key", kSecret}};
  const auto answer = fetch(one);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(seen_, testing::StartsWith("POST /new"));
  EXPECT_THAT(seen_, Not(HasSubstr("X-Key")));
}

TEST_F(CurlRedirectTest, AnAddressThatHoldsASecretIsNoOtherOriginsEither) {
  location_ = second_.url("/new?k=" + base::percent(kSecret, false, true));
  HttpRequest one = request("GET");
  one.url = first_.url("/from?k=" + base::percent(kSecret, false, true));
  const auto answer = fetch(one);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("that address holds a secret"));
  EXPECT_EQ(second_.connections(), 0);
}

TEST_F(CurlRedirectTest, WithinOneOriginAllOfItGoesAlong) {
  location_ = "/same?k=" + base::percent(kSecret, false, true);
  HttpRequest one = request("POST");
  one.body = "b";
  one.headers = {{"X-Key", kSecret}};
  const auto answer = fetch(one);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(seen_, HasSubstr("X-Key: " + kSecret));
}

TEST_F(CurlRedirectTest, AnotherPortHostOrSpellingIsAnotherOrigin) {
  const std::string port = std::to_string(first_.port());
  for (const std::string& target : {second_.url("/same"), "http://localhost:" + port + "/same",
                                    "http://127.0.0.1.:" + port + "/same"}) {
    location_ = target;
    seen_.clear();
    HttpRequest one = request("GET");
    one.headers = {{"X-Key", kSecret}};
    (void)fetch(one);
    EXPECT_THAT(seen_, Not(HasSubstr("X-Key"))) << target;
  }
}

// The address stands in the error, cut to 200 bytes: random places of a secret around the cut.
TEST_F(CurlRedirectTest, NoErrorHoldsMoreThanThreeCharactersOfASecret) {
  std::mt19937 random(20261124);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  for (int round = 0; round < 150; ++round) {
    const std::string secret = base::random_secret(random, 31);
    const std::string one_line = base::replaced(secret, {{'\n', "n"}});
    const std::string before(random() % 260, '~');
    const auto forms = base::forms_for_test(one_line);
    const std::string form = forms[random() % forms.size()].text;
    const std::string url = before + form + "~~";
    std::vector<HttpRequest> wrong(6);
    wrong[0].url = "http://" + url + " not/an address";
    wrong[1].url = "gopher://" + url;
    wrong[2].url = "http://127.0.0.1:1/" + url;
    wrong[3] = {.method = url, .url = first_.url()};
    wrong[4] = {.url = first_.url(), .headers = {{url + ":", "x"}}};
    wrong[5].url = "http://" + base::hex(one_line) + before + ".invalid/";
    for (HttpRequest& request : wrong) {
      request.mask = std::make_shared<const base::Mask>(std::vector<std::string>{one_line});
      request.timeout = std::chrono::seconds{5};
      std::promise<Result<HttpAnswer>> given;
      client_->send(request, [&](Result<HttpAnswer> answer) { given.set_value(answer); });
      const auto answer = given.get_future().get();
      if (answer) continue;
      const std::string said = answer.error().message + answer.error().hint;
      const bool is_hex = &request == &wrong[5];
      ASSERT_LE(base::longest_common(said, is_hex ? base::hex(one_line) : one_line),
                is_hex ? 7u : 3u)
          << said << "\nsecret " << one_line << " as " << form;
    }
  }
}

}  // namespace
}  // namespace rota::net
