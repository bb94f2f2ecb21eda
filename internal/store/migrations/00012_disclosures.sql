-- +goose Up

-- Somebody wants to see who a sealed person is, because of a matter (subject, its number, office and members); another person grants it for a
-- time, or refuses. Rows stay, and stay when the person is erased.
CREATE TABLE disclosures (
	id           TEXT PRIMARY KEY,
	identity_id  TEXT NOT NULL REFERENCES identities (id),
	code         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	number       TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
	reason       TEXT NOT NULL,
	asked_by     TEXT NOT NULL,
	asked_name   TEXT NOT NULL,
	asked_at     TIMESTAMP NOT NULL,
	answer       TEXT NOT NULL DEFAULT '',
	decided_by   TEXT NOT NULL DEFAULT '',
	decided_name TEXT NOT NULL DEFAULT '',
	decided_at   TIMESTAMP,
	until_at     TIMESTAMP,
	looks        BIGINT NOT NULL DEFAULT 0,
	version      BIGINT NOT NULL
);
CREATE INDEX disclosures_list ON disclosures (jurisdiction, asked_at, id);
CREATE INDEX disclosures_identity ON disclosures (identity_id, asked_at);
CREATE UNIQUE INDEX disclosures_once ON disclosures (identity_id, subject, asked_by) WHERE state = 'asked';

-- Each look at a person.
CREATE TABLE disclosure_looks (
	disclosure_id TEXT NOT NULL REFERENCES disclosures (id),
	seq           BIGINT NOT NULL,
	at            TIMESTAMP NOT NULL,
	PRIMARY KEY (disclosure_id, seq)
);

-- +goose Down
SELECT 1;
