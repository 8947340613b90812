-- The way back of clean-ups: how it was before each step, and runs that undo others.

-- An undo is a clean-up, too: tried dry, approved by somebody else, carried out step by step.
ALTER TABLE cleanup ADD COLUMN undoes INTEGER REFERENCES cleanup (id) ON DELETE CASCADE;

-- Written before a step is done for the first time and never again: afterwards nobody can tell how it
-- was. Of an undo, what it goes back to.
CREATE TABLE cleanup_former (
    cleanup_id INTEGER NOT NULL REFERENCES cleanup (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    -- As JSON.
    former TEXT NOT NULL,
    PRIMARY KEY (cleanup_id, number)
) STRICT, WITHOUT ROWID;
