-- +goose Up
-- What is open, and the clocks that run: few of many, found by themselves. These indexes hold what is asked of the rows, so that counting reads no row.
CREATE INDEX cases_open ON cases (place, kind, jurisdiction, restricted, state, id) WHERE state NOT IN ('closed', 'archived');
CREATE INDEX deadlines_open ON deadlines (subject_id, paused_on, office_duty, watch_on, stopped_on) WHERE stopped_on IS NULL;
DROP INDEX deadlines_subject;
CREATE INDEX deadlines_subject ON deadlines (subject_id, rule, stopped_on, watch_on, paused_on);
CREATE INDEX deadlines_stopped ON deadlines (stopped_on, watch_on, rule, paused_on, subject_id);
DROP INDEX cases_closed;
CREATE INDEX cases_closed ON cases (closed_on, id, restricted, jurisdiction, kind, place, filed_on);
DROP INDEX cases_filed;
CREATE INDEX cases_filed ON cases (filed_on, id, restricted, jurisdiction, kind, place, closed_on);

-- The summary of the closed cases by their officers and the month of their closing: a case of two officers counts for each.
CREATE TABLE officer_months (
	user_id      TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	place        TEXT NOT NULL,
	kind         TEXT NOT NULL,
	closed       TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL,
	n            BIGINT NOT NULL,
	PRIMARY KEY (closed, user_id, jurisdiction, place, kind, restricted)
);
INSERT INTO officer_months
SELECT m.user_id, c.jurisdiction, c.place, c.kind, substr(c.closed_on, 1, 7), c.restricted, COUNT(*)
FROM cases c JOIN members m ON m.subject_id = c.id AND m.part = 'officer' WHERE c.closed_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6;

-- +goose Down
DROP TABLE officer_months;
DROP INDEX cases_filed;
CREATE INDEX cases_filed ON cases (filed_on, id, restricted, jurisdiction);
DROP INDEX cases_closed;
CREATE INDEX cases_closed ON cases (closed_on, id);
DROP INDEX deadlines_subject;
CREATE INDEX deadlines_subject ON deadlines (subject_id);
DROP INDEX deadlines_stopped;
DROP INDEX deadlines_open;
DROP INDEX cases_open;
