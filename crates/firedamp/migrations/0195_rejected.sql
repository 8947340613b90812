-- Why records of an object could not be read: JSON, the most frequent reasons; NULL where all were.
ALTER TABLE object ADD COLUMN reasons TEXT;
