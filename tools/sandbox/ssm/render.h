#pragma once

#include <string>

#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

struct RenderOptions {
  std::string language = "EN";        // of the labels beside references
  bool describe_extra_fields = false;  // custom list values with their labels
};

// The record as a GET shows it: references as objects, dates in ISO 8601, audit fields at the end.
Json Render(const Store& store, const Table& table, const Row& row, const RenderOptions& options);

// The answer of /{resource}/schema and of /extrafields/{resource}.
Json RenderSchema(const Resource& resource);
Json RenderExtraFields(const Resource& resource);

}  // namespace entente::sandbox::ssm
