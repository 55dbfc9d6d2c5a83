// The rules of signing in, over a real database and a clock that the test moves.
#include "accounts/accounts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "accounts/secrets.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace rota::accounts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kPassword = "correct horse battery";

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rota-accounts-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    store_ = *store::open_sqlite_store({.path = folder_ + "/rota.db"}, clock_);
    accounts_ = make();
  }
  ~AccountsTest() override {
    accounts_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::unique_ptr<Accounts> make() {
    AccountOptions options;
    options.password_cost = {1, 8192, 2};
    return std::make_unique<Accounts>(store_->accounts(), clock_, options);
  }
  store::User add(const std::string& name, Role role) {
    auto user = accounts_->add_user({name, role, kPassword}, {"test", ""});
    EXPECT_TRUE(user) << user.error().message;
    return *user;
  }
  ErrorCode sign_in_error(const std::string& name, const std::string& password,
                          const Origin& from) {
    const auto outcome = accounts_->sign_in(name, password, from);
    return outcome ? ErrorCode::kInternal : outcome.error().code;
  }

  ManualClock clock_{Instant{seconds{1'795'000'000}}};
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Accounts> accounts_;
  const Origin here_{"127.0.0.1", "browser", ""};
};

TEST_F(AccountsTest, SetUpLinkMakesOneAdminOnce) {
  EXPECT_FALSE(*accounts_->is_set_up());
  const std::string token = accounts_->begin_set_up();
  EXPECT_EQ(accounts_->set_up("wrong", "ann", kPassword, here_).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(accounts_->set_up(token, "ann", "short", here_).error().code,
            ErrorCode::kInvalidArgument);
  const auto made = accounts_->set_up(token, "ann", kPassword, here_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->identity.role, Role::kAdmin);
  EXPECT_TRUE(*accounts_->is_set_up());
  EXPECT_EQ(accounts_->set_up(token, "bob", kPassword, here_).error().code,
            ErrorCode::kAlreadyExists);
}

TEST_F(AccountsTest, SetUpLinkEndsAfterAnHourAndWithANewerOne) {
  const std::string first = accounts_->begin_set_up();
  const std::string second = accounts_->begin_set_up();
  EXPECT_FALSE(accounts_->set_up(first, "ann", kPassword, here_));
  clock_.advance(hours{1});
  EXPECT_EQ(accounts_->set_up(second, "ann", kPassword, here_).error().code,
            ErrorCode::kPermissionDenied);
}

TEST_F(AccountsTest, OfTwoWhoUseTheSetUpLinkAtOnceOneWins) {
  const std::string token = accounts_->begin_set_up();
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      if (accounts_->set_up(token, "user" + std::to_string(i), kPassword, here_)) ++won;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
}

TEST_F(AccountsTest, SignInGivesANewSessionEachTime) {
  add("ann", Role::kRun);
  const auto first = accounts_->sign_in("ANN", kPassword, here_);
  const auto second = accounts_->sign_in("ann", kPassword, here_);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->session, second->session);
  EXPECT_NE(first->identity.csrf, second->identity.csrf);
  const auto who = accounts_->identify_session(first->session);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->name, "ann");
  EXPECT_EQ(who->role, Role::kRun);
  EXPECT_EQ(who->csrf, first->identity.csrf);
  ASSERT_TRUE(accounts_->sign_out(*who, here_));
  EXPECT_EQ(accounts_->identify_session(first->session).error().code, ErrorCode::kUnauthenticated);
  EXPECT_TRUE(accounts_->identify_session(second->session));
}

TEST_F(AccountsTest, SessionEndsWhenIdleAndInTheEndAlways) {
  add("ann", Role::kRun);
  const auto idle = accounts_->sign_in("ann", kPassword, here_);
  clock_.advance(minutes{30});
  EXPECT_FALSE(accounts_->identify_session(idle->session));
  const auto busy = accounts_->sign_in("ann", kPassword, here_);
  for (int i = 0; i < 12 * 4 - 1; ++i) {
    clock_.advance(minutes{15});
    ASSERT_TRUE(accounts_->identify_session(busy->session)) << i;
  }
  clock_.advance(minutes{15});
  EXPECT_FALSE(accounts_->identify_session(busy->session));
}

TEST_F(AccountsTest, LookingAtASessionDoesNotKeepItAlive) {
  add("ann", Role::kRun);
  const auto made = accounts_->sign_in("ann", kPassword, here_);
  for (int i = 0; i < 29; ++i) {
    clock_.advance(minutes{1});
    ASSERT_TRUE(accounts_->identify_session(made->session, Accounts::Use::kLook)) << i;
  }
  clock_.advance(minutes{1});
  EXPECT_FALSE(accounts_->identify_session(made->session, Accounts::Use::kLook));
}

TEST_F(AccountsTest, ChangeByAnotherProcessIsFollowedWithinSeconds) {
  const auto ann = add("ann", Role::kEdit);
  add("root", Role::kAdmin);
  const auto signed_in = accounts_->sign_in("ann", kPassword, here_);
  ASSERT_TRUE(accounts_->identify_session(signed_in->session));
  const auto other = make();
  ASSERT_TRUE(other->change_user(ann.id, {.role = Role::kView}, {"cli", ""}));
  clock_.advance(seconds{2});
  EXPECT_FALSE(accounts_->identify_session(signed_in->session));
}

TEST_F(AccountsTest, WrongNameAndWrongPasswordLookTheSame) {
  add("ann", Role::kView);
  const auto wrong_name = accounts_->sign_in("nobody", kPassword, here_);
  const auto wrong_password = accounts_->sign_in("ann", "another password", here_);
  EXPECT_EQ(wrong_name.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(wrong_name.error().message, wrong_password.error().message);
}

TEST_F(AccountsTest, GuessingIsSlowedDownUntilFewAreTried) {
  add("ann", Role::kView);
  int tried = 0;
  for (int i = 0; i < 10'000; ++i) {  // ten thousand in a minute, from as many addresses
    clock_.advance(std::chrono::milliseconds{6});
    const Origin from{"10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), "", ""};
    if (sign_in_error("ann", "guess number " + std::to_string(i), from) ==
        ErrorCode::kUnauthenticated) {
      ++tried;
    }
  }
  EXPECT_LT(tried, 20);
  EXPECT_EQ(sign_in_error("ann", kPassword, here_), ErrorCode::kLimitExceeded);
}

TEST_F(AccountsTest, OwnerSignsInFromAKnownBrowserWhileOthersGuess) {
  add("ann", Role::kView);
  const auto before = accounts_->sign_in("ann", kPassword, here_);
  for (int i = 0; i < 20; ++i) (void)sign_in_error("ann", "a wrong password", {"10.9.9.9", "", ""});
  EXPECT_EQ(sign_in_error("ann", kPassword, here_), ErrorCode::kLimitExceeded);
  EXPECT_TRUE(accounts_->sign_in("ann", kPassword, {"127.0.0.1", "", before->device}));
}

TEST_F(AccountsTest, KnownBrowserIsHeldByNoAddressAndCountedByItself) {
  add("ann", Role::kView);
  const auto known = accounts_->sign_in("ann", kPassword, here_);
  for (int i = 0; i < 40; ++i) (void)sign_in_error("name" + std::to_string(i), "guess", here_);
  EXPECT_EQ(sign_in_error("ann", kPassword, here_), ErrorCode::kLimitExceeded) << "its address";
  const Origin browser{"127.0.0.1", "", known->device};
  EXPECT_TRUE(accounts_->sign_in("ann", kPassword, browser));
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(sign_in_error("ann", "guess", browser), ErrorCode::kUnauthenticated) << i;
  }
  EXPECT_EQ(sign_in_error("ann", kPassword, browser), ErrorCode::kLimitExceeded)
      << "a stolen mark is worth few guesses";
  const auto other = accounts_->sign_in("ann", kPassword, {"10.1.1.1", "", ""});
  ASSERT_TRUE(other);
  EXPECT_TRUE(accounts_->sign_in("ann", kPassword, {"10.1.1.1", "", other->device}))
      << "another browser of the same user is counted apart";
}

TEST_F(AccountsTest, OnesOwnSignInHidesNoGuessesOfOthers) {
  add("ann", Role::kView);
  add("eve", Role::kView);
  const auto known = accounts_->sign_in("ann", kPassword, here_);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(sign_in_error("ann", "guess", here_), ErrorCode::kUnauthenticated) << i;
    EXPECT_TRUE(accounts_->sign_in("ann", kPassword, {"10.2.2.2", "", known->device}));
    EXPECT_TRUE(accounts_->sign_in("eve", kPassword, here_)) << "nor does an account of one's own";
  }
  EXPECT_EQ(sign_in_error("ann", "guess", here_), ErrorCode::kLimitExceeded);
}

TEST_F(AccountsTest, SignInThatGotNoTurnIsNoGuess) {
  add("ann", Role::kView);
  for (int i = 0; i < 50; ++i) {
    const auto attempt = accounts_->begin_sign_in("ann", here_);
    ASSERT_TRUE(attempt);
    ASSERT_EQ(attempt->wait, Duration{0}) << i;
    EXPECT_FALSE(attempt->place.known);
    accounts_->abandon(*attempt);
  }
  const auto made = accounts_->sign_in("ann", kPassword, here_);
  const auto known = accounts_->begin_sign_in("ann", {"10.0.0.1", "", made->device});
  EXPECT_TRUE(known->place.known);
  EXPECT_FALSE(accounts_->begin_sign_in("eve", {"10.0.0.1", "", made->device})->place.known);
}

TEST_F(AccountsTest, ManyAtOnceDoNotSlipThroughTheThrottle) {
  add("ann", Role::kView);
  int open = 0;
  for (int i = 0; i < 50; ++i) {
    open += accounts_->begin_sign_in("ann", here_)->wait == Duration{0} ? 1 : 0;
  }
  EXPECT_EQ(open, 6);
}

TEST_F(AccountsTest, PasswordIsAskedOnceMoreAfterFiveMinutes) {
  add("ann", Role::kAdmin);
  const auto made = accounts_->sign_in("ann", kPassword, here_);
  EXPECT_TRUE(accounts_->has_proved(*accounts_->identify_session(made->session)));
  clock_.advance(minutes{5});
  const auto later = accounts_->identify_session(made->session);
  EXPECT_FALSE(accounts_->has_proved(*later));
  EXPECT_EQ(accounts_->prove(*later, "guess", here_).error().fields.at(0).field, "password");
  ASSERT_TRUE(accounts_->prove(*later, kPassword, here_));
  EXPECT_TRUE(accounts_->has_proved(*accounts_->identify_session(made->session)));
}

TEST_F(AccountsTest, NewPasswordEndsEverySessionAndOldDevices) {
  add("ann", Role::kView);
  const auto other = accounts_->sign_in("ann", kPassword, here_);
  const auto own = accounts_->sign_in("ann", kPassword, here_);
  EXPECT_EQ(accounts_
                ->change_own_password(own->identity, "not it", "a new long password",
                                      store::EndTokens::kNo, here_)
                .error()
                .fields.at(0)
                .field,
            "old_password");
  const auto fresh = accounts_->change_own_password(own->identity, kPassword, "a new long password",
                                                    store::EndTokens::kNo, here_);
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_FALSE(accounts_->identify_session(other->session));
  EXPECT_FALSE(accounts_->identify_session(own->session));
  EXPECT_TRUE(accounts_->identify_session(fresh->session));
  EXPECT_NE(fresh->device, own->device);
}

TEST_F(AccountsTest, TokenIsStoredAsAHashAndFollowsItsOwnersRights) {
  add("root", Role::kAdmin);
  const auto ann = add("ann", Role::kEdit);
  EXPECT_EQ(accounts_->add_token({ann.id, "ci", Role::kAdmin, {}}, {"t", ""}).error().code,
            ErrorCode::kInvalidArgument);
  const auto made = accounts_->add_token({ann.id, "ci", Role::kEdit, {}}, {"t", ""});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->secret.starts_with("rota_"));
  EXPECT_EQ(made->token.hash.find(made->secret), std::string::npos);
  EXPECT_EQ(accounts_->identify_token(made->secret)->role, Role::kEdit);
  ASSERT_TRUE(accounts_->change_user(ann.id, {.role = Role::kView}, {"t", ""}));
  EXPECT_EQ(accounts_->identify_token(made->secret)->role, Role::kView);
  ASSERT_TRUE(accounts_->remove_token(made->token.id, {"t", ""}));
  EXPECT_FALSE(accounts_->identify_token(made->secret));
}

TEST_F(AccountsTest, TokenExpires) {
  const auto ann = add("ann", Role::kEdit);
  const auto made =
      accounts_->add_token({ann.id, "ci", Role::kRun, clock_.now() + hours{1}}, {"t", ""});
  EXPECT_TRUE(accounts_->identify_token(made->secret));
  clock_.advance(hours{1});
  EXPECT_FALSE(accounts_->identify_token(made->secret));
  EXPECT_FALSE(accounts_->identify_token("rota_x"));
}

TEST_F(AccountsTest, AuditNamesWhoDidWhatAndHoldsNoSecret) {
  const auto root = add("root", Role::kAdmin);
  (void)accounts_->sign_in("root", "a wrong password", {"10.1.1.1", "", ""});
  const auto signed_in = accounts_->sign_in("root", kPassword, here_);
  const auto made = accounts_->add_token({root.id, "ci", Role::kRun, {}}, {"root", "::1"});
  const auto audit = store_->accounts().list_audit({});
  ASSERT_EQ(audit->rows.size(), 4u);
  EXPECT_EQ(audit->rows[0].note.action, "token.add");
  EXPECT_EQ(audit->rows[0].note.object, "token 1");
  EXPECT_EQ(audit->rows[3].note.object, "user 1");
  EXPECT_NE(audit->rows[3].note.after.find("\"id\":1,"), std::string::npos);
  EXPECT_EQ(audit->rows[3].note.after.find("1970"), std::string::npos);
  EXPECT_EQ(audit->rows[2].note.action, "session.refused");
  EXPECT_EQ(audit->rows[2].note.address, "10.1.1.1");
  for (const auto& row : audit->rows) {
    for (const std::string& secret : {signed_in->session, made->secret, std::string(kPassword)}) {
      EXPECT_EQ((row.note.before + row.note.after).find(secret), std::string::npos);
    }
    EXPECT_EQ(row.note.after.find("argon2"), std::string::npos);
  }
}

TEST(PasswordTest, WeakOnesAreRefusedWithTheReason) {
  for (const char* weak : {"", "short", "aaaaaaaaaaaaaaaa", "password1234", "PasswordPassword"}) {
    EXPECT_FALSE(check_password(weak, "ann")) << weak;
  }
  EXPECT_FALSE(check_password("annabelle-smith", "Annabelle-Smith"));
  EXPECT_FALSE(check_password(std::string(1025, 'x') + "y", "ann"));
  EXPECT_TRUE(check_password("größte Käsekuchen", "ann"));
}

TEST(PasswordTest, HashIsArgon2idAndOldCostIsNoticed) {
  Passwords cheap(PasswordCost{1, 8192, 1});
  const auto hash = cheap.hash("a password of some length");
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_TRUE(cheap.matches("a password of some length", *hash));
  EXPECT_FALSE(cheap.matches("another", *hash));
  EXPECT_FALSE(cheap.matches("a password of some length", "nonsense"));
  EXPECT_FALSE(cheap.is_outdated(*hash));
  EXPECT_TRUE(Passwords().is_outdated(*hash));
}

TEST(ThrottleTest, RemembersABoundedNumberOfKeys) {
  Throttle throttle({.keys_max = 100});
  Instant now{seconds{1'000'000}};
  for (int i = 0; i < 1000; ++i) throttle.count("key " + std::to_string(i), now += seconds{1});
  EXPECT_LE(throttle.size(), 100u);
}

TEST(ThrottleTest, WaitDoublesAndIsForgotten) {
  Throttle throttle({.free = 1});
  const Instant now{seconds{1'000'000}};
  throttle.count("a", now);
  EXPECT_EQ(throttle.wait("a", now), Duration{0});
  throttle.count("a", now);
  EXPECT_EQ(throttle.wait("a", now), seconds{1});
  throttle.count("a", now);
  EXPECT_EQ(throttle.wait("a", now), seconds{2});
  for (int i = 0; i < 40; ++i) throttle.count("a", now);
  EXPECT_EQ(throttle.wait("a", now), minutes{15});
  EXPECT_EQ(throttle.wait("a", now + minutes{16}), Duration{0});
  EXPECT_EQ(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::9"));
  EXPECT_NE(address_key("2001:db8:1:2::9"), address_key("2001:db8:1:3::9"));
}

TEST(SecretTest, TokensCarryAChecksum) {
  const std::string token = make_api_token();
  EXPECT_TRUE(looks_like_api_token(token));
  std::string mistyped = token;
  mistyped[10] = mistyped[10] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(looks_like_api_token(mistyped));
  EXPECT_NE(make_secret(), make_secret());
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
}

}  // namespace
}  // namespace rota::accounts
