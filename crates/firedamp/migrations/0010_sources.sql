-- Where telemetry comes from: how each source fares, when each account was heard there, and how far
-- what is pulled was pulled. Times are milliseconds since 1970, UTC.

CREATE TABLE source (
    -- As it is watched: a folder, a prefix of a bucket, a queue, something that is pulled.
    address TEXT PRIMARY KEY NOT NULL,
    asked_at INTEGER NOT NULL,
    -- When it last answered as it should.
    answered_at INTEGER,
    -- What went wrong since.
    error TEXT,
    -- Objects or messages that it gave.
    taken INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- How often an account is heard through a source.
CREATE TABLE feed (
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    -- The usual gap between times that it is heard, and the longest of late, in seconds.
    usual INTEGER NOT NULL,
    longest INTEGER NOT NULL,
    -- Since when it is silent for longer than it should.
    silent_since INTEGER,
    PRIMARY KEY (source, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_account ON feed (account);
CREATE INDEX feed_silent ON feed (silent_since) WHERE silent_since IS NOT NULL;

-- How far something was pulled that has no objects of its own.
CREATE TABLE pulled (
    source TEXT PRIMARY KEY NOT NULL,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
