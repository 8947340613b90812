-- Lists of a million cases, read in their order from an index that holds all that they are chosen by:
-- a filter that fits few of them looks at no other row.

-- The party that answers for the account, as `owner` has it.
ALTER TABLE "case" ADD COLUMN owned_by TEXT;
UPDATE "case" SET owned_by = (SELECT party FROM owner WHERE owner.account = "case".account);

CREATE TRIGGER owned_case_made AFTER INSERT ON "case" BEGIN
    UPDATE "case" SET owned_by = (SELECT party FROM owner WHERE account = NEW.account)
    WHERE id = NEW.id;
END;
CREATE TRIGGER owned_owner_made AFTER INSERT ON owner BEGIN
    UPDATE "case" SET owned_by = NEW.party WHERE account = NEW.account;
END;
CREATE TRIGGER owned_owner_changed AFTER UPDATE OF party ON owner BEGIN
    UPDATE "case" SET owned_by = NEW.party WHERE account = NEW.account;
END;
CREATE TRIGGER owned_owner_gone AFTER DELETE ON owner BEGIN
    UPDATE "case" SET owned_by = NULL WHERE account = OLD.account;
END;

-- In the order of the queue: all of them, those of one status, and those that are open.
DROP INDEX case_all;
DROP INDEX case_queue;
CREATE INDEX case_all ON "case" (loss DESC, id, status, provider, severity, owned_by, assignee,
    opened_at, probability, snoozed_until, account);
CREATE INDEX case_status ON "case" (status, loss DESC, id, provider, severity, owned_by, assignee,
    opened_at, probability, snoozed_until, account);
CREATE INDEX case_open ON "case" (loss DESC, id, status, provider, severity, owned_by, assignee,
    opened_at, probability, snoozed_until, account) WHERE status <> 'resolved';

-- What fits few of them.
CREATE INDEX case_owned ON "case" (owned_by);
CREATE INDEX case_owned_open ON "case" (owned_by, loss) WHERE status <> 'resolved';
CREATE INDEX case_assignee ON "case" (assignee) WHERE assignee IS NOT NULL;
CREATE INDEX case_likely ON "case" (probability);

-- The traffic of the last day, without a look at what is older.
CREATE INDEX object_traffic ON object (folded_at) WHERE traffic = 1;
