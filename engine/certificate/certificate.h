#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/certificate/decisions.h"
#include "engine/certificate/law.h"
#include "engine/core/rules.h"
#include "engine/language/problems.h"

namespace entente::certificate {

// One field in one phase, gone through completely.
struct FieldRow {
  std::string entity, phase, field;
  // Different questions put to Merge, and how many of them changed something.
  std::int64_t states = 0, transitions = 0;
  // Passes that write, at most, before one writes nothing.
  int rounds = 0;
  bool holds = true;
};

// The existence of an entity's records in one phase.
struct LifeRow {
  std::string entity, phase;
  std::int64_t states = 0, transitions = 0;
  int rounds = 0;
  bool holds = true;
};

// Parents stand above a record at most so deep: so many passes more until all of them are there.
struct EntityRow {
  std::string entity;
  int parents = 0;
};

// Why a pack is not certified.
struct Refusal {
  std::string_view law;
  std::string entity, phase, field;
  Problem problem;
  // How to see it, a sentence a step; empty where nothing has to happen first.
  std::vector<std::string> trace;
};

// What was proved of a pack. The same pack and the same decisions give the same certificate, on every machine.
struct Certificate {
  std::string pack, pack_version, pack_hash;
  std::vector<EntityRow> entities;
  std::vector<FieldRow> fields;
  std::vector<LifeRow> lives;
  std::vector<Refusal> refusals;
  std::int64_t states = 0, transitions = 0;
  // The bound that holds for every record: passes that write, and parents above it.
  int rounds = 0, parents = 0;
  // Over the pack's hash and everything above.
  std::string hash;

  bool holds() const { return refusals.empty(); }
};

// Proves what engine/certificate/README.md says of the pack, or finds where it does not hold. Pure; about a second for a large pack.
Certificate Certify(const Pack& pack, const Decisions& decisions = {});

// For people, several lines; `is_long`: with a line a field.
std::string ToText(const Certificate& certificate, bool is_long = false);
// Pretty-printed JSON, everything.
std::string ToJson(const Certificate& certificate);
// "ssm/party.yaml:12: sentence remedy", with the trace in lines of their own.
std::string ToText(const Refusal& refusal);

}  // namespace entente::certificate
