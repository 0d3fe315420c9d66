#!/usr/bin/env python3
"""Makes the inputs the fuzz targets begin with, from the house's own packs and from messages written down here. Regressions are kept by hand.

    python3 -B tests/fuzz/make_corpus.py        (needs protoc)
"""

import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"


def put(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def encoded(proto, message, text, first=b""):
    run = subprocess.run(["protoc", f"--encode={message}", "-I", str(ROOT / "proto"), proto], input=text.encode(), stdout=subprocess.PIPE, check=True, cwd=ROOT / "proto")
    return first + run.stdout


def packs():
    small = (ROOT / "tests/bad_packs/small/pack.yaml").read_text("utf-8")
    put("pack", "small", small)
    for name in ("small_phase_by_what_it_writes", "small_two_ways_for_one_column", "indentation", "key_twice", "table_with_a_word_twice"):
        put("pack", name, (ROOT / f"tests/bad_packs/packs/{name}.yaml").read_text("utf-8").replace("extends: small", "extends: base"))
    put("pack", "tables", re.sub(r"(?s)^entities:.*", "entities: {}\n", small, flags=re.M))
    put("pack", "empty", "")


def expressions():
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "rules/ssm").glob("*.yaml")))
    found = sorted({line for line in re.findall(r'(?:when|holds|formula): "?([^"\n{}]+)"?$', text, re.M) if len(line) > 12})
    for number, line in enumerate(found[:12]):
        put("expression", f"ssm_{number}", line.replace("sage.", "r.").replace("ssm.", "r."))
    for number, line in enumerate([
            "r.list.filter(x, x != null).map(x, string(x)).join(', ')", "r.amount * 100 / (100.0 + r.number)", "has(r.text) ? r.text.split(' ')[0] : 'none'",
            "[1, 2, 3].exists(x, x == r.number) && {'a': 1, 'b': [true, null]}.a < 2", "timestamp('2024-05-01T10:00:00Z') + duration('3h') > r.at",
            "format_date(r.day, 'fr') + lpad(string(r.number), 8, '0')", "round(r.amount, 2) == 12.34 || fold(upper(trim(r.text))) == left('elan', 4)",
            "r.text.replace('a', 'b').startsWith(\"\\u00e9\\n\") ? b'\\x00' : r'raw'", "value in [7, 8u] ? -9223372036854775808 : 0x7fffffffffffffff % 3"]):
        put("expression", f"written_{number}", line)


VALUES = """fields { field: 1 value { text_value: "Acme" } } fields { field: 2 value { decimal_value: "-12.5" } }
fields { field: 3 value { list_value { values { int_value: 3 } values { map_value { entries { name: "AR_Ref" value { reference_value { resource: "article" key: "A1" } } } } } } } }
fields { field: 4 value { date_value: 20000 } } fields { field: 5 value { timestamp_value: 1700000000000000 } } fields { field: 6 value { bytes_value: "\\000\\377" } }"""


def messages():
    proto = "entente/connector/v1/connector.proto"
    put("wire", "changes", encoded(proto, "entente.connector.v1.ReportChangesRequest",
                                   'session_id: "1" batch: 3 mode: LIVE resource: "party" cursor_after: "abc" poll_ends: true changes { resource: 1 key: "ACME" read_seq: 9 revision: "r1" ' + VALUES + " }"))
    put("wire", "listing_end", encoded(proto, "entente.connector.v1.ReportChangesRequest", 'session_id: "1" batch: 4 mode: LISTING listing_id: "7" listing_ends: true'))
    put("wire", "value", encoded(proto, "entente.connector.v1.Value", 'list_value { values { decimal_value: "0.10" } values { text_value: "\\303\\251" } values { blob_value {} } }'))


def stored():
    proto = "entente/store/v1/store.proto"
    samples = [("link", 0, "LinkRecord", ""), ("record", 1, "RecordRecord", ""), ("outbox", 2, "OutboxRecord", ""), ("work", 3, "WorkRecord", ""), ("run", 5, "RunRecord", ""), ("push", 6, "PushRecord", "")]
    for name, first, message, text in samples:
        put("store", f"{name}_empty", encoded(proto, f"entente.store.v1.{message}", text, bytes([first])))
    put("store", "link", encoded(proto, "entente.store.v1.LinkRecord", LINK, b"\x00"))
    put("store", "journal", b"\x04" + (1_700_000_000_000_000).to_bytes(8, "big"))


LINK = 'entity: "party" phase: "customer"'


def answers():
    put("gateway", "record", '{"record": {"CT_Num": "ACME", "CT_Intitule": "Acme", "CT_Encours": "1200.50", "CT_Prospect": 0, "lines": []}, "created": true}')
    put("gateway", "refusal", '{"error": {"code": "RECORD_LOCKED", "text": "Somebody has it open.", "field": "CT_Num", "problems": [{"code": "X", "text": "t"}]}}')
    put("gateway", "priced", '{"document": {"head": {"DO_TotalHT": "18"}, "lines": [{"DL_Qte": "2", "available": "5"}], "taxes": [{"code": "T20", "rate": "20", "base": "18", "amount": "3.6"}], "priced_at": "2026-09-01T10:00:00Z"}}')
    put("gateway", "records", '{"records": [{"DO_Piece": "DE00001", "DO_Date": "2026-09-01"}, {"DO_Piece": null}]}')
    put("gateway", "page", "<html><body>502 Bad Gateway</body></html>")
    put("ssm", "row", '{"id": 4711, "name": "Acme", "statusId": {"id": 3, "value": "Client"}, "total": 100.10, "deleted": false, "dateUpdated": "2024-05-01T10:00:00.123Z", "lines": null}')
    put("ssm", "rows", '[{"id": "12", "extId": "\\u00e9\\"\\\\", "price": 1e3}, {"ID": -0.0, "email": ""}]')
    put("ssm", "error", '{"code": 429, "message": "Too many requests", "detail": [[[[]]]]}')


def files():
    put("config", "instance", 'name = "acme"\nstate = "/var/lib/x"\nport = 8443\non = true\ninterval = "2m"\nshare = 0.05\n[parameters]\ndefault_branch = "Nord"\n[instance]\npack = "rules/ssm"\ninterval = "90d"\n[[instances]]\nname = "one"\nnumber = 3\n')
    put("config", "wrong", 'name = 3\nport = 70000\nintervall = "2"\n[[instances]]\n[instance]\nsecret = "x"\n')
    put("plan_file", "head", '{"head":{"kind":"reconcile","pack":"ssm","pack_version":"1.0","companies":["C1"],"made_micros":"1700000000000000"}}')
    put("plan_file", "writes", '{"head":{"kind":"undo"}}\n{"writes":{"writes":[{"number":1,"link":"3","entity":"party","side":"ssm","verb":"update","key":"4711","after":{"city":{"text_value":"Lyon"}},"exact":"AAE="}]}}')
    put("plan_file", "no_digest", "plan\ndigest 00\n")


if __name__ == "__main__":
    packs()
    expressions()
    messages()
    stored()
    answers()
    files()
    print(sum(1 for path in CORPUS.rglob("*") if path.is_file()), "inputs")
