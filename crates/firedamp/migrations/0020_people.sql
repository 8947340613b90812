-- People with passwords, what they have open, and what became of notices that wait for somebody.

CREATE TABLE user (
    name TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,
    role TEXT NOT NULL,
    -- The party whose part of the tree they see; NULL for all of it.
    scope TEXT REFERENCES party (id),
    language TEXT NOT NULL,
    -- Argon2id in the PHC form; NULL until they have chosen one.
    password TEXT,
    is_disabled INTEGER NOT NULL DEFAULT 0,
    made_at INTEGER NOT NULL,
    seen_at INTEGER,
    -- The hash of a key with which a password is chosen once.
    invitation BLOB UNIQUE,
    invited_until INTEGER
) STRICT, WITHOUT ROWID;

-- A session says whose it is, not what they may do: that is looked up each time. Whoever was signed
-- in signs in again.
DROP TABLE session;
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    user TEXT COLLATE NOCASE REFERENCES user (name) ON DELETE CASCADE,
    token TEXT REFERENCES token (name) ON DELETE CASCADE,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- Where from and with what, as the browser says it: for its owner's eyes.
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    CHECK ((user IS NULL) <> (token IS NULL))
) STRICT;
CREATE INDEX session_user ON session (user);
CREATE INDEX session_token ON session (token);
CREATE INDEX session_expires ON session (expires_at);

-- A notice to one receiver alone (a summary, a test); NULL for all whom it concerns.
ALTER TABLE notice ADD COLUMN recipient TEXT;
-- Who has taken notice of it; until then it is told to the next.
ALTER TABLE notice ADD COLUMN acknowledged_at INTEGER;
ALTER TABLE notice ADD COLUMN acknowledged_by TEXT;
UPDATE notice SET acknowledged_at = read_at;
CREATE INDEX notice_open ON notice (asked_at) WHERE acknowledged_at IS NULL;
CREATE INDEX IF NOT EXISTS notice_case ON notice (case_id);

-- When it was to be sent first: quiet hours are over then.
ALTER TABLE delivery ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
UPDATE delivery SET due_at = next_at;
-- The key of the message that it went out in. A digest is bound together before it is sent, so that
-- a repeat is the same digest with the same key.
ALTER TABLE delivery ADD COLUMN sent_in TEXT;
CREATE INDEX delivery_arrived ON delivery (recipient, delivered_at) WHERE state = 'delivered';
CREATE INDEX delivery_bound ON delivery (sent_in) WHERE state = 'waiting';

-- What deadlines are counted from.
CREATE INDEX case_opened ON "case" (provider, opened_at) WHERE status <> 'resolved';
CREATE INDEX case_first ON "case" (provider, first_observed) WHERE status <> 'resolved';
