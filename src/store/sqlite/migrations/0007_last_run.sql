-- The list of tasks by their last run; those that never ran lie together, by id.
CREATE INDEX task_execution_executed ON task_execution (executed_at);
