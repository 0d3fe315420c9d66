"""The dependency rule over include lines: the core knows nobody, connectors never know the engine, nobody else knows RocksDB.

Prints every include that breaks it; exit code 1 then.
"""

import re
import sys
from pathlib import Path

# Folder → prefixes its files may include besides its own. "house" means paths that begin with engine/, connectors/, tools/ or entente/.
HOUSE = {
    "engine/core": (),
    "engine/runtime": ("engine/core/",),
    "engine/language": ("engine/core/", "entente/rules/"),
    "engine/certificate": ("engine/core/", "engine/language/"),
    "engine/pipeline": ("engine/core/", "engine/language/", "engine/runtime/"),
    "engine/store": ("engine/core/", "engine/runtime/", "entente/store/", "engine/pipeline/store.h"),
    "engine/desk": ("engine/core/", "engine/pipeline/", "engine/plan/"),
    "engine/plan": ("engine/core/", "engine/pipeline/"),
    "engine/examples": ("engine/core/", "engine/language/", "engine/pipeline/", "engine/runtime/error.h", "engine/store/memory_store.h"),
    "engine/simulation": ("engine/core/", "engine/language/", "engine/pipeline/", "engine/runtime/error.h", "engine/store/", "engine/rpc/session_catalogue.h", "engine/rpc/wire_value.h",
                          "entente/connector/"),
    "engine/rpc": ("engine/certificate/", "engine/desk/", "engine/plan/", "engine/core/", "engine/language/", "engine/runtime/", "engine/pipeline/", "entente/connector/", "entente/sync/"),
    "engine/server": ("engine/", "entente/"),
    "connectors/sdk": ("entente/connector/",),
    "connectors/sage100": ("connectors/sdk/", "entente/connector/"),
    "connectors/ssm": ("connectors/sdk/", "entente/connector/"),
    # The command line speaks the public API; what needs no running engine (pack check, restore, doctor --config) uses the rooms themselves.
    "tools/cli": ("entente/sync/", "engine/certificate/", "engine/examples/", "engine/core/", "engine/language/", "engine/runtime/", "engine/simulation/prove.h", "engine/server/options.h", "engine/store/backup.h"),
    # The sandbox shares no code with the connectors; exact decimals are the one thing it takes from the engine.
    "tools/sandbox": ("engine/core/decimal.h",),
    # A program of the bench plays a system of the sandbox with a million records; the connectors are run as their programs.
    "tools/benchmark": ("engine/", "connectors/sdk/", "entente/", "tools/sandbox/company/company.h", "tools/sandbox/sage/sage_sandbox.h", "tools/sandbox/ssm/ssm_sandbox.h"),
}

# Libraries that belong to some folders only. Others may be used anywhere but in the core and the language.
OWNERS = {
    "rocksdb/": ("engine/store", "tools/benchmark"),
    "grpcpp/": ("engine/rpc", "engine/server", "connectors/sdk", "tools/cli", "tools/benchmark"),
    "grpc/": ("engine/rpc", "engine/server", "connectors/sdk", "tools/cli", "tools/benchmark"),
    "yaml-cpp/": ("engine/language",),
    "sqlite3.h": ("tools/sandbox",),
    "sql.h": ("connectors/sage100",),
    "sqlext.h": ("connectors/sage100",),
}

# Rooms without input and output: no clock, thread, file, log, network or protobuf.
PURE = ("engine/core", "engine/language", "engine/certificate")
IMPURE = ("chrono", "thread", "mutex", "atomic", "condition_variable", "future", "iostream", "random", "absl/time/clock.h", "spdlog/", "httplib.h",
          "curl/", "unistd.h", "fcntl.h", "sys/", "pthread.h", "prometheus/")
# Copies of a value share its content, also between threads, and count its owners as std::shared_ptr does: no thread is started, none waits.
COUNTS_OWNERS = {("engine/core/named_map.h", "atomic")}

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    return "/".join(path.parts[:2])


def breaks(folder, included):
    """Why `folder` may not include `included`, or None."""
    if included.startswith(("engine/", "connectors/", "tools/", "tests/", "entente/")):
        allowed = HOUSE.get(folder, ())
        if not included.startswith((folder + "/", *allowed)):
            return f"{folder} does not know {'/'.join(included.split('/')[:2])}"
        return None
    for prefix, owners in OWNERS.items():
        if included.startswith(prefix) and folder not in owners:
            return f"{prefix.rstrip('/')} belongs to {', '.join(owners)}"
    if folder in PURE and included.startswith(IMPURE):
        return f"{folder} is pure: no clock, thread, file, log or network"
    if folder == "engine/core" and included.startswith("google/"):
        return "the core knows no protobuf"
    return None


def broken(root):
    found = []
    for top in ("engine", "connectors", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            relative = path.relative_to(root)
            folder = folder_of(relative)
            if folder not in HOUSE:
                found.append((relative, "", f"{folder} stands in no layer: add it to tools/checks/layers.py"))
                continue
            for included in INCLUDE.findall(path.read_text("utf-8")):
                if (relative.as_posix(), included) in COUNTS_OWNERS:
                    continue
                reason = breaks(folder, included)
                if reason:
                    found.append((relative, included, reason))
    return found


def main():
    root = Path(__file__).resolve().parents[2]
    found = broken(root)
    for path, included, reason in found:
        print(f"{path}: includes {included}: {reason}")
    print(f"layers: {len(found)} includes break the dependency rule" if found else "layers: every include follows the dependency rule")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
