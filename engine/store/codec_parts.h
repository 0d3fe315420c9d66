#pragma once

#include <string>
#include <string_view>

#include "engine/core/link.h"

namespace entente::store::v1 {
class LinkRecord;
}

// The parts of a link's bytes. Readers answer false for what no writer wrote. Used by codec.cc only.
namespace entente::store {

// The bytes of a v1::LinkRecord.
void AppendLink(const Link& link, std::string* bytes);
bool ReadLink(const v1::LinkRecord& in, Link* link);

std::string WriteDigest(const Digest& digest);
// Nothing reads as the zero digest.
bool ReadDigest(std::string_view bytes, Digest* digest);
// Nothing reads as no fields.
bool ReadFields(std::string_view bytes, Fields* fields);
bool ReadValue(std::string_view bytes, Value* value);

}  // namespace entente::store
