-- +goose Up

-- What the public sees of a decision: a text of its own, frozen when it is published; nothing else of the case is read for the public pages.
CREATE TABLE publications (
	id           TEXT PRIMARY KEY,
	case_id      TEXT NOT NULL REFERENCES cases (id),
	document_id  TEXT NOT NULL UNIQUE REFERENCES documents (id),
	jurisdiction TEXT NOT NULL,
	kind         TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('published', 'withdrawn')),
	number       TEXT NOT NULL,
	title        TEXT NOT NULL,
	office       TEXT NOT NULL,
	party        TEXT NOT NULL,
	code         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	result       TEXT NOT NULL,
	text         TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	decided_on   TEXT NOT NULL,
	published_on TEXT NOT NULL,
	ends_on      TEXT,
	ground       TEXT NOT NULL DEFAULT '',
	ground_on    TEXT,
	gone_on      TEXT,
	reason       TEXT NOT NULL DEFAULT '',
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	version      BIGINT NOT NULL
);
CREATE INDEX publications_state ON publications (state, published_on);
CREATE INDEX publications_case ON publications (case_id);
-- An office's own form of a paper as DOCX, in versions. The latest that is not withdrawn is used for papers issued after it was put up.
CREATE TABLE paper_forms (
	id           TEXT PRIMARY KEY,
	template     TEXT NOT NULL,
	version      BIGINT NOT NULL,
	name         TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	size         BIGINT NOT NULL,
	added_by     TEXT NOT NULL,
	added_name   TEXT NOT NULL,
	added_at     TIMESTAMP NOT NULL,
	withdrawn_at TIMESTAMP,
	withdrawn_by TEXT NOT NULL DEFAULT '',
	UNIQUE (template, version)
);

-- +goose Down
SELECT 1;
