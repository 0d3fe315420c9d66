#include "tests/rpc/fake_instance.h"

#include <utility>

#include "engine/core/lens/lens.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

PackPtr MakePack() {
  auto pack = std::make_shared<Pack>();
  pack->name = "tiny";
  pack->version = "1.0";
  pack->sides[Side::kLeft].name = "sage";
  pack->sides[Side::kLeft].system = "sage100";
  pack->sides[Side::kRight].name = "ssm";
  pack->sides[Side::kRight].system = "ssm";
  EntityRule party;
  party.name = "party";
  party.sides[Side::kLeft].resource = "party";
  party.sides[Side::kRight].resource = "accounts";
  party.native_fields[Side::kLeft] = {"CT_Num", "CT_Intitule"};
  party.native_fields[Side::kRight] = {"name"};
  FieldRule name;
  name.name = "name";
  name.sides[Side::kLeft].native = "CT_Intitule";
  name.sides[Side::kLeft].lens = Identity();
  name.sides[Side::kRight].native = "name";
  name.sides[Side::kRight].lens = Identity();
  name.policies[""].flow = Flow::kBoth;
  name.source = {"party.yaml", 41};
  party.fields.push_back(name);
  pack->entities.push_back(party);
  return pack;
}

class QuietWatcher final : public Watcher {
 public:
  bool Next(absl::Duration, std::vector<Notice>* notices) override {
    if (is_told_) return false;
    notices->push_back({"warn", "something happened"});
    is_told_ = true;
    return true;
  }
  std::uint64_t TakeLost() override { return 0; }

 private:
  bool is_told_ = false;
};

}  // namespace

FakeInstance::FakeInstance(std::string name, Tuning tuning) : name_(std::move(name)), tuning_(std::move(tuning)), pack_(MakePack()) {}

absl::StatusOr<Machine::Opening> FakeInstance::OpenSession(SessionInfo session) {
  const std::lock_guard lock(mutex_);
  last_session_ = session;
  if (!refusal_.ok()) return refusal_;
  Machine::Opening opening;
  opening.number = ++sessions_;
  opening.credits = 100;
  opening.options = {{"labels", "draft"}};
  opening.feeds.push_back({"party", "cursor-1", absl::Minutes(2), {"CT_Num"}});
  return opening;
}

absl::Status FakeInstance::CheckSession(SessionInfo session) {
  const std::lock_guard lock(mutex_);
  last_session_ = session;
  if (!session.trouble_code.empty()) return MakeError(absl::StatusCode::kFailedPrecondition, session.trouble_code, session.trouble);
  return refusal_;
}

void FakeInstance::Offer(Event event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  wake_.notify_all();
}

absl::StatusOr<Fields> FakeInstance::Ask(What what, absl::Duration) { return answer(what); }

InstanceStatus FakeInstance::Status() {
  InstanceStatus out;
  out.machine.quiet = true;
  status(&out);
  return out;
}

std::unique_ptr<Watcher> FakeInstance::Watch() { return std::make_unique<QuietWatcher>(); }

SessionInfo FakeInstance::last_session() {
  const std::lock_guard lock(mutex_);
  return last_session_;
}

void FakeInstance::RefuseSessions(absl::Status refused) {
  const std::lock_guard lock(mutex_);
  refusal_ = std::move(refused);
}

}  // namespace entente
