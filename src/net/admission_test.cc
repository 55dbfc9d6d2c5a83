#include "net/admission.h"

#include <gtest/gtest.h>

namespace rota::net {
namespace {

using Place = Admission::Place;

HttpLimits small() {
  HttpLimits limits;
  limits.connections_max = 4;
  limits.connections_per_address_max = 2;
  limits.reserved_max = 2;
  limits.reserved_per_address_max = 1;
  return limits;
}

TEST(AdmissionTest, OneAddressCannotTakeEverything) {
  Admission admission(small());
  EXPECT_EQ(admission.admit("a"), Place::kFull);
  EXPECT_EQ(admission.admit("a"), Place::kFull);
  EXPECT_EQ(admission.admit("a"), Place::kReserved);
  EXPECT_EQ(admission.admit("a"), Place::kRefused);
  EXPECT_EQ(admission.admit("b"), Place::kFull);
}

TEST(AdmissionTest, KeepsPlacesForTheHealthProbeWhenItIsFull) {
  Admission admission(small());
  for (const char* address : {"a", "a", "b", "b"}) {
    EXPECT_EQ(admission.admit(address), Place::kFull);
  }
  EXPECT_EQ(admission.admit("c"), Place::kReserved);
  EXPECT_EQ(admission.admit("d"), Place::kReserved);
  EXPECT_EQ(admission.admit("e"), Place::kRefused);
}

TEST(AdmissionTest, ATrustedProxyHasNoBoundOfItsOwnButItsClientsHave) {
  Admission admission(small());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(admission.admit("proxy", true), Place::kFull);
  EXPECT_EQ(admission.admit("proxy", true), Place::kReserved);
  EXPECT_TRUE(admission.begin_proxied("a"));
  EXPECT_TRUE(admission.begin_proxied("a"));
  EXPECT_FALSE(admission.begin_proxied("a"));
  EXPECT_TRUE(admission.begin_proxied("b"));
  admission.end_proxied("a");
  EXPECT_TRUE(admission.begin_proxied("a"));
}

TEST(AdmissionTest, AHomeWithManyIpv6AddressesIsOneClient) {
  Admission admission(small());
  EXPECT_EQ(admission.admit("2001:db8:1:2::1"), Place::kFull);
  EXPECT_EQ(admission.admit("2001:db8:1:2:3:4:5:6"), Place::kFull);
  EXPECT_EQ(admission.admit("2001:db8:1:2::7"), Place::kReserved);
  EXPECT_EQ(admission.admit("2001:db8:1:2::8"), Place::kRefused);
  EXPECT_TRUE(admission.has_all_its_reserved("2001:db8:1:2::9"));
  EXPECT_EQ(admission.admit("2001:db8:1:3::1"), Place::kFull);
  admission.release("2001:db8:1:2:ffff::1", Place::kFull);
  EXPECT_EQ(admission.admit("2001:db8:1:2::8"), Place::kFull);
}

TEST(AdmissionTest, Ipv4InIpv6IsTheSameClient) {
  Admission admission(small());
  EXPECT_EQ(admission.admit("::ffff:10.0.0.1"), Place::kFull);
  EXPECT_EQ(admission.admit("10.0.0.1"), Place::kFull);
  EXPECT_EQ(admission.admit("::ffff:10.0.0.1"), Place::kReserved);
}

TEST(AdmissionTest, TakesBackWhatWasGiven) {
  Admission admission(small());
  admission.admit("a");
  admission.admit("a");
  admission.release("a", Place::kFull);
  EXPECT_EQ(admission.admit("a"), Place::kFull);
  EXPECT_EQ(admission.connections(), 2u);
  admission.release("a", Place::kFull);
  admission.release("a", Place::kFull);
  EXPECT_EQ(admission.connections(), 0u);
}

}  // namespace
}  // namespace rota::net
