-- The audit's rows are signed with a key outside the database (store/audit.h); those from before keep
-- their plain hashes and are held by the first signed row. A refusal that happens many times is one
-- row with a count. Old rows may go, but only up to where a signed row says so.

ALTER TABLE audit ADD COLUMN key_id TEXT NOT NULL DEFAULT ''; -- empty: hash is plain SHA-256
ALTER TABLE audit ADD COLUMN count INTEGER NOT NULL DEFAULT 1;

CREATE TABLE audit_pruned (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  through_seq INTEGER NOT NULL
) STRICT;

DROP TRIGGER audit_not_removed;
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit
WHEN old.seq > coalesce((SELECT through_seq FROM audit_pruned), 0) BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;

-- When the session's user last gave the password: users, secrets and tokens are changed only a few
-- minutes after it.
ALTER TABLE session ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
