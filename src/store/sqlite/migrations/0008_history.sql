-- Why a slot did not run as a word, what made up for it, how many slots of a task may wait, and a
-- history that outlives its runs: what became of each slot, packed, and the names of removed tasks.

DROP TRIGGER task_inserted;
DROP TRIGGER task_updated;
DROP TRIGGER task_deleted;

-- Runs now go by age and size. 1,000 for each task was the default, not somebody's wish.
ALTER TABLE task RENAME COLUMN keep_runs TO keep_runs_before;
ALTER TABLE task ADD COLUMN keep_runs INTEGER NOT NULL DEFAULT 0 -- 0: by age and size alone
  CHECK (keep_runs BETWEEN 0 AND 1000000);
UPDATE task SET keep_runs = keep_runs_before WHERE keep_runs_before <> 1000;
ALTER TABLE task DROP COLUMN keep_runs_before;
ALTER TABLE task ADD COLUMN backlog_max INTEGER NOT NULL DEFAULT 1 -- slots that wait, overlap 'queue'
  CHECK (backlog_max BETWEEN 1 AND 1000);

-- NULL: it ran, or is still to. The words are those of SkipKind (include/rota/decision.h).
ALTER TABLE run ADD COLUMN skip_kind TEXT
  CHECK (skip_kind IS NULL OR skip_kind IN ('closed_day', 'paused', 'inactive', 'overlap',
         'backlog', 'not_caught_up', 'beyond_window', 'later_slot', 'changed', 'cancelled',
         'removed'));
ALTER TABLE run ADD COLUMN made_up_by INTEGER; -- the run that made up for this slot
UPDATE run SET skip_kind = CASE
    WHEN status = 'cancelled' AND reason = 'the task was removed' THEN 'removed'
    WHEN status = 'cancelled' AND reason LIKE 'overlap%' THEN 'overlap'
    WHEN status = 'cancelled' THEN 'cancelled'
    WHEN reason LIKE 'paused%' THEN 'paused'
    WHEN reason LIKE 'overlap%' THEN 'overlap'
    WHEN reason LIKE '%beyond the catch-up window%' THEN 'beyond_window'
    WHEN reason LIKE '%missed: the later slot%' THEN 'later_slot'
    WHEN reason LIKE '%missed:%' THEN 'not_caught_up'
    WHEN reason LIKE '%paused%' THEN 'paused'
    WHEN reason = 'the task is not active' THEN 'inactive'
    ELSE 'changed' END
 WHERE status IN ('skipped', 'cancelled') AND started_at IS NULL;
UPDATE run SET made_up_by = backfill.id
  FROM (SELECT max(id) AS id, task_id, scheduled_for FROM run
         WHERE cause = 'manual' AND reason = 'backfill' GROUP BY task_id, scheduled_for) AS backfill
 WHERE run.scheduled_for = backfill.scheduled_for AND run.task_id = backfill.task_id
   AND run.cause IN ('schedule', 'catch_up') AND run.skip_kind IS NOT NULL;
-- Slots that the run before them left no room for.
CREATE INDEX run_left_out ON run (task_id, scheduled_for)
  WHERE skip_kind IN ('overlap', 'backlog');

-- What became of slots whose runs are gone: up to 512 of a task, packed (src/model/slot_pack.h).
CREATE TABLE slot_history (
  id         INTEGER PRIMARY KEY,
  task_id    INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  last_slot  INTEGER NOT NULL,
  slots      INTEGER NOT NULL,
  packed     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX slot_history_by_task ON slot_history (task_id, first_slot);
CREATE INDEX slot_history_by_time ON slot_history (last_slot, first_slot);

-- Names for the history of tasks that are gone; an id is never used again.
CREATE TABLE removed_task (
  task_id    INTEGER PRIMARY KEY NOT NULL,
  name       TEXT NOT NULL,
  type       TEXT NOT NULL,
  removed_at INTEGER NOT NULL,
  removed_by TEXT NOT NULL
) STRICT;
CREATE INDEX removed_task_by_name ON removed_task (name);
INSERT INTO removed_task (task_id, name, type, removed_at, removed_by)
SELECT task_id, coalesce(json_extract(old_row, '$.name'), ''),
       coalesce(json_extract(old_row, '$.type'), ''), at, by
  FROM task_change WHERE op = 'delete' AND json_valid(old_row)
 ORDER BY seq DESC ON CONFLICT DO NOTHING;

-- Those of the second step, with the new column.
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
          'keep_runs', NEW.keep_runs, 'backlog_max', NEW.backlog_max, 'dst_gap', NEW.dst_gap, 'dst_overlap', NEW.dst_overlap,
          'calendar_id', NEW.calendar_id,
          'working_day_offset', NEW.working_day_offset, 'version', NEW.version, 'updated_at', NEW.updated_at, 'updated_by', NEW.updated_by));
  UPDATE task
     SET created_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         anchor_at = coalesce(anchor_at, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)
   WHERE id = NEW.id AND created_at = 0;
END;

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
          'keep_runs', OLD.keep_runs, 'backlog_max', OLD.backlog_max, 'dst_gap', OLD.dst_gap, 'dst_overlap', OLD.dst_overlap,
          'calendar_id', OLD.calendar_id,
          'working_day_offset', OLD.working_day_offset, 'version', OLD.version, 'updated_at', OLD.updated_at, 'updated_by', OLD.updated_by),
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
          'keep_runs', task.keep_runs, 'backlog_max', task.backlog_max, 'dst_gap', task.dst_gap, 'dst_overlap', task.dst_overlap,
          'calendar_id', task.calendar_id,
          'working_day_offset', task.working_day_offset, 'version', task.version, 'updated_at', task.updated_at, 'updated_by', task.updated_by)
    FROM task WHERE id = NEW.id;
  UPDATE task_execution
     SET replan = 1
   WHERE task_id = NEW.id AND
         (schedule_error <> '' OR -- whatever was wrong may be right now
           NEW.schedule IS NOT OLD.schedule OR
           NEW.timezone IS NOT OLD.timezone OR
           NEW.working_days_only IS NOT OLD.working_days_only OR
           NEW.on_non_working_day IS NOT OLD.on_non_working_day OR
           NEW.calendar_id IS NOT OLD.calendar_id OR
           NEW.working_day_offset IS NOT OLD.working_day_offset OR
           NEW.active IS NOT OLD.active OR
           NEW.paused_until IS NOT OLD.paused_until OR
           NEW.starts_at IS NOT OLD.starts_at OR
           NEW.ends_at IS NOT OLD.ends_at OR
           NEW.anchor_at IS NOT OLD.anchor_at OR
           NEW.jitter_s IS NOT OLD.jitter_s OR
           NEW.dst_gap IS NOT OLD.dst_gap OR
           NEW.dst_overlap IS NOT OLD.dst_overlap);
END;

CREATE TRIGGER task_deleted AFTER DELETE ON task BEGIN
  DELETE FROM task_execution WHERE task_id = OLD.id;
  DELETE FROM decision WHERE task_id = OLD.id AND first_slot > CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000;
  -- What has begun goes on to its end; its result is still recorded in the history.
  UPDATE run SET status = 'cancelled', reason = 'the task was removed', skip_kind = 'removed',
         fence = fence + 1,
         finished_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE task_id = OLD.id AND status = 'queued';
  UPDATE run SET status = 'cancelled', reason = 'the task was removed', skip_kind = 'removed',
         fence = fence + 1,
         finished_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE task_id = OLD.id AND status IN ('claimed', 'running') AND status = 'claimed';
  INSERT INTO removed_task (task_id, name, type, removed_at, removed_by)
  VALUES (OLD.id, OLD.name, OLD.type, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000, OLD.updated_by)
  ON CONFLICT DO NOTHING;
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
          'keep_runs', OLD.keep_runs, 'backlog_max', OLD.backlog_max, 'dst_gap', OLD.dst_gap, 'dst_overlap', OLD.dst_overlap,
          'calendar_id', OLD.calendar_id,
          'working_day_offset', OLD.working_day_offset, 'version', OLD.version, 'updated_at', OLD.updated_at, 'updated_by', OLD.updated_by));
END;
