#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/simulation/history.h"
#include "engine/simulation/ledger.h"
#include "engine/simulation/system.h"

namespace entente::simulation {

// The people who work with the two systems: they carry out the deeds of a history, as far as their system lets them. One thread.
class Users {
 public:
  // None is owned; all of them outlive the users.
  Users(const Terrain& terrain, Ledger& ledger, Both<System*> systems) : terrain_(terrain), ledger_(ledger), systems_(systems) {}

  // False: there was nothing to do it to.
  bool Do(const Happening& event, std::int64_t now);
  bool Lock(const Happening& event, std::int64_t until);
  // The key of the record of an event, on the event's side; empty: there is none.
  std::string KeyOf(const Happening& event) const;

 private:
  // A record somebody works on.
  struct At {
    const Ground* ground = nullptr;
    std::string resource, key;
    const Record* record = nullptr;
    std::uint64_t birth = 0;
  };
  bool Find(const Happening& event, At* at) const;
  bool Create(const Happening& event, std::int64_t now);
  bool Type(const Happening& event, const At& at, const Column& column, bool is_blank, std::int64_t now);
  bool Retype(const Happening& event, const At& at, const Column& column, std::int64_t now);
  bool Pick(const Happening& event, const At& at, std::int64_t now);
  bool Refer(const Happening& event, const At& at, std::int64_t now);
  bool Rekey(const Happening& event, const At& at, std::int64_t now);
  bool Delete(const Happening& event, const At& at, std::int64_t now);
  // Documents (users_documents.cc).
  bool EditLines(const Happening& event, const At& at, std::int64_t now);
  bool Send(const Happening& event, const At& at, std::int64_t now);
  // A line as somebody writes it; null: there is nothing it could be of.
  Value NewLine(const Paper& paper, std::uint64_t birth, std::uint64_t drawn, std::int64_t now);
  // All of a new document's lines; null: there is nothing they could be of.
  Value NewLines(const Paper& paper, std::uint64_t birth, std::uint64_t drawn, std::int64_t now);

  const Terrain& terrain_;
  Ledger& ledger_;
  Both<System*> systems_;
  std::map<int, std::uint64_t> births_;   // by the event that made it
};

}  // namespace entente::simulation
