-- +goose Up

-- Papers that are being written: what an officer typed, until another person approves it and it becomes a document with a number.
CREATE TABLE paper_drafts (
	id               TEXT PRIMARY KEY,
	case_id          TEXT NOT NULL REFERENCES cases (id),
	template         TEXT NOT NULL,
	template_version BIGINT NOT NULL,
	about            TEXT NOT NULL DEFAULT '',
	state            TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'issued', 'dropped')),
	fields           TEXT NOT NULL,
	version          BIGINT NOT NULL,
	author           TEXT NOT NULL,
	author_name      TEXT NOT NULL,
	submitted_by     TEXT NOT NULL DEFAULT '',
	document_id      TEXT NOT NULL DEFAULT '',
	batch            TEXT NOT NULL DEFAULT '',
	created_at       TIMESTAMP NOT NULL,
	updated_at       TIMESTAMP NOT NULL
);
CREATE INDEX paper_drafts_case ON paper_drafts (case_id);
CREATE INDEX paper_drafts_state ON paper_drafts (state, updated_at);
-- What was done with a draft, and how it stood after it: nothing that was saved is lost.
CREATE TABLE paper_draft_acts (
	draft_id   TEXT NOT NULL REFERENCES paper_drafts (id),
	seq        BIGINT NOT NULL,
	act        TEXT NOT NULL,
	note       TEXT NOT NULL,
	fields     TEXT NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	PRIMARY KEY (draft_id, seq)
);
-- Numbers that were given and are not used: the paper stays, and its number is never given again.
CREATE TABLE paper_voids (
	document_id TEXT PRIMARY KEY REFERENCES documents (id),
	reason      TEXT NOT NULL,
	actor       TEXT NOT NULL,
	actor_name  TEXT NOT NULL,
	at          TIMESTAMP NOT NULL
);
-- Many papers of one form at once, a row a case.
CREATE TABLE paper_batches (
	id           TEXT PRIMARY KEY,
	template     TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	fields       TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL
);
CREATE TABLE paper_batch_rows (
	batch    TEXT NOT NULL REFERENCES paper_batches (id),
	seq      BIGINT NOT NULL,
	case_id  TEXT NOT NULL REFERENCES cases (id),
	draft_id TEXT NOT NULL DEFAULT '',
	state    TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
	fault    TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (batch, seq)
);

-- +goose Down
SELECT 1;
