-- +goose Up

-- How an office stood in somebody else's assessment (13th of 135 cities), as it was announced. What was taken back stays, with who did so.
CREATE TABLE standings (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	year         BIGINT NOT NULL,
	name         TEXT NOT NULL,
	rank         BIGINT NOT NULL,
	of           BIGINT NOT NULL,
	grade        TEXT NOT NULL,
	source       TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	removed_by   TEXT NOT NULL DEFAULT '',
	removed_name TEXT NOT NULL DEFAULT '',
	removed_at   TIMESTAMP
);
CREATE INDEX standings_year ON standings (year, jurisdiction);
-- The annual report that is being written: a text in each language in which {keys} stand for the figures of a frozen period, until another person issues it.
CREATE TABLE annual_reports (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	year         BIGINT NOT NULL,
	frozen_id    TEXT NOT NULL REFERENCES frozen_periods (id),
	state        TEXT NOT NULL CHECK (state IN ('draft', 'issued', 'dropped')),
	text_zh      TEXT NOT NULL,
	text_en      TEXT NOT NULL,
	version      BIGINT NOT NULL,
	author       TEXT NOT NULL,
	author_name  TEXT NOT NULL,
	editor       TEXT NOT NULL,
	editor_name  TEXT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX annual_reports_list ON annual_reports (jurisdiction, year);
-- What was done with it, and how the text stood after it: nothing that was saved is lost.
CREATE TABLE annual_report_acts (
	report_id  TEXT NOT NULL REFERENCES annual_reports (id),
	seq        BIGINT NOT NULL,
	act        TEXT NOT NULL,
	note       TEXT NOT NULL,
	frozen_id  TEXT NOT NULL,
	text_zh    TEXT NOT NULL,
	text_en    TEXT NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	PRIMARY KEY (report_id, seq)
);
-- The reports issued, with frozen data like the papers of cases.
CREATE TABLE annual_documents (
	id               TEXT PRIMARY KEY,
	report_id        TEXT NOT NULL UNIQUE REFERENCES annual_reports (id),
	template         TEXT NOT NULL,
	template_version BIGINT NOT NULL,
	number           TEXT NOT NULL UNIQUE,
	title            TEXT NOT NULL,
	issued_on        TEXT NOT NULL,
	issued_by        TEXT NOT NULL,
	data             TEXT NOT NULL,
	sha256           TEXT NOT NULL,
	created_at       TIMESTAMP NOT NULL
);

-- +goose Down
SELECT 1;
