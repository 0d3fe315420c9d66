#include <utility>

#include "engine/simulation/random.h"
#include "engine/simulation/users.h"

// What users do to documents: their lines, and asking for them to be sent.
namespace entente::simulation {

Value Users::NewLine(const Paper& paper, std::uint64_t birth, std::uint64_t drawn, std::int64_t now) {
  Random random(drawn);
  Map line;
  for (const LineItem& item : paper.items) {
    const std::string& native = item.native[paper.owner];
    if (item.shape != Shape::kReference) {
      line[native] = ValueOf(item.shape, ledger_.Add(Edit{.birth = birth, .side = paper.owner, .native = paper.lines[paper.owner], .at_micros = now}), 0);
      continue;
    }
    const System& system = *systems_[paper.owner];
    const std::vector<std::string> live = system.resources().contains(item.target) ? system.Live(item.target) : std::vector<std::string>();
    if (live.empty()) return {};
    line[native] = Reference{item.target, random.Pick(live)};
  }
  return line;
}

Value Users::NewLines(const Paper& paper, std::uint64_t birth, std::uint64_t drawn, std::int64_t now) {
  Random random(drawn);
  List lines;
  for (std::uint64_t count = 1 + random.Below(4); count > 0; --count) {
    lines.push_back(NewLine(paper, birth, random.Next(), now));
    if (lines.back().IsNull()) return {};
  }
  return lines;
}

bool Users::EditLines(const Happening& event, const At& at, std::int64_t now) {
  if (!at.ground->paper || at.ground->paper->lines[event.side].empty()) return false;
  const Paper& paper = *at.ground->paper;
  const auto* written = FieldOf(at.record->fields, paper.lines[event.side]).As<List>();
  List lines = written == nullptr ? List() : *written;
  Random random(event.salt);
  const std::uint64_t what = random.Below(3);
  if (what == 0 && lines.size() > 1) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(random.Below(lines.size())));
  } else {
    Value line = NewLine(paper, at.birth, random.Next(), now);
    if (line.IsNull()) return false;
    if (what == 1 && !lines.empty()) lines[random.Below(lines.size())] = std::move(line);
    else lines.push_back(std::move(line));
  }
  ledger_.versions[at.birth].push_back(LinesOf(paper, paper.owner, lines));
  return systems_[event.side]->Edit(at.resource, at.key, paper.lines[event.side], std::move(lines), 0, now);
}

bool Users::Send(const Happening& event, const At& at, std::int64_t now) {
  if (!at.ground->paper || at.ground->paper->wanted.empty()) return false;
  return systems_[event.side]->Edit(at.resource, at.key, at.ground->paper->state, at.ground->paper->wanted, 0, now);
}

}  // namespace entente::simulation
