#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace entente::store {

// Writes the protobuf wire format straight into a string: what a message object would be filled and serialised for, without the object. What is
// zero or empty is not written, as proto3 has it. Does not own `out`. Used by codec_parts.cc only.
class Wire {
 public:
  explicit Wire(std::string* out) : out_(out) {}

  void Number(int field, std::uint64_t value) {
    if (value == 0) return;
    Varint(static_cast<std::uint64_t>(field) << 3);
    Varint(value);
  }
  // Where none at all is something: optional fields.
  void Present(int field, std::uint64_t value) {
    Varint(static_cast<std::uint64_t>(field) << 3);
    Varint(value);
  }
  // int32 and int64: a negative one takes ten bytes.
  void Signed(int field, std::int64_t value) { Number(field, static_cast<std::uint64_t>(value)); }
  void Flag(int field, bool value) { Number(field, value ? 1 : 0); }
  // string and bytes.
  void Text(int field, std::string_view bytes) {
    if (!bytes.empty()) Element(field, bytes);
  }
  // The same where an empty one is something: elements of a list, optional fields.
  void Element(int field, std::string_view bytes) {
    Varint(static_cast<std::uint64_t>(field) << 3 | 2);
    Varint(bytes.size());
    out_->append(bytes);
  }
  // A message, or a packed list: whatever `content()` writes here.
  template <typename Content>
  void Nested(int field, Content content) {
    Varint(static_cast<std::uint64_t>(field) << 3 | 2);
    const std::size_t at = out_->size();
    out_->push_back('\0');
    content();
    std::uint64_t size = out_->size() - at - 1;
    if (size >= 0x80) {
      int more = 0;
      for (std::uint64_t left = size >> 7; left != 0; left >>= 7) ++more;
      out_->insert(at, static_cast<std::size_t>(more), '\0');
    }
    std::size_t place = at;
    for (; size >= 0x80; size >>= 7) (*out_)[place++] = static_cast<char>(size | 0x80);
    (*out_)[place] = static_cast<char>(size);
  }
  void Fixed64(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out_->push_back(static_cast<char>(value >> shift));
  }
  void Bytes(std::string_view bytes) { out_->append(bytes); }
  void Varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_->push_back(static_cast<char>(value | 0x80));
    out_->push_back(static_cast<char>(value));
  }

 private:
  std::string* out_;
};

}  // namespace entente::store
