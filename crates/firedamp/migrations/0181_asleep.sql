-- The few cases that sleep, counted for the queue.
CREATE INDEX case_asleep ON "case" (snoozed_until) WHERE snoozed_until IS NOT NULL;
