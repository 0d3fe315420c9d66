#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/pipeline/store.h"

namespace entente {

// How links are kept until a plan is made. As values in memory one takes a dozen times what it takes as the store keeps it. Both or none.
struct LinkForm {
  std::string (*encode)(const Link&) = nullptr;
  absl::StatusOr<Link> (*decode)(LinkId, std::string_view) = nullptr;
};

// A snapshot with writes laid over it. The journal of what is laid over is dropped. One thread at a time.
class Overlay {
 public:
  // `below` is not owned.
  explicit Overlay(const StoreSnapshot& below, LinkForm form = {}) : below_(below), form_(form) {}

  absl::StatusOr<Fetched> Get(const Wanted& wanted) const;
  void Commit(Batch batch);

 private:
  absl::Status LayEncoded(std::map<LinkId, std::optional<Link>>& found) const;

  const StoreSnapshot& below_;
  const LinkForm form_;
  Batch above_;                                              // without links, where they have a form
  std::map<LinkId, std::optional<std::string>> encoded_;
};

}  // namespace entente
