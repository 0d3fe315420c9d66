"""Every place of a source file where one of the listed operators can seed a defect. Works on lines of text; no parser."""

import re
from typing import Iterator, NamedTuple


class Place(NamedTuple):
    line: int       # from 1
    operator: str
    before: str     # the whole line
    after: str


def _code(line: str) -> str:
    """The line with texts and comments blanked out, of the same length."""
    blank = lambda match: '"' + " " * (len(match.group(0)) - 2) + '"'
    line = re.sub(r'"(?:[^"\\]|\\.)*"', blank, line)
    at = line.find("//")
    return line if at < 0 else line[:at] + " " * (len(line) - at)


def _balanced(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def _replaced(line: str, match, text: str) -> str:
    return line[:match.start()] + text + line[match.end():]


def negate_condition(line, code) -> Iterator[str]:
    for match in re.finditer(r"\b(?:if|while) \(", code):
        opening = match.end() - 1
        closing = _balanced(code, opening)
        inside = code[opening + 1:closing]
        if closing > 0 and ";" not in inside:
            yield line[:opening + 1] + "!(" + line[opening + 1:closing] + ")" + line[closing:]


def drop_statement(line, code) -> Iterator[str]:
    text = code.strip()
    if not text.endswith(";") or text.count("(") != text.count(")"):
        return
    if re.match(r"(return|break|continue|using|static|const|constexpr|auto|case|default|else|for|while|public|private|struct|class|enum|friend|namespace|explicit|virtual|#)\b", text):
        return
    # A call or an assignment, perhaps behind a condition; no declaration.
    guarded = re.match(r"(if \(.*\) )(?=[\w(*:>.\[\]-]+(\(| = |\+\+|\.|->|\[))", text)
    statement = text[guarded.end():] if guarded else text
    if re.match(r"return\b", statement):
        return
    if re.match(r"[\w:.>\[\]()*-]+(\([^;]*\)|( = | \+= | \|= | -= )[^;]+);$", statement) or re.match(r"(\+\+|--)[\w.>\[\]-]+;$", statement):
        at = len(line) - len(line.lstrip()) + (guarded.end() if guarded else 0)
        yield line[:at] + ";"


def swap_sides(line, code) -> Iterator[str]:
    for match in re.finditer(r"Side::k(Left|Right)\b", code):
        yield _replaced(line, match, "Side::k" + ("Right" if match.group(1) == "Left" else "Left"))
    for match in re.finditer(r"\bOther\((\w+)\)", code):
        yield _replaced(line, match, match.group(1))
    for match in re.finditer(r"\[(side|target|source|here|gone)\]", code):
        yield _replaced(line, match, f"[Other({match.group(1)})]")


def off_by_one(line, code) -> Iterator[str]:
    for match in re.finditer(r"(?<=[ (])(<|>|<=|>=)(?= )", code):
        if "template" in code or "#include" in code:
            continue
        yield _replaced(line, match, {"<": "<=", ">": ">=", "<=": "<", ">=": ">"}[match.group(1)])
    for match in re.finditer(r"(?<=[+-] )1\b", code):
        yield _replaced(line, match, "0")


def wrong_operator(line, code) -> Iterator[str]:
    for match in re.finditer(r" (==|!=|&&|\|\|) ", code):
        yield _replaced(line, match, {"==": " != ", "!=": " == ", "&&": " || ", "||": " && "}[match.group(1)])


def wrong_truth(line, code) -> Iterator[str]:
    for match in re.finditer(r"(?<=[ (,])(true|false)(?=[ ;,)}])", code):
        yield _replaced(line, match, "false" if match.group(1) == "true" else "true")


def wrong_branch(line, code) -> Iterator[str]:
    match = re.search(r" \? ([^?:;]+?) : ([^?:;]+?)(?=[;,)]|$)", code)
    if match and "::" not in match.group(0) and code.count("(", match.start(), match.end()) == code.count(")", match.start(), match.end()):
        first, second = (line[match.start(i):match.end(i)] for i in (1, 2))
        yield line[:match.start()] + f" ? {second} : {first}" + line[match.end():]


def leave_loop(line, code) -> Iterator[str]:
    match = re.search(r"\bcontinue;", code)
    if match:
        yield _replaced(line, match, "break;")


def skip_sync(line, code) -> Iterator[str]:
    match = re.search(r"\bsync = true\b", code)
    if match:
        yield _replaced(line, match, "sync = false")


OPERATORS = {operator.__name__: operator for operator in (negate_condition, drop_statement, swap_sides, off_by_one, wrong_operator, wrong_truth, wrong_branch, leave_loop, skip_sync)}


def places(text: str) -> Iterator[Place]:
    for number, line in enumerate(text.splitlines(), 1):
        code = _code(line)
        if not code.strip() or code.lstrip().startswith(("#", "//", "namespace", "using", "static_assert")):
            continue
        for name, operator in OPERATORS.items():
            for after in operator(line, code):
                if after != line:
                    yield Place(number, name, line, after)
