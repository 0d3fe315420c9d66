#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/reading.h"

namespace entente::sage100 {

// One variant of an article (gamme). `no2` is 0 for an article with a single axis.
struct Variant {
  std::int64_t no1 = 0;
  std::int64_t no2 = 0;
  std::optional<std::string> label1 = {};
  std::optional<std::string> label2 = {};
  std::optional<std::string> reference = {};
  std::optional<std::string> barcode = {};
  std::optional<std::int64_t> sommeil = {};
};

// Key of an article record: "REF", "REF#3", "REF#3#7".
std::string ArticleKey(const std::string& reference, std::int64_t no1, std::int64_t no2);

struct ArticleKeyParts {
  std::string reference;
  std::int64_t no1 = 0;
  std::int64_t no2 = 0;
};
// Reverse of ArticleKey. A reference that contains '#' itself is kept whole unless what follows are numbers.
ArticleKeyParts SplitArticleKey(const std::string& key);

// Variants by reference, for those of `articles` that have any.
absl::StatusOr<std::map<std::string, std::vector<Variant>>> ReadVariants(const Reading& reading, const std::vector<std::string>& articles);

}  // namespace entente::sage100
