#pragma once

#include "engine/pipeline/store.h"

namespace entente {

// A snapshot with writes laid over it. The journal of what is laid over is dropped. One thread at a time.
class Overlay {
 public:
  // Not owned.
  explicit Overlay(const StoreSnapshot& below) : below_(below) {}

  absl::StatusOr<Fetched> Get(const Wanted& wanted) const;
  void Commit(Batch batch);

 private:
  const StoreSnapshot& below_;
  Batch above_;
};

}  // namespace entente
