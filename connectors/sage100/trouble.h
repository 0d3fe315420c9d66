#pragma once

#include <string>

namespace entente::sage100 {

// What troubles the way to Sage now.
struct Trouble {
  // Stable, upper case; empty: none.
  std::string code;
  std::string text;
};

}  // namespace entente::sage100
