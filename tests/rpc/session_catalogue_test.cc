#include "engine/rpc/session_catalogue.h"

#include <gtest/gtest.h>

#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.pb.h"
#include "tests/rpc/fake_instance.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

SessionCatalogue Catalogue() {
  v1::Catalogue catalogue;
  v1::Resource* party = catalogue.add_resources();
  party->set_number(3);
  party->set_name("party");
  for (std::uint32_t number = 1; number <= 2; ++number) {
    party->add_fields()->set_number(number);
    party->mutable_fields()->rbegin()->set_name(number == 1 ? "CT_Intitule" : "CT_Other");
  }
  return *SessionCatalogue::Make(catalogue, *FakeInstance().pack(), Side::kLeft);
}

TEST(SessionCatalogueTest, AFailureNobodyClassifiedIsUncertain) {
  v1::OperationResult wire;
  wire.mutable_failure()->set_reason("ODD");

  EXPECT_EQ(Catalogue().ReadResult(wire, 3)->failure, FailureClass::kUncertain);
}

TEST(SessionCatalogueTest, AResultWithoutOutcomeIsUncertain) {
  const absl::StatusOr<OperationResult> result = Catalogue().ReadResult(v1::OperationResult(), 3);

  EXPECT_EQ(result->kind, OperationResult::Kind::kFailure);
  EXPECT_EQ(result->failure, FailureClass::kUncertain);
  EXPECT_EQ(result->code, "NOT_ANSWERED");
}

TEST(SessionCatalogueTest, AReadOfAMissingRecordFindsNothing) {
  v1::OperationResult wire;
  wire.mutable_found();

  const absl::StatusOr<OperationResult> result = Catalogue().ReadResult(wire, 3);

  EXPECT_EQ(result->kind, OperationResult::Kind::kFound);
  EXPECT_TRUE(result->found.empty());
}

TEST(SessionCatalogueTest, ListingsArePutInTheirMode) {
  OperationOut listing;
  listing.kind = OperationKind::kStartListing;
  listing.resource = "party";
  listing.listing_id = "L1";
  listing.listing_mode = FeedMode::kKeys;
  v1::Operation wire;

  ASSERT_TRUE(Catalogue().WriteOperation(listing, &wire).ok());

  EXPECT_EQ(wire.verb(), v1::Operation::START_LISTING);
  EXPECT_EQ(wire.listing_mode(), v1::KEYS);
  EXPECT_EQ(wire.resource(), 3u);
}

TEST(SessionCatalogueTest, AChangeOfNoKindIsRefused) {
  v1::Change change;
  change.set_resource(3);

  EXPECT_EQ(ReasonOf(Catalogue().ReadChange(change, 3).status()), "CHANGE_KIND_UNKNOWN");
}

}  // namespace
}  // namespace entente
