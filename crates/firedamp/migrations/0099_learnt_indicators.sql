-- Pools that alerts of providers name and no list has. Nothing is used before a person approves it.
CREATE TABLE learnt (
    id INTEGER PRIMARY KEY,
    -- A domain or an address.
    name TEXT NOT NULL UNIQUE,
    -- `proposed`, `approved`, `refused` or `withdrawn`.
    standing TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    -- An approved one is used until then.
    until INTEGER,
    -- Whether the desk judges by it now.
    in_use INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX learnt_in_use ON learnt (name) WHERE in_use = 1;
-- Whose alerts named it: counted, and shown to nobody.
CREATE TABLE learnt_from (
    learnt INTEGER NOT NULL REFERENCES learnt (id),
    account TEXT NOT NULL,
    PRIMARY KEY (learnt, account)
) STRICT, WITHOUT ROWID;
