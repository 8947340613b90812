-- What the API and the pages need besides cases.

-- Requests that name a key are done once; who asks again is given the first answer.
CREATE TABLE answer (
    -- Hash of who asks, for what, and of the key that they named.
    key BLOB PRIMARY KEY NOT NULL,
    -- Hash of the request's body.
    request BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    -- NULL until it is answered.
    status INTEGER,
    headers TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL DEFAULT (x'')
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_asked ON answer (asked_at);

-- What cases may have in common, and are searched by: remotes, pools, principals, clocks,
-- resources. Lower case.
CREATE TABLE mark (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, value, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_case ON mark (case_id);
CREATE INDEX label_label ON label (label);
CREATE INDEX case_since ON "case" (opened_at);

