-- The newest record: of an object, as far as it holds what comes all the time; of an account; of a feed.
-- One that is dated after it arrived counts as of then.
ALTER TABLE object ADD COLUMN newest INTEGER;
ALTER TABLE account ADD COLUMN newest INTEGER;
ALTER TABLE feed ADD COLUMN newest INTEGER;
