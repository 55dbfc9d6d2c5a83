#include "config/reach.h"

#include <gtest/gtest.h>

#include <functional>

namespace rota::config {
namespace {

using Change = std::function<void(Settings&)>;

std::vector<std::string> faults(const Change& change) {
  Settings settings;
  change(settings);
  std::vector<std::string> found;
  check_reach(settings, [&](const std::string& key, const std::string& fault) {
    found.push_back(key + " " + fault);
  });
  return found;
}

bool starts(const Change& change) { return faults(change).empty(); }

TEST(ReachTest, WithoutSignInNothingMayLeadInFromElsewhere) {
  EXPECT_TRUE(starts([](Settings& s) { s.no_sign_in = true; }));
  EXPECT_TRUE(starts([](Settings& s) {
    s.no_sign_in = true;
    s.server.bind = "::1";
    s.server.allowed_hosts = {"localhost", "Rota.Localhost", "[::1]", "127.0.0.2"};
  }));
  const std::vector<Change> openings = {
      [](Settings& s) { s.server.bind = "0.0.0.0"; },
      [](Settings& s) { s.server.behind_tls_proxy = true; },
      [](Settings& s) { s.server.trusted_proxies = {"127.0.0.1"}; },
      [](Settings& s) { s.server.allowed_hosts = {"localhost", "rota.example.org"}; },
      [](Settings& s) { s.server.allowed_hosts = {"localhost.example.org"}; },
      [](Settings& s) { s.server.allowed_hosts = {"127.example.org"}; },
  };
  for (const Change& opens : openings) {
    const auto found = faults([&](Settings& s) {
      s.no_sign_in = true;
      opens(s);
    });
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NE(found[0].find("everybody an admin"), std::string::npos) << found[0];
  }
}

TEST(ReachTest, ANetworkNeedsTlsAndAProxyThatIsNamed) {
  EXPECT_FALSE(starts([](Settings& s) { s.server.bind = "0.0.0.0"; }));
  EXPECT_FALSE(starts([](Settings& s) {
    s.server.bind = "0.0.0.0";
    s.server.behind_tls_proxy = true;
  }));
  EXPECT_TRUE(starts([](Settings& s) {
    s.server.bind = "0.0.0.0";
    s.server.behind_tls_proxy = true;
    s.server.trusted_proxies = {"10.0.0.0/8", "2001:db8::1"};
  }));
  EXPECT_TRUE(starts([](Settings& s) {
    s.server.bind = "0.0.0.0";
    s.server.tls_certificate_file = "cert.pem";
  }));
}

TEST(ReachTest, WrongProxiesAreRefused) {
  for (const char* text : {"proxy.example", "10.0.0.1/8", "0.0.0.0/0", "::/0", ""}) {
    EXPECT_FALSE(starts([&](Settings& s) { s.server.trusted_proxies = {text}; })) << text;
  }
}

TEST(ReachTest, AProxyOnThisMachineThatIsNotNamedIsAWarning) {
  Settings settings;
  EXPECT_TRUE(reach_warnings(settings).empty());
  settings.server.behind_tls_proxy = true;
  EXPECT_EQ(reach_warnings(settings).size(), 1u);
  settings.server.trusted_proxies = {"127.0.0.1"};
  EXPECT_TRUE(reach_warnings(settings).empty());
}

}  // namespace
}  // namespace rota::config
