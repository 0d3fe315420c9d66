#pragma once

#include <cstddef>
#include <vector>

namespace entente::certificate {

// Every way a run can go: what a run leaves open it asks, and it is run again until every answer was given to every question.
//
//   Choices choices;
//   do { Run(choices); } while (choices.Next());
//
// A run asks the same questions as long as it got the same answers. One thread.
class Choices {
 public:
  // 0 … count - 1. REQUIRES: count > 0.
  int Choose(int count);
  bool Flip() { return Choose(2) == 1; }
  // Ready for the next run; false when there is none.
  bool Next();
  // The same run once more.
  void Again() { at_ = 0; }

 private:
  struct Choice {
    int chosen = 0;
    int count = 0;
  };
  std::vector<Choice> made_;
  std::size_t at_ = 0;
};

}  // namespace entente::certificate
