#include "connectors/ssm/settings.h"

#include "connectors/sdk/loopback.h"

namespace entente::ssm {

Settings ReadSettings(sdk::Config& config) {
  Settings out;
  out.url = config.Text("ssm.url", out.url);
  while (!out.url.empty() && out.url.back() == '/') out.url.pop_back();
  if (!sdk::IsProtected(out.url)) {
    config.Refuse("ssm.url", "must begin with https:// (plain http is allowed on this machine only), without a name or password in it: the keys would travel unprotected");
  }
  out.public_key = config.Secret("ssm.public_key", "ENTENTE_SSM_PUBLIC_KEY");
  out.private_key = config.Secret("ssm.private_key", "ENTENTE_SSM_PRIVATE_KEY");
  out.tenant_name = config.Text("ssm.tenant_name", "");
  out.language = config.Text("ssm.language", out.language);
  out.timeout = absl::Seconds(config.Int("ssm.timeout_seconds", 60, 1, 600));
  const std::int64_t calls = config.Int("ssm.calls_per_minute", -1, 0, 1000000);
  out.takes_calls_of_pack = calls < 0;
  if (calls >= 0) out.calls_per_minute = static_cast<int>(calls);
  out.calls_per_second = static_cast<int>(config.Int("ssm.calls_per_second", 0, 0, 10000));
  out.page_size = static_cast<int>(config.Int("ssm.page_size", 500, 1, 5000));
  out.bulk_size = static_cast<int>(config.Int("ssm.bulk_size", 100, 1, 200));
  out.or_batch = static_cast<int>(config.Int("ssm.or_batch", 40, 1, 200));
  out.overlap = absl::Seconds(config.Int("ssm.overlap_seconds", 300, 0, 86400));
  out.search_after = absl::Seconds(config.Int("ssm.search_after_seconds", 2, 0, 600));
  out.settle = absl::Seconds(config.Int("ssm.settle_seconds", 30, 0, 3600));
  out.read_lag = absl::Milliseconds(config.Int("ssm.read_lag_millis", 0, 0, 600000));
  const std::string clear = config.Text("ssm.clear_text_with", "null");
  if (clear != "null" && clear != "empty") config.Refuse("ssm.clear_text_with", "must be \"null\" or \"empty\"");
  out.clears_text_by_empty = clear == "empty";
  out.profile_age_max = absl::Minutes(config.Int("ssm.profile_minutes", 60, 0, 10080));
  return out;
}

}  // namespace entente::ssm
