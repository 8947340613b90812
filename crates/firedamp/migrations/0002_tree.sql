-- The partner's tree: who answers for what, and who may see which part of it.

CREATE TABLE party (
    id TEXT PRIMARY KEY NOT NULL,
    -- `reseller` or `customer`.
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT REFERENCES party (id) DEFERRABLE INITIALLY DEFERRED,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    contact TEXT NOT NULL,
    mail TEXT NOT NULL,
    phone TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX party_parent ON party (parent);
CREATE INDEX party_name ON party (name COLLATE NOCASE, id);

-- Accounts are listed before telemetry names them, and the other way round.
CREATE TABLE owner (
    account TEXT PRIMARY KEY NOT NULL,
    party TEXT NOT NULL REFERENCES party (id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX owner_party ON owner (party);

-- The party whose part of the tree a key opens; NULL for all of it.
ALTER TABLE token ADD COLUMN scope TEXT;
ALTER TABLE session ADD COLUMN scope TEXT;
