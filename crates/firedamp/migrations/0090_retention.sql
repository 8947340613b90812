-- What was forgotten, and what may be.

-- Objects that were forgotten and may still stand where they were: they are not new for that.
CREATE TABLE forgotten (
    address TEXT PRIMARY KEY NOT NULL,
    version TEXT NOT NULL,
    path TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The oldest notices, without a look at all of them.
CREATE INDEX notice_asked ON notice (asked_at);

-- Cases from before there was a search: what they are found by is written one after the other.
CREATE TABLE unmarked (
    case_id INTEGER PRIMARY KEY REFERENCES "case" (id) ON DELETE CASCADE
) STRICT;
INSERT INTO unmarked (case_id) SELECT case_id FROM judgement
    WHERE NOT EXISTS (SELECT 1 FROM mark WHERE mark.case_id = judgement.case_id);
