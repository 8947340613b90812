-- An account has one case, and may be hijacked more than once: what is to be done by when counts from
-- the present incident, not from the first.
ALTER TABLE "case" ADD COLUMN begun_at INTEGER NOT NULL DEFAULT 0;
-- What was observed until then belongs to incidents that were cleaned up.
ALTER TABLE "case" ADD COLUMN settled_until INTEGER;
UPDATE "case" SET begun_at = coalesce((SELECT max(asked_at) FROM notice
    WHERE case_id = "case".id AND kind IN ('case_reopened', 'case_breached')), opened_at);
DROP INDEX case_opened;
CREATE INDEX case_begun ON "case" (provider, begun_at) WHERE status <> 'resolved';
