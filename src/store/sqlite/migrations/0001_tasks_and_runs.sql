-- Instants are microseconds since 1970-01-01T00:00:00Z. People may write to `task`; everything else
-- belongs to the engine. Triggers notice every writer of `task`, so a plain UPDATE takes effect.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What to do and when. Only name, type and schedule must be given.
CREATE TABLE task (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  name               TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  type               TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 100), -- the handler, snake_case
  schedule           TEXT NOT NULL CHECK (length(schedule) BETWEEN 1 AND 500), -- docs/schedules.md
  timezone           TEXT NOT NULL DEFAULT 'UTC' CHECK (length(timezone) BETWEEN 1 AND 64), -- IANA
  working_days_only  INTEGER NOT NULL DEFAULT 0 CHECK (working_days_only IN (0, 1)),
  on_non_working_day TEXT NOT NULL DEFAULT 'skip'
                     CHECK (on_non_working_day IN ('skip', 'next', 'previous', 'nearest', 'run')),
  priority           INTEGER NOT NULL DEFAULT 50 CHECK (priority BETWEEN 1 AND 100), -- 1: most urgent
  active             INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  paused_until       INTEGER -- slots before this are skipped; 253402300799000000: until resumed
                     CHECK (paused_until BETWEEN 0 AND 253402300799999999),
  pause_reason       TEXT NOT NULL DEFAULT '' CHECK (length(pause_reason) <= 500),
  metadata           TEXT NOT NULL DEFAULT '{}' -- a JSON object for the handler
                     CHECK (length(CAST(metadata AS BLOB)) <= 65536 AND CASE WHEN json_valid(metadata)
                            THEN json_type(metadata) = 'object' ELSE 0 END),
  description        TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  owner              TEXT NOT NULL DEFAULT '' CHECK (length(owner) <= 200),
  tags               TEXT NOT NULL DEFAULT '' CHECK (length(tags) <= 500), -- comma-separated
  queue              TEXT NOT NULL DEFAULT 'default' CHECK (length(queue) BETWEEN 1 AND 100),
  starts_at          INTEGER -- no slot before this
                     CHECK (starts_at BETWEEN 0 AND 253402300799999999),
  ends_at            INTEGER -- no slot at or after this
                     CHECK (ends_at BETWEEN 0 AND 253402300799999999),
  anchor_at          INTEGER -- the origin of periods; set when the task is created
                     CHECK (anchor_at BETWEEN 0 AND 253402300799999999),
  jitter_s           INTEGER NOT NULL DEFAULT 0 CHECK (jitter_s BETWEEN 0 AND 86400),
  catch_up           TEXT NOT NULL DEFAULT 'latest' CHECK (catch_up IN ('skip', 'latest', 'all')),
  catch_up_window_s  INTEGER NOT NULL DEFAULT 86400 CHECK (catch_up_window_s BETWEEN 0 AND 31622400),
  overlap            TEXT NOT NULL DEFAULT 'skip'
                     CHECK (overlap IN ('skip', 'queue', 'allow', 'cancel_running')),
  delivery           TEXT NOT NULL DEFAULT 'at_least_once'
                     CHECK (delivery IN ('at_least_once', 'at_most_once')),
  timeout_s          INTEGER NOT NULL DEFAULT 3600 CHECK (timeout_s BETWEEN 0 AND 2678400), -- 0: none
  attempts_max       INTEGER NOT NULL DEFAULT 1 CHECK (attempts_max BETWEEN 1 AND 100),
  retry_delay_s      INTEGER NOT NULL DEFAULT 30 CHECK (retry_delay_s BETWEEN 0 AND 86400),
  retry_backoff      TEXT NOT NULL DEFAULT 'exponential'
                     CHECK (retry_backoff IN ('fixed', 'exponential')),
  retry_delay_max_s  INTEGER NOT NULL DEFAULT 3600 CHECK (retry_delay_max_s BETWEEN 0 AND 604800),
  failures_max       INTEGER NOT NULL DEFAULT 0 CHECK (failures_max BETWEEN 0 AND 1000), -- 0: never
  keep_runs          INTEGER NOT NULL DEFAULT 1000 CHECK (keep_runs BETWEEN 0 AND 1000000),
  dst_gap            TEXT CHECK (dst_gap IN ('run_after', 'skip')),
  dst_overlap        TEXT CHECK (dst_overlap IN ('first', 'second', 'both')),
  version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- grows with every change
  created_at         INTEGER NOT NULL DEFAULT 0,
  updated_at         INTEGER NOT NULL DEFAULT 0,
  updated_by         TEXT NOT NULL DEFAULT 'sql'
) STRICT;

CREATE INDEX task_by_type ON task (type);
CREATE INDEX task_by_priority ON task (priority);

-- How a task stands. Written by the engine only: recording a result never changes `task`.
CREATE TABLE task_execution (
  task_id           INTEGER PRIMARY KEY NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  next_scheduled_at INTEGER,
  executed_at       INTEGER, -- start of the last finished run
  execution_time    INTEGER, -- its duration in milliseconds
  last_status       TEXT NOT NULL DEFAULT '',
  last_result       TEXT NOT NULL DEFAULT '',
  failure_count     INTEGER NOT NULL DEFAULT 0, -- failed runs in a row
  schedule_error    TEXT NOT NULL DEFAULT '', -- why the task cannot be planned
  task_version      INTEGER NOT NULL DEFAULT 1, -- that of the task: spares a claim the look there
  replan            INTEGER NOT NULL DEFAULT 1 -- 1: changed since it was last planned
) STRICT;
CREATE INDEX task_execution_due ON task_execution (next_scheduled_at)
  WHERE next_scheduled_at IS NOT NULL;
CREATE INDEX task_execution_replan ON task_execution (task_id) WHERE replan = 1;
CREATE INDEX task_execution_failing ON task_execution (failure_count)
  WHERE failure_count > 0 OR schedule_error <> '';

-- One attempt at one slot, or at one asked for by hand. Rows of a removed task may stay: its id is
-- never used again and task_change remembers its name.
CREATE TABLE run (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id       INTEGER NOT NULL,
  task_version  INTEGER NOT NULL DEFAULT 0,
  scheduled_for INTEGER NOT NULL, -- the slot
  -- OR instead of IN: a longer IN builds a table for every row that is checked.
  cause         TEXT NOT NULL CHECK (cause = 'schedule' OR cause = 'manual' OR cause = 'retry' OR
                                     cause = 'catch_up' OR cause = 'api'),
  status        TEXT NOT NULL CHECK (status = 'claimed' OR status = 'succeeded' OR
                                     status = 'failed' OR status = 'queued' OR
                                     status = 'running' OR status = 'skipped' OR
                                     status = 'timed_out' OR status = 'cancelled' OR
                                     status = 'lost'),
  reason        TEXT NOT NULL DEFAULT '',
  attempt       INTEGER NOT NULL DEFAULT 1,
  first_run_id  INTEGER, -- of a retry: the run that began the series
  lost_count    INTEGER NOT NULL DEFAULT 0, -- earlier attempts of the series that were lost
  priority      INTEGER NOT NULL DEFAULT 50,
  available_at  INTEGER NOT NULL,
  node_id       INTEGER,
  fence         INTEGER NOT NULL DEFAULT 0,
  started_at    INTEGER,
  finished_at   INTEGER,
  duration_ms   INTEGER,
  result        TEXT NOT NULL DEFAULT '',
  error         TEXT NOT NULL DEFAULT '',
  output_bytes  INTEGER NOT NULL DEFAULT 0,
  metadata      TEXT NOT NULL DEFAULT '', -- of a run by hand: instead of the task's
  requested_by  TEXT NOT NULL DEFAULT ''
) STRICT;
-- Time comes first in both, so that runs made together lie together: a batch then writes a few
-- pages, not one for each run. History is found by looking through blocks of 16,384 runs.
CREATE UNIQUE INDEX run_slot ON run (scheduled_for, task_id) WHERE cause IN ('schedule', 'catch_up');
CREATE INDEX run_history ON run (id >> 14, task_id);
CREATE INDEX run_queued ON run (available_at) WHERE status = 'queued';
CREATE INDEX run_held ON run (task_id) WHERE status IN ('claimed', 'running');

-- What a run printed, in pieces; bounded per run.
CREATE TABLE run_output (
  run_id INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  stream INTEGER NOT NULL CHECK (stream IN (0, 1, 2)), -- 1 output, 2 errors, 0 Rota's own remarks
  bytes  BLOB NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_deleted AFTER DELETE ON run BEGIN
  DELETE FROM run_output WHERE run_id = OLD.id;
END;

-- One row per start of a server.
CREATE TABLE node (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  host        TEXT NOT NULL,
  pid         INTEGER NOT NULL,
  version     TEXT NOT NULL,
  capacity    INTEGER NOT NULL DEFAULT 0,
  status      TEXT NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'draining', 'dead')),
  started_at  INTEGER NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT;

-- Every change of `task`, whoever made it, with the row before and after as JSON.
CREATE TABLE task_change (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL,
  op      TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  at      INTEGER NOT NULL,
  by      TEXT NOT NULL DEFAULT '',
  old_row TEXT NOT NULL DEFAULT '',
  new_row TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX task_change_task ON task_change (task_id, seq);

-- An execution row that was deleted by hand comes back, to be planned anew.
CREATE TRIGGER task_execution_restored AFTER DELETE ON task_execution
WHEN EXISTS (SELECT 1 FROM task WHERE id = OLD.task_id) BEGIN
  INSERT INTO task_execution (task_id, task_version)
  SELECT id, version FROM task WHERE id = OLD.task_id;
END;

CREATE TRIGGER task_inserted AFTER INSERT ON task BEGIN
  INSERT INTO task_execution (task_id, task_version) VALUES (NEW.id, NEW.version)
  ON CONFLICT (task_id) DO UPDATE SET replan = 1, task_version = NEW.version;
  INSERT INTO task_change (task_id, op, at, by, new_row)
  VALUES (NEW.id, 'insert', CASE NEW.created_at WHEN 0 THEN CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 ELSE NEW.created_at END,
          NEW.updated_by,
          json_object('id', NEW.id, 'name', NEW.name, 'type', NEW.type, 'schedule', NEW.schedule,
          'timezone', NEW.timezone, 'working_days_only', NEW.working_days_only,
          'on_non_working_day', NEW.on_non_working_day, 'priority', NEW.priority, 'active',
          NEW.active, 'paused_until', NEW.paused_until, 'pause_reason', NEW.pause_reason,
          'metadata', NEW.metadata, 'description', NEW.description, 'owner', NEW.owner, 'tags',
          NEW.tags, 'queue', NEW.queue, 'starts_at', NEW.starts_at, 'ends_at', NEW.ends_at,
          'anchor_at', NEW.anchor_at, 'jitter_s', NEW.jitter_s, 'catch_up', NEW.catch_up,
          'catch_up_window_s', NEW.catch_up_window_s, 'overlap', NEW.overlap, 'delivery',
          NEW.delivery, 'timeout_s', NEW.timeout_s, 'attempts_max', NEW.attempts_max,
          'retry_delay_s', NEW.retry_delay_s, 'retry_backoff', NEW.retry_backoff,
          'retry_delay_max_s', NEW.retry_delay_max_s, 'failures_max', NEW.failures_max,
          'keep_runs', NEW.keep_runs, 'dst_gap', NEW.dst_gap, 'dst_overlap', NEW.dst_overlap,
          'version', NEW.version, 'updated_at', NEW.updated_at, 'updated_by', NEW.updated_by));
  UPDATE task
     SET created_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         anchor_at = coalesce(anchor_at, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)
   WHERE id = NEW.id AND created_at = 0;
END;

-- Writers that do not know of `version` and `updated_at` need not care: both follow by themselves.
CREATE TRIGGER task_updated AFTER UPDATE ON task
WHEN NEW.created_at = OLD.created_at OR OLD.created_at <> 0 BEGIN
  UPDATE task
     SET version = OLD.version + 1,
         updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         updated_by = CASE WHEN NEW.updated_by IS OLD.updated_by THEN 'sql' ELSE NEW.updated_by END
   WHERE id = NEW.id AND NEW.version = OLD.version;
  INSERT INTO task_change (task_id, op, at, by, old_row, new_row)
  SELECT id, 'update', updated_at, updated_by,
         json_object('id', OLD.id, 'name', OLD.name, 'type', OLD.type, 'schedule', OLD.schedule,
          'timezone', OLD.timezone, 'working_days_only', OLD.working_days_only,
          'on_non_working_day', OLD.on_non_working_day, 'priority', OLD.priority, 'active',
          OLD.active, 'paused_until', OLD.paused_until, 'pause_reason', OLD.pause_reason,
          'metadata', OLD.metadata, 'description', OLD.description, 'owner', OLD.owner, 'tags',
          OLD.tags, 'queue', OLD.queue, 'starts_at', OLD.starts_at, 'ends_at', OLD.ends_at,
          'anchor_at', OLD.anchor_at, 'jitter_s', OLD.jitter_s, 'catch_up', OLD.catch_up,
          'catch_up_window_s', OLD.catch_up_window_s, 'overlap', OLD.overlap, 'delivery',
          OLD.delivery, 'timeout_s', OLD.timeout_s, 'attempts_max', OLD.attempts_max,
          'retry_delay_s', OLD.retry_delay_s, 'retry_backoff', OLD.retry_backoff,
          'retry_delay_max_s', OLD.retry_delay_max_s, 'failures_max', OLD.failures_max,
          'keep_runs', OLD.keep_runs, 'dst_gap', OLD.dst_gap, 'dst_overlap', OLD.dst_overlap,
          'version', OLD.version, 'updated_at', OLD.updated_at, 'updated_by', OLD.updated_by),
         json_object('id', task.id, 'name', task.name, 'type', task.type, 'schedule',
          task.schedule, 'timezone', task.timezone, 'working_days_only', task.working_days_only,
          'on_non_working_day', task.on_non_working_day, 'priority', task.priority, 'active',
          task.active, 'paused_until', task.paused_until, 'pause_reason', task.pause_reason,
          'metadata', task.metadata, 'description', task.description, 'owner', task.owner, 'tags',
          task.tags, 'queue', task.queue, 'starts_at', task.starts_at, 'ends_at', task.ends_at,
          'anchor_at', task.anchor_at, 'jitter_s', task.jitter_s, 'catch_up', task.catch_up,
          'catch_up_window_s', task.catch_up_window_s, 'overlap', task.overlap, 'delivery',
          task.delivery, 'timeout_s', task.timeout_s, 'attempts_max', task.attempts_max,
          'retry_delay_s', task.retry_delay_s, 'retry_backoff', task.retry_backoff,
          'retry_delay_max_s', task.retry_delay_max_s, 'failures_max', task.failures_max,
          'keep_runs', task.keep_runs, 'dst_gap', task.dst_gap, 'dst_overlap', task.dst_overlap,
          'version', task.version, 'updated_at', task.updated_at, 'updated_by', task.updated_by)
    FROM task WHERE id = NEW.id;
  UPDATE task_execution
     SET replan = 1
   WHERE task_id = NEW.id AND
         (NEW.schedule IS NOT OLD.schedule OR
           NEW.timezone IS NOT OLD.timezone OR
           NEW.working_days_only IS NOT OLD.working_days_only OR
           NEW.on_non_working_day IS NOT OLD.on_non_working_day OR
           NEW.active IS NOT OLD.active OR
           NEW.paused_until IS NOT OLD.paused_until OR
           NEW.starts_at IS NOT OLD.starts_at OR
           NEW.ends_at IS NOT OLD.ends_at OR
           NEW.anchor_at IS NOT OLD.anchor_at OR
           NEW.jitter_s IS NOT OLD.jitter_s OR
           NEW.dst_gap IS NOT OLD.dst_gap OR
           NEW.dst_overlap IS NOT OLD.dst_overlap);
END;

CREATE TRIGGER task_version_moved AFTER UPDATE OF version ON task BEGIN
  UPDATE task_execution SET task_version = NEW.version WHERE task_id = NEW.id;
END;

-- Works without foreign keys too, which the sqlite3 shell leaves off.
CREATE TRIGGER task_deleted AFTER DELETE ON task BEGIN
  DELETE FROM task_execution WHERE task_id = OLD.id;
  -- What has begun goes on to its end; its result is still recorded in the history.
  UPDATE run SET status = 'cancelled', reason = 'the task was removed', fence = fence + 1,
         finished_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE task_id = OLD.id AND status = 'queued';
  UPDATE run SET status = 'cancelled', reason = 'the task was removed', fence = fence + 1,
         finished_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE task_id = OLD.id AND status IN ('claimed', 'running') AND status = 'claimed';
  INSERT INTO task_change (task_id, op, at, by, old_row)
  VALUES (OLD.id, 'delete', CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000, OLD.updated_by,
          json_object('id', OLD.id, 'name', OLD.name, 'type', OLD.type, 'schedule', OLD.schedule,
          'timezone', OLD.timezone, 'working_days_only', OLD.working_days_only,
          'on_non_working_day', OLD.on_non_working_day, 'priority', OLD.priority, 'active',
          OLD.active, 'paused_until', OLD.paused_until, 'pause_reason', OLD.pause_reason,
          'metadata', OLD.metadata, 'description', OLD.description, 'owner', OLD.owner, 'tags',
          OLD.tags, 'queue', OLD.queue, 'starts_at', OLD.starts_at, 'ends_at', OLD.ends_at,
          'anchor_at', OLD.anchor_at, 'jitter_s', OLD.jitter_s, 'catch_up', OLD.catch_up,
          'catch_up_window_s', OLD.catch_up_window_s, 'overlap', OLD.overlap, 'delivery',
          OLD.delivery, 'timeout_s', OLD.timeout_s, 'attempts_max', OLD.attempts_max,
          'retry_delay_s', OLD.retry_delay_s, 'retry_backoff', OLD.retry_backoff,
          'retry_delay_max_s', OLD.retry_delay_max_s, 'failures_max', OLD.failures_max,
          'keep_runs', OLD.keep_runs, 'dst_gap', OLD.dst_gap, 'dst_overlap', OLD.dst_overlap,
          'version', OLD.version, 'updated_at', OLD.updated_at, 'updated_by', OLD.updated_by));
END;
