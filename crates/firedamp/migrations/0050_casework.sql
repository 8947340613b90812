-- What people find out and decide on the way of a case: authorisations, what is known of customers,
-- questions to them, steps that were taken.

CREATE TABLE authorisation (
    id INTEGER PRIMARY KEY,
    party TEXT NOT NULL REFERENCES party (id),
    -- `proposed`, `approved`, `declined` or `withdrawn`.
    state TEXT NOT NULL,
    -- As JSON: who asked, scope, limits, term.
    body TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    withdrawn_by TEXT,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX authorisation_party ON authorisation (party);

-- What of a judgement decides about its case, as JSON; empty in judgements of older programs.
ALTER TABLE judgement ADD COLUMN seen TEXT NOT NULL DEFAULT '';

-- What a source said of a customer or of one of its accounts, and when.
CREATE TABLE fact (
    -- `standing` or `posture`.
    subject TEXT NOT NULL,
    party TEXT NOT NULL,
    -- Empty where it is said of the customer.
    account TEXT NOT NULL,
    part TEXT NOT NULL,
    source TEXT NOT NULL,
    value TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (subject, party, account, part, source)
) STRICT, WITHOUT ROWID;

-- Questions to customers, and what they answered.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The receiver in the book, or `copied`.
    way TEXT NOT NULL,
    -- `sending`, `sent` or `failed`.
    state TEXT NOT NULL,
    error TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is tried next, while it is `sending`.
    next_at INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    answer TEXT,
    answer_text TEXT,
    answered_by TEXT,
    answered_at INTEGER,
    noted_by TEXT
) STRICT;
CREATE INDEX contact_case ON contact (case_id);

-- Steps of a case's checklist with their results.
CREATE TABLE step (
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    -- `done`, `found` or `not_applicable`.
    result TEXT NOT NULL,
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, step)
) STRICT, WITHOUT ROWID;
