"""Command line of the verifier: `python3 -m tools.verifier --sandbox DIR`."""

import argparse
import contextlib
import json
import sqlite3
import sys
from pathlib import Path

from . import expected, report
from .sage import Company
from .ssm import Refused, Tenant


def connect(arguments):
    """(company, tenant) of a sandbox's folder, or of a database and an API named one by one."""
    if arguments.sandbox:
        described = json.loads((Path(arguments.sandbox) / "sandbox.json").read_text("utf-8"))
        ssm, database = described["ssm"], described["sage"]["database"]
        private_key = Path(ssm["private_key_file"]).read_text("utf-8").split("\n")[0].strip()
        return Company(database), Tenant(ssm["url"], ssm["public_key"], private_key)
    key_of = lambda path: Path(path).read_text("utf-8").split("\n")[0].strip()
    return Company(arguments.sage_database), Tenant(arguments.ssm_url, key_of(arguments.ssm_public_key_file), key_of(arguments.ssm_private_key_file))


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/verify",
        description="Reads both systems directly and compares them field by field. The exit code is 0 only if everything agrees.",
        epilog="example: tools/verify --sandbox /tmp/entente-demo/sandbox")
    parser.add_argument("--sandbox", metavar="DIR", help="folder of a running sandbox")
    parser.add_argument("--sage-database", metavar="FILE", help="database file of the company")
    parser.add_argument("--ssm-url", metavar="URL")
    parser.add_argument("--ssm-public-key-file", metavar="FILE")
    parser.add_argument("--ssm-private-key-file", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the field map that is not at its default")
    parsed = parser.parse_args(arguments)
    if not parsed.sandbox and not (parsed.sage_database and parsed.ssm_url and parsed.ssm_public_key_file and parsed.ssm_private_key_file):
        parser.error("name a sandbox, or the database, the address and both keys")
    return parsed


def parameters_of(settings):
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in expected.PARAMETERS:
            raise Refused(f"{name} is no parameter of the field map; known are {', '.join(sorted(expected.PARAMETERS))}")
        default = expected.PARAMETERS[name]
        values[name] = value.split(",") if isinstance(default, list) else value == "true" if isinstance(default, bool) else \
            int(value) if isinstance(default, int) else value
    return values


def main(arguments=None):
    parsed = parse(arguments)
    try:
        company, tenant = connect(parsed)
        with contextlib.closing(tenant):
            outcomes = expected.compare(company, tenant, parameters_of(parsed.set))
    except (OSError, KeyError, ValueError, sqlite3.Error, Refused) as error:
        print(f"The systems could not be compared: {error!r}. Is the sandbox running?", file=sys.stderr)
        return 2
    agrees = all(one.agrees for one in outcomes)
    if parsed.json:
        print(json.dumps({"agrees": agrees, "calls": tenant.calls, "entities": [one.as_json() for one in outcomes]}, ensure_ascii=False))
        return 0 if agrees else 1
    print(report.table(outcomes))
    if not agrees:
        print("\n" + report.details(outcomes))
    pairs, fields = sum(one.pairs for one in outcomes), sum(one.fields for one in outcomes)
    print(f"\n{'Both systems agree' if agrees else 'The systems DISAGREE'}: {pairs} pairs, {fields} fields compared in both systems directly.")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
