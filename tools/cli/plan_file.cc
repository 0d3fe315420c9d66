#include "tools/cli/plan_file.h"

#include <google/protobuf/util/json_util.h>
#include <xxhash.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente::cli {
namespace {

constexpr char kDigestLine[] = "digest ";

std::string DigestOf(const std::string& bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return absl::StrCat(absl::Hex(hash.high64, absl::kZeroPad16), absl::Hex(hash.low64, absl::kZeroPad16));
}

absl::Status Damaged(const std::string& path) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PLAN_DAMAGED",
                   absl::StrCat(path, " is not a plan as it was saved: something in it was changed or is missing. Nothing was written. Make a new plan with: entente plan --out FILE"));
}

}  // namespace

absl::StatusOr<PlanFileWriter> PlanFileWriter::Open(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    return MakeError(absl::StatusCode::kUnavailable, "FILE_NOT_WRITABLE", absl::StrCat("There is no folder ", folder.string(), " to write the plan in. Name a file in a folder that is there."));
  }
  return PlanFileWriter(path);
}

void PlanFileWriter::Add(const sync::v1::PlanPart& part) {
  std::string line;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto printed = google::protobuf::util::MessageToJsonString(part, &line, options);
  (void)printed;   // a message of this process always prints
  text_ += line;
  text_ += '\n';
}

absl::Status PlanFileWriter::Close() {
  const std::string part = path_ + ".part";
  std::ofstream out(part, std::ios::trunc | std::ios::binary);
  out << text_ << kDigestLine << DigestOf(text_) << '\n';
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, path_, error);
  if (!out || error) return MakeError(absl::StatusCode::kUnavailable, "FILE_NOT_WRITABLE", absl::StrCat("The plan could not be written to ", path_, ". Check the disk and the rights of the folder."));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<sync::v1::PlanPart>> ReadPlanFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return MakeError(absl::StatusCode::kNotFound, "FILE_MISSING", absl::StrCat("There is no readable file ", path, ". Give the file that entente plan --out made."));
  std::ostringstream read;
  read << in.rdbuf();
  const std::string text = read.str();
  const std::size_t last = text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
  if (last == std::string::npos || text.back() != '\n') return Damaged(path);
  const std::string body = text.substr(0, last + 1);
  if (text.substr(last + 1) != absl::StrCat(kDigestLine, DigestOf(body), "\n")) return Damaged(path);
  std::vector<sync::v1::PlanPart> parts;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) {
    if (!google::protobuf::util::JsonStringToMessage(line, &parts.emplace_back()).ok()) return Damaged(path);
  }
  return parts;
}

}  // namespace entente::cli
