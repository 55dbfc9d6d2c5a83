#include "accounts/password_strength.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "accounts/passwords.h"

namespace rota::accounts {
namespace {

TEST(PasswordStrengthTest, WhatPeopleTryFirstIsRefusedHoweverItIsDressedUp) {
  for (const char* weak : {
           "password2024",         "P@ssw0rd2024",        "passwordpassword", "qwertyuiop12",
           "123456789012",         "1234567890123",       "administrator1",   "Administrator!!",
           "letmeinletmein",       "changemechangeme",    "Welcome12345!",    "iloveyou1234",
           "adminadminadmin",      "123123123123",        "abcdefghijkl",     "abc123abc123",
           "Summer2024Summer2024", "dragonmonkey1",       "1qaz2wsx3edc",     "zxcvbnmasdfghjkl",
           "rota-admin-2024",      "football football",   "19841984198419",   "aaaaaaaaaaaaaaaa",
           "trustno1trustno1",     "lkjhgfdsapoiuytrewq", "starwars1977!",    "000000000000",
           "baseball....",
       }) {
    EXPECT_FALSE(check_password(weak, "ann")) << weak << " " << guess_bits(weak, "ann");
  }
  EXPECT_FALSE(check_password("Annabelle.1987", "annabelle"));
}

TEST(PasswordStrengthTest, AFewWordsAndWhatARandomGeneratorMakesAreTaken) {
  for (const char* good : {
           "correct horse battery",
           "größte Käsekuchen",
           "three blind mice run",
           "kX9w2qLr7vTz",
           "mvtqzrpwhklx",
           "a long enough one",
           "Tuesday's lighthouse keeper",
           "пароль из слов",
       }) {
    EXPECT_TRUE(check_password(good, "ann")) << good << " " << guess_bits(good, "ann");
  }
}

TEST(PasswordStrengthTest, TheListIsSortedAndLong) {
  std::string_view rest = kCommonPasswords;
  std::string_view last;
  std::size_t count = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    ASSERT_LT(last, line) << "line " << count;
    last = line;
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ++count;
  }
  EXPECT_GT(count, 30'000u);
}

TEST(PasswordStrengthTest, ALongPasswordTakesBoundedWork) {
  EXPECT_GT(guess_bits(std::string(1024, '\xC3') + "x", "ann"), 0);
  EXPECT_LT(guess_bits(std::string(1024, 'a'), "ann"), kGuessBitsMin);
}

}  // namespace
}  // namespace rota::accounts
