#include "net/client_address.h"

#include <gtest/gtest.h>

namespace rota::net {
namespace {

std::vector<Network> networks(std::initializer_list<const char*> texts) {
  std::vector<Network> all;
  for (const char* text : texts) all.push_back(Network::parse(text).value());
  return all;
}

class ClientAddressTest : public testing::Test {
 protected:
  std::string client(std::vector<Header> headers, std::string_view peer = "10.0.0.1") {
    Request request;
    request.headers = std::move(headers);
    return client_address(request, peer, trusted_);
  }
  std::string x(std::string value, std::string_view peer = "10.0.0.1") {
    return client({{"x-forwarded-for", std::move(value)}}, peer);
  }
  std::string f(std::string value) { return client({{"forwarded", std::move(value)}}); }

  std::vector<Network> trusted_ = networks({"10.0.0.0/8", "2001:db8:aa::/48"});
};

TEST_F(ClientAddressTest, NobodyButATrustedProxyIsBelieved) {
  EXPECT_EQ(x("192.0.2.7", "203.0.113.5"), "203.0.113.5");
  EXPECT_EQ(x("192.0.2.7", "::ffff:203.0.113.5"), "203.0.113.5");
  EXPECT_EQ(x("192.0.2.7", "10.0.0.1"), "192.0.2.7");
  EXPECT_EQ(x("192.0.2.7", "::ffff:10.0.0.1"), "192.0.2.7");
  EXPECT_EQ(x("192.0.2.7", "2001:db8:aa::1%eth0"), "192.0.2.7");
  trusted_.clear();
  EXPECT_EQ(x("192.0.2.7"), "10.0.0.1");
}

TEST_F(ClientAddressTest, TheFirstFromTheRightThatIsNoTrustedProxyIsTheClient) {
  EXPECT_EQ(x("1.1.1.1, 192.0.2.7, 10.0.0.2,10.9.9.9"), "192.0.2.7");
  EXPECT_EQ(f("for=1.1.1.1, for=192.0.2.7;proto=https, For=10.0.0.2"), "192.0.2.7");
  EXPECT_EQ(x("10.0.0.3, 10.0.0.2"), "10.0.0.3") << "all trusted: the leftmost";
  EXPECT_EQ(x(""), "10.0.0.1");
  EXPECT_EQ(client({}), "10.0.0.1");
}

TEST_F(ClientAddressTest, SeveralHeadersAreOneListInTheirOrder) {
  EXPECT_EQ(client({{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "192.0.2.7"}}),
            "192.0.2.7");
  EXPECT_EQ(client({{"forwarded", "for=192.0.2.7"}, {"forwarded", "for=10.0.0.2"}}), "192.0.2.7");
}

TEST_F(ClientAddressTest, ReadsPortsQuotesAndBrackets) {
  EXPECT_EQ(x("192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(x("2001:db8::9"), "2001:db8::9");
  EXPECT_EQ(x("[2001:db8::9]:80"), "2001:db8::9");
  EXPECT_EQ(x("\"[2001:db8::9]\""), "2001:db8::9");
  EXPECT_EQ(f(R"(for="[2001:db8::9]:4711")"), "2001:db8::9");
  EXPECT_EQ(f(R"(by=_x; FOR = "192.0.2.7:_port")"), "192.0.2.7");
  EXPECT_EQ(f(R"(for="192.0\.2.7")"), "192.0.2.7") << "a backslash quotes";
  EXPECT_EQ(f(R"(for=192.0.2.7;ext="a,b;for=9.9.9.9")"), "192.0.2.7");
}

TEST_F(ClientAddressTest, WhatIsNoAddressCountsAsTheProxyThatWroteIt) {
  for (const char* hop : {"unknown", "_hidden", "nonsense", "1.2.3", "1.2.3.4:x", "1.2.3.4:123456",
                          "[1.2.3.4]", "[2001:db8::9", "2001:db8::9%eth0", "\"", "a\"b"}) {
    EXPECT_EQ(x(std::string("192.0.2.7, ") + hop), "10.0.0.1") << hop;
    EXPECT_EQ(x(std::string("192.0.2.7, ") + hop + ", 10.0.0.9"), "10.0.0.9") << hop;
  }
  for (const char* element :
       {"for=unknown", "for=_hidden", "proto=https", "for", "for=", "for=1.1.1.1;for=2.2.2.2",
        "for=\"1.1.1.1", "for=1.1.1.1\"", "for=\"1.1.1.1\"x", "for=2001:db8::9]"}) {
    EXPECT_EQ(f(std::string("for=192.0.2.7, ") + element), "10.0.0.1") << element;
  }
}

// A proxy that sets the one header passes on what the client wrote into the other.
TEST_F(ClientAddressTest, TwoHeadersMustAgree) {
  EXPECT_EQ(client({{"forwarded", "for=192.0.2.7"}, {"x-forwarded-for", "192.0.2.7"}}),
            "192.0.2.7");
  EXPECT_EQ(client({{"forwarded", "for=6.6.6.6"}, {"x-forwarded-for", "192.0.2.7"}}), "10.0.0.1");
  EXPECT_EQ(client({{"forwarded", "for=unknown"}, {"x-forwarded-for", "192.0.2.7"}}), "10.0.0.1");
  EXPECT_EQ(client({{"forwarded", ""}, {"x-forwarded-for", "6.6.6.6"}}), "10.0.0.1");
}

TEST_F(ClientAddressTest, LongListsAreFollowedForABoundedNumberOfHops) {
  std::string list = "192.0.2.7";
  for (std::size_t i = 0; i < kProxyHopsMax - 1; ++i) list += ",10.0.0.2";
  EXPECT_EQ(x(list), "192.0.2.7");
  EXPECT_EQ(x(list + ",10.0.0.2"), "10.0.0.2") << "one hop too many";
}

TEST(NetworkTest, ReadsAddressesAndNetworks) {
  const auto has = [](const char* network, const char* address) {
    return Network::parse(network).value().contains(*parse_ip_address(address));
  };
  EXPECT_TRUE(has("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(has("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(has("10.0.0.0/8", "::ffff:10.1.1.1"));
  EXPECT_TRUE(has("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(has("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(has("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(has("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(has("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(has("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(has("2001:db8::/32", "10.0.0.1"));
}

TEST(NetworkTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "x", "10.0.0.1/8",
        "2001:db8::1/32", "2001:db8::/129", "10.0.0/8", "1.2.3.4 "}) {
    const auto network = Network::parse(text);
    ASSERT_FALSE(network) << text;
    EXPECT_FALSE(network.error().hint.empty());
  }
}

TEST(ClientOfTest, AHomeIsOneClient) {
  EXPECT_EQ(client_of("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(client_of("2001:db8:1:2:3:4:5:6"), client_of("2001:db8:1:2::9"));
  EXPECT_NE(client_of("2001:db8:1:2::9"), client_of("2001:db8:1:3::9"));
  EXPECT_EQ(client_of("::1"), "::1");
  EXPECT_EQ(client_of("fe80::1%eth0"), "fe80::/64");
}

}  // namespace
}  // namespace rota::net
