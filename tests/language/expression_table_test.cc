#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/core/calendar.h"
#include "engine/language/expression/expression.h"
#include "tests/core/any_value.h"

// Expressions and what they give, over the record below. A result starting with '!' is the part of a fault's message, one starting with
// '?' the part of a refusal at load.
namespace entente {
namespace {

using Kind = Type::Kind;

Decimal D(std::string_view text) { return *Decimal::Parse(text); }

Environment TestEnvironment() {
  Environment environment;
  environment.Declare("sage", Type::Record({{"CT_Num", Kind::kText}, {"CT_Intitule", Kind::kText}, {"CT_Prospect", Kind::kInt}, {"CT_Taux", Kind::kDecimal},
                                            {"CT_Date", Kind::kDate}, {"cbModification", Kind::kTimestamp}, {"CT_EMail", Kind::kText}, {"in", Kind::kInt},
                                            {"lines", Type::ListOf(Type::Record({{"ref", Kind::kText}, {"net", Kind::kDecimal}}))}}));
  environment.Declare("param", Type::Record({{"mark", Kind::kText}}, true));
  environment.Declare("value", Type()).Declare("old", Type()).Declare("x", Kind::kInt).Declare("rep", Kind::kReference);
  return environment;
}

const Fields& TestRecord() {
  static const Fields record = {{"CT_Num", Value("C001")},
                                {"CT_Intitule", Value("Café de l’Été")},
                                {"CT_Prospect", Value(1)},
                                {"CT_Taux", Value(D("12.50"))},
                                {"CT_Date", Value(*ParseDate("2024-03-05"))},
                                {"cbModification", Value(*ParseTimestamp("2024-06-30T22:30:00.25Z"))},
                                {"in", Value(7)},
                                {"lines", Value(List{Value(Map{{"ref", Value("A")}, {"net", Value(D("10.5"))}}), Value(Map{{"ref", Value("B")}, {"net", Value(D("4.5"))}})})}};
  return record;
}

struct Case {
  const char* text;
  const char* result;
};

std::string ResultOf(const std::string& text) {
  static const Environment environment = TestEnvironment();
  static const Fields parameters = {{"mark", Value("-")}, {"n", Value(3)}};
  const auto expression = Expression::Compile(text, environment);
  if (!expression.ok()) return "?" + std::string(expression.status().message());
  Bindings bindings;
  bindings.Bind("sage", &TestRecord()).Bind("param", &parameters).Bind("value", Value("abc")).Bind("x", Value(5));
  bindings.Bind("rep", Value(Reference{"user", "7"}));
  const auto value = expression->Evaluate(bindings);
  if (!value.ok()) return "!" + std::string(value.status().message());
  return std::string(value->TypeName()) + " " + value->ToDisplay();
}

class ExpressionTable : public testing::TestWithParam<Case> {};

TEST_P(ExpressionTable, GivesWhatTheTableSays) {
  const std::string result = ResultOf(GetParam().text);
  const std::string expected = GetParam().result;
  if (expected.front() == '!' || expected.front() == '?') {
    ASSERT_EQ(result.front(), expected.front()) << GetParam().text << " gave " << result;
    EXPECT_THAT(result, testing::HasSubstr(expected.substr(1))) << GetParam().text;
  } else {
    EXPECT_EQ(result, expected) << GetParam().text;
  }
}

constexpr Case kLiterals[] = {
    {"null", "null null"},
    {"true", "bool true"},
    {"false", "bool false"},
    {"42", "int 42"},
    {"-9223372036854775808", "int -9223372036854775808"},
    {"9223372036854775807", "int 9223372036854775807"},
    {"9223372036854775808", "?larger than an int"},
    {"0x1F", "int 31"},
    {"-0x10", "int -16"},
    {"1.50", "decimal 1.5"},
    {".5", "decimal 0.5"},
    {"1e3", "?not exact"},
    {"1.5e-3", "?not exact"},
    {"1u", "?unsigned"},
    {"double(1)", "?doubles are not exact"},
    {"uint(1)", "?no unsigned"},
    {"'a\\n\\x41\\u00e9\\101'", "text a\nAéA"},
    {"\"it's\"", "text it's"},
    {"'''a\n'b'''", "text a\n'b"},
    {"r'\\n'", "text \\n"},
    {"b'\\xff\\x00'", "bytes (2 bytes)"},
    {"'\\U0001F600'", "text 😀"},
    {"'a\\q'", "?escape"},
    {"'open", "?not closed"},
    {"[1, 2, 3]", "list [1, 2, 3]"},
    {"[1, 2,]", "list [1, 2]"},
    {"[]", "list []"},
    {"{'a': 1, 'b': [true]}", "map {a: 1, b: [true]}"},
    {"{}", "map {}"},
    {"{1: 2, true: 'x', 'a': 3}", "map {true: x, 1: 2, a: 3}"},
    {"{1.5: 2}", "?keys of a map are text, int or bool"},
    {"{null: 2}", "?keys of a map are text, int or bool"},
    {"{dyn(1.0): 2}", "!keys of a map are text, int or bool"},
    {"{old: 2}", "!keys of a map are text, int or bool"},
    {"{'a': 1, 'a': 2}", "!twice"},
    {"{1: 1, 1: 2}", "!twice"},
    {"1 // one\n + 1", "int 2"},
};

constexpr Case kArithmetic[] = {
    {"1 + 2 * 3", "int 7"},
    {"(1 + 2) * 3", "int 9"},
    {"7 / 2", "int 3"},
    {"-7 / 2", "int -3"},
    {"7 % 3", "int 1"},
    {"-7 % 3", "int -1"},
    {"7 - 2 - 1", "int 4"},
    {"- -3", "int 3"},
    {"-x", "int -5"},
    {"1 / 0", "!division by zero"},
    {"1 % 0", "!division by zero"},
    {"1.0 / 0.0", "!division by zero"},
    {"9223372036854775807 + 1", "!larger than an int"},
    {"-9223372036854775808 - 1", "!larger than an int"},
    {"-9223372036854775808 / -1", "!larger than an int"},
    {"-(-9223372036854775808)", "!larger than an int"},
    {"9223372036854775807 * 2", "!larger than an int"},
    {"0.1 + 0.2", "decimal 0.3"},
    {"0.1 + 0.2 == 0.3", "bool true"},
    {"1 + 0.5", "decimal 1.5"},
    {"1.0 / 3.0", "decimal 0.333333333333333333"},
    {"10 / 4.0", "decimal 2.5"},
    {"1.5 % 1.0", "?not defined for decimal and decimal"},
    {"'a' + 'b'", "text ab"},
    {"'a' + 1", "?not defined for text and int"},
    {"value + 1", "!not defined for text and int"},
    {"[1] + [2.5]", "list [1, 2.5]"},
    {"b'a' + b'b'", "bytes (2 bytes)"},
    {"'a' - 'b'", "?not defined"},
    {"-'a'", "?'-' is not defined for text"},
    {"sage.CT_EMail + 'x'", "!is null"},
    {"old + 1", "!is null"},
    {"1 + null", "?not defined"},
    {"sage.CT_Taux * 2", "decimal 25"},
    {"timestamp('2024-01-01T00:00:00Z') + duration('1h')", "timestamp 2024-01-01T01:00:00Z"},
    {"date('2024-03-01') - duration('1d')", "date 2024-02-29"},
    {"date('2024-03-01') + duration('1h')", "!whole days"},
    {"date('2024-03-01') - date('2024-02-01')", "duration 2505600s"},
    {"duration('1h') - duration('30m')", "duration 1800s"},
    {"duration('1h') + date('2024-01-01')", "!whole days"},
    {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "!the years 1 to 9999"},
    {"timestamp('0001-01-01T00:00:00Z') - duration('1us')", "!the years 1 to 9999"},
    {"date('9999-12-31') + duration('1d')", "!the years 1 to 9999"},
    {"timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", "!292 years"},
    {"timestamp(999999999999)", "!the years 1 to 9999"},
    {"duration('320000000000s')", "!292 years"},
    {"date('2999-12-31') < date('2024-01-01')", "bool false"},
};

constexpr Case kComparisons[] = {
    {"1 == 1.0", "bool true"},
    {"1 != 2", "bool true"},
    {"1 < 1.5", "bool true"},
    {"2 >= 2", "bool true"},
    {"'a' < 'b'", "bool true"},
    {"'Z' < 'a'", "bool true"},
    {"'é' > 'z'", "bool true"},
    {"false < true", "bool true"},
    {"b'a' <= b'a'", "bool true"},
    {"date('2024-01-02') > date('2024-01-01')", "bool true"},
    {"1 == 'a'", "?never equal"},
    {"1 < 'a'", "?not defined"},
    {"value == 1", "bool false"},
    {"value < 1", "!not defined for text and int"},
    {"null == null", "bool true"},
    {"sage.CT_EMail == null", "bool true"},
    {"sage.CT_EMail != null", "bool false"},
    {"sage.CT_Num == null", "bool false"},
    {"sage.CT_EMail < 'a'", "!is null"},
    {"sage.CT_EMail == 'a'", "bool false"},
    {"null < 1", "?not defined"},
    {"[1, 2] == [1.0, 2]", "bool true"},
    {"{'a': 1} == {'a': 1.0}", "bool true"},
    {"[1] == [1, 2]", "bool false"},
    {"rep == rep", "bool true"},
    {"rep < rep", "?not defined"},
    {"1 in [1, 2]", "bool true"},
    {"1.0 in [1, 2]", "bool true"},
    {"'x' in {'x': 1}", "bool true"},
    {"'y' in {'x': 1}", "bool false"},
    {"1 in {1: 'x'}", "bool true"},
    {"dyn(1.0) in {1: 'x'}", "bool true"},
    {"dyn(1.5) in {1: 'x'}", "bool false"},
    {"true in {1: 'x', true: 'y'}", "bool true"},
    {"'a' in {1: 'x'}", "?never a key of map(int, text)"},
    {"1 in {'x': 1}", "?never a key of map(text, int)"},
    {"{1: 'a'} == {1: 'a'}", "bool true"},
    {"{1: 2} == {1: 2.0}", "bool true"},
    {"{1: 'a'} == {2: 'a'}", "bool false"},
    {"dyn({1: 'a'}) == {'1': 'a'}", "bool false"},
    {"'a' in [1]", "?never in"},
    {"1 in 2", "?needs a list"},
    {"1 in old", "bool false"},
    {"'CT_Num' in sage", "bool true"},
    {"!(1 in [])", "bool true"},
};

constexpr Case kLogic[] = {
    {"true && false", "bool false"},
    {"true || false", "bool true"},
    {"!true", "bool false"},
    {"!!true", "bool true"},
    {"false && 1 / 0 == 1", "bool false"},
    {"1 / 0 == 1 && false", "bool false"},
    {"1 / 0 == 1 || true", "bool true"},
    {"true || 1 / 0 == 1", "bool true"},
    {"1 / 0 == 1 && true", "!division by zero"},
    {"1 / 0 == 1 || false", "!division by zero"},
    {"true && 1", "?needs a bool"},
    {"value && true", "!needs a bool"},
    {"value && false", "bool false"},
    {"old || true", "bool true"},
    {"old && true", "!needs a bool"},
    {"!old", "!needs a bool"},
    {"!1", "?needs a bool"},
    {"true ? 1 : 2", "int 1"},
    {"false ? 1 : true ? 2 : 3", "int 2"},
    {"true ? 1 : 2.5", "int 1"},
    {"true ? 'a' : 1", "?make both the same"},
    {"true ? 'a' : dyn(1)", "text a"},
    {"true ? null : 1", "null null"},
    {"false ? 1 / 0 : 2", "int 2"},
    {"old ? 1 : 2", "!needs a bool"},
    {"1 ? 1 : 2", "?needs a bool"},
    {"1 < 2 && 2 < 3 || false", "bool true"},
};

constexpr Case kNames[] = {
    {"sage.CT_Num", "text C001"},
    {".sage.CT_Num", "text C001"},
    {"sage['CT_Num']", "text C001"},
    {"sage.`in`", "int 7"},
    {"sage.in", "?backquotes"},
    {"sage.CT_Nom", "?has no field 'CT_Nom'"},
    {"sage.CT_Numm", "?did you mean 'CT_Num'"},
    {"sgae.CT_Num", "?did you mean 'sage'"},
    {"sage['CT_X']", "?has no field"},
    {"param.anything", "null null"},
    {"param.n + 1", "int 4"},
    {"old.a.b", "null null"},
    {"value.a", "!has no field"},
    {"x.a", "?is int and has no field"},
    {"has(sage.CT_Num)", "bool true"},
    {"has(sage.CT_EMail)", "bool false"},
    {"has(param.zzz)", "bool false"},
    {"has(sage.CT_X)", "?has no field"},
    {"has(x)", "?write has(record.field)"},
    {"{'a': 1}.a", "int 1"},
    {"{'a': {'b': 2}}.a.b", "int 2"},
    {"{'a': 1}.b", "!has no key 'b'"},
    {"{'a': 1}['b']", "!no such key"},
    {"{0: 'SA', 1: 'SARL'}[sage.CT_Prospect]", "text SARL"},
    {"{true: 'yes', false: 'no'}[x > 3]", "text yes"},
    {"{0: 'SA'}[x]", "!no such key"},
    {"{0: 'SA'}['a']", "?are int, not text"},
    {"{'a': 1}[0]", "?are text, not int"},
    {"{0: 'SA'}.a", "?are int; write"},
    {"{1: 2, 'a': 3}.a", "int 3"},
    {"{1: {2: 'deep'}}[1][2]", "text deep"},
    {"has({'a': null}.a)", "bool true"},
    {"has({'a': null}.b)", "bool false"},
    {"has({1: 1, 'a': 2}.b)", "bool false"},
    {"[1, 2][1]", "int 2"},
    {"[1, 2][2]", "!no item at that place"},
    {"[1, 2][-1]", "!no item"},
    {"[1]['a']", "?counted by int"},
    {"sage.lines[0].net", "decimal 10.5"},
    {"sage.lines[0].nett", "?did you mean 'net'"},
    {"Foo{a: 1}", "?write a map"},
    {"for", "?reserved"},
    {"upper", "?write upper(…)"},
    {"type(1) == int", "bool true"},
    {"type('a') == string && type(1.5) == decimal && type(null) == null_type", "bool true"},
    {"type(1) == 'int'", "?never equal"},
    {"type(timestamp(0)) == timestamp && type(duration('1s')) == google.protobuf.Duration", "bool true"},
    {"type(date('2024-01-01')) == date && type({1: 1}) == map && type([]) == list", "bool true"},
    {"type(type(1)) == type && type(int) == type", "bool true"},
    {"[int, bool].exists(t, t == type(1))", "bool true"},
    {"google.protobuf.Any", "?nothing named 'google'"},
};

constexpr Case kMacros[] = {
    {"[1, 2, 3].all(i, i > 0)", "bool true"},
    {"[1, 2, 3].all(i, i > 1)", "bool false"},
    {"[].all(i, false)", "bool true"},
    {"[0, 1].all(i, 1 / i > 5)", "bool false"},
    {"[0, 1].all(i, 1 / i == 1)", "!division by zero"},
    {"[1, 2].exists(i, i == 2)", "bool true"},
    {"[0, 1].exists(i, 1 / i == 1)", "bool true"},
    {"[0, 1].exists(i, 1 / i == 2)", "!division by zero"},
    {"[1, 2, 2].exists_one(i, i == 2)", "bool false"},
    {"[1, 2].existsOne(i, i == 2)", "bool true"},
    {"[0, 1].exists_one(i, 1 / i == 1)", "!division by zero"},
    {"[1, 2].map(i, i * 2)", "list [2, 4]"},
    {"[1, 2, 3].map(i, i > 1, i * 2)", "list [4, 6]"},
    {"[1, 2, 3].filter(i, i % 2 == 1)", "list [1, 3]"},
    {"{'a': 1, 'b': 2}.map(k, k)", "list [a, b]"},
    {"{'a': 1}.exists(k, k == 'a')", "bool true"},
    {"{2: 'b', 1: 'a'}.map(k, k + 1)", "list [2, 3]"},
    {"{1: 'a', 'x': 'b'}.filter(k, type(k) == int)", "list [1]"},
    {"{1: 'a'}.all(k, k == 'a')", "?int and text are never equal"},
    {"['google'].map(google, google)", "list [google]"},
    {"[1, 2].map(i, [3, 4].map(j, i * j))", "list [[3, 4], [6, 8]]"},
    {"[1].map(x, x + 1)", "list [2]"},
    {"[1].map(x, x + .x)", "list [6]"},
    {"sage.lines.map(l, l.net)", "list [10.5, 4.5]"},
    {"sage.lines.filter(l, l.net > 5).map(l, l.ref)", "list [A]"},
    {"sum(sage.lines.map(l, l.net))", "decimal 15"},
    {"sage.lines.all(l, l.nte > 5)", "?did you mean 'net'"},
    {"old.all(i, true)", "bool true"},
    {"x.all(i, true)", "?only a list or a map"},
    {"[1].all(i, i)", "?needs a bool"},
    {"[1].all(1, true)", "?names its variable"},
    {"[1].all(i)", "?needs a variable"},
    {"[1].map(i, i) == [1] && i == 1", "?nothing named 'i'"},
};

constexpr Case kFunctions[] = {
    {"upper('été')", "text ÉTÉ"},
    {"'ÉTÉ'.lower()", "text été"},
    {"trim('  a ')", "text a"},
    {"fold('Œuvre  d’Été')", "text OEUVRE D'ETE"},
    {"upper(null)", "null null"},
    {"upper(1)", "?does not take int"},
    {"upper(param.n)", "!does not take int"},
    {"upper()", "?takes 1 argument"},
    {"uper('a')", "?did you mean 'upper'"},
    {"'abcdef'.left(3)", "text abc"},
    {"right('abcdef', 2)", "text ef"},
    {"left('a', -1)", "!negative"},
    {"substring('été!', 1, 3)", "text té"},
    {"substring('abc', 1)", "text bc"},
    {"substring('abc', 5)", "text "},
    {"'a-b-c'.replace('-', '.')", "text a.b.c"},
    {"'a,b'.split(',')", "list [a, b]"},
    {"['a', '', null, 'b'].join(', ')", "text a, b"},
    {"join([1])", "!convert it with string()"},
    {"digits('FR 12.3')", "text 123"},
    {"lpad('7', 3, '0')", "text 007"},
    {"rpad('7', 3, 'x')", "text 7xx"},
    {"lpad('7', 3, 'ab')", "!one character"},
    {"lpad('7', 1000000)", "!at most 10000"},
    {"cut('12 rue de la République', 16)", "text 12 rue de la"},
    {"one_line('a\\r\\nb')", "text a b"},
    {"first_line('a\\nb')", "text a"},
    {"vat('fr 12.3')", "text FR123"},
    {"national_phone('+33 (0)1 23')", "text 0123"},
    {"national_phone('01 23')", "text 01 23"},
    {"'abc'.contains('b')", "bool true"},
    {"'abc'.startsWith('ab')", "bool true"},
    {"'abc'.endsWith('ab')", "bool false"},
    {"sage.CT_EMail.contains('@')", "bool false"},
    {"'abc'.contains(sage.CT_EMail)", "!does not take null"},
    {"'a1'.matches('^[a-z][0-9]$')", "bool true"},
    {"'xa1y'.matches('[0-9]')", "bool true"},
    {"'a'.matches('(')", "?not a regular expression"},
    {"'a'.matches(value)", "bool false"},
    {"size('été')", "int 3"},
    {"[1, 2].size()", "int 2"},
    {"size(b'abc')", "int 3"},
    {"size({'a': 1})", "int 1"},
    {"size({1: 1, 2: 2})", "int 2"},
    {"blank({1: 1}) || blank({})", "bool true"},
    {"size(sage.CT_EMail)", "int 0"},
    {"size(sage)", "int 8"},
    {"size(1)", "?does not take int"},
    {"decimal('12.50')", "decimal 12.5"},
    {"decimal('12,5')", "!not a number"},
    {"int('42')", "int 42"},
    {"int(-1.9)", "int -1"},
    {"int('1.5')", "!not a whole number"},
    {"int(decimal('99999999999999999999'))", "!larger than an int"},
    {"string(1.50)", "text 1.5"},
    {"string(true) + string(7)", "text true7"},
    {"string(date('2024-03-05'))", "text 2024-03-05"},
    {"string(rep)", "?does not take reference"},
    {"key(rep)", "text 7"},
    {"key(old)", "null null"},
    {"key(1)", "?does not take int"},
    {"string(b'\\xff')", "!not UTF-8"},
    {"bytes('é') == b'\\xc3\\xa9'", "bool true"},
    {"bool('true') || bool('0')", "bool true"},
    {"bool('x')", "!neither true nor false"},
    {"round(2.345, 2)", "decimal 2.35"},
    {"round(-2.5)", "decimal -3"},
    {"round(1.5, 99)", "!0 to 18 places"},
    {"floor(-1.5)", "int -2"},
    {"ceil(1.2)", "int 2"},
    {"abs(-3) + abs(-2)", "int 5"},
    {"abs(-1.5)", "decimal 1.5"},
    {"min(3, 1.5, 2)", "decimal 1.5"},
    {"max([1, 3, 2])", "int 3"},
    {"max([])", "null null"},
    {"max(1, 'a')", "!cannot compare"},
    {"sum([1, 2.5])", "decimal 3.5"},
    {"sum([])", "int 0"},
    {"coalesce(sage.CT_EMail, ' ', 'z')", "text z"},
    {"coalesce(null, '')", "text "},
    {"coalesce(null, 1, 2)", "int 1"},
    {"blank(' ') && blank(null) && blank([]) && !blank(0)", "bool true"},
    {"blank(sage.CT_EMail)", "bool true"},
    {"first([1, 2]) + last([1, 2])", "int 3"},
    {"distinct([1, 1.0, 2])", "list [1, 2]"},
    {"sort(['b', 'a'])", "list [a, b]"},
    {"sort(['b', 1])", "!cannot compare"},
};

constexpr Case kTimes[] = {
    {"date('2024-02-30')", "!not a date"},
    {"date(2024, 2, 29)", "date 2024-02-29"},
    {"date(2023, 2, 29)", "!no such day"},
    {"date(sage.cbModification)", "date 2024-06-30"},
    {"date(sage.cbModification, 'Europe/Paris')", "date 2024-07-01"},
    {"date(sage.cbModification, 'Mars')", "!not known"},
    {"timestamp('2024-03-05T08:00:00+01:00')", "timestamp 2024-03-05T07:00:00Z"},
    {"timestamp(date('2024-07-01'), 'Europe/Paris')", "timestamp 2024-06-30T22:00:00Z"},
    {"timestamp(0)", "timestamp 1970-01-01T00:00:00Z"},
    {"timestamp('x')", "!not a timestamp"},
    {"int(timestamp('1970-01-01T00:01:00Z'))", "int 60"},
    {"duration('90s') == duration('1m30s')", "bool true"},
    {"duration('soon')", "!not a duration"},
    {"sage.CT_Date.getFullYear()", "int 2024"},
    {"sage.CT_Date.getMonth()", "int 2"},
    {"sage.CT_Date.getDate()", "int 5"},
    {"sage.CT_Date.getDayOfMonth()", "int 4"},
    {"sage.CT_Date.getDayOfWeek()", "int 2"},
    {"sage.CT_Date.getDayOfYear()", "int 64"},
    {"sage.cbModification.getHours()", "int 22"},
    {"sage.cbModification.getHours('Europe/Paris')", "int 0"},
    {"sage.cbModification.getHours('-01:30')", "int 21"},
    {"sage.cbModification.getMinutes()", "int 30"},
    {"sage.cbModification.getSeconds()", "int 0"},
    {"sage.cbModification.getMilliseconds()", "int 250"},
    {"duration('90m').getHours()", "int 1"},
    {"duration('90m').getMinutes()", "int 90"},
    {"format_date(sage.CT_Date, 'fr')", "text 05/03/2024"},
    {"format_date(sage.cbModification, 'iso', 'Europe/Paris')", "text 2024-07-01"},
    {"format_date(sage.CT_Date, 'xx')", "!fr, en and iso"},
    {"format_amount(1234567.5, 'EUR')", "text 1\u00a0234\u00a0567,50\u00a0EUR"},
    {"format_amount(-1234, 'JPY')", "text -1\u00a0234\u00a0JPY"},
    {"format_amount(100, 'EUR')", "text 100,00\u00a0EUR"},
    {"format_amount(null, 'EUR')", "null null"},
};

constexpr Case kSyntax[] = {
    {"", "?ends where a value is expected"},
    {"1 +", "?ends where a value is expected"},
    {"1 2", "?follows a complete expression"},
    {"(1", "?')' is missing"},
    {"[1", "?']' is missing"},
    {"{'a' 1}", "?':' is missing"},
    {"a = 1", "?write '=='"},
    {"a & b", "?write it twice"},
    {"true ? 1", "?':' is missing"},
    {"1 # 2", "?has no meaning"},
    {"x.", "?name is missing"},
    {"sage.CT_Num\n  + 1", "?column 1 of"},
    {"1 + (\n  y)", "?line 2, column 3"},
    {"12abc", "?letter follows"},
    {"f(1)", "?no function 'f'"},
    {"in", "?'in' stands"},
};

INSTANTIATE_TEST_SUITE_P(Literals, ExpressionTable, testing::ValuesIn(kLiterals));
INSTANTIATE_TEST_SUITE_P(Arithmetic, ExpressionTable, testing::ValuesIn(kArithmetic));
INSTANTIATE_TEST_SUITE_P(Comparisons, ExpressionTable, testing::ValuesIn(kComparisons));
INSTANTIATE_TEST_SUITE_P(Logic, ExpressionTable, testing::ValuesIn(kLogic));
INSTANTIATE_TEST_SUITE_P(Names, ExpressionTable, testing::ValuesIn(kNames));
INSTANTIATE_TEST_SUITE_P(Macros, ExpressionTable, testing::ValuesIn(kMacros));
INSTANTIATE_TEST_SUITE_P(Functions, ExpressionTable, testing::ValuesIn(kFunctions));
INSTANTIATE_TEST_SUITE_P(Times, ExpressionTable, testing::ValuesIn(kTimes));
INSTANTIATE_TEST_SUITE_P(Syntax, ExpressionTable, testing::ValuesIn(kSyntax));

}  // namespace
}  // namespace entente
