// A certificate that a test makes for itself, and a client that believes it.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "net/test_client.h"

namespace rota::net {

/// A folder with "cert.pem" and "key.pem" for localhost, gone with the object.
class TlsTestFiles {
 public:
  explicit TlsTestFiles(long valid_seconds = 86'400) {
    char folder[] = "/tmp/rota-tls-test-XXXXXX";
    folder_ = mkdtemp(folder);
    make(valid_seconds);
  }
  ~TlsTestFiles() { std::filesystem::remove_all(folder_); }
  TlsTestFiles(const TlsTestFiles&) = delete;
  TlsTestFiles& operator=(const TlsTestFiles&) = delete;

  std::string certificate() const { return folder_ + "/cert.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }
  std::string folder() const { return folder_; }

  /// Another certificate with another key, in the same files.
  void make(long valid_seconds = 86'400) {
    EVP_PKEY* const pair = EVP_EC_gen("P-256");
    X509* const certificate_of = X509_new();
    X509_set_version(certificate_of, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_of), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate_of), -86'400);
    X509_gmtime_adj(X509_getm_notAfter(certificate_of), valid_seconds);
    X509_set_pubkey(certificate_of, pair);
    X509_NAME* const name = X509_get_subject_name(certificate_of);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate_of, name);
    X509_sign(certificate_of, pair, EVP_sha256());
    std::FILE* const key_file = std::fopen(key().c_str(), "w");
    PEM_write_PrivateKey(key_file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(key_file);
    chmod(key().c_str(), 0600);
    std::FILE* const certificate_file = std::fopen(certificate().c_str(), "w");
    PEM_write_X509(certificate_file, certificate_of);
    std::fclose(certificate_file);
    X509_free(certificate_of);
    EVP_PKEY_free(pair);
  }
  long serial() const { return serial_; }

 private:
  std::string folder_;
  long serial_ = 0;
};

/// Speaks TLS over a TestClient's socket, blocking.
class TlsTestClient {
 public:
  explicit TlsTestClient(std::uint16_t port, int highest_version = TLS1_3_VERSION)
      : client_(port), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    SSL_CTX_set_max_proto_version(context_, highest_version);
    SSL_CTX_set_security_level(context_, 0);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, client_.fd());
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsTestClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsTestClient(const TlsTestClient&) = delete;
  TlsTestClient& operator=(const TlsTestClient&) = delete;

  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(ssl_); }
  long serial() const {
    X509* const peer = SSL_get1_peer_certificate(ssl_);
    if (peer == nullptr) return 0;
    const long serial = ASN1_INTEGER_get(X509_get0_serialNumber(peer));
    X509_free(peer);
    return serial;
  }
  bool send(std::string_view bytes) {
    std::size_t sent = 0;
    return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1 && sent == bytes.size();
  }
  /// Everything until the other side closes.
  std::string read_all() {
    std::string all;
    char buffer[16384];
    for (std::size_t count = 0; SSL_read_ex(ssl_, buffer, sizeof buffer, &count) == 1;) {
      all.append(buffer, count);
    }
    return all;
  }

 private:
  TestClient client_;
  SSL_CTX* context_;
  SSL* ssl_;
  bool connected_ = false;
};

}  // namespace rota::net
