#include "tools/cli/output.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/runtime/error.h"

namespace entente::cli {
namespace {

constexpr std::size_t kCellWidthMax = 60;

std::string ToJson(const google::protobuf::Message& message, bool is_one_line) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !is_one_line;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "{}";
  return json;
}

std::string JsonQuoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out + "\"";
}

// At most kCellWidthMax columns, on one line.
std::string Cell(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (Width(text) <= kCellWidthMax) return text;
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && ++columns == kCellWidthMax) return text.substr(0, i) + "…";
  }
  return text;
}

}  // namespace

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string Moment(std::int64_t micros) {
  if (micros == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string Output::Paint(Colour colour, std::string_view text) const {
  if (!is_terminal_ || colour == Colour::kNone) return std::string(text);
  const char* const code = colour == Colour::kGood ? "32" : colour == Colour::kWarn ? "33" : colour == Colour::kBad ? "31" : "2";
  return absl::StrCat("\033[", code, "m", std::string(text), "\033[0m");
}

void Output::Line(std::string_view text) { out_ << text << '\n' << std::flush; }

void Output::Json(const google::protobuf::Message& message, bool is_one_line) {
  std::string json = ToJson(message, is_one_line);
  while (!json.empty() && json.back() == '\n') json.pop_back();
  Line(json);
}

bool IsUnreached(std::string_view reason) {
  return reason == "ENGINE_UNREACHABLE" || reason == "ENGINE_STOPPING" || reason == "NOT_AN_ENGINE" || reason == "TLS_CERTIFICATE_REFUSED" || reason == "TLS_NOT_SPOKEN";
}

int Output::Refuse(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (is_json_) {
    err_ << "{\"error\":{\"reason\":" << JsonQuoted(reason) << ",\"message\":" << JsonQuoted(SentenceOf(status)) << "}}\n";
  } else {
    err_ << "entente: " << SentenceOf(status) << " [" << reason << "]\n";
  }
  if (IsUnreached(reason)) return kUnreachable;
  if (status.code() == absl::StatusCode::kUnauthenticated || reason.rfind("SECRET_FILE_", 0) == 0) return kNotAdmitted;
  if (reason == "TARGET_INVALID" || reason == "PARAMETER_INVALID" || reason == "TLS_REQUIRED" || reason.rfind("TLS_ROOT_", 0) == 0) return kUsage;
  return kRefused;
}

void Table::Print(Output& out) const {
  std::vector<std::size_t> widths;
  for (const std::string& heading : headings_) widths.push_back(Width(heading));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : rows_) {
    std::vector<std::string>& cells = rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(Cell(row[i]));
      if (i < widths.size()) widths[i] = std::max(widths[i], Width(cells.back()));
    }
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text += cells[i];
      if (i + 1 < cells.size()) text += std::string(widths[i] - Width(cells[i]) + 2, ' ');
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  };
  out.Line(out.Paint(Colour::kDim, line(headings_)));
  for (const auto& row : rows) out.Line(line(row));
}

}  // namespace entente::cli
