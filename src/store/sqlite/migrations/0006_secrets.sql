-- Secrets that tasks may name, sealed with a key that stands in a file beside the database and never
-- in it. The seal covers id and name, so that rows cannot be exchanged unnoticed.
CREATE TABLE secret (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  nonce      BLOB NOT NULL,
  ciphertext BLOB NOT NULL,
  key_id     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  used_at    INTEGER
) STRICT;
