-- What programs of partners leave at the desk: where to ring, and their service requests.

-- One registration for each key.
CREATE TABLE webhook (
    holder TEXT PRIMARY KEY NOT NULL,
    subscriber TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    -- JSON array of names.
    events TEXT NOT NULL,
    -- The signature in a header of its own, not in Authorization.
    own_header INTEGER NOT NULL,
    scope TEXT,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_test (
    correlation TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL,
    url TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    -- NULL when it arrived.
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_test_holder ON webhook_test (holder, sent_at);

CREATE TABLE service_request (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    severity TEXT NOT NULL,
    topic INTEGER NOT NULL,
    status TEXT NOT NULL,
    made_by TEXT NOT NULL,
    scope TEXT,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;

CREATE TABLE service_request_note (
    request INTEGER NOT NULL REFERENCES service_request (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (request, number)
) STRICT, WITHOUT ROWID;
