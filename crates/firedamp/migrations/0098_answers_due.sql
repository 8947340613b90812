-- By when a provider wants to hear of a case, where one of its notices says so, and which one.
ALTER TABLE "case" ADD COLUMN answer_due_at INTEGER;
ALTER TABLE "case" ADD COLUMN answer_due_to TEXT;
CREATE INDEX case_answer_due ON "case" (answer_due_at, id) WHERE answer_due_at IS NOT NULL;
