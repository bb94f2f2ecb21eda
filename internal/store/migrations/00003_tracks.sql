-- +goose Up

-- A side procedure on a case: a sealing, a suspension, a request for an extension. Its steps are rows of case_steps with its id.
CREATE TABLE case_tracks (
	id        TEXT PRIMARY KEY,
	case_id   TEXT NOT NULL REFERENCES cases (id),
	track     TEXT NOT NULL,
	state     TEXT NOT NULL,
	opened_on TEXT NOT NULL,
	ended_on  TEXT,
	facts     TEXT NOT NULL,
	seq       BIGINT NOT NULL
);
CREATE INDEX case_tracks_case ON case_tracks (case_id, seq);
CREATE INDEX case_tracks_open ON case_tracks (track, state) WHERE ended_on IS NULL;

ALTER TABLE case_steps ADD COLUMN track_id TEXT NOT NULL DEFAULT '';

-- The first closing day stays when a case is opened again.
ALTER TABLE cases ADD COLUMN first_closed_on TEXT;

-- The kinds are the program's: the check goes with the column, and the column is made anew.
ALTER TABLE cases ADD COLUMN kind_of TEXT NOT NULL DEFAULT '';
UPDATE cases SET kind_of = kind;
DROP INDEX cases_list;
ALTER TABLE cases DROP COLUMN kind;
ALTER TABLE cases RENAME COLUMN kind_of TO kind;
CREATE INDEX cases_list ON cases (kind, state, filed_on, id);

-- A clock that has an extension or an excluded interval is counted by itself (own); one that stands still has no last day yet.
ALTER TABLE deadlines ADD COLUMN own BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deadlines ADD COLUMN paused_on TEXT;
ALTER TABLE deadlines ADD COLUMN track_id TEXT NOT NULL DEFAULT '';

-- Time of a matter that does not count for the rules that leave its ground out, both days included; no to_on: still open.
CREATE TABLE deadline_spans (
	id         TEXT PRIMARY KEY,
	subject_id TEXT NOT NULL,
	ground     TEXT NOT NULL,
	from_on    TEXT NOT NULL,
	to_on      TEXT,
	document   TEXT NOT NULL DEFAULT '',
	track_id   TEXT NOT NULL DEFAULT '',
	made_by    TEXT NOT NULL,
	made_name  TEXT NOT NULL,
	made_at    TIMESTAMP NOT NULL
);
CREATE INDEX deadline_spans_subject ON deadline_spans (subject_id, from_on);

-- An extension that was granted, in the rule's order.
CREATE TABLE deadline_extensions (
	deadline_id  TEXT NOT NULL,
	seq          BIGINT NOT NULL,
	n            BIGINT NOT NULL,
	unit         TEXT NOT NULL,
	approver     TEXT NOT NULL,
	granted_on   TEXT NOT NULL,
	granted_by   TEXT NOT NULL,
	granted_name TEXT NOT NULL,
	track_id     TEXT NOT NULL DEFAULT '',
	granted_at   TIMESTAMP NOT NULL,
	PRIMARY KEY (deadline_id, seq)
);

-- +goose Down
SELECT 1;
