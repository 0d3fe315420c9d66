#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/pipeline/evidence.h"
#include "engine/pipeline/inquiry.h"
#include "engine/rpc/explain.h"
#include "engine/rpc/why_not.h"
#include "entente/sync/v1/sync.pb.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {

namespace v1 = ::entente::sync::v1;

// A company whose people ask why.
class ExplainWorld : public SsmWorld {
 public:
  using Parameters = std::map<std::string, std::string>;
  using SsmWorld::SsmWorld;

  // In a turn over what the store holds, as the services do.
  void Ask(const std::function<void(Turn&)>& question) {
    const std::unique_ptr<StoreSnapshot> snapshot = store().Snapshot();
    const MachineStatus machine = status();
    InquiryGround ground{.pack = PackPtr(PackPtr(), &pack()), .tuning = tuning, .snapshot = snapshot.get(), .sessions = {}, .now = now()};
    for (Side side : kSides) ground.sessions[side] = machine.sides[side].session;
    const absl::Status asked = Inquire(ground, [&](Turn& turn) {
      question(turn);
      return absl::OkStatus();
    });
    EXPECT_TRUE(asked.ok()) << asked;
  }
  using SsmWorld::Ask;

  v1::Explanation Explain(const Link& link, const std::string& field = "") {
    v1::Explanation answer;
    Ask([&](Turn& turn) { entente::Explain(turn, link, History(link.id), field, &answer); });
    return answer;
  }
  v1::FieldExplanation ExplainField(Side side, const std::string& resource, const std::string& key, const std::string& field) {
    const auto link = LinkOf(side, resource, key);
    EXPECT_TRUE(link) << key;
    const v1::Explanation answer = link ? Explain(*link, field) : v1::Explanation();
    EXPECT_EQ(answer.fields_size(), 1) << field;
    return answer.fields_size() == 1 ? answer.fields(0) : v1::FieldExplanation();
  }
  v1::WhyNotResponse WhyNot(const Link& link) {
    InstanceStatus instance;
    instance.machine = status();
    v1::WhyNotResponse answer;
    Ask([&](Turn& turn) { ExplainWhyNot(turn, link, instance, &answer); });
    return answer;
  }
  // The cause of this reason; an empty one, and a failure, where the answer has another.
  v1::WhyNotResponse::Cause Cause(Side side, const std::string& resource, const std::string& key, const std::string& reason) {
    const auto link = LinkOf(side, resource, key);
    EXPECT_TRUE(link) << key << "\n" << Story();
    if (!link) return {};
    const v1::WhyNotResponse answer = WhyNot(*link);
    for (const auto& cause : answer.causes()) {
      if (cause.reason() == reason) return cause;
    }
    ADD_FAILURE() << reason << " is no cause of\n" << answer.DebugString() << Story();
    return {};
  }
};

}  // namespace entente::testing
