#include "handlers/address_policy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace rota::handlers {
namespace {

sockaddr_storage address(const char* text) {
  sockaddr_storage storage{};
  auto* four = reinterpret_cast<sockaddr_in*>(&storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, text, &six->sin6_addr), 1) << text;
    six->sin6_family = AF_INET6;
  }
  return storage;
}

bool is_public(const char* text) {
  const sockaddr_storage storage = address(text);
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

TEST(AddressPolicyTest, PublicAddressesPass) {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "11.0.0.0",
        "100.63.255.255", "100.128.0.0", "169.253.0.1", "192.167.0.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:808:808::1", "3ffe::1"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
}

TEST(AddressPolicyTest, EverythingElseIsRefusedInEveryWrapping) {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.0.1",
                           "192.168.255.255",
                           "198.18.0.1",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::127.0.0.1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::7f00:1",
                           "64:ff9b::a9fe:a9fe",
                           "64:ff9b:1::1",
                           "2002:7f00:1::",
                           "2002:a00:1::",
                           "2001::1",
                           "2001:10::1",
                           "2001:db8::1",
                           "3fff::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "100::1",
                           "4000::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

TEST(AddressPolicyTest, OtherFamiliesAreRefused) {
  sockaddr unix_address{};
  unix_address.sa_family = AF_UNIX;
  EXPECT_FALSE(is_public_address(unix_address));
  EXPECT_EQ(address_text(unix_address), "?");
}

TEST(AddressPolicyTest, WritesAddresses) {
  for (const char* text : {"192.0.2.1", "2001:db8::1"}) {
    const sockaddr_storage storage = address(text);
    EXPECT_EQ(address_text(reinterpret_cast<const sockaddr&>(storage)), text);
  }
}

}  // namespace
}  // namespace rota::handlers
