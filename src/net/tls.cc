// TLS by OpenSSL, over sockets that never block: reading a certificate, and one connection's
// session. Everything about OpenSSL stands here.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "net/tls_context.h"
#include "net/tls_session.h"

namespace rota::net {
namespace {

// Of TLS 1.2: ephemeral keys and authenticated encryption alone. TLS 1.3 has no other suites.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using ContextPointer = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using SessionPointer = std::unique_ptr<SSL, Freed<SSL_free>>;

// The last word of OpenSSL on what went wrong; clears its list.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "unknown error" : reason;
  ERR_clear_error();
  return text;
}

Result<void> check_readable(const std::string& file, std::string_view what) {
  struct stat facts{};
  if (stat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::kIo,
                fmt::format("the {} '{}' cannot be read: {}", what, file,
                            errno != 0 ? std::strerror(errno) : "it is no file"),
                "give a PEM file that this user may read");
  }
  return {};
}

Result<void> check_private(const std::string& file) {
  struct stat facts{};
  if (stat(file.c_str(), &facts) == 0 && (facts.st_mode & S_IRWXO) != 0) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("the key file '{}' is open to everybody on this machine", file),
                fmt::format("chmod 600 '{}', and think of the key as known to others", file));
  }
  return {};
}

Error bad_file(std::string_view what, const std::string& file, std::string hint) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("the {} '{}' is not usable: {}", what, file, openssl_reason()),
          std::move(hint),
          {},
          {}};
}

// Browsers that offer something else beside it get HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  static constexpr unsigned char kHttp[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, length, kHttp, sizeof kHttp - 1, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// A server asks nobody at a terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

Instant end_of(const X509* certificate) {
  std::tm end{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) {
    return {};
  }
  return Instant{std::chrono::seconds{timegm(&end)}};
}

class OpenSslContext final : public TlsContext {
 public:
  explicit OpenSslContext(ContextPointer context) : context_(std::move(context)) {}
  Instant expires_at() const override { return end_of(SSL_CTX_get0_certificate(context_.get())); }
  SSL_CTX* get() const { return context_.get(); }

 private:
  const ContextPointer context_;
};

class OpenSslSession final : public TlsSession {
 public:
  explicit OpenSslSession(SessionPointer session) : session_(std::move(session)) {}

  TlsStep handshake() override {
    ERR_clear_error();
    const int done = SSL_accept(session_.get());
    if (done == 1) return TlsStep::kDone;
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    if (reason == SSL_R_HTTP_REQUEST) return TlsStep::kPlainHttp;
    return step_of(done);
  }

  TlsStep read(char* buffer, std::size_t size, std::size_t& count) override {
    ERR_clear_error();
    const int done = SSL_read_ex(session_.get(), buffer, size, &count);
    return done == 1 ? TlsStep::kDone : step_of(done);
  }

  TlsStep write(std::string_view bytes, std::size_t& count) override {
    ERR_clear_error();
    const int done = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count);
    return done == 1 ? TlsStep::kDone : step_of(done);
  }

  bool has_pending() const override { return SSL_pending(session_.get()) > 0; }

  void shut_down() override {
    if (SSL_is_init_finished(session_.get()) == 1 && !failed_) SSL_shutdown(session_.get());
    ERR_clear_error();
  }

 private:
  TlsStep step_of(int done) {
    switch (SSL_get_error(session_.get(), done)) {
      case SSL_ERROR_WANT_READ:
        return TlsStep::kWantsRead;
      case SSL_ERROR_WANT_WRITE:
        return TlsStep::kWantsWrite;
      case SSL_ERROR_ZERO_RETURN:
        return TlsStep::kClosed;
      default:
        failed_ = true;  // after which nothing may be asked of it any more
        return TlsStep::kClosed;
    }
  }

  const SessionPointer session_;
  bool failed_ = false;
};

Result<void> take_files(SSL_CTX* context, const std::string& certificate_file,
                        const std::string& key_file) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return fail(bad_file("certificate", certificate_file,
                         "it must be PEM: the server's certificate first, then its chain"));
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(bad_file("key", key_file,
                         "it must be the PEM key of the certificate, without a passphrase"));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return fail(bad_file("key", key_file, "it belongs to another certificate"));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::string& certificate_file,
                                                           const std::string& key_file) {
  if (auto there = check_readable(certificate_file, "certificate"); !there) {
    return fail(there.error());
  }
  if (auto there = check_readable(key_file, "key"); !there) return fail(there.error());
  if (auto closed = check_private(key_file); !closed) return fail(closed.error());
  ContextPointer context(SSL_CTX_new(TLS_server_method()));
  const bool made = context != nullptr &&
                    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1 &&
                    SSL_CTX_set_cipher_list(context.get(), kCiphers) == 1;
  if (!made) return fail(ErrorCode::kInternal, "TLS cannot be set up: " + openssl_reason());
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  if (auto taken = take_files(context.get(), certificate_file, key_file); !taken) {
    return fail(taken.error());
  }
  return std::make_shared<const OpenSslContext>(std::move(context));
}

std::unique_ptr<TlsSession> TlsSession::accept(const TlsContext& context, int socket) {
  // The one kind of context there is.
  SessionPointer session(SSL_new(static_cast<const OpenSslContext&>(context).get()));
  if (session == nullptr || SSL_set_fd(session.get(), socket) != 1) return nullptr;
  return std::make_unique<OpenSslSession>(std::move(session));
}

}  // namespace rota::net
