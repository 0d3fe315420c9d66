#include "connectors/ssm/api.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/logging.h"
#include "connectors/ssm/instant.h"

namespace entente::ssm {
namespace {

constexpr int kRepeatsMax = 4;
constexpr absl::Duration kThrottlePause = absl::Seconds(10);
constexpr absl::Duration kThrottlePauseMax = absl::Minutes(1);

ApiReply Reply(ApiReply::Outcome outcome, std::string reason, std::string text) {
  ApiReply reply;
  reply.outcome = outcome;
  reply.reason = std::move(reason);
  reply.text = std::move(text);
  return reply;
}

// The words of an error body, whatever its shape.
std::string WordsOf(const std::string& body, const std::optional<Json>& json) {
  if (json) {
    for (const char* name : {"message", "error", "description", "detail"}) {
      const Json* words = json->Find(name);
      if (words == nullptr) continue;
      if (words->kind() == Json::Kind::kString && !words->text().empty()) return sdk::OneLine(words->text());
      if (words->kind() == Json::Kind::kObject && words->Find("message") != nullptr) return sdk::OneLine(words->Find("message")->text());
    }
    if (json->kind() == Json::Kind::kString) return sdk::OneLine(json->text());
  }
  return sdk::OneLine(body);
}

int CodeIn(const std::optional<Json>& json) {
  if (!json) return 0;
  const Json* code = json->Find("code");
  int value = 0;
  return code != nullptr && absl::SimpleAtoi(code->text(), &value) ? value : 0;
}

bool IsAway(const ApiReply& reply) { return reply.reason == "API_UNREACHABLE" || reply.reason == "API_UNAVAILABLE"; }

absl::Duration RetryAfter(const HttpAnswer& answer) {
  const auto header = answer.headers.find("retry-after");
  std::int64_t seconds = 0;
  if (header != answer.headers.end() && absl::SimpleAtoi(header->second, &seconds) && seconds >= 0) return absl::Seconds(seconds);
  return absl::InfiniteDuration();
}

}  // namespace

Api::Api(const Settings& settings, sdk::Timer* timer)
    : settings_(settings),
      timer_(timer),
      budget_({.calls_per_minute = settings.calls_per_minute, .calls_per_second = settings.calls_per_second}, timer),
      http_(settings.timeout) {}

HttpAnswer Api::Send(const ApiCall& call, const std::string& token) {
  HttpRequest request;
  request.method = call.method;
  request.url = settings_.url + call.path;
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    request.url += absl::StrCat(std::string(1, separator), name, "=", UrlEncoded(value));
    separator = '&';
  }
  request.headers = call.headers;
  request.headers.push_back("Content-Type: application/json");
  request.headers.push_back("Accept: application/json");
  if (!token.empty()) request.headers.push_back("X-Session-Key: " + token);
  if (call.body) request.body = call.body->Dump();
  return http_.Send(request);
}

ApiReply Api::Judge(const ApiCall& call, const HttpAnswer& answer) const {
  using Outcome = ApiReply::Outcome;
  const bool is_read = call.method == "GET";
  if (answer.transport == HttpAnswer::Transport::kNotSent) {
    return Reply(Outcome::kAgain, "API_UNREACHABLE",
                 absl::StrCat("the SSM API at ", settings_.url, " cannot be reached (", answer.trouble,
                              "): check ssm.url, and that this machine reaches it; what must be sent waits"));
  }
  if (answer.transport == HttpAnswer::Transport::kNoAnswer) {
    return Reply(is_read ? Outcome::kAgain : Outcome::kUnknown, "NO_ANSWER", absl::StrCat("the SSM API did not answer: ", answer.trouble));
  }
  std::optional<Json> json = ParseJson(answer.body);
  const int code = CodeIn(json);
  const bool is_refusal_code = code == 901 || code == 910;
  ApiReply reply;
  if (answer.status == 429 || (answer.status == 503 && RetryAfter(answer) != absl::InfiniteDuration())) {
    reply = Reply(Outcome::kAgain, "THROTTLED", WordsOf(answer.body, json));
    reply.retry_after = RetryAfter(answer);
  } else if (answer.status == 503) {
    reply = Reply(Outcome::kAgain, "API_UNAVAILABLE",
                  absl::StrCat("the SSM API at ", settings_.url, " is out of service (HTTP 503: ", WordsOf(answer.body, json),
                               "): nothing to do here, it is asked again; what must be sent waits"));
    reply.retry_after = absl::InfiniteDuration();
  } else if (answer.status == 401) {
    reply = Reply(Outcome::kAgain, "CREDENTIALS_REFUSED", "SSM refuses the session: check the API keys of the integration");
  } else if (answer.status >= 200 && answer.status < 300 && code != 900 && !is_refusal_code) {
    if (json) {
      reply.outcome = Outcome::kDone;
      reply.body = std::move(*json);
    } else {
      reply = Reply(is_read ? Outcome::kAgain : Outcome::kUnknown, "ANSWER_UNREADABLE", "the SSM API answered with something that is no JSON");
    }
  } else if (is_refusal_code || (answer.status >= 400 && answer.status < 500 && answer.status != 408 && code != 900)) {
    reply = Reply(Outcome::kRefused, code == 910 ? "RESOURCE_UNKNOWN" : "REFUSED", WordsOf(answer.body, json));
  } else {
    reply = Reply(is_read ? Outcome::kAgain : Outcome::kUnknown, "SYSTEM_ERROR", absl::StrCat("SSM answered ", answer.status, ": ", WordsOf(answer.body, json)));
  }
  reply.status = answer.status;
  if (const auto date = answer.headers.find("date"); date != answer.headers.end()) reply.server_micros = ParseHttpDate(date->second);
  return reply;
}

ApiReply Api::Login(const ApiCall& call, const std::string& stale, std::string* token) {
  const std::lock_guard one_at_a_time(login_);
  {
    const std::lock_guard lock(mutex_);
    if (!token_.empty() && token_ != stale) {
      *token = token_;
      return Reply(ApiReply::Outcome::kDone, "", "");
    }
  }
  ApiCall login;
  login.method = "POST";
  login.path = "/login";
  login.body = Json::Object();
  login.body->Set("username", Json::String(settings_.public_key));
  login.body->Set("password", Json::String(settings_.private_key));
  sdk::Backoff backoff(absl::Milliseconds(500), absl::Seconds(30));
  for (int tries = 0;; ++tries) {
    if (!budget_.Acquire(call.kind, call.may_start).ok()) return Reply(ApiReply::Outcome::kAgain, "LEASE_ENDED", "no call was made");
    const HttpAnswer answer = Send(login, "");
    ApiReply reply = Judge(login, answer);
    const Json* text = reply.is_done() ? reply.body.Find("token") : nullptr;
    if (text != nullptr && !text->text().empty()) {
      const std::lock_guard lock(mutex_);
      *token = token_ = text->text();
      reply.body = Json();
      return reply;
    }
    if (answer.status == 404 || reply.is_done() || reply.reason == "RESOURCE_UNKNOWN" || reply.reason == "ANSWER_UNREADABLE") {
      return Reply(ApiReply::Outcome::kAgain, "NOT_SSM",
                   absl::StrCat("what answers at ", settings_.url, " is no SSM API (HTTP ", answer.status, "): correct ssm.url"));
    }
    const bool is_refused = reply.outcome == ApiReply::Outcome::kRefused || reply.reason == "CREDENTIALS_REFUSED";
    if (is_refused) {
      return Reply(ApiReply::Outcome::kAgain, "CREDENTIALS_REFUSED",
                   absl::StrCat("SSM at ", settings_.url, " refuses the login: check ssm.url, and the public and private key (web app, integrations, API keys)"));
    }
    reply.outcome = ApiReply::Outcome::kAgain;  // a lost login did nothing that matters
    if (tries >= kRepeatsMax || !AwaitLogin(call, reply, &backoff)) return reply;
  }
}

bool Api::AwaitLogin(const ApiCall& call, const ApiReply& reply, sdk::Backoff* backoff) {
  if (IsAway(reply) && call.gives_up_early) return false;
  const bool is_told = reply.reason == "THROTTLED" || reply.reason == "API_UNAVAILABLE";
  if (reply.reason != "THROTTLED") NoteTrouble(reply);
  return timer_->Wait(is_told ? std::min(reply.retry_after, kThrottlePause) : backoff->Next());
}

ApiReply Api::Call(const ApiCall& call) {
  sdk::Backoff backoff(absl::Milliseconds(500), absl::Seconds(30));
  std::string token;
  std::string stale;
  int unauthorized = 0;
  ApiReply reply;
  for (int tries = 0; tries <= kRepeatsMax; ++tries) {
    reply = Login(call, stale, &token);
    if (!reply.is_done()) break;
    if (!budget_.Acquire(call.kind, call.may_start).ok()) {
      reply = Reply(ApiReply::Outcome::kAgain, "LEASE_ENDED", "no call was made: the lease ended or the connector stops");
      break;
    }
    reply = Judge(call, Send(call, token));
    if (reply.outcome == ApiReply::Outcome::kDone || reply.outcome == ApiReply::Outcome::kRefused) break;
    if (reply.reason == "CREDENTIALS_REFUSED") {
      if (++unauthorized > 1) break;
      stale = token;
      continue;
    }
    if (IsAway(reply) && call.gives_up_early) break;
    // Whoever looks while this waits sees why nothing moves; a limit reached now and then is ordinary.
    if (reply.reason != "THROTTLED") NoteTrouble(reply);
    if (reply.reason == "THROTTLED" || reply.reason == "API_UNAVAILABLE") {
      if (reply.reason == "THROTTLED") {
        const std::lock_guard lock(mutex_);
        ++throttled_;
      }
      budget_.Pause(reply.retry_after == absl::InfiniteDuration() ? std::min(kThrottlePauseMax, kThrottlePause * (tries + 1)) : reply.retry_after);
      continue;
    }
    // A POST that may have been done is the caller's to search for.
    if (call.method == "POST" && reply.outcome == ApiReply::Outcome::kUnknown) break;
    if (tries < kRepeatsMax && !timer_->Wait(backoff.Next())) break;
  }
  if (reply.retry_after == absl::InfiniteDuration()) reply.retry_after = kThrottlePause;
  NoteTrouble(reply);
  return reply;
}

void Api::NoteTrouble(const ApiReply& reply) {
  if (reply.reason == "LEASE_ENDED") return;
  const std::lock_guard lock(mutex_);
  const bool is_fine = reply.outcome == ApiReply::Outcome::kDone || reply.outcome == ApiReply::Outcome::kRefused;
  trouble_code_ = is_fine ? "" : reply.reason;
  trouble_text_ = is_fine ? "" : reply.text;
}

sdk::v1::Statistics Api::Statistics() const {
  const std::lock_guard lock(mutex_);
  sdk::v1::Statistics out;
  out.set_calls(budget_.calls() - calls_before_);
  out.set_calls_throttled(throttled_);
  out.set_trouble_code(trouble_code_);
  out.set_trouble_text(trouble_text_);
  return out;
}

void Api::BeginCounting() {
  const std::lock_guard lock(mutex_);
  calls_before_ = budget_.calls();
  throttled_ = 0;
}

}  // namespace entente::ssm
