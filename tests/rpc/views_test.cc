// What people see of the engine's state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/pipeline/inquiry.h"
#include "engine/rpc/explain.h"
#include "engine/rpc/views.h"
#include "engine/store/memory_store.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;
using ::testing::HasSubstr;
using ::testing::Not;

// A contact with a phone, which is a person's data, and a city, which is not.
Pack PackWithAPerson() {
  Pack pack;
  pack.sides[Side::kLeft].name = "sage";
  pack.sides[Side::kRight].name = "ssm";
  EntityRule contact;
  contact.name = "contact";
  for (const auto& [name, left, right] : {std::tuple("phone", "CT_Telephone", "phone1"), std::tuple("city", "CT_Ville", "city")}) {
    FieldRule field;
    field.name = name;
    field.sides[Side::kLeft].native = left;
    field.sides[Side::kRight].native = right;
    field.policies[""].flow = Flow::kBoth;
    field.sensitive = field.name == "phone";
    contact.fields.push_back(field);
  }
  contact.sensitive_fields[Side::kLeft] = {"CT_Telephone"};
  contact.sensitive_fields[Side::kRight] = {"phone1"};
  pack.entities.push_back(contact);
  return pack;
}

Link Person() {
  Link link;
  link.id = 7;
  link.entity = "contact";
  link.members[Side::kLeft] = {.resource = "contact", .key = "1", .presence = Presence::kPresent, .shadow = {{"CT_Telephone", "0400000001"}, {"CT_Ville", "Lyon"}}};
  link.members[Side::kRight] = {.resource = "contacts", .key = "9", .presence = Presence::kPresent, .shadow = {{"phone1", "0400000002"}, {"city", "Lyon"}}};
  link.base["phone"].held[Side::kLeft] = "0400000003";
  link.drift["phone"] = "0400000004";
  Delivery owed;
  owed.verb = Verb::kUpdate;
  owed.writes = {{"phone1", "0400000005"}, {"city", "Lyon"}};
  link.owed[Side::kRight] = owed;
  return link;
}

v1::Explanation Explained(const Pack& pack, const Link& link, const std::vector<JournalEntry>& journal, const std::string& field) {
  store::MemoryStore store;
  const std::unique_ptr<StoreSnapshot> snapshot = store.Snapshot();
  v1::Explanation answer;
  const absl::Status asked = Inquire({.pack = PackPtr(PackPtr(), &pack), .tuning = {}, .snapshot = snapshot.get(), .sessions = {}, .now = absl::UnixEpoch()}, [&](Turn& turn) {
    Explain(turn, link, journal, field, &answer);
    return absl::OkStatus();
  });
  EXPECT_TRUE(asked.ok()) << asked;
  return answer;
}

TEST(MaskedTest, TellsTwoValuesApartAndNoMore) {
  EXPECT_EQ(Masked("0400000001"), Value("0***01"));
  EXPECT_EQ(Masked("Éloïse Lévêque"), Value("É***ue"));
  EXPECT_EQ(Masked("Anne"), Value("***"));
  EXPECT_EQ(Masked(std::int64_t{1977}), Value("***"));
  EXPECT_EQ(Masked(List{"Marie-Anne", Value()}), Value(List{"M***ne", Value()}));
  EXPECT_EQ(Masked(""), Value("")) << "nothing is no secret";
}

TEST(MaskedTest, WhatIsShownOfARecordHidesAPersonsDataAndAConflictShowsItsValues) {
  const Pack pack = PackWithAPerson();
  const Link link = Person();
  JournalEntry conflict;
  conflict.kind = "conflict";
  conflict.rule = "contact.phone";
  conflict.details = {{"base", "0400000006"}, {"left", "0400000007"}, {"right", "0400000008"}, {"winner", "sage"}};
  WorkItem item;
  item.entity = "contact";
  item.details = {{"field", "phone"}, {"left", "0400000007"}};

  const v1::Explanation explanation = Explained(pack, link, {}, "");
  v1::Link shown;
  Show(pack, link, &shown);
  v1::HistoryEntry history;
  Show(pack, conflict, &history);
  v1::WorkItem asked;
  Show(pack, item, &asked);

  for (const google::protobuf::Message* message : std::initializer_list<const google::protobuf::Message*>{&explanation, &shown}) {
    EXPECT_THAT(message->DebugString(), Not(HasSubstr("040000000")));
    EXPECT_THAT(message->DebugString(), HasSubstr("0***0"));
  }
  EXPECT_THAT(shown.DebugString(), HasSubstr("Lyon"));
  EXPECT_THAT(explanation.DebugString(), HasSubstr("Lyon"));
  const v1::Explanation told = Explained(pack, link, {conflict}, "phone");
  EXPECT_EQ(told.fields(0).lost().text(), "0400000008") << "the loser is kept to be seen";
  EXPECT_EQ(told.fields(0).left().text(), "0***01");
  EXPECT_THAT(history.DebugString(), HasSubstr("0400000007"));
  EXPECT_THAT(asked.DebugString(), HasSubstr("0400000007"));
}

}  // namespace
}  // namespace entente
