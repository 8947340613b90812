-- Objects that can't be read, or not wholly.
CREATE INDEX object_unreadable ON object (address) WHERE warning IS NOT NULL OR rejects > 0;
