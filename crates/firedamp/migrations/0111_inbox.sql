-- The inbox is looked at every second, and lists are read from their end: never the whole of it.
CREATE INDEX notice_inbox ON notice (asked_at, id) WHERE recipient IS NULL;
CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';
CREATE INDEX delivery_recipient ON delivery (recipient, id);
