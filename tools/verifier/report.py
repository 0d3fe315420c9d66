"""The summary a person reads."""

from .outcome import DETAILS_MAX

COLUMNS = ("entity", "pairs", "fields", "differ", "missing", "double", "unexpected", "waiting for people, or by rule")


def table(outcomes):
    rows = [COLUMNS]
    for one in outcomes:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(one.justified.items())) or "-"
        rows.append((one.entity, str(one.pairs), str(one.fields), str(len(one.differences)), str(len(one.missing)), str(len(one.duplicates)),
                     str(len(one.unexpected)), reasons))
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS) - 1)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [row[i].rjust(widths[i]) for i in range(1, len(widths))] + [row[-1]]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def details(outcomes):
    lines = []
    for one in outcomes:
        for finding in one.differences[:DETAILS_MAX]:
            lines.append(f"{one.entity} {finding['key']}: {finding['field']} is {finding['sage']!r} in Sage and {finding['ssm']!r} in SSM")
        for kind, found in (("missing", one.missing), ("double", one.duplicates), ("unexpected", one.unexpected)):
            lines.extend(f"{one.entity}, {kind}: {text}" for text in found[:DETAILS_MAX])
            if len(found) > DETAILS_MAX:
                lines.append(f"{one.entity}, {kind}: and {len(found) - DETAILS_MAX} more")
        if len(one.differences) > DETAILS_MAX:
            lines.append(f"{one.entity}: and {len(one.differences) - DETAILS_MAX} differences more")
    return "\n".join(lines)
