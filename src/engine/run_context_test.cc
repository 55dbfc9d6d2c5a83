// What a run leaves behind (output, progress, result, error) is masked before any of it is cut.
#include "engine/run_context.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/mask_test_forms.h"
#include "engine/outcome.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_database.h"

namespace rota::engine {
namespace {

constexpr secrets::Actor kAnn{"ann", "127.0.0.1"};

class RunContextTest : public testing::Test {
 protected:
  RunContextTest() {
    auto opened = store::open_sqlite_store({.path = database_}, clock_);
    EXPECT_TRUE(opened);
    store_ = *std::move(opened);
    vault_ = std::make_unique<secrets::Vault>(store_->secrets(), clock_, database_ + ".key");
  }

  std::shared_ptr<RunContext> context(std::size_t output_bytes_max = 4096) {
    RunContext::Setup setup;
    setup.task = std::make_shared<const Task>();
    setup.output_bytes_max = output_bytes_max;
    setup.secrets = vault_.get();
    return std::make_shared<RunContext>(std::move(setup), clock_);
  }
  // A run that uses a new random secret.
  std::shared_ptr<RunContext> context_with_secret() {
    secret_ = base::replaced(base::random_secret(random_, 31), {{'\n', "n"}});
    EXPECT_TRUE(vault_->replace("s", secret_, kAnn) || vault_->add("s", secret_, kAnn));
    auto made = context();
    EXPECT_TRUE(made->secret("s"));
    return made;
  }
  std::string form() {
    const auto forms = base::forms_for_test(secret_);
    return forms[random_() % forms.size()].text;
  }
  std::string some(std::size_t most) { return std::string(random_() % most, '~'); }
  static std::string output_of(RunContext& run) {
    std::string text;
    for (const auto& chunk : run.output().take()) text += chunk.bytes;
    return text;
  }
  void expect_hidden(const std::string& text) {
    ASSERT_LE(base::longest_common(text, secret_), 3u) << text << "\nsecret " << secret_;
  }

  std::mt19937 random_{20261124};  // NOLINT(cert-msc51-cpp): the same every time
  std::string secret_;
  ManualClock clock_{*parse_instant("2026-11-24T09:30:00Z")};
  store::TemporaryFolder folder_;
  const std::string database_ = (folder_ / "rota.db").string();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<secrets::Vault> vault_;
};

TEST_F(RunContextTest, OutputIsMaskedBeforeItsMiddleIsLeftOutAndWhereverItEnds) {
  for (int round = 0; round < 100; ++round) {
    const auto run = context_with_secret();
    std::string text;
    while (text.size() < 9000) text += some(300) + form();
    text.resize(text.size() - random_() % 30);  // a program that was killed while it wrote
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random_() % 700);
      run->write_output(1, rest.substr(0, size));
      rest.remove_prefix(size);
    }
    run->finish_output();
    const std::string left = output_of(*run);
    EXPECT_NE(left.find("bytes of output left out here"), std::string::npos);
    expect_hidden(left);
  }
}

TEST_F(RunContextTest, ProgressIsMaskedBeforeItIsCut) {
  for (int round = 0; round < 100; ++round) {
    const auto run = context_with_secret();
    run->report_progress(0.5, some(220) + form() + some(20));
    run->finish_output();
    expect_hidden(output_of(*run));
  }
}

TEST_F(RunContextTest, ResultAndErrorAreMaskedBeforeTheyAreCut) {
  for (int round = 0; round < 100; ++round) {
    const auto run = context_with_secret();
    HandlerOutcome outcome;
    outcome.status = RunStatus::kFailed;
    outcome.result = std::string(3900, '-') + some(120) + form() + some(50);
    outcome.error = outcome.result;
    const auto result =
        make_result({run->task(), run->run(), {}, {}, StopReason::kNone, {}, run->mask()}, outcome);
    EXPECT_LE(result.error.size(), 4000u);
    expect_hidden(result.result + result.error);
  }
}

TEST_F(RunContextTest, ARunUsesABoundedNumberOfSecrets) {
  for (std::size_t i = 0; i <= kSecretsMax; ++i) {
    ASSERT_TRUE(vault_->add(fmt::format("small-{}", i), fmt::format("value {}", i), kAnn));
  }
  const auto many = context();
  for (std::size_t i = 0; i < kSecretsMax; ++i) {
    ASSERT_TRUE(many->secret(fmt::format("small-{}", i)));
  }
  EXPECT_TRUE(many->secret("small-0")) << "the same costs nothing";
  EXPECT_EQ(many->secret(fmt::format("small-{}", kSecretsMax)).error().code,
            ErrorCode::kLimitExceeded);
  EXPECT_EQ(many->mask()->apply("value 7, value 99"), "***, ***");
  const auto large = context();
  for (std::size_t i = 0; i < 9; ++i) {
    const std::string name = fmt::format("large-{}", i);
    ASSERT_TRUE(vault_->add(name, std::string(8000, static_cast<char>('a' + i)), kAnn));
    EXPECT_EQ(large->secret(name).has_value(), i < kSecretBytesMax / 8000) << i;
  }
}

}  // namespace
}  // namespace rota::engine
