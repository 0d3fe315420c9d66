#pragma once

#include <string>
#include <string_view>

namespace entente::sage100 {

// Unpaired surrogates and broken sequences become U+FFFD: a damaged text is seen, never dropped.
std::string Utf16ToUtf8(std::u16string_view text);
std::u16string Utf8ToUtf16(std::string_view text);

// True when the code page Windows-1252 holds every character of a UTF-8 text.
bool FitsCp1252(std::string_view text);
// Characters (code points) of a UTF-8 text: bytes once it is in CP1252.
std::size_t CharacterCount(std::string_view text);

}  // namespace entente::sage100
