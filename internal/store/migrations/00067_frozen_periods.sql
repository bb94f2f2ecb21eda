-- +goose Up

-- Periods whose figures were frozen (封存): what was published stays as it was, whatever is corrected later. A period of an office can be frozen again: its
-- issues are counted from 1. head is the newest entry of the log when it was read; sha256 is over the row and all its figures, and stands in the log.
CREATE TABLE frozen_periods (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	from_on      TEXT NOT NULL,
	to_on        TEXT NOT NULL,
	issue        BIGINT NOT NULL,
	head_seq     BIGINT NOT NULL,
	head_hash    TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	note         TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	UNIQUE (jurisdiction, from_on, to_on, issue)
);
CREATE INDEX frozen_periods_list ON frozen_periods (from_on, id);
-- The figures of an issue: what each means (words, SQL condition) with the hash of it, its value, and the matters behind it, a line each.
CREATE TABLE frozen_figures (
	frozen_id         TEXT NOT NULL REFERENCES frozen_periods (id),
	seq               BIGINT NOT NULL,
	metric            TEXT NOT NULL,
	base              BOOLEAN NOT NULL,
	n                 BIGINT NOT NULL,
	definition        TEXT NOT NULL,
	definition_sha256 TEXT NOT NULL,
	matters           TEXT NOT NULL,
	PRIMARY KEY (frozen_id, seq)
);

-- +goose Down
SELECT 1;
