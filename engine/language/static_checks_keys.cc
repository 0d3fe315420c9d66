#include <string>

#include "engine/language/static_checks.h"

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

class KeyCheck {
 public:
  KeyCheck(const Pack& pack, const EntityRule& entity, Problems& problems) : pack_(pack), entity_(entity), problems_(problems) {
    // A record that fails a check of severity error is neither made nor searched for.
    for (const Check& check : entity.checks) {
      if (check.severity == Severity::kError && check.holds) checks_.push_back(check.holds.get());
    }
  }

  void Run() {
    for (Side side : kSides) {
      const EntitySide& target = entity_.sides[side];
      Examine(target.create_key, "create_key", Other(side), target.source, pack_.sides[side].name);
      Examine(target.find_value, "find_value", Other(side), target.source, pack_.sides[side].name);
    }
    if (!entity_.document) return;
    const DocumentRule& document = *entity_.document;
    Examine(document.push_key, "push_key", document.owner, document.source, pack_.sides[Other(document.owner)].name);
  }

 private:
  // The key is made of the record of `from`, which is there.
  void Examine(const FormulaPtr& key, const std::string& what, Side from, const RuleSource& at, const std::string& side) {
    if (!key) return;
    Formula::Known known;
    known.filled[from].insert(entity_.sides[from].key.begin(), entity_.sides[from].key.end());
    known.holds = checks_;
    if (!key->MayBeBlank(known)) return;
    problems_.Add(At(at), "`" + what + "` of `" + entity_.name + "` on " + side + " may be blank: a record would be searched for under nothing.",
                  "Make it of the record's own key, named by `key:` on " + pack_.sides[from].name + ", or add a check of severity error that asks for what it is made of.");
  }

  const Pack& pack_;
  const EntityRule& entity_;
  Problems& problems_;
  std::vector<const Formula*> checks_;
};

}  // namespace

void CheckKeys(const Pack& pack, const EntityRule& entity, Problems& problems) { KeyCheck(pack, entity, problems).Run(); }

}  // namespace entente
