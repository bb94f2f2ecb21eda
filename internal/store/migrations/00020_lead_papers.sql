-- +goose Up

-- Papers issued on a lead, before there is a case, with frozen data like those of a case. seq is the version of the lead after the step that
-- issued it.
CREATE TABLE lead_documents (
	id               TEXT PRIMARY KEY,
	lead_id          TEXT NOT NULL REFERENCES leads (id),
	seq              BIGINT NOT NULL,
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
CREATE INDEX lead_documents_lead ON lead_documents (lead_id);

-- +goose Down
SELECT 1;
