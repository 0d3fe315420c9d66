"""What a comparison found, entity by entity."""

from collections import Counter
from dataclasses import dataclass, field

DETAILS_MAX = 12


@dataclass
class Outcome:
    """One entity: how much agreed, and everything that did not. `justified` counts what data and rules explain, by reason."""

    entity: str
    pairs: int = 0
    fields: int = 0
    differences: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    duplicates: list = field(default_factory=list)
    unexpected: list = field(default_factory=list)
    justified: Counter = field(default_factory=Counter)
    justified_examples: dict = field(default_factory=dict)

    def same(self, key, name, sage, ssm, agrees):
        """Counts one field; remembers it if it differs."""
        self.fields += 1
        if not agrees:
            self.differences.append({"key": str(key), "field": name, "sage": _shown(sage), "ssm": _shown(ssm)})

    def explain(self, reason, key):
        self.justified[reason] += 1
        self.justified_examples.setdefault(reason, []).append(str(key))

    @property
    def agrees(self):
        return not (self.differences or self.missing or self.duplicates or self.unexpected)

    def as_json(self):
        return {
            "entity": self.entity, "pairs": self.pairs, "fields": self.fields,
            "differences": self.differences, "missing": self.missing, "duplicates": self.duplicates, "unexpected": self.unexpected,
            "exceptions": dict(sorted(self.justified.items())),
            "exception_keys": {reason: keys[:DETAILS_MAX] for reason, keys in sorted(self.justified_examples.items())},
        }


def _shown(value):
    return None if value is None else str(value)
