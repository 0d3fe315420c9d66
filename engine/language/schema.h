#pragma once

#include <string>
#include <vector>

#include "engine/language/problems.h"
#include "engine/language/tree.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace entente {

// Reads YAML into a message of the pack schema, guided by the options of `rules.proto`.
//
// Every unknown key, wrong type, unknown word and missing key becomes a problem with file, line and remedy; reading goes on,
// so that one load shows all of them. `sides` are the names by which (by_side) entries are known. `path` is what messages call
// the place; empty for a whole pack.
void ReadMessage(const Tree& tree, const std::string& path, const std::vector<std::string>& sides, google::protobuf::Message& message,
                 Problems& problems);

// "sage -> ssm", "both", "none" … for the given sides: the words a direction may be.
std::vector<std::string> DirectionWords(const std::vector<std::string>& sides);

}  // namespace entente
