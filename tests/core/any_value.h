#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>

#include "engine/core/value.h"

namespace entente {

inline void PrintTo(const Value& value, std::ostream* out) { *out << value.TypeName() << " \"" << value.ToDisplay() << '"'; }
inline void showValue(const Value& value, std::ostream& out) { PrintTo(value, &out); }

// A generated value of any type, at most `depth` levels deep.
inline Value AnyValue(int depth = 3) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 15 : 12);
  const auto number = [] { return *rc::gen::arbitrary<std::int64_t>(); };
  const auto text = [] { return *rc::gen::arbitrary<std::string>(); };
  switch (kind) {
    case 0: return Value();
    case 1: return Value(*rc::gen::arbitrary<bool>());
    case 2: return Value(number());
    case 3: return Value(*Decimal::FromUnits(static_cast<Int128>(number()) * *rc::gen::inRange(1, 1'000'000), *rc::gen::inRange(0, 19)));
    case 4: return Value(text());
    case 5: return Value(Bytes{text()});
    case 6: return Value(Date{*rc::gen::arbitrary<std::int32_t>()});
    case 7: return Value(Timestamp{number()});
    case 8: return Value(Reference{text(), text()});
    case 9: return Value(LinkReference{*rc::gen::arbitrary<std::uint64_t>()});
    case 10: return Value(Blob{text(), number(), text()});
    case 11: return Value(Duration{number()});
    case 12: {
      List list;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) list.push_back(AnyValue(depth - 1));
      return Value(std::move(list));
    }
    case 13: {
      Table table = {{*rc::gen::arbitrary<bool>(), AnyValue(depth - 1)}};
      for (int i = *rc::gen::inRange(0, 3); i > 0; --i) table[number()] = AnyValue(depth - 1);
      for (int i = *rc::gen::inRange(0, 2); i > 0; --i) table[text()] = AnyValue(depth - 1);
      return Value(std::move(table));
    }
    default: {
      Map map;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) map[text()] = AnyValue(depth - 1);
      return Value(std::move(map));
    }
  }
}

}  // namespace entente
