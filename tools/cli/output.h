#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace google::protobuf {
class Message;
}

namespace entente::cli {

// What the process ends with; part of the interface of `entente`.
enum ExitCode : int {
  kDone = 0,
  // Refused by the engine, or something was found wrong.
  kRefused = 1,
  kUsage = 2,
  // No engine answers.
  kUnreachable = 3,
  // The token is missing or wrong.
  kNotAdmitted = 4,
};

// Whether this reason means that no engine was reached.
bool IsUnreached(std::string_view reason);

enum class Colour { kNone, kGood, kWarn, kBad, kDim };

// Where commands write: tables for people, JSON for programs, colour on a terminal only (and never with NO_COLOR set).
class Output {
 public:
  Output(std::ostream& out, std::ostream& err, bool is_json, bool is_terminal) : out_(out), err_(err), is_json_(is_json), is_terminal_(is_terminal) {}

  bool is_json() const { return is_json_; }
  bool is_terminal() const { return is_terminal_; }
  std::ostream& out() { return out_; }

  std::string Paint(Colour colour, std::string_view text) const;
  void Line(std::string_view text);
  // A message as JSON, many lines or one.
  void Json(const google::protobuf::Message& message, bool is_one_line = false);
  void JsonText(std::string_view json) { Line(json); }
  // The error on the error stream (with --json as an object), and the exit code for it.
  int Refuse(const absl::Status& status);

 private:
  std::ostream& out_;
  std::ostream& err_;
  bool is_json_;
  bool is_terminal_;
};

// Rows under headings, each column as wide as its widest cell (60 at most; longer cells are cut with …).
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  void Print(Output& out) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

// "2026-01-31 08:15:00", UTC; "-" for 0.
std::string Moment(std::int64_t micros);
// Columns a terminal needs for UTF-8 text, one a code point.
std::size_t Width(std::string_view text);

}  // namespace entente::cli
