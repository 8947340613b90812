-- How far evidence is believed, as the desk's own decided cases propose it. Nothing is judged by one
-- before it was tried on what is known and a person switched it on.
CREATE TABLE calibration (
    id INTEGER PRIMARY KEY,
    -- What a nat of evidence counts.
    scale REAL NOT NULL,
    -- `asked`, `tried`, `on` or `off`.
    standing TEXT NOT NULL,
    -- What it was fitted to, JSON.
    basis TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    -- What it would change, JSON.
    tried TEXT,
    tried_at INTEGER,
    decided_by TEXT,
    decided_at INTEGER,
    -- Whether the desk judges by it now.
    in_use INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX calibration_on ON calibration (standing) WHERE standing = 'on';
CREATE UNIQUE INDEX calibration_asked ON calibration (standing) WHERE standing = 'asked';
