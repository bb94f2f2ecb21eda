-- +goose Up

-- What was taken down because it was not right may be published again, put right (SAMR Order 45 Art. 12): a decision is public once at a time, not once for ever.
CREATE TABLE publications_new (
	id           TEXT PRIMARY KEY,
	case_id      TEXT NOT NULL REFERENCES cases (id),
	document_id  TEXT NOT NULL REFERENCES documents (id),
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
INSERT INTO publications_new (id, case_id, document_id, jurisdiction, kind, state, number, title, office, party, code, subject, result, text, sha256, decided_on, published_on, ends_on, ground, ground_on, gone_on, reason, made_by, made_name, made_at, version)
	SELECT id, case_id, document_id, jurisdiction, kind, state, number, title, office, party, code, subject, result, text, sha256, decided_on, published_on, ends_on, ground, ground_on, gone_on, reason, made_by, made_name, made_at, version FROM publications;
DROP TABLE publications;
ALTER TABLE publications_new RENAME TO publications;
CREATE INDEX publications_state ON publications (state, published_on);
CREATE INDEX publications_case ON publications (case_id);
CREATE UNIQUE INDEX publications_document ON publications (document_id) WHERE ground <> 'mistake';

-- +goose Down
SELECT 1;
