// What store/accounts.h promises.
#include <atomic>
#include <thread>
#include <vector>

#include "store/accounts.h"
#include "store/audit_scope.h"
#include "store/conformance/conformance.h"

namespace rota::store {
namespace {

const AuditNote kNote{"ann", "127.0.0.1", "test", "thing 1", "", R"({"a":1})"};

User add_user_named(AccountStore& accounts, const std::string& name, Role role) {
  User user;
  user.name = name;
  user.role = role;
  user.password_hash = "$argon2id$x";
  auto stored = accounts.add_user(user, kNote);
  EXPECT_TRUE(stored) << stored.error().message;
  return stored.value_or(user);
}

Session session_of(const User& user, const std::string& hash, Instant now) {
  return {hash, user.id, now, now, now + std::chrono::hours{1}, "::1", "browser"};
}

TEST_P(StoreConformanceTest, UserIsFoundByNameInAnyCaseAndNamesAreUnique) {
  const User ann = add_user_named(store_->accounts(), "Ann", Role::kEdit);
  EXPECT_EQ(store_->accounts().load_user_by_name("aNN")->id, ann.id);
  const auto again = store_->accounts().add_user(User{.name = "ANN"}, kNote);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(again.error().fields.at(0).field, "name");
  EXPECT_EQ(store_->accounts().load_user(UserId{99}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->accounts().list_users()->size(), 1u);
}

TEST_P(StoreConformanceTest, OfTwoFirstUsersAtOnceExactlyOneIsMade) {
  const auto other = fixture_->open(clock_);
  std::atomic<int> made{0};
  const auto try_it = [&](AccountStore& store, const std::string& name) {
    if (store.add_first_user(User{.name = name, .role = Role::kAdmin}, kNote)) ++made;
  };
  std::thread first([&] { try_it(store_->accounts(), "ann"); });
  std::thread second([&] { try_it(other->accounts(), "bob"); });
  first.join();
  second.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(*store_->accounts().count_users(), 1);
}

TEST_P(StoreConformanceTest, LastAdminStays) {
  User ann = add_user_named(store_->accounts(), "ann", Role::kAdmin);
  EXPECT_EQ(store_->accounts().remove_user(ann.id, kNote).error().code, ErrorCode::kNotAllowedHere);
  ann.role = Role::kView;
  EXPECT_EQ(store_->accounts().update_user(ann, EndTokens::kNo, kNote).error().code,
            ErrorCode::kNotAllowedHere);
  add_user_named(store_->accounts(), "bob", Role::kAdmin);
  EXPECT_TRUE(store_->accounts().update_user(ann, EndTokens::kNo, kNote));
  EXPECT_TRUE(store_->accounts().remove_user(ann.id, kNote));
}

TEST_P(StoreConformanceTest, StaleChangeOfAUserIsRefused) {
  User ann = add_user_named(store_->accounts(), "ann", Role::kView);
  ann.role = Role::kRun;
  ASSERT_TRUE(store_->accounts().update_user(ann, EndTokens::kNo, kNote));
  EXPECT_EQ(store_->accounts().update_user(ann, EndTokens::kNo, kNote).error().code,
            ErrorCode::kVersionConflict);
}

TEST_P(StoreConformanceTest, NewRoleOrPasswordEndsSessionsANewNameDoesNot) {
  User ann = add_user_named(store_->accounts(), "ann", Role::kView);
  ASSERT_TRUE(store_->accounts().add_session(session_of(ann, "h1", clock_.now()), kNote));
  EXPECT_EQ(store_->accounts().load_session("h1")->user.name, "ann");
  EXPECT_TRUE(store_->accounts().load_user(ann.id)->signed_in_at);
  ann.name = "anna";
  ann = *store_->accounts().update_user(ann, EndTokens::kNo, kNote);
  EXPECT_TRUE(store_->accounts().load_session("h1"));
  ann.role = Role::kRun;
  ann = *store_->accounts().update_user(ann, EndTokens::kNo, kNote);
  EXPECT_EQ(store_->accounts().load_session("h1").error().code, ErrorCode::kNotFound);
}

TEST_P(StoreConformanceTest, SessionsAndTokensGoWithTheirUser) {
  const User ann = add_user_named(store_->accounts(), "ann", Role::kEdit);
  ASSERT_TRUE(store_->accounts().add_session(session_of(ann, "h1", clock_.now()), kNote));
  ApiToken token{.user_id = ann.id, .name = "ci", .role = Role::kRun, .hash = "t1"};
  const auto stored = store_->accounts().add_token(token, kNote);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(store_->accounts().load_token("t1")->user.name, "ann");
  EXPECT_EQ(store_->accounts().list_tokens()->at(0).user_name, "ann");
  ASSERT_TRUE(store_->accounts().touch_token(stored->id, clock_.now()));
  EXPECT_EQ(store_->accounts().load_token("t1")->token.used_at, clock_.now());
  ASSERT_TRUE(store_->accounts().remove_user(ann.id, kNote));
  EXPECT_FALSE(store_->accounts().load_session("h1"));
  EXPECT_FALSE(store_->accounts().load_token("t1"));
  EXPECT_EQ(store_->accounts().remove_token(stored->id, kNote).error().code, ErrorCode::kNotFound);
}

TEST_P(StoreConformanceTest, EndedSessionsAreRemovedWithTheNextSignIn) {
  const User ann = add_user_named(store_->accounts(), "ann", Role::kView);
  ASSERT_TRUE(store_->accounts().add_session(session_of(ann, "old", clock_.now()), kNote));
  clock_.advance(std::chrono::hours{2});
  ASSERT_TRUE(store_->accounts().add_session(session_of(ann, "new", clock_.now()), kNote));
  EXPECT_FALSE(store_->accounts().load_session("old"));
  ASSERT_TRUE(store_->accounts().touch_session("new", clock_.now() + std::chrono::minutes{5}));
  EXPECT_EQ(store_->accounts().load_session("new")->session.used_at,
            clock_.now() + std::chrono::minutes{5});
  ASSERT_TRUE(store_->accounts().remove_session("new", kNote));
  EXPECT_FALSE(store_->accounts().load_session("new"));
}

TEST_P(StoreConformanceTest, EveryChangeLeavesOneRowInTheAuditAndAFailedOneNone) {
  add_user_named(store_->accounts(), "ann", Role::kAdmin);
  EXPECT_FALSE(store_->accounts().add_user(User{.name = "ann"}, kNote));
  EXPECT_EQ(store_->accounts().list_audit({})->rows.size(), 1u);
  for (int i = 0; i < 5; ++i) {
    AuditNote note = kNote;
    note.action = "test." + std::to_string(i);
    ASSERT_TRUE(store_->accounts().append_audit(note));
  }
  const auto page = store_->accounts().list_audit({.limit = 2});
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].note.action, "test.4");
  EXPECT_EQ(page->rows[0].note.after, kNote.after);
  const auto next = store_->accounts().list_audit({.limit = 2, .cursor = page->next_cursor});
  EXPECT_EQ(next->rows.at(0).note.action, "test.2");
  for (const std::string& wrong :
       {std::string("3"), std::string("x"), page->next_cursor + "0", std::string(100'000, '1')}) {
    EXPECT_EQ(store_->accounts().list_audit({.cursor = wrong}).error().code,
              ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(store_->accounts().list_audit({.search = "test", .cursor = page->next_cursor}));
  EXPECT_EQ(store_->accounts().list_audit({.search = "TEST.3"})->rows.size(), 1u);
}

TEST_P(StoreConformanceTest, ANoteThatWaitsIsWrittenWithTheFirstChangeAndWithNoOther) {
  Task task;
  task.name = "Backup";
  task.type = "null";
  task.schedule = "@daily";
  const auto rows = [&] { return store_->accounts().list_audit({})->rows.size(); };
  {
    AuditScope scope([](const AuditScope::Changed& changed) {
      AuditNote note = kNote;
      note.object = "task " + std::get<const Task*>(changed)->name;
      return note;
    });
    ASSERT_TRUE(store_->add_task(task, "ann"));
    EXPECT_TRUE(scope.is_written());
    task.name = "Second";
    ASSERT_TRUE(store_->add_task(task, "ann"));
  }
  EXPECT_EQ(rows(), 1u);
  EXPECT_EQ(store_->accounts().list_audit({})->rows[0].note.object, "task Backup");
  const AuditScope scope([](const AuditScope::Changed&) { return kNote; });
  EXPECT_FALSE(store_->add_task(task, "ann")) << "the name is taken";
  EXPECT_FALSE(scope.is_written());
  EXPECT_EQ(rows(), 1u);
  EXPECT_TRUE(store_->accounts().verify_audit({})->is_intact());
}

TEST_P(StoreConformanceTest, SettingsAreSetTakenBackAndNoted) {
  EXPECT_EQ(*store_->load_setting("keep_runs_days"), std::nullopt);
  const std::vector<SettingChange> set{{"keep_runs_days", "7"}, {"keep_runs_max", "5"}};
  ASSERT_TRUE(store_->accounts().save_settings(set, kNote));
  EXPECT_EQ(*store_->load_setting("keep_runs_days"), "7");
  const std::vector<SettingChange> back{{"keep_runs_days", std::nullopt}};
  ASSERT_TRUE(store_->accounts().save_settings(back, kNote));
  EXPECT_EQ(*store_->load_setting("keep_runs_days"), std::nullopt);
  EXPECT_EQ(*store_->load_setting("keep_runs_max"), "5");
  EXPECT_EQ(store_->accounts().list_audit({})->rows.size(), 2u);
}

TEST_P(StoreConformanceTest, AuditCannotBeChangedUnnoticed) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store_->accounts().append_audit(kNote));
  EXPECT_TRUE(store_->accounts().verify_audit({})->is_intact());
  fixture_->run_sql("DROP TRIGGER audit_not_changed; UPDATE audit SET who = 'eve' WHERE seq = 2");
  EXPECT_EQ(store_->accounts().verify_audit({})->broken_at, 2);
}

TEST_P(StoreConformanceTest, NoteOfANewUserAndTokenKnowsWhatWasStored) {
  const auto describe = [](const UserChanged& made) {
    AuditNote note = kNote;
    note.object = "user " + std::to_string(made.user.id.value);
    note.after = std::to_string(made.user.version);
    return note;
  };
  const auto ann = store_->accounts().add_user(User{.name = "ann"}, describe);
  ASSERT_TRUE(ann);
  const ApiToken token{.user_id = ann->id, .name = "ci", .hash = "h"};
  ASSERT_TRUE(store_->accounts().add_token(token, [](const ApiToken& made) {
    AuditNote note = kNote;
    note.object = "token " + std::to_string(made.id.value);
    return note;
  }));
  const auto rows = store_->accounts().list_audit({})->rows;
  EXPECT_EQ(rows.at(0).note.object, "token 1");
  EXPECT_EQ(rows.at(1).note.object, "user " + std::to_string(ann->id.value));
  EXPECT_EQ(rows.at(1).note.after, "1");
}

TEST_P(StoreConformanceTest, TokensEndWithAChangeThatAsksForIt) {
  const User ann = add_user_named(store_->accounts(), "ann", Role::kRun);
  const User bob = add_user_named(store_->accounts(), "bob", Role::kRun);
  for (const auto& [owner, hash] : {std::pair{ann, "a"}, {ann, "b"}, {bob, "c"}}) {
    const ApiToken token{.user_id = owner.id, .name = "ci", .hash = hash};
    ASSERT_TRUE(store_->accounts().add_token(token, kNote));
  }
  std::size_t ended = 0;
  const auto note = [&](const UserChanged& made) {
    ended = made.ended_tokens.size();
    return kNote;
  };
  const auto kept = store_->accounts().update_user(ann, EndTokens::kNo, note);
  ASSERT_TRUE(kept);
  EXPECT_EQ(ended, 0u);
  ASSERT_TRUE(store_->accounts().update_user(*kept, EndTokens::kYes, note));
  EXPECT_EQ(ended, 2u);
  ASSERT_EQ(store_->accounts().list_tokens()->size(), 1u);
  EXPECT_EQ(store_->accounts().list_tokens()->at(0).user_name, "bob");
}

TEST_P(StoreConformanceTest, SessionsOfAUserAreListedProvedAndEnded) {
  const User ann = add_user_named(store_->accounts(), "ann", Role::kView);
  const User bob = add_user_named(store_->accounts(), "bob", Role::kView);
  AccountStore& accounts = store_->accounts();
  for (const char* hash : {"a1", "a2", "a3"}) {
    ASSERT_TRUE(accounts.add_session(session_of(ann, hash, clock_.now()), kNote));
  }
  ASSERT_TRUE(accounts.add_session(session_of(bob, "b1", clock_.now()), kNote));
  ASSERT_TRUE(accounts.touch_session("a2", clock_.now() + std::chrono::minutes{1}));
  ASSERT_TRUE(accounts.prove_session("a2", clock_.now() + std::chrono::minutes{2}));
  const auto listed = accounts.list_sessions(ann.id);
  ASSERT_EQ(listed->size(), 3u);
  EXPECT_EQ(listed->at(0).id_hash, "a2");
  EXPECT_EQ(listed->at(0).proved_at, clock_.now() + std::chrono::minutes{2});
  const auto rows = accounts.list_audit({})->rows.size();
  EXPECT_EQ(*accounts.remove_sessions(ann.id, "a1", kNote), 2);
  EXPECT_EQ(*accounts.remove_sessions(ann.id, "a1", kNote), 0);
  EXPECT_EQ(accounts.list_audit({})->rows.size(), rows + 1) << "nothing to end leaves no row";
  EXPECT_EQ(accounts.list_sessions(ann.id)->size(), 1u);
  EXPECT_EQ(accounts.list_sessions(bob.id)->size(), 1u);
}

TEST_P(StoreConformanceTest, OldAuditRowsAreReadThenPrunedAndTheRestStillFits) {
  AccountStore& accounts = store_->accounts();
  for (int i = 0; i < 1200; ++i) ASSERT_TRUE(accounts.append_audit(kNote));
  EXPECT_EQ(*accounts.find_prunable_audit(clock_.now()), std::nullopt);
  clock_.advance(std::chrono::hours{1});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(accounts.append_audit(kNote));
  const auto through = accounts.find_prunable_audit(clock_.now());
  ASSERT_TRUE(through && *through);
  EXPECT_EQ((*through)->seq, 1200);
  EXPECT_EQ(accounts.read_audit(1199, 10)->size(), 5u);
  EXPECT_FALSE(accounts.prune_audit({1200, "another hash"}, kNote));
  EXPECT_EQ(*accounts.prune_audit(**through, kNote), 1200);
  const auto verdict = accounts.verify_audit({});
  EXPECT_TRUE(verdict->is_intact()) << verdict->fault;
  EXPECT_EQ(verdict->rows, 4);
  EXPECT_EQ(accounts.read_audit(1, 10)->front().seq, 1201);
  const auto all = accounts.find_prunable_audit(clock_.now() + std::chrono::hours{1});
  EXPECT_EQ((*all)->seq, 1203) << "the newest row always stays";
}

}  // namespace
}  // namespace rota::store
