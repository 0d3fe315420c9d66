#include "engine/simulation/ledger.h"

namespace entente::simulation {

std::uint64_t Ledger::Add(Edit edit) {
  edits_.push_back(std::move(edit));
  return edits_.size() - 1;
}

std::uint64_t Ledger::Add(Birth birth) {
  births_.push_back(std::move(birth));
  return births_.size() - 1;
}

void Ledger::Break(std::string checker, std::string sentence) {
  constexpr std::size_t kBrokenMax = 100;
  if (broken.size() < kBrokenMax) broken.emplace_back(std::move(checker), std::move(sentence));
}

}  // namespace entente::simulation
