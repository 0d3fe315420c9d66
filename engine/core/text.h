#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

// Text as both systems hold it. Pure functions over UTF-8, any thread; what is not valid UTF-8 comes back as it was given unless said otherwise.

bool IsValidUtf8(std::string_view text);

// Canonical composition: one spelling for letters that can be written as one or two code points.
std::string NormaliseNfc(std::string_view text);

std::string ToUpper(std::string_view text);  // ß becomes SS
std::string ToLower(std::string_view text);
// For comparing without case, not for showing.
std::string FoldCase(std::string_view text);
// Upper case, accents removed, ligatures opened, typographic marks made plain: "Œuvre d’Été" is "OEUVRE D'ETE". Letters of other scripts stay.
std::string FoldAccents(std::string_view text);

// White space is every Unicode space, tab and line break.
std::string_view Trim(std::string_view text);
std::string_view TrimRight(std::string_view text);
bool IsBlankText(std::string_view text);
// Every run of white space becomes one space; none at the ends.
std::string CollapseSpaces(std::string_view text);
// Every line break, with the white space around it, becomes one space.
std::string OnOneLine(std::string_view text);

// Code points.
std::size_t CharacterCount(std::string_view text);
// `count` code points from the `start`th (0-based); less at the end of the text.
std::string_view Substring(std::string_view text, std::size_t start, std::size_t count);

// Whether every character has a place in Windows code page 1252. REQUIRES: composed text (NFC).
bool FitsCp1252(std::string_view text);
// The text in characters of CP1252: typographic forms and Latin letters become their nearest form ("ș" is "s", "Ł" is "L", "‑" is "-").
// Empty when a character has no readable form (other scripts, pictures) or the text is not UTF-8.
std::optional<std::string> TransliterateCp1252(std::string_view text);

// The longest prefix of at most `characters_max` code points, ended at a word if that costs at most 8 of them; no white space at its end.
// The text itself when it is no longer than that.
std::string_view CutAtWord(std::string_view text, std::size_t characters_max);

// The digits 0 to 9 among its characters.
std::string Digits(std::string_view text);

}  // namespace entente
