-- Counts what changes in the tree: a receiver that is told of one part of it is told of the cases that
-- come to lie there later.
INSERT INTO total (name, value) VALUES ('tree', 0);

CREATE TRIGGER tree_owner_made AFTER INSERT ON owner BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'tree';
END;
CREATE TRIGGER tree_owner_changed AFTER UPDATE OF party ON owner WHEN NEW.party <> OLD.party BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'tree';
END;
CREATE TRIGGER tree_party_changed AFTER UPDATE OF parent ON party
WHEN NEW.parent IS NOT OLD.parent BEGIN
    UPDATE total SET value = value + 1 WHERE name = 'tree';
END;
