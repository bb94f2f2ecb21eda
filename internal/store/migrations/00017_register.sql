-- +goose Up

-- The local register of patents: what the office knows of each, as of a day. The key is the number without its check digit.
CREATE TABLE patents (
	key          TEXT PRIMARY KEY,
	number       TEXT NOT NULL,
	type         TEXT NOT NULL,
	title        TEXT NOT NULL,
	patentees    TEXT NOT NULL DEFAULT '',
	licensees    TEXT NOT NULL DEFAULT '',
	filed_on     TEXT,
	granted_on   TEXT,
	status       TEXT NOT NULL,
	status_as_of TEXT NOT NULL,
	ended_on     TEXT,
	end_reason   TEXT NOT NULL DEFAULT '',
	avoid_double BOOLEAN NOT NULL DEFAULT FALSE,
	method       BOOLEAN NOT NULL DEFAULT FALSE,
	import_id    TEXT NOT NULL
);
CREATE INDEX patents_import ON patents (import_id, key);

-- How a patent stood before an import changed it. Where only the day of the status is newer, was is empty.
CREATE TABLE patent_versions (
	key          TEXT NOT NULL,
	import_id    TEXT NOT NULL,
	before_id    TEXT NOT NULL,
	status       TEXT NOT NULL,
	status_as_of TEXT NOT NULL,
	was          TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (import_id, key)
);
CREATE INDEX patent_versions_key ON patent_versions (key, import_id);

-- A file that was brought into the register. done is how many of its rows the state has gone through; seq is the order in which they
-- were written.
CREATE TABLE patent_imports (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	name         TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	size         BIGINT NOT NULL,
	encoding     TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL CHECK (state IN ('columns', 'reading', 'ready', 'writing', 'done', 'failed', 'undoing', 'undone', 'dropped')),
	header       TEXT NOT NULL DEFAULT '',
	columns      TEXT NOT NULL DEFAULT '',
	sample       TEXT NOT NULL DEFAULT '',
	as_of        TEXT,
	done         BIGINT NOT NULL DEFAULT 0,
	rows         BIGINT NOT NULL DEFAULT 0,
	new          BIGINT NOT NULL DEFAULT 0,
	changed      BIGINT NOT NULL DEFAULT 0,
	same         BIGINT NOT NULL DEFAULT 0,
	older        BIGINT NOT NULL DEFAULT 0,
	bad          BIGINT NOT NULL DEFAULT 0,
	odd          BIGINT NOT NULL DEFAULT 0,
	reviews      BIGINT NOT NULL DEFAULT 0,
	errors       TEXT NOT NULL DEFAULT '',
	failure      TEXT NOT NULL DEFAULT '',
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	written_at   TIMESTAMP,
	seq          BIGINT NOT NULL DEFAULT 0,
	version      BIGINT NOT NULL
);
CREATE INDEX patent_imports_list ON patent_imports (made_at, id);

-- Which column is which field, remembered for files with the same heads.
CREATE TABLE patent_columns (
	header  TEXT PRIMARY KEY,
	columns TEXT NOT NULL
);

-- One import at a time is written: this row is locked.
INSERT INTO settings (name, value) VALUES ('register', '');

-- +goose Down
SELECT 1;
