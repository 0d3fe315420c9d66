"""The first load: what Sage holds goes into an SSM that is not empty."""

import time

from .processes import Failed
from .tell import duration, thousands

SECONDS_MAX = 240
STANDSTILL_SECONDS = 90
# What SSM's keys allow: the smallest plan, and the largest.
PER_MINUTE = 50
PER_SECOND = 13

# Rows that are part of an invoice: one record of the connector's catalogue.
PARTS = ("salesordersLines", "sales")

EXPECTED = {
    "users": "SELECT count(*) FROM F_COLLABORATEUR WHERE CO_Vendeur = 1",
    "accounts": "SELECT count(*) FROM F_COMPTET WHERE CT_Type = 0",
    "contacts": "SELECT count(*) FROM F_CONTACTT",
    "productFamilies": "SELECT count(*) FROM F_FAMILLE WHERE FA_Type = 0",
    "products": "SELECT (SELECT count(*) FROM F_ARTICLE WHERE AR_Type <> 1) + (SELECT count(*) FROM F_ARTENUMREF)",
    "productRates": "SELECT ((SELECT count(*) FROM F_ARTICLE WHERE AR_Type <> 1) + (SELECT count(*) FROM F_ARTENUMREF)) * "
                    "(SELECT count(DISTINCT N_CatTarif) FROM F_COMPTET WHERE CT_Type = 0 AND N_CatTarif > 0)",
    "salesorders": "SELECT count(*) FROM F_DOCENTETE WHERE DO_Domaine = 0 AND DO_Type IN (6, 7, 8)",
    "salesordersLines": "SELECT count(*) FROM F_DOCLIGNE WHERE DO_Domaine = 0 AND DO_Type IN (6, 7, 8)",
    "sales": "SELECT count(*) FROM F_DOCENTETE WHERE DO_Domaine = 0 AND DO_Type IN (6, 7, 8)",
}


def company(sandbox):
    """One line about what Sage holds, counted in its database."""
    count = lambda query: next(iter(sandbox.sage("sql", query)[0].values()))
    parts = [(count("SELECT count(*) FROM F_COLLABORATEUR"), "collaborators"),
             (count("SELECT count(*) FROM F_COMPTET WHERE CT_Type = 0 AND CT_Prospect = 0"), "customers"),
             (count("SELECT count(*) FROM F_COMPTET WHERE CT_Type = 0 AND CT_Prospect = 1"), "prospects"),
             (count("SELECT count(*) FROM F_CONTACTT"), "contacts"), (count("SELECT count(*) FROM F_ARTICLE"), "articles"),
             (count(EXPECTED["salesorders"]), "invoices and credit notes"), (count(EXPECTED["salesordersLines"]), "invoice lines")]
    return ", ".join(f"{thousands(number)} {name}" for number, name in parts)


def held(sandbox):
    return sandbox.ssm("counts")["live_records"]


def run(scene):
    """Watches until nothing is left to decide or send; gives the approvals that are asked for. Returns the calls made."""
    sandbox, engine, tell = scene.sandbox, scene.engine, scene.tell
    expected = {name: next(iter(sandbox.sage("sql", query)[0].values())) for name, query in EXPECTED.items()}
    total = sum(expected.values())
    began = time.monotonic()
    approvals = []
    moved, progress = began, 0
    while True:
        counts = sandbox.ssm("counts")
        done = sum(min(counts["live_records"].get(name, 0), number) for name, number in expected.items())
        status = engine.status()
        tell.bar(done, total, f"{thousands(done)} of about {thousands(total)} rows in SSM, {thousands(engine.records_read(status))} read, "
                              f"{thousands(counts['calls_total'])} calls, {int(time.monotonic() - began)} s")
        approvals += engine.approve_users()
        if engine.is_quiet(status) and done > total // 2:
            break
        for program in scene.programs():
            if not program.is_running:
                raise Failed(f"{program.name} ended during the first load")
        now = counts["api_writes_total"] + engine.records_read(status)
        if now != progress:
            moved, progress = time.monotonic(), now
        if time.monotonic() - began > SECONDS_MAX or time.monotonic() - moved > STANDSTILL_SECONDS:
            raise Failed(f"the first load is not over after {time.monotonic() - began:.0f} s: {engine.problem(status)}")
        time.sleep(0.4)
    tell.bar(total, total, f"{thousands(done)} rows in SSM, {int(time.monotonic() - began)} s")
    tell.end_bar()
    for approval in approvals:
        tell.say(f"approved, as the operator: {approval}")
    return counts, done, time.monotonic() - began


def report(tell, counts, done, seconds):
    calls = counts["calls_total"]
    records = sum(counts["live_records"].get(name, 0) for name in EXPECTED if name not in PARTS)
    tell.say(f"{thousands(done)} rows stand in SSM after {seconds:.0f} s, {thousands(records)} records with their lines and turnover; "
             f"{thousands(calls)} calls of the API, {calls / max(records, 1):.3f} a record")
    tell.say(f"at SSM's real limits these calls take {duration(calls / PER_MINUTE * 60)} ({PER_MINUTE} a minute) or "
             f"{duration(calls / PER_SECOND)} ({PER_SECOND} a second)")
