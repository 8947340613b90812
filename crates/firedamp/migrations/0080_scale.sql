-- What every page says at its top, kept by whatever changes it: counting a million cases takes as
-- long as all the rest of a page.

CREATE TABLE total (
    name TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO total (name, value)
    SELECT 'objects', count(*) FROM object
    UNION ALL SELECT 'records', coalesce(sum(records), 0) FROM object
    UNION ALL SELECT 'rejects', coalesce(sum(rejects), 0) FROM object
    UNION ALL SELECT 'warnings', count(warning) FROM object
    UNION ALL SELECT 'accounts', count(*) FROM account
    UNION ALL SELECT 'cases', count(*) FROM "case"
    UNION ALL SELECT 'open_cases', count(*) FROM "case" WHERE status <> 'resolved'
    UNION ALL SELECT 'unread_notices', count(*) FROM notice WHERE read_at IS NULL
    UNION ALL SELECT 'dead_deliveries', count(*) FROM delivery WHERE state = 'dead';

-- The same of the accounts that a party itself answers for.
CREATE TABLE party_total (
    party TEXT PRIMARY KEY NOT NULL,
    accounts INTEGER NOT NULL DEFAULT 0,
    cases INTEGER NOT NULL DEFAULT 0,
    open_cases INTEGER NOT NULL DEFAULT 0,
    unread_notices INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notice_case ON notice (case_id);

-- What one account adds to its party.
CREATE VIEW account_total AS
    SELECT owner.account, owner.party, count("case".id) AS cases,
        count(iif("case".status <> 'resolved', 1, NULL)) AS open_cases,
        coalesce(sum((SELECT count(*) FROM notice
            WHERE notice.case_id = "case".id AND read_at IS NULL)), 0) AS unread_notices
    FROM owner LEFT JOIN "case" ON "case".account = owner.account GROUP BY owner.account;

INSERT INTO party_total (party, accounts, cases, open_cases, unread_notices)
    SELECT party, count(*), sum(cases), sum(open_cases), sum(unread_notices)
    FROM account_total GROUP BY party;

CREATE TRIGGER total_object_made AFTER INSERT ON object BEGIN
    UPDATE total SET value = value + CASE name WHEN 'objects' THEN 1 WHEN 'records' THEN NEW.records
        WHEN 'rejects' THEN NEW.rejects ELSE NEW.warning IS NOT NULL END
    WHERE name IN ('objects', 'records', 'rejects', 'warnings');
END;
CREATE TRIGGER total_object_changed AFTER UPDATE OF records, rejects, warning ON object BEGIN
    UPDATE total SET value = value + CASE name WHEN 'records' THEN NEW.records - OLD.records
        WHEN 'rejects' THEN NEW.rejects - OLD.rejects
        ELSE (NEW.warning IS NOT NULL) - (OLD.warning IS NOT NULL) END
    WHERE name IN ('records', 'rejects', 'warnings');
END;
CREATE TRIGGER total_object_gone AFTER DELETE ON object BEGIN
    UPDATE total SET value = value - CASE name WHEN 'objects' THEN 1 WHEN 'records' THEN OLD.records
        WHEN 'rejects' THEN OLD.rejects ELSE OLD.warning IS NOT NULL END
    WHERE name IN ('objects', 'records', 'rejects', 'warnings');
END;

CREATE TRIGGER total_account_made AFTER INSERT ON account BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'accounts';
END;
CREATE TRIGGER total_account_gone AFTER DELETE ON account BEGIN
    UPDATE total SET value = value - 1 WHERE name = 'accounts';
END;

CREATE TRIGGER total_case_made AFTER INSERT ON "case" BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'cases'
        OR name = 'open_cases' AND NEW.status <> 'resolved';
    UPDATE party_total SET cases = cases + 1, open_cases = open_cases + (NEW.status <> 'resolved')
    WHERE party = (SELECT party FROM owner WHERE account = NEW.account);
END;
CREATE TRIGGER total_case_changed AFTER UPDATE OF status ON "case"
WHEN (NEW.status <> 'resolved') <> (OLD.status <> 'resolved') BEGIN
    UPDATE total SET value = value + (NEW.status <> 'resolved') - (OLD.status <> 'resolved')
    WHERE name = 'open_cases';
    UPDATE party_total
    SET open_cases = open_cases + (NEW.status <> 'resolved') - (OLD.status <> 'resolved')
    WHERE party = (SELECT party FROM owner WHERE account = NEW.account);
END;
-- While the case can still be asked whose it is.
CREATE TRIGGER total_case_goes BEFORE DELETE ON "case" BEGIN
    DELETE FROM notice WHERE case_id = OLD.id;
    UPDATE total SET value = value - 1 WHERE name = 'cases'
        OR name = 'open_cases' AND OLD.status <> 'resolved';
    UPDATE party_total SET cases = cases - 1, open_cases = open_cases - (OLD.status <> 'resolved')
    WHERE party = (SELECT party FROM owner WHERE account = OLD.account);
END;

CREATE TRIGGER total_notice_made AFTER INSERT ON notice WHEN NEW.read_at IS NULL BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'unread_notices';
    UPDATE party_total SET unread_notices = unread_notices + 1
    WHERE party = (SELECT party FROM "case" JOIN owner USING (account) WHERE id = NEW.case_id);
END;
CREATE TRIGGER total_notice_changed AFTER UPDATE OF read_at ON notice
WHEN (NEW.read_at IS NULL) <> (OLD.read_at IS NULL) BEGIN
    UPDATE total SET value = value + (NEW.read_at IS NULL) - (OLD.read_at IS NULL)
    WHERE name = 'unread_notices';
    UPDATE party_total
    SET unread_notices = unread_notices + (NEW.read_at IS NULL) - (OLD.read_at IS NULL)
    WHERE party = (SELECT party FROM "case" JOIN owner USING (account) WHERE id = NEW.case_id);
END;
CREATE TRIGGER total_notice_gone AFTER DELETE ON notice WHEN OLD.read_at IS NULL BEGIN
    UPDATE total SET value = value - 1 WHERE name = 'unread_notices';
    UPDATE party_total SET unread_notices = unread_notices - 1
    WHERE party = (SELECT party FROM "case" JOIN owner USING (account) WHERE id = OLD.case_id);
END;

CREATE TRIGGER total_delivery_made AFTER INSERT ON delivery WHEN NEW.state = 'dead' BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'dead_deliveries';
END;
CREATE TRIGGER total_delivery_changed AFTER UPDATE OF state ON delivery
WHEN (NEW.state = 'dead') <> (OLD.state = 'dead') BEGIN
    UPDATE total SET value = value + (NEW.state = 'dead') - (OLD.state = 'dead')
    WHERE name = 'dead_deliveries';
END;
CREATE TRIGGER total_delivery_gone AFTER DELETE ON delivery WHEN OLD.state = 'dead' BEGIN
    UPDATE total SET value = value - 1 WHERE name = 'dead_deliveries';
END;

CREATE TRIGGER total_owner_made AFTER INSERT ON owner BEGIN
    INSERT INTO party_total (party) VALUES (NEW.party) ON CONFLICT (party) DO NOTHING;
    UPDATE party_total SET accounts = party_total.accounts + 1,
        cases = party_total.cases + one.cases,
        open_cases = party_total.open_cases + one.open_cases,
        unread_notices = party_total.unread_notices + one.unread_notices
    FROM (SELECT * FROM account_total WHERE account = NEW.account) AS one
    WHERE party_total.party = NEW.party;
END;
CREATE TRIGGER total_owner_goes BEFORE DELETE ON owner BEGIN
    UPDATE party_total SET accounts = party_total.accounts - 1,
        cases = party_total.cases - one.cases,
        open_cases = party_total.open_cases - one.open_cases,
        unread_notices = party_total.unread_notices - one.unread_notices
    FROM (SELECT * FROM account_total WHERE account = OLD.account) AS one
    WHERE party_total.party = OLD.party;
END;
CREATE TRIGGER total_owner_changed AFTER UPDATE OF party ON owner WHEN NEW.party <> OLD.party BEGIN
    INSERT INTO party_total (party) VALUES (NEW.party) ON CONFLICT (party) DO NOTHING;
    UPDATE party_total SET accounts = party_total.accounts + step,
        cases = party_total.cases + step * one.cases,
        open_cases = party_total.open_cases + step * one.open_cases,
        unread_notices = party_total.unread_notices + step * one.unread_notices
    FROM (SELECT * FROM account_total WHERE account = NEW.account) AS one
        JOIN (SELECT NEW.party AS whose, 1 AS step UNION ALL SELECT OLD.party, -1)
    WHERE party_total.party = whose;
END;

-- What the desk has at hand of every account while the account's states stay here.
CREATE TABLE brief (
    account TEXT PRIMARY KEY NOT NULL,
    -- How it is written, and by which weights; what another program wrote is none.
    version TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
