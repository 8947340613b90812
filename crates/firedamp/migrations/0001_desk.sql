-- The desk: objects with the states that they gave, and the cases that were made of them.
-- Times are milliseconds since 1970, UTC. Kinds are text, checked by the program.

CREATE TABLE object (
    address TEXT PRIMARY KEY NOT NULL,
    version TEXT NOT NULL,
    -- Content hash; NULL when it could not be read.
    hash BLOB,
    -- Where its bytes can be read again, for a second look.
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    records INTEGER NOT NULL,
    rejects INTEGER NOT NULL,
    traffic INTEGER NOT NULL,
    warning TEXT,
    folded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX object_folded ON object (folded_at);

-- A partial state belongs to its object and one account.
CREATE TABLE state (
    account TEXT NOT NULL,
    address TEXT NOT NULL REFERENCES object (address) ON DELETE CASCADE,
    state BLOB NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_address ON state (address);

CREATE TABLE account (
    account TEXT PRIMARY KEY NOT NULL,
    -- Telemetry came that nobody has judged.
    changed INTEGER NOT NULL DEFAULT 1,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_changed ON account (account) WHERE changed = 1;

-- One case an account, for ever.
CREATE TABLE "case" (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    probability REAL NOT NULL,
    severity TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    -- Expected loss in US dollars a month: what the queue is ordered by.
    loss REAL NOT NULL,
    per_day REAL,
    currency TEXT,
    first_observed INTEGER NOT NULL,
    last_observed INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    assignee TEXT,
    snoozed_until INTEGER,
    -- Counts every change; who changes a case says which revision they saw.
    revision INTEGER NOT NULL DEFAULT 1,
    life TEXT NOT NULL,
    -- The last entry of its activity.
    entries INTEGER NOT NULL DEFAULT 0,
    chain BLOB NOT NULL DEFAULT (zeroblob(32))
) STRICT;
CREATE INDEX case_queue ON "case" (status, loss DESC, id);
CREATE INDEX case_all ON "case" (loss DESC, id);

-- The judgement as last made, large and rarely read.
CREATE TABLE judgement (
    case_id INTEGER PRIMARY KEY REFERENCES "case" (id) ON DELETE CASCADE,
    json BLOB NOT NULL,
    html BLOB NOT NULL,
    evidence TEXT NOT NULL
) STRICT;

CREATE TABLE label (
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    PRIMARY KEY (case_id, label)
) STRICT, WITHOUT ROWID;

-- What happened to a case, each entry with the hash of the one before.
CREATE TABLE activity (
    case_id INTEGER NOT NULL REFERENCES "case" (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

-- What a case asks people to be told; the key makes asking twice the same as once.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    case_id INTEGER REFERENCES "case" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    read_at INTEGER,
    -- The facts that the text is written from.
    body TEXT NOT NULL
) STRICT;
CREATE INDEX notice_unread ON notice (asked_at) WHERE read_at IS NULL;

-- One notice to one recipient.
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    notice_id INTEGER NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    leased_until INTEGER,
    last_error TEXT,
    delivered_at INTEGER,
    UNIQUE (notice_id, recipient)
) STRICT;
CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'waiting';

-- Who may come in: people by password, programs by token; only hashes are kept.
CREATE TABLE token (
    hash BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
