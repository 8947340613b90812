-- Cases by any text within their account's name, and by their cloud and severity, without a look at all
-- of them.

-- Of each account every three letters that stand together, and no text: thirteen to thirty-seven bytes a case.
-- Two spaces follow each, so that every letter and every two begin such three.
CREATE VIRTUAL TABLE case_text USING fts5 (
    account, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram case_sensitive 1'
);
-- The same by these letters.
CREATE VIRTUAL TABLE case_term USING fts5vocab (case_text, instance);
INSERT INTO case_text (rowid, account) SELECT id, account || '  ' FROM "case";

CREATE TRIGGER text_case_made AFTER INSERT ON "case" BEGIN
    INSERT INTO case_text (rowid, account) VALUES (NEW.id, NEW.account || '  ');
END;
CREATE TRIGGER text_case_gone AFTER DELETE ON "case" BEGIN
    INSERT INTO case_text (case_text, rowid, account) VALUES ('delete', OLD.id, OLD.account || '  ');
END;

CREATE INDEX case_kind ON "case" (provider, severity);
