#include "api/static_files.h"

#include "api/api_test_fixture.h"

namespace rota::api {
namespace {

using net::body_of;
using net::header_of;
using net::status_of;

const Asset& script() {
  for (const Asset& asset : embedded_assets()) {
    if (asset.path.ends_with(".js")) return asset;
  }
  std::abort();
}

TEST(StaticFilesTest, ChoosesTheBestEncodingThatIsAllowed) {
  const Asset asset{"/x", "h", "plain", "gz", "br"};
  EXPECT_EQ(choose_encoding("gzip, deflate, br", asset), Encoding::kBrotli);
  EXPECT_EQ(choose_encoding("gzip", asset), Encoding::kGzip);
  EXPECT_EQ(choose_encoding("br;q=0, gzip;q=0.5", asset), Encoding::kGzip);
  EXPECT_EQ(choose_encoding("gzip;q=0.000", asset), Encoding::kPlain);
  EXPECT_EQ(choose_encoding("", asset), Encoding::kPlain);
  EXPECT_EQ(choose_encoding("bread, xgzip", asset), Encoding::kPlain);
}

TEST(StaticFilesTest, ComparesTagsAsTheStandardSays) {
  EXPECT_TRUE(etag_matches("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(etag_matches("*", "\"b\""));
  EXPECT_FALSE(etag_matches("\"bb\"", "\"b\""));
  EXPECT_FALSE(etag_matches("", "\"b\""));
}

TEST_F(ApiTest, BothAddressesShowThePage) {
  for (const char* path : {"/", "/dynamic-task"}) {
    const std::string answer = get(path);
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header_of(answer, "Cache-Control"), "no-cache");
    EXPECT_NE(body_of(answer).find("<div id=\"app\">"), std::string::npos);
  }
}

TEST_F(ApiTest, PageHoldsNothingInlineAndNoForeignAddress) {
  const std::string page = body_of(get("/"));
  EXPECT_EQ(page.find("http"), std::string::npos);
  EXPECT_EQ(page.find("<style"), std::string::npos);
  EXPECT_EQ(page.find(" style="), std::string::npos);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
}

TEST_F(ApiTest, HashedFilesAreKeptForEverAndCompressed) {
  const std::string path(script().path);
  const std::string plain = get(path);
  EXPECT_EQ(header_of(plain, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(body_of(plain), script().plain);
  const std::string brotli = get(path, "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(header_of(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(header_of(brotli, "Vary"), "Accept-Encoding");
  EXPECT_EQ(body_of(brotli), script().brotli);
  EXPECT_EQ(header_of(get(path, "Accept-Encoding: gzip\r\n"), "Content-Encoding"), "gzip");
}

TEST_F(ApiTest, FileThatTheClientHasIsNotSentAgain) {
  const std::string tag = header_of(get("/"), "ETag");
  const std::string again = get("/", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(status_of(again), 304);
  EXPECT_EQ(body_of(again), "");
  EXPECT_EQ(header_of(again, "ETag"), tag);
  EXPECT_EQ(status_of(get("/", "If-None-Match: \"other\"\r\n")), 200);
  // A tag is of one encoding only.
  EXPECT_EQ(status_of(get("/", "Accept-Encoding: gzip\r\nIf-None-Match: " + tag + "\r\n")), 200);
}

TEST_F(ApiTest, FirstViewIsSmall) {
  std::size_t bytes = 0;
  for (const Asset& asset : embedded_assets()) {
    bytes += asset.brotli.empty() ? asset.plain.size() : asset.brotli.size();
  }
  EXPECT_LT(bytes, 150'000u);
}

}  // namespace
}  // namespace rota::api
