#include "engine/rpc/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> Reader(const std::string& pem) { return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

// A key under a passphrase is not readable: nobody is there to type it.
int NoPassphrase(char*, int, int, void*) { return 0; }

absl::Status Unusable(std::string_view sentence) {
  ERR_clear_error();
  return MakeError(absl::StatusCode::kInvalidArgument, "TLS_CERTIFICATE_UNUSABLE", sentence);
}

std::string Day(const ASN1_TIME* time) {
  std::tm broken_down = {};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return "?";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromTM(broken_down, absl::UTCTimeZone()), absl::UTCTimeZone());
}

}  // namespace

absl::Status CheckCertificate(const std::string& certificate, const std::string& key, absl::Time now) {
  const Owned<X509> shown(PEM_read_bio_X509(Reader(certificate).get(), nullptr, nullptr, nullptr));
  if (shown == nullptr) return Unusable("The file of tls_cert_file holds no certificate in PEM form. Name the engine's certificate, followed by those between it and its root.");
  const Owned<EVP_PKEY> own(PEM_read_bio_PrivateKey(Reader(key).get(), nullptr, NoPassphrase, nullptr));
  if (own == nullptr) return Unusable("The file of tls_key_file holds no private key in PEM form without a passphrase. Name the key of the engine's certificate.");
  if (X509_check_private_key(shown.get(), own.get()) != 1) return Unusable("The key of tls_key_file does not belong to the first certificate of tls_cert_file. Name the two that were made together.");
  std::time_t at = absl::ToTimeT(now);
  if (X509_cmp_time(X509_get0_notBefore(shown.get()), &at) > 0) {
    return Unusable(absl::StrCat("The certificate of tls_cert_file counts from ", Day(X509_get0_notBefore(shown.get())), " on. Check this machine's clock, or name another."));
  }
  if (X509_cmp_time(X509_get0_notAfter(shown.get()), &at) < 0) {
    return Unusable(absl::StrCat("The certificate of tls_cert_file ended on ", Day(X509_get0_notAfter(shown.get())), ". Have a new one made, and start the engine again."));
  }
  return absl::OkStatus();
}

}  // namespace entente
