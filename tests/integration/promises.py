"""What `entente --json` promises: tools/cli/README.md names the message of each command, the protos say its fields."""

import json
import re

from running import ROOT

README = (ROOT / "tools/cli/README.md").read_text("utf-8")
PROTOS = "\n".join((ROOT / f"proto/entente/sync/v1/{name}.proto").read_text("utf-8") for name in ("sync", "plan", "desk", "pack"))
FIELD = re.compile(r"(repeated |optional )?(map<\w+, ?([\w.]+)>|[\w.]+) (\w+) = \d+;")
WHOLE_NUMBERS, DIGITS = ("int32", "uint32"), ("int64", "uint64")


def _messages():
    """{message: {field: (form, type)}}; form is one, many, map or choice."""
    found, within, is_choice = {}, [], False
    for line in map(str.strip, PROTOS.splitlines()):
        if (head := re.match(r"(message|enum) (\w+) \{(\})?", line)):
            found[head[2]] = {} if head[1] == "message" else None
            if not head[3]:
                within.append(head[2])
        elif line.startswith("oneof "):
            is_choice = True
        elif line == "}" and is_choice:
            is_choice = False
        elif line == "}" and within:
            within.pop()
        elif within and (field := FIELD.match(line)):
            form = "choice" if is_choice else "map" if field[3] else "many" if field[1] == "repeated " else "one"
            found[within[-1]][field[4]] = (form, field[3] or field[2])
    return found


MESSAGES = _messages()


def _promised():
    """{command: [(is it a stream or list, message or set of names)]}, the form of one record after that of many."""
    found = {}
    for commands, prints in re.findall(r"^\| (`.*?`) \| (.*) \|$", README, flags=re.M):
        forms = []
        for several, message, names in re.findall(r"(each line |list of )?`(?:(\w+)|\{([\w, ]+)\})`", prints):
            if message or names:
                forms.append((several, message or frozenset(names.split(", "))))
        for command in re.findall(r"`(.*?)`", commands):
            found[command] = forms
    return found


PROMISED = _promised()


def _broken(value, kind, at):
    """What is wrong with a value of this type, as texts."""
    if kind in WHOLE_NUMBERS:
        return [] if isinstance(value, int) else [f"{at} is no number: {value!r}"]
    if kind in DIGITS:
        return [] if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else [f"{at} is no text of digits: {value!r}"]
    if kind == "bool":
        return [] if isinstance(value, bool) else [f"{at} is neither true nor false: {value!r}"]
    if MESSAGES.get(kind) is None:
        return [] if isinstance(value, str) else [f"{at} is no text: {value!r}"]
    return _broken_message(value, kind, at)


def _broken_message(value, kind, at):
    if not isinstance(value, dict):
        return [f"{at} is no {kind}: {value!r}"]
    problems = [f"{at}.{name} is not promised" for name in value if name not in MESSAGES[kind]]
    for name, (form, of) in MESSAGES[kind].items():
        place = f"{at}.{name}"
        if name not in value:
            if form != "choice" and not (form == "one" and isinstance(MESSAGES.get(of), dict)):
                problems.append(f"{place} is missing")
        elif form == "many":
            problems += [problem for each in value[name] for problem in _broken(each, of, place)]
        elif form == "map":
            problems += [problem for each in value[name].values() for problem in _broken(each, of, place)]
        else:
            problems += _broken(value[name], of, place)
    return problems


def _broken_form(text, several, form):
    try:
        answers = [json.loads(line) for line in text.splitlines()] if several == "each line " else json.loads(text) if several else [json.loads(text)]
    except json.JSONDecodeError as error:
        return [str(error)]
    if isinstance(form, str):
        assert form in MESSAGES, f"tools/cli/README.md promises {form}, which no proto knows"
        return [problem for answer in answers for problem in _broken_message(answer, form, form)]
    return [f"{sorted(answer)} instead of {sorted(form)}" for answer in answers if set(answer) != form]


def command_of(words):
    """The command in a command line: its first two words if they are one, else the first."""
    names = [" ".join(map(str, words[:count])) for count in (2, 1)]
    return next((name for name in names if name in PROMISED), None)


def broken_promises(words, text):
    """What the JSON answer of a command has and should not, or should have and has not; empty when it is as promised."""
    command = command_of(words)
    if command is None:
        return [f"tools/cli/README.md says nothing of {' '.join(map(str, words))}"]
    tried = [_broken_form(text, several, form) for several, form in PROMISED[command]]
    return [] if [] in tried else [problem for problems in tried for problem in problems]


def read_json(text):
    """The answers in a text: one object, or one a line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]
