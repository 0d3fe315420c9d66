#include "engine/store/keys.h"

namespace entente::store {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

void AddByte(std::string* out, unsigned value) { out->push_back(static_cast<char>(static_cast<unsigned char>(value))); }

void AddNumber(std::string* out, std::uint64_t value, int bytes = 8) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) AddByte(out, static_cast<unsigned>((value >> shift) & 0xff));
}

void AddSide(std::string* out, Side side) { AddByte(out, static_cast<unsigned>(side)); }

void AddName(std::string* out, std::string_view name) {
  for (const char c : name) {
    out->push_back(c);
    if (c == '\0') out->push_back('\xff');
  }
  out->push_back('\0');
  out->push_back('\x01');
}

std::uint64_t NumberAt(std::string_view bytes, std::size_t at, std::size_t count = 8) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::string NumberKey(std::uint64_t number) {
  std::string out;
  AddNumber(&out, number);
  return out;
}

std::string LinkKey(LinkId link) { return NumberKey(link); }

std::string RecordPrefix(Side side, std::string_view resource) {
  std::string out = "k";
  AddSide(&out, side);
  AddName(&out, resource);
  return out;
}

std::string RecordKey(const RecordId& id) {
  std::string out = RecordPrefix(id.side, id.resource);
  AddName(&out, id.key);
  return out;
}

std::string RowKey(const RowId& id) {
  std::string out = "r";
  AddSide(&out, id.side);
  AddName(&out, id.resource);
  AddName(&out, id.incarnation);
  AddNumber(&out, static_cast<std::uint64_t>(id.number) ^ kSignBit);
  return out;
}

std::string MatchPrefix(const MatchId& id) {
  std::string out;
  AddSide(&out, id.side);
  AddNumber(&out, id.hash);
  return out;
}

std::string MatchKey(const MatchId& id, LinkId link) { return MatchPrefix(id) + NumberKey(link); }

std::string RefersKey(LinkId target, LinkId referring) { return NumberKey(target) + NumberKey(referring); }

std::string DirtyKey(const DirtyId& id) {
  std::string out;
  AddByte(&out, static_cast<unsigned>(id.lane));
  AddNumber(&out, static_cast<std::uint64_t>(id.rank), 4);
  AddNumber(&out, id.link);
  return out;
}

std::string OutboxKey(const OutboxId& id) {
  std::string out;
  AddSide(&out, id.side);
  AddByte(&out, static_cast<unsigned>(id.lane));
  AddNumber(&out, id.order);
  return out;
}

std::string ParkedPrefix(std::string_view wait) {
  std::string out;
  AddName(&out, wait);
  return out;
}

std::string ParkedKey(std::string_view wait, LinkId link) { return ParkedPrefix(wait) + NumberKey(link); }

std::string CursorKey(Side side, std::string_view resource) {
  std::string out;
  AddSide(&out, side);
  out.append(resource);
  return out;
}

std::string WorkKey(WorkItemId id) { return NumberKey(id); }

std::string JournalKey(LinkId link, std::uint64_t seq) { return NumberKey(link) + NumberKey(seq); }

std::string RunKey(std::uint64_t id) { return "r" + NumberKey(id); }

std::string PushKey(std::uint64_t id) { return "p" + NumberKey(id); }

std::optional<std::uint64_t> ReadNumber(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  return NumberAt(bytes, 0);
}

std::optional<std::uint64_t> ReadLastNumber(std::string_view bytes) {
  if (bytes.size() < 8) return std::nullopt;
  return NumberAt(bytes, bytes.size() - 8);
}

std::optional<std::string> ReadRecordKey(std::string_view bytes, std::string_view prefix) {
  if (bytes.size() < prefix.size() + 2 || bytes.substr(0, prefix.size()) != prefix) return std::nullopt;
  std::string key;
  for (std::size_t i = prefix.size(); i + 1 < bytes.size(); ++i) {
    if (bytes[i] != '\0') {
      key.push_back(bytes[i]);
    } else if (bytes[i + 1] == '\xff') {
      key.push_back('\0');
      ++i;
    } else {
      return i + 2 == bytes.size() ? std::optional(key) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> ReadParkedWait(std::string_view bytes) {
  if (bytes.size() < 8) return std::nullopt;
  return ReadRecordKey(bytes.substr(0, bytes.size() - 8), "");
}

std::optional<DirtyId> ReadDirty(std::string_view bytes) {
  if (bytes.size() != 13) return std::nullopt;
  return DirtyId{static_cast<Lane>(bytes[0]), static_cast<int>(NumberAt(bytes, 1, 4)), NumberAt(bytes, 5)};
}

std::optional<OutboxId> ReadOutbox(std::string_view bytes) {
  if (bytes.size() != 10) return std::nullopt;
  return OutboxId{static_cast<Side>(bytes[0]), static_cast<Lane>(bytes[1]), NumberAt(bytes, 2)};
}

}  // namespace entente::store
