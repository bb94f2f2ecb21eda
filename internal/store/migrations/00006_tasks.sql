-- +goose Up

-- Something to be done in a case, by one of its members, until a day. Who sees the case sees it.
CREATE TABLE tasks (
	id         TEXT PRIMARY KEY,
	case_id    TEXT NOT NULL REFERENCES cases (id),
	title      TEXT NOT NULL,
	text       TEXT NOT NULL DEFAULT '',
	assignee   TEXT NOT NULL REFERENCES users (id),
	due_on     TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
	made_by    TEXT NOT NULL,
	made_on    TEXT NOT NULL,
	made_at    TIMESTAMP NOT NULL,
	settled_on TEXT,
	version    BIGINT NOT NULL,
	updated_at TIMESTAMP NOT NULL
);
CREATE INDEX tasks_case ON tasks (case_id, due_on, id);
CREATE INDEX tasks_assignee ON tasks (assignee, state, due_on, id);
CREATE INDEX tasks_made_by ON tasks (made_by, state, due_on, id);
CREATE INDEX tasks_due ON tasks (due_on, id) WHERE state = 'open';

-- What was done with a task, and how it stood after it. seq is the task's version.
CREATE TABLE task_steps (
	task_id    TEXT NOT NULL REFERENCES tasks (id),
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	note       TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL,
	text       TEXT NOT NULL,
	assignee   TEXT NOT NULL,
	due_on     TEXT NOT NULL,
	PRIMARY KEY (task_id, seq)
);

-- A warning that somebody was given. threshold is how many days before the day (0 on it, -1 after it). The key is what makes it once
-- for each person, threshold and day, however many processes look.
CREATE TABLE warnings (
	source_id    TEXT NOT NULL,
	user_id      TEXT NOT NULL REFERENCES users (id),
	threshold    BIGINT NOT NULL,
	day          TEXT NOT NULL,
	source       TEXT NOT NULL CHECK (source IN ('clock', 'task')),
	made_on      TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	seen_at      TIMESTAMP,
	mailed_at    TIMESTAMP,
	mail_tries   BIGINT NOT NULL DEFAULT 0,
	mail_after   TIMESTAMP,
	PRIMARY KEY (source_id, user_id, threshold, day)
);
CREATE INDEX warnings_user ON warnings (user_id, made_at);
CREATE INDEX warnings_unseen ON warnings (user_id, made_at) WHERE seen_at IS NULL;

-- Where a person's warnings go by mail, if they and the office want it.
ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 1;
