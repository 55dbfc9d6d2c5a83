#include "secrets/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "secrets/references.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"
#include "store/store.h"

namespace rota::secrets {
namespace {

using testing::HasSubstr;

const Actor kAnn{"ann", "127.0.0.1"};
constexpr std::string_view kCanary = "canary-7f3a/w t\"x";

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    auto opened = store::open_sqlite_store({.path = database_}, clock_);
    EXPECT_TRUE(opened);
    store_ = *std::move(opened);
  }
  Vault vault() { return Vault(store_->secrets(), clock_, key_file_); }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ManualClock clock_{Instant{std::chrono::seconds{1'795'000'000}}};
  store::TemporaryFolder folder_;
  const std::string database_ = (folder_ / "rota.db").string();
  const std::string key_file_ = database_ + ".key";
  std::unique_ptr<store::Store> store_;
};

TEST_F(VaultTest, GivesBackWhatWasKeptAndMakesItsKeyForItselfAlone) {
  Vault first = vault();
  ASSERT_TRUE(first.add("api_key", kCanary, kAnn));
  EXPECT_EQ(*first.reveal("api_key"), kCanary);
  EXPECT_EQ(*vault().reveal("api_key"), kCanary) << "another process, the same file";
  struct stat facts{};
  ASSERT_EQ(stat(key_file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777u, 0600u);
  EXPECT_EQ(first.list()->at(0).used_at, clock_.now());
  EXPECT_EQ(first.add("api_key", "another", kAnn).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(first.reveal("other").error().code, ErrorCode::kNotFound);
}

TEST_F(VaultTest, NoFileOfTheDatabaseHoldsAValueOrTheKey) {
  Vault kept = vault();
  ASSERT_TRUE(kept.add("a", kCanary, kAnn));
  ASSERT_TRUE(kept.replace("a", std::string(kCanary) + "2", kAnn));
  const std::string key = content(key_file_).substr(11, 43);
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "")) {
    if (file.path() == key_file_) continue;
    EXPECT_EQ(content(file).find(kCanary), std::string::npos) << file.path();
    EXPECT_EQ(content(file).find(key), std::string::npos) << file.path();
  }
  const auto audit = store_->accounts().list_audit({});
  ASSERT_EQ(audit->rows.size(), 2u);
  EXPECT_EQ(audit->rows[0].note.action, "secret.change");
  EXPECT_EQ(audit->rows[0].note.object, "secret a");
}

TEST_F(VaultTest, RefusesAKeyThatOthersMayRead) {
  ASSERT_TRUE(vault().add("a", kCanary, kAnn));
  ASSERT_EQ(chmod(key_file_.c_str(), 0644), 0);
  const auto refused = vault().reveal("a");
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().message, HasSubstr(key_file_));
  EXPECT_THAT(refused.error().hint, HasSubstr("chmod 600"));
}

TEST_F(VaultTest, AMissingKeyIsNamedAndNeverReplacedByANewOne) {
  ASSERT_TRUE(vault().add("a", kCanary, kAnn));
  std::filesystem::rename(key_file_, key_file_ + ".away");
  EXPECT_THAT(vault().reveal("a").error().message, HasSubstr(key_file_));
  EXPECT_EQ(vault().check().error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(vault().add("b", kCanary, kAnn));
  EXPECT_FALSE(std::filesystem::exists(key_file_));
}

TEST_F(VaultTest, AnotherKeyAndADamagedFileAreToldApart) {
  ASSERT_TRUE(vault().add("a", kCanary, kAnn));
  ASSERT_TRUE(save_keys(key_file_, {make_key()}));
  EXPECT_THAT(vault().reveal("a").error().message, HasSubstr("another key"));
  std::ofstream(key_file_) << "nonsense\n";
  EXPECT_EQ(vault().reveal("a").error().code, ErrorCode::kCorrupt);
}

TEST_F(VaultTest, RowsThatWereExchangedOrChangedAreRefused) {
  ASSERT_TRUE(vault().add("a", "value of a", kAnn));
  ASSERT_TRUE(vault().add("b", "value of b", kAnn));
  store::PlainDatabase plain(database_);
  plain.run(
      "UPDATE secret SET nonce = (SELECT nonce FROM secret WHERE name = 'b'), ciphertext ="
      " (SELECT ciphertext FROM secret WHERE name = 'b') WHERE name = 'a'");
  EXPECT_EQ(vault().reveal("a").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(*vault().reveal("b"), "value of b");
  plain.run("UPDATE secret SET name = 'c' WHERE name = 'b'");
  EXPECT_EQ(vault().reveal("c").error().code, ErrorCode::kCorrupt);
  plain.run("UPDATE secret SET ciphertext = x'00'");
  EXPECT_EQ(vault().reveal("c").error().code, ErrorCode::kCorrupt);
}

TEST_F(VaultTest, ANewKeySealsAllAnewAndARunningServerFollows) {
  Vault server = vault();
  ASSERT_TRUE(server.add("a", kCanary, kAnn));
  ASSERT_TRUE(server.add("b", "other value", kAnn));
  const std::string before = content(key_file_);
  const std::string sealed_by = server.list()->at(0).key_id;
  EXPECT_EQ(*vault().rotate_key(kAnn), 2u);
  EXPECT_NE(content(key_file_), before);
  EXPECT_EQ(content(key_file_).size(), before.size()) << "the old key is gone";
  EXPECT_NE(server.list()->at(0).key_id, sealed_by);
  EXPECT_EQ(*server.reveal("a"), kCanary);
  ASSERT_TRUE(server.replace("b", "newer value", kAnn));
  EXPECT_EQ(*vault().reveal("b"), "newer value");
}

TEST_F(VaultTest, RefusesNamesAndValuesThatCannotBeUsed) {
  for (const char* name : {"", "UPPER", "a b", "a}", "\xC3\xA4"}) {
    EXPECT_EQ(vault().add(name, kCanary, kAnn).error().fields.at(0).field, "name") << name;
  }
  EXPECT_FALSE(check_name(std::string(101, 'a')));
  for (const std::string& value :
       {std::string(), std::string("abc"), std::string("a\r\r\r\r"),
        std::string(kValueMax + 1, 'x'), std::string("ab\0cd", 5), std::string("abcd\xFF")}) {
    EXPECT_EQ(vault().add("a", value, kAnn).error().fields.at(0).field, "value");
  }
  EXPECT_FALSE(std::filesystem::exists(key_file_));
}

Resolver resolver() {
  return {[](std::string_view field) { return field != "argv"; },
          [](std::string_view name) -> Result<std::string> {
            if (name == "one") return std::string("1\"\n${secret:two}");
            return fail(ErrorCode::kNotFound,
                        "there is no secret named '" + std::string(name) + "'");
          }};
}

TEST(ReferencesTest, PutsSecretsInTheirPlacesAndLooksAtNoneTwice) {
  EXPECT_FALSE(names_secrets(R"({"a":"$secret"})"));
  EXPECT_EQ(*resolve_references(R"({"a":{"b":["x ${secret:one} y",5]}})", resolver()),
            R"({"a":{"b":["x 1\"\n${secret:two} y",5]}})");
}

TEST(ReferencesTest, NamesWhatIsUnknownMisplacedOrMisspelt) {
  const auto error = [](std::string_view text) {
    return resolve_references(text, resolver()).error().message;
  };
  EXPECT_THAT(error(R"({"a":"${secret:none}"})"), HasSubstr("'none'"));
  EXPECT_THAT(error(R"({"argv":["${secret:one}"]})"), HasSubstr("'argv' may not name a secret"));
  EXPECT_THAT(error(R"({"a":"${secret:one"})"), HasSubstr("names no secret"));
  EXPECT_THAT(error(R"({"a":"${secret:ONE}"})"), HasSubstr("names no secret"));
  EXPECT_THAT(error(R"({"${secret:one}":1})"), HasSubstr("not in a name"));
  EXPECT_THAT(error(R"(["${secret:one}"])"), HasSubstr("not a JSON object"));
}

}  // namespace
}  // namespace rota::secrets
