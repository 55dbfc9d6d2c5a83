-- Calendars say which dates are working days; decisions, why a slot did not become a run. Dates are
-- texts ('2026-12-25'). People may write to calendar, holiday and calendar_feed; triggers notice.

CREATE TABLE calendar (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  parent_id   INTEGER REFERENCES calendar (id) -- what it stands on
              CHECK (parent_id <> id),
  weekend     TEXT -- 'sat,sun'; '': none; NULL: the parent's, or 'sat,sun'
              CHECK (length(weekend) <= 100 AND trim(replace(replace(replace(replace(replace(
                     replace(replace(lower(weekend), 'mon', ''), 'tue', ''), 'wed', ''),
                     'thu', ''), 'fri', ''), 'sat', ''), 'sun', ''), ', ') = ''),
  rule        TEXT NOT NULL DEFAULT '' -- bank holidays that are computed
              CHECK (rule IN ('', 'england-and-wales', 'scotland', 'northern-ireland')),
  valid_from  TEXT -- before it, it adds nothing to its parent
              CHECK (valid_from IS NULL OR (date(valid_from) IS valid_from AND
                     valid_from BETWEEN '1970-01-01' AND '2199-12-31')),
  valid_until TEXT -- after it, it adds nothing to its parent
              CHECK (valid_until IS NULL OR (date(valid_until) IS valid_until AND
                     valid_until BETWEEN '1970-01-01' AND '2199-12-31')),
  version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- grows with its days, too
  created_at  INTEGER NOT NULL DEFAULT 0,
  updated_at  INTEGER NOT NULL DEFAULT 0,
  updated_by  TEXT NOT NULL DEFAULT 'sql'
) STRICT;
CREATE INDEX calendar_by_parent ON calendar (parent_id) WHERE parent_id IS NOT NULL;

-- Days that are not what rule, parent and weekend say.
CREATE TABLE holiday (
  calendar_id INTEGER NOT NULL REFERENCES calendar (id) ON DELETE CASCADE,
  date        TEXT NOT NULL CHECK (date(date) IS date AND date BETWEEN '1970-01-01' AND '2199-12-31'),
  title       TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  source      TEXT NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'import', 'feed')),
  closed      INTEGER NOT NULL DEFAULT 1 CHECK (closed IN (0, 1)), -- 0: a working day after all
  PRIMARY KEY (calendar_id, date)
) STRICT, WITHOUT ROWID;

-- An address that a calendar's days come from; asked by the server.
CREATE TABLE calendar_feed (
  calendar_id   INTEGER PRIMARY KEY NOT NULL REFERENCES calendar (id) ON DELETE CASCADE,
  url           TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
  format        TEXT NOT NULL DEFAULT 'ics' CHECK (format IN ('ics', 'gov.uk')),
  division      TEXT NOT NULL DEFAULT '' CHECK (length(division) <= 100), -- of a gov.uk feed
  refresh_s     INTEGER NOT NULL DEFAULT 86400 CHECK (refresh_s BETWEEN 60 AND 31622400),
  -- From here on the server's own notes.
  etag          TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '',
  fetched_at    INTEGER, -- when the days that stand now came
  checked_at    INTEGER, -- when it was last asked; NULL: to be asked now
  covers_from   TEXT,
  covers_until  TEXT,
  error         TEXT NOT NULL DEFAULT '' -- of the last asking
) STRICT;

-- Every change of the three, and of the default, whoever makes it; oldest rows go in time.
CREATE TABLE calendar_change (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  calendar_id INTEGER NOT NULL,
  at          INTEGER NOT NULL
) STRICT;

CREATE TRIGGER calendar_inserted AFTER INSERT ON calendar BEGIN
  UPDATE calendar
     SET created_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE id = NEW.id AND created_at = 0;
  INSERT INTO calendar_change (calendar_id, at) VALUES (NEW.id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000);
END;

-- Writers that do not know of `version` and `updated_at` need not care: both follow by themselves.
CREATE TRIGGER calendar_updated AFTER UPDATE ON calendar
WHEN NEW.version = OLD.version AND (NEW.created_at = OLD.created_at OR OLD.created_at <> 0) BEGIN
  UPDATE calendar
     SET version = OLD.version + 1,
         updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000,
         updated_by = CASE WHEN NEW.updated_by IS OLD.updated_by THEN 'sql' ELSE NEW.updated_by END
   WHERE id = NEW.id AND version = OLD.version;
END;
CREATE TRIGGER calendar_version_moved AFTER UPDATE OF version ON calendar
WHEN NEW.version <> OLD.version BEGIN
  INSERT INTO calendar_change (calendar_id, at) VALUES (NEW.id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000);
END;
CREATE TRIGGER calendar_renamed AFTER UPDATE OF name ON calendar BEGIN
  UPDATE setting SET value = NEW.name WHERE name = 'default_calendar' AND value = OLD.name;
END;

-- The rules hold without foreign keys too, which the sqlite3 shell leaves off.
CREATE TRIGGER calendar_in_use BEFORE DELETE ON calendar BEGIN
  SELECT RAISE(ABORT, 'tasks follow this calendar')
   WHERE EXISTS (SELECT 1 FROM task WHERE calendar_id = OLD.id);
  SELECT RAISE(ABORT, 'other calendars stand on this calendar')
   WHERE EXISTS (SELECT 1 FROM calendar WHERE parent_id = OLD.id);
  SELECT RAISE(ABORT, 'this is the default calendar')
   WHERE OLD.name = coalesce((SELECT value FROM setting WHERE name = 'default_calendar'),
                             'england-and-wales');
END;
CREATE TRIGGER calendar_deleted AFTER DELETE ON calendar BEGIN
  DELETE FROM holiday WHERE calendar_id = OLD.id;
  DELETE FROM calendar_feed WHERE calendar_id = OLD.id;
  INSERT INTO calendar_change (calendar_id, at) VALUES (OLD.id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000);
END;

CREATE TRIGGER holiday_inserted AFTER INSERT ON holiday BEGIN
  SELECT RAISE(ABORT, 'there is no such calendar')
   WHERE NOT EXISTS (SELECT 1 FROM calendar WHERE id = NEW.calendar_id);
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = NEW.calendar_id;
END;
CREATE TRIGGER holiday_updated AFTER UPDATE ON holiday BEGIN
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = NEW.calendar_id;
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
   WHERE id = OLD.calendar_id AND id <> NEW.calendar_id;
END;
CREATE TRIGGER holiday_deleted AFTER DELETE ON holiday BEGIN
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = OLD.calendar_id;
  -- It may have stood on a day of the feed, which only a complete answer brings back.
  UPDATE calendar_feed SET etag = '', last_modified = '', checked_at = NULL
   WHERE calendar_id = OLD.calendar_id AND OLD.source <> 'feed';
END;

CREATE TRIGGER calendar_feed_inserted AFTER INSERT ON calendar_feed BEGIN
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = NEW.calendar_id;
END;
-- When it was asked, and with what outcome, changes no day.
CREATE TRIGGER calendar_feed_updated AFTER UPDATE ON calendar_feed
WHEN NEW.url IS NOT OLD.url OR NEW.format IS NOT OLD.format OR NEW.division IS NOT OLD.division OR
     NEW.refresh_s IS NOT OLD.refresh_s OR NEW.covers_from IS NOT OLD.covers_from OR
     NEW.covers_until IS NOT OLD.covers_until BEGIN
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = NEW.calendar_id;
END;
CREATE TRIGGER calendar_feed_deleted AFTER DELETE ON calendar_feed BEGIN
  UPDATE calendar SET version = version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 WHERE id = OLD.calendar_id;
END;

-- The default is kept by name; another default is a change for all that follow it.
CREATE TRIGGER default_calendar_inserted AFTER INSERT ON setting
WHEN NEW.name = 'default_calendar' BEGIN
  SELECT RAISE(ABORT, 'there is no calendar of this name')
   WHERE NOT EXISTS (SELECT 1 FROM calendar WHERE name = NEW.value);
  INSERT INTO calendar_change (calendar_id, at)
  SELECT id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 FROM calendar WHERE name = NEW.value;
END;
CREATE TRIGGER default_calendar_updated AFTER UPDATE ON setting
WHEN NEW.name = 'default_calendar' AND NEW.value <> OLD.value BEGIN
  SELECT RAISE(ABORT, 'there is no calendar of this name')
   WHERE NOT EXISTS (SELECT 1 FROM calendar WHERE name = NEW.value);
  INSERT INTO calendar_change (calendar_id, at)
  SELECT id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 FROM calendar WHERE name = NEW.value;
END;
CREATE TRIGGER default_calendar_deleted AFTER DELETE ON setting
WHEN OLD.name = 'default_calendar' BEGIN
  INSERT INTO calendar_change (calendar_id, at)
  SELECT id, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 FROM calendar WHERE name = 'england-and-wales';
END;

-- Slots that a rule took away before they became runs, one row for each closed day of a task.
CREATE TABLE decision (
  task_id    INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  last_slot  INTEGER NOT NULL,
  slots      INTEGER NOT NULL DEFAULT 1,
  kind       TEXT NOT NULL, -- 'closed_day'
  reason     TEXT NOT NULL DEFAULT '', -- 'Easter Monday'
  PRIMARY KEY (task_id, first_slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_by_slot ON decision (first_slot);
-- So that the slots that did not run are found without looking at those that did.
CREATE INDEX run_unrun ON run (scheduled_for, task_id)
  WHERE status IN ('skipped', 'cancelled') AND cause IN ('schedule', 'catch_up');

ALTER TABLE task ADD COLUMN calendar_id INTEGER -- NULL: the default calendar
  REFERENCES calendar (id);
ALTER TABLE task ADD COLUMN working_day_offset INTEGER NOT NULL DEFAULT 0
  CHECK (working_day_offset BETWEEN -60 AND 60 AND (working_day_offset = 0 OR working_days_only = 1));
CREATE INDEX task_by_calendar ON task (calendar_id) WHERE calendar_id IS NOT NULL;
-- Tasks that a calendar has a say in: by their flag, or by a word of their schedule (WD, LWD ...).
CREATE INDEX task_of_working_days ON task (calendar_id)
  WHERE working_days_only = 1 OR schedule GLOB '*[Ww]*';

CREATE TRIGGER task_calendar_inserted BEFORE INSERT ON task WHEN NEW.calendar_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'there is no such calendar')
   WHERE NOT EXISTS (SELECT 1 FROM calendar WHERE id = NEW.calendar_id);
END;
CREATE TRIGGER task_calendar_updated BEFORE UPDATE OF calendar_id ON task
WHEN NEW.calendar_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'there is no such calendar')
   WHERE NOT EXISTS (SELECT 1 FROM calendar WHERE id = NEW.calendar_id);
END;

-- Those of the first step, with the new columns.
DROP TRIGGER task_inserted;
DROP TRIGGER task_updated;
DROP TRIGGER task_deleted;

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
          'keep_runs', OLD.keep_runs, 'dst_gap', OLD.dst_gap, 'dst_overlap', OLD.dst_overlap,
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
          'keep_runs', task.keep_runs, 'dst_gap', task.dst_gap, 'dst_overlap', task.dst_overlap,
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
          'calendar_id', OLD.calendar_id,
          'working_day_offset', OLD.working_day_offset, 'version', OLD.version, 'updated_at', OLD.updated_at, 'updated_by', OLD.updated_by));
END;

INSERT INTO calendar (name, description, rule, updated_by) VALUES
  ('england-and-wales', 'Bank holidays of England and Wales', 'england-and-wales', 'rota'),
  ('scotland', 'Bank holidays of Scotland', 'scotland', 'rota'),
  ('northern-ireland', 'Bank holidays of Northern Ireland', 'northern-ireland', 'rota'),
  ('weekdays', 'Monday to Friday, no holidays', '', 'rota');
INSERT INTO setting (name, value) VALUES ('default_calendar', 'england-and-wales');
