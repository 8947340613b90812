-- What an entry of the activity says in its English text, so that it can be said in other languages.
-- The chain of hashes is over the text; what doesn't say exactly that text is not told.
ALTER TABLE activity ADD COLUMN said TEXT;
