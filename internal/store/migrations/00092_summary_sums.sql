-- +goose Up
-- The summary of the cases also adds up the days from filing to closing, and that of the calls knows their channel and who was told of the outcome. A day's
-- number is reckoned from its text, in whole numbers, the same on both engines.
DROP TABLE case_months;
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
	days            BIGINT NOT NULL,
	PRIMARY KEY (filed, closed, jurisdiction, place, kind, timely, restricted)
);
CREATE INDEX case_months_closed ON case_months (closed);
INSERT INTO case_months
SELECT jurisdiction, place, kind, filed, closed, timely, restricted, COUNT(*), SUM(fine_fen), SUM(confiscated_fen),
	SUM(CASE WHEN closed = '' THEN 0 ELSE
		367 * cy - 7 * (cy + (cm + 9) / 12) / 4 - 3 * ((cy + (cm - 9) / 7) / 100 + 1) / 4 + 275 * cm / 9 + cd
		- (367 * fy - 7 * (fy + (fm + 9) / 12) / 4 - 3 * ((fy + (fm - 9) / 7) / 100 + 1) / 4 + 275 * fm / 9 + fd) END)
FROM (
	SELECT c.jurisdiction, c.place, c.kind, substr(c.filed_on, 1, 7) AS filed, COALESCE(substr(c.closed_on, 1, 7), '') AS closed,
		CASE WHEN c.closed_on IS NULL THEN ''
			WHEN EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = c.id AND d.rule IN ('CF_CLOSE', 'INF_CLOSE', 'MED_CLOSE') AND d.stopped_on IS NOT NULL AND d.stopped_on > d.watch_on) THEN 'no'
			WHEN EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = c.id AND d.rule IN ('CF_CLOSE', 'INF_CLOSE', 'MED_CLOSE') AND d.stopped_on IS NOT NULL) THEN 'yes'
			ELSE '' END AS timely,
		c.restricted, c.fine_fen, c.confiscated_fen,
		CAST(substr(c.filed_on, 1, 4) AS INTEGER) AS fy, CAST(substr(c.filed_on, 6, 2) AS INTEGER) AS fm, CAST(substr(c.filed_on, 9, 2) AS INTEGER) AS fd,
		CAST(substr(c.closed_on, 1, 4) AS INTEGER) AS cy, CAST(substr(c.closed_on, 6, 2) AS INTEGER) AS cm, CAST(substr(c.closed_on, 9, 2) AS INTEGER) AS cd
	FROM cases c) x
GROUP BY 1, 2, 3, 4, 5, 6, 7;

DROP TABLE call_months;
CREATE TABLE call_months (
	jurisdiction TEXT NOT NULL,
	month        TEXT NOT NULL,
	kind         TEXT NOT NULL,
	channel      TEXT NOT NULL,
	subject      TEXT NOT NULL,
	state        TEXT NOT NULL,
	first        BOOLEAN NOT NULL,
	referred     BOOLEAN NOT NULL,
	told         BOOLEAN NOT NULL,
	restricted   BOOLEAN NOT NULL,
	n            BIGINT NOT NULL,
	PRIMARY KEY (month, jurisdiction, kind, channel, subject, state, first, referred, told, restricted)
);
INSERT INTO call_months
SELECT jurisdiction, substr(received_on, 1, 7), kind, channel, subject, state, first_contact, referred, feedback_on IS NOT NULL, restricted, COUNT(*)
FROM calls GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- +goose Down
SELECT 1;
