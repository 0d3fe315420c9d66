#include "engine/certificate/choices.h"

namespace entente::certificate {

int Choices::Choose(int count) {
  if (at_ == made_.size()) made_.push_back({0, count});
  return made_[at_++].chosen;
}

bool Choices::Next() {
  // What was asked after the run's last question belongs to another run.
  made_.resize(at_);
  at_ = 0;
  while (!made_.empty() && made_.back().chosen + 1 == made_.back().count) made_.pop_back();
  if (made_.empty()) return false;
  ++made_.back().chosen;
  return true;
}

}  // namespace entente::certificate
