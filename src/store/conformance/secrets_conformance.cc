// What store/secrets.h promises.
#include "store/conformance/conformance.h"
#include "store/secrets.h"

namespace rota::store {
namespace {

const AuditNote kNote{"ann", "127.0.0.1", "secret.test", "secret a", "", ""};

SealedSecret secret_named(const std::string& name, std::int64_t id) {
  SealedSecret secret;
  secret.id = SecretId{id};
  secret.name = name;
  secret.nonce = std::string("n\0nce", 5);
  secret.ciphertext = std::string("\0\xFFsealed", 8);
  secret.key_id = "k1";
  secret.updated_by = "ann";
  return secret;
}

TEST_P(StoreConformanceTest, SecretComesBackByteForByteAndItsNameIsTakenOnce) {
  SecretStore& secrets = store_->secrets();
  ASSERT_TRUE(secrets.add_secret(secret_named("a", 7), kNote));
  const auto loaded = secrets.load_secret("a");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->id.value, 7);
  EXPECT_EQ(loaded->nonce, secret_named("a", 7).nonce);
  EXPECT_EQ(loaded->ciphertext, secret_named("a", 7).ciphertext);
  EXPECT_EQ(loaded->created_at, clock_.now());
  EXPECT_FALSE(loaded->used_at);
  const auto again = secrets.add_secret(secret_named("a", 8), kNote);
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(secrets.load_secret("b").error().code, ErrorCode::kNotFound);
}

TEST_P(StoreConformanceTest, SecretIsChangedUsedAndRemovedWithARowOfTheAuditEach) {
  SecretStore& secrets = store_->secrets();
  SealedSecret secret = secret_named("a", 7);
  ASSERT_TRUE(secrets.add_secret(secret, kNote));
  clock_.advance(std::chrono::hours{1});
  secret.ciphertext = "new";
  ASSERT_TRUE(secrets.update_secret(secret, kNote));
  ASSERT_TRUE(secrets.touch_secret(secret.id, clock_.now()));
  const SealedSecret stored = *secrets.load_secret("a");
  EXPECT_EQ(stored.ciphertext, "new");
  EXPECT_EQ(stored.updated_at, clock_.now());
  EXPECT_EQ(stored.used_at, clock_.now());
  ASSERT_TRUE(secrets.remove_secret("a", kNote));
  EXPECT_EQ(secrets.remove_secret("a", kNote).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(secrets.update_secret(secret, kNote).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->accounts().list_audit({})->rows.size(), 3u);
}

TEST_P(StoreConformanceTest, SecretsAreResealedAllOrNone) {
  SecretStore& secrets = store_->secrets();
  ASSERT_TRUE(secrets.add_secret(secret_named("a", 1), kNote));
  ASSERT_TRUE(secrets.add_secret(secret_named("b", 2), kNote));
  const auto reseal = [](bool good) {
    return [good](const SealedSecret& secret) -> Result<SealedSecret> {
      if (!good && secret.name == "b") return fail(ErrorCode::kCorrupt, "no");
      SealedSecret sealed = secret;
      sealed.key_id = "k2";
      return sealed;
    };
  };
  EXPECT_EQ(secrets.reseal_secrets(reseal(false), kNote).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(secrets.load_secret("a")->key_id, "k1");
  EXPECT_EQ(*secrets.reseal_secrets(reseal(true), kNote), 2u);
  const auto all = secrets.list_secrets();
  for (const SealedSecret& secret : *all) EXPECT_EQ(secret.key_id, "k2");
}

}  // namespace
}  // namespace rota::store
