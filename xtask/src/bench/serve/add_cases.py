"""Cases of made-up accounts, put into a desk's database: add_cases.py DATABASE COUNT

Two fifths are open. 20,000 customers answer for them, half of these below one reseller.
"""

import random
import sqlite3
import sys

CUSTOMERS = 20_000
START = 1_768_435_200_000

path, count = sys.argv[1], int(sys.argv[2])
dice = random.Random(7)
database = sqlite3.connect(path)
database.execute("PRAGMA synchronous = OFF")
# Indexes are made once at the end instead of a million times on the way.
made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'case' AND sql IS NOT NULL"
indexes = database.execute(made).fetchall()
for name, _ in indexes:
    database.execute(f"DROP INDEX {name}")


def party(id, kind, parent):
    return (id, kind, id, parent, "", "", "", "", "")


parties = [party("bench-reseller", "reseller", None)]
parties += [
    party(f"bench-{number}", "customer", "bench-reseller" if number % 2 else None)
    for number in range(CUSTOMERS)
]
database.executemany(
    "INSERT INTO party (id, kind, name, parent, language, time_zone, contact, mail, phone) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    parties,
)


def account(number):
    return f"aws:8{number:011}"


def cases():
    for number in range(count):
        is_open = number % 5 < 2
        loss = dice.lognormvariate(5, 2)
        yield (
            account(number),
            "aws",
            "active" if is_open else "resolved",
            None if is_open else "fraud",
            dice.random(),
            dice.choice(["low", "medium", "high"]),
            int(is_open),
            loss,
            START - dice.randrange(10**10),
            START,
            START,
            START,
            "{}",
        )


database.executemany(
    'INSERT INTO "case" (account, provider, status, reason, probability, severity, is_active, loss, '
    "first_observed, last_observed, opened_at, changed_at, life) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    cases(),
)
database.executemany(
    "INSERT INTO owner (account, party) VALUES (?, ?)",
    ((account(number), f"bench-{number % CUSTOMERS}") for number in range(count)),
)
database.execute(
    "INSERT INTO judgement (case_id, json, html, evidence) "
    'SELECT id, x\'\', x\'\', \'[]\' FROM "case" WHERE id NOT IN (SELECT case_id FROM judgement)'
)
for _, make in indexes:
    database.execute(make)
database.commit()
