-- Who the partner is, for whom the desk speaks: one row at most.
CREATE TABLE partner (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    mail TEXT NOT NULL,
    phone TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
