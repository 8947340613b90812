-- An account has one case, and may be hijacked more than once: what was asked of the provider and which
-- steps were taken belong to one incident, so that the next one writes over neither.

CREATE TABLE request_of_incident (
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    -- When the incident began: `begun_at` of the case, as it was then.
    incident INTEGER NOT NULL,
    -- `report` or `credit`.
    kind TEXT NOT NULL,
    -- `asked`, `failed`, `filed`, `answered`, `granted`, `refused` or `withdrawn`.
    state TEXT NOT NULL,
    -- The provider's number of it.
    reference TEXT NOT NULL,
    by TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, incident, kind)
) STRICT, WITHOUT ROWID;

-- What is there belongs to the incident in which it was made. Of incidents before the present one the
-- notices tell; of those whose notices are forgotten the case's own beginning is left. Who asked again in
-- the next incident wrote over the request of the one before, and its first time stayed: where it was
-- asked for or filed in the present incident, as the log of the case tells, it is of this.
INSERT INTO request_of_incident
SELECT case_id, CASE WHEN filed_at >= begun_at OR (request.changed_at >= begun_at
    AND (request.state IN ('asked', 'failed') OR request.state = 'filed' AND EXISTS
        (SELECT 1 FROM activity WHERE activity.case_id = request.case_id
         AND activity.kind = 'request' AND activity.at = request.changed_at)))
    THEN begun_at ELSE max(opened_at, coalesce(
    (SELECT max(asked_at) FROM notice WHERE notice.case_id = request.case_id
     AND notice.kind IN ('case_reopened', 'case_breached') AND asked_at <= filed_at), 0)) END,
    kind, state, reference, by, filed_at, request.changed_at
FROM request JOIN "case" ON "case".id = case_id;
DROP TABLE request;
ALTER TABLE request_of_incident RENAME TO request;

CREATE TABLE step_of_incident (
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    incident INTEGER NOT NULL,
    step TEXT NOT NULL,
    -- `done`, `found` or `not_applicable`.
    result TEXT NOT NULL,
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, incident, step)
) STRICT, WITHOUT ROWID;
INSERT INTO step_of_incident
SELECT case_id, CASE WHEN at >= begun_at THEN begun_at ELSE max(opened_at, coalesce(
    (SELECT max(asked_at) FROM notice WHERE notice.case_id = step.case_id
     AND notice.kind IN ('case_reopened', 'case_breached') AND asked_at <= at), 0)) END,
    step, result, note, by, at
FROM step JOIN "case" ON "case".id = case_id;
DROP TABLE step;
ALTER TABLE step_of_incident RENAME TO step;
