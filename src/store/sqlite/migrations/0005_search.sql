-- Searching a million tasks for a part of a word: every three letters in a row are indexed. It holds
-- no text of its own, and follows any writer by triggers.
CREATE VIRTUAL TABLE task_search USING fts5(
  name, type, tags, description, content = 'task', content_rowid = 'id', tokenize = 'trigram');
INSERT INTO task_search (task_search) VALUES ('rebuild');

CREATE TRIGGER task_search_inserted AFTER INSERT ON task BEGIN
  INSERT INTO task_search (rowid, name, type, tags, description)
  VALUES (NEW.id, NEW.name, NEW.type, NEW.tags, NEW.description);
END;
CREATE TRIGGER task_search_updated AFTER UPDATE OF id, name, type, tags, description ON task
WHEN NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name OR NEW.type IS NOT OLD.type OR
     NEW.tags IS NOT OLD.tags OR NEW.description IS NOT OLD.description BEGIN
  INSERT INTO task_search (task_search, rowid, name, type, tags, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.type, OLD.tags, OLD.description);
  INSERT INTO task_search (rowid, name, type, tags, description)
  VALUES (NEW.id, NEW.name, NEW.type, NEW.tags, NEW.description);
END;
CREATE TRIGGER task_search_deleted AFTER DELETE ON task BEGIN
  INSERT INTO task_search (task_search, rowid, name, type, tags, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.type, OLD.tags, OLD.description);
END;

-- Lists of the few, in the order of their ids.
CREATE INDEX task_paused ON task (id) WHERE paused_until IS NOT NULL;
CREATE INDEX task_inactive ON task (id) WHERE active = 0;
