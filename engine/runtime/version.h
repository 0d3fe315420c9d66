#pragma once

namespace entente {

// Of the programs `entented` and `entente`; the same as in the root CMakeLists.txt.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace entente
