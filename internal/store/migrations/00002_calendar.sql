-- +goose Up

-- The calendar in force is the program's years and the notices that a chief has approved. One row; every approval adds one, and each
-- process reads the notices again when it differs. Generation 1 is the program's years alone.
CREATE TABLE calendar_generation (
	id  INTEGER PRIMARY KEY CHECK (id = 1),
	gen BIGINT NOT NULL
);
INSERT INTO calendar_generation (id, gen) VALUES (1, 1);

-- A holiday notice proposed by an administrator (undoes is empty), or the proposal to undo one (undoes names it). A notice counts
-- from generation in_gen until before out_gen; 0 is not yet. carried_to is the last clock that was counted anew, so that the work
-- goes on where it stopped.
CREATE TABLE calendar_notices (
	id            TEXT PRIMARY KEY,
	undoes        TEXT REFERENCES calendar_notices (id),
	jurisdiction  TEXT NOT NULL,
	year          BIGINT NOT NULL,
	correction    BOOLEAN NOT NULL,
	title         TEXT NOT NULL,
	number        TEXT NOT NULL,
	text          TEXT NOT NULL,
	hash          TEXT NOT NULL,
	state         TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'undone', 'rejected')),
	proposed_by   TEXT NOT NULL,
	proposed_name TEXT NOT NULL,
	proposed_at   TIMESTAMP NOT NULL,
	proposed_why  TEXT NOT NULL DEFAULT '',
	decided_by    TEXT NOT NULL DEFAULT '',
	decided_name  TEXT NOT NULL DEFAULT '',
	decided_at    TIMESTAMP,
	decided_why   TEXT NOT NULL DEFAULT '',
	in_gen        BIGINT NOT NULL DEFAULT 0,
	out_gen       BIGINT NOT NULL DEFAULT 0,
	carried_to    TEXT NOT NULL DEFAULT '',
	carried       BIGINT NOT NULL DEFAULT 0,
	moved         BIGINT NOT NULL DEFAULT 0,
	overdue       BIGINT NOT NULL DEFAULT 0,
	carried_at    TIMESTAMP,
	version       BIGINT NOT NULL
);
CREATE INDEX calendar_notices_year ON calendar_notices (year, proposed_at, id);

-- The generation of the calendar that a clock was last counted with: the proof of a clock that stands still is read from that one.
ALTER TABLE deadlines ADD COLUMN calendar_gen BIGINT NOT NULL DEFAULT 1;

-- What a notice, or the undoing of one, did to a clock.
CREATE TABLE deadline_moves (
	notice_id        TEXT NOT NULL REFERENCES calendar_notices (id),
	deadline_id      TEXT NOT NULL,
	from_strict      TEXT NOT NULL,
	from_due         TEXT NOT NULL,
	from_watch       TEXT NOT NULL,
	from_provisional BOOLEAN NOT NULL,
	to_strict        TEXT NOT NULL,
	to_due           TEXT NOT NULL,
	to_watch         TEXT NOT NULL,
	to_provisional   BOOLEAN NOT NULL,
	at               TIMESTAMP NOT NULL,
	PRIMARY KEY (notice_id, deadline_id)
);
CREATE INDEX deadline_moves_deadline ON deadline_moves (deadline_id);

-- +goose Down
SELECT 1;
