#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace entente::ssm {

// How a field of SSM is held, read and written.
enum class FieldKind {
  kText,
  kInt,
  kDecimal,
  kBool,
  kTimestamp,
  // A timestamp written as date, blank, time without a zone (the form of /sales).
  kZoneless,
  kDate,
  // Read as {id, value} or a bare integer, written as a bare integer; ours is a reference to `target`.
  kReference,
  // The same on SSM's side; ours is the label (or ISO code) of the value list `target`.
  kLabel,
  // An array of list values; ours is a list of labels.
  kLabels,
  // One description per language; ours is the one of the configured language, written to all of them.
  kDescription,
  // Composite parts of a document.
  kLines,
  kTurnover,
};

enum FieldFlags : unsigned {
  kNone = 0,
  kRequired = 1,
  kReadOnly = 2,
  // Sources disagree whether it exists: in the catalogue only when the tenant's schema has it.
  kIfInSchema = 4,
};

struct FieldSpec {
  std::uint32_t number;
  std::string_view name;
  FieldKind kind;
  unsigned flags = kNone;
  // Resource of a reference, list of a label.
  std::string_view target = {};
  std::uint32_t length_max = 0;
  // Other spelling seen on read.
  std::string_view alias = {};
};

struct ResourceSpec {
  std::uint32_t number;
  std::string_view name;
  // "/accounts"
  std::string_view path;
  std::span<const FieldSpec> fields;
  std::span<const std::string_view> find_fields;
  bool can_delete = true;
  // Head with lines (and turnover), see documents.h.
  bool is_document = false;
};

// Numbers are the protocol's: never reused.
std::span<const ResourceSpec> Resources();
const ResourceSpec* FindResource(std::string_view name);
const ResourceSpec* FindResource(std::uint32_t number);

// Entries of a document's lines and of its turnover row; numbers have no meaning there.
std::span<const FieldSpec> LineFields();
std::span<const FieldSpec> TurnoverFields();

// Paths of the value lists ("accountStatuses" without the slash).
std::span<const std::string_view> ValueLists();
// True for lists whose rows are named by an ISO code and not by a description.
bool IsCodeList(std::string_view list);

// Audit fields: known, and no part of the record.
bool IsAudit(std::string_view name);

}  // namespace entente::ssm
