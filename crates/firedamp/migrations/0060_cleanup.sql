-- Clean-ups: what was planned, who asked, who approved, what each step answered.

CREATE TABLE cleanup (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    -- `asked`, `tried`, `approved`, then `done`, `stopped` or `withdrawn`.
    state TEXT NOT NULL,
    -- The plan as JSON, and the hash of it that the approver saw.
    plan TEXT NOT NULL,
    digest TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    ended_at INTEGER,
    -- Why it stopped.
    why TEXT
) STRICT;
-- A case has one clean-up under way.
CREATE UNIQUE INDEX cleanup_open ON cleanup (case_id) WHERE state IN ('asked', 'tried', 'approved');
CREATE INDEX cleanup_waiting ON cleanup (id) WHERE state IN ('asked', 'approved');

-- Each step, once in the dry run and once for good. A step that was begun and not ended when the
-- program was killed is done again: doing it twice is the same as once.
CREATE TABLE cleanup_step (
    cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    -- 1 for the dry run.
    is_dry INTEGER NOT NULL,
    -- `begun`, `done`, `by_hand` or `failed`.
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (cleanup_id, number, is_dry)
) STRICT, WITHOUT ROWID;

-- When a case was cleaned up, by a run or by hand: what the proof counts from.
CREATE TABLE cleaned (
    case_id INTEGER PRIMARY KEY REFERENCES "case" (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT;

-- What the partner asked the provider for.
CREATE TABLE request (
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    -- `report` or `credit`.
    kind TEXT NOT NULL,
    -- `filed`, `answered`, `granted`, `refused` or `withdrawn`.
    state TEXT NOT NULL,
    -- The provider's number of it.
    reference TEXT NOT NULL,
    by TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, kind)
) STRICT, WITHOUT ROWID;

-- Packs find the objects of their records by content.
CREATE INDEX object_hash ON object (hash);
