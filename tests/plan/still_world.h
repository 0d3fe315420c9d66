#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/ssm_world.h"

namespace entente::testing {

// A company that an engine observes, and users drawn from a seed who work in both systems between two plans.
class StillWorld : public SsmWorld {
 public:
  explicit StillWorld(std::uint64_t seed);

  // Both systems are read, nothing is written. First with listings, then by feeds.
  void Observe();
  // One to five deeds of users on both sides; then everything is read.
  void Work();
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  // Deeds done so far, in order: what a failing case shows.
  const std::string& story() const { return story_; }

 private:
  void Deed();
  void EditSage();
  void EditCrm();
  void CreateSage();
  void CreateCrm();
  void Remove();
  std::string Any(Side side, const std::string& resource);
  std::string Word();
  void Tell(const std::string& deed) { story_ += deed + "\n"; }

  std::mt19937_64 random_;
  int last_ = 0;
  bool listing_due_ = false;
  std::string story_;
};

// Every write of the plan, a line each, in the order of each record's own writes, placeholders bound to the keys given since.
std::string Planned(World& world, const Plan& plan);
// Every write made since the last ResetCounts(), in the same form.
std::string Made(World& world);

}  // namespace entente::testing
