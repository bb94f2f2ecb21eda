-- +goose Up

-- What the ministry's statistics ask of a case and nothing else in it says: an exhibition, a foreign party, cooperation across regions, supervision from
-- above, a group of the same infringements. A flag that was taken away stays, with who did so.
CREATE TABLE case_flags (
	id           TEXT PRIMARY KEY,
	case_id      TEXT NOT NULL REFERENCES cases (id),
	flag         TEXT NOT NULL,
	note         TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	removed_by   TEXT NOT NULL DEFAULT '',
	removed_name TEXT NOT NULL DEFAULT '',
	removed_at   TIMESTAMP
);
CREATE UNIQUE INDEX case_flags_one ON case_flags (case_id, flag) WHERE removed_at IS NULL;
CREATE INDEX cases_closed ON cases (closed_on, id);
CREATE INDEX cases_decided ON cases (decided_on, id);
CREATE INDEX case_steps_day ON case_steps (step, on_day, case_id);
CREATE INDEX case_payments_day ON case_payments (on_day, case_id);

-- The summary of the cases by the month of their closing, and whether it was in time. The summary by state (case_tally) stays beside it.
-- closed is '' of a case that is not closed; timely is yes, no, or '' where the law sets no time.
CREATE TABLE case_months (
	jurisdiction    TEXT NOT NULL,
	place           TEXT NOT NULL,
	kind            TEXT NOT NULL,
	filed           TEXT NOT NULL,
	closed          TEXT NOT NULL,
	timely          TEXT NOT NULL,
	restricted      BOOLEAN NOT NULL,
	n               BIGINT NOT NULL,
	fine_fen        BIGINT NOT NULL,
	confiscated_fen BIGINT NOT NULL,
	PRIMARY KEY (filed, closed, jurisdiction, place, kind, timely, restricted)
);
CREATE INDEX case_months_closed ON case_months (closed);

-- The summary of the calls by month.
CREATE TABLE call_months (
	jurisdiction TEXT NOT NULL,
	month        TEXT NOT NULL,
	kind         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	state        TEXT NOT NULL,
	first        BOOLEAN NOT NULL,
	referred     BOOLEAN NOT NULL,
	restricted   BOOLEAN NOT NULL,
	n            BIGINT NOT NULL,
	PRIMARY KEY (month, jurisdiction, kind, subject, state, first, referred, restricted)
);

-- What stood there before, counted once. A clock decides whether a case was in time as in the statistics: all of its closing periods that ended.
INSERT INTO case_months
SELECT c.jurisdiction, c.place, c.kind, substr(c.filed_on, 1, 7), COALESCE(substr(c.closed_on, 1, 7), ''),
	CASE WHEN c.closed_on IS NULL THEN ''
		WHEN EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = c.id AND d.rule IN ('CF_CLOSE', 'INF_CLOSE', 'MED_CLOSE') AND d.stopped_on IS NOT NULL AND d.stopped_on > d.watch_on) THEN 'no'
		WHEN EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = c.id AND d.rule IN ('CF_CLOSE', 'INF_CLOSE', 'MED_CLOSE') AND d.stopped_on IS NOT NULL) THEN 'yes'
		ELSE '' END,
	c.restricted, COUNT(*), SUM(c.fine_fen), SUM(c.confiscated_fen)
FROM cases c GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO call_months
SELECT jurisdiction, substr(received_on, 1, 7), kind, subject, state, first_contact, referred, restricted, COUNT(*)
FROM calls GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- +goose Down
SELECT 1;
