-- People, their sessions and tokens, and the record of every change. No secret stands here: only
-- argon2id texts of passwords and hashes of session ids and tokens.

CREATE TABLE user (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 100),
  role          TEXT NOT NULL CHECK (role IN ('view', 'run', 'edit', 'admin')),
  password_hash TEXT NOT NULL DEFAULT '', -- empty: cannot sign in with a password
  version       INTEGER NOT NULL DEFAULT 1,
  created_at    INTEGER NOT NULL,
  signed_in_at  INTEGER
) STRICT;

CREATE TABLE session (
  id_hash    TEXT PRIMARY KEY NOT NULL,
  user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  address    TEXT NOT NULL DEFAULT '',
  agent      TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id);

CREATE TABLE api_token (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  role       TEXT NOT NULL CHECK (role IN ('view', 'run', 'edit', 'admin')), -- at most the owner's
  hash       TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at    INTEGER
) STRICT;
CREATE INDEX api_token_user ON api_token (user_id);

-- Who changed what, when and from where. Rows are only ever added; each carries a hash of itself
-- and of the row before it, so that a change by other means is found (rota doctor).
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  action  TEXT NOT NULL,
  object  TEXT NOT NULL DEFAULT '',
  before  TEXT NOT NULL DEFAULT '', -- JSON, secrets left out
  after   TEXT NOT NULL DEFAULT '',
  hash    TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;
CREATE TRIGGER audit_not_removed BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only ever added to');
END;
