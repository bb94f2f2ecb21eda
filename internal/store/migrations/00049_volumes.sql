-- +goose Up

-- Where the volumes of a case stand in the archive. Rows are only added; the last one holds.
CREATE TABLE volume_places (
	case_id    TEXT NOT NULL REFERENCES cases (id),
	seq        BIGINT NOT NULL,
	place      TEXT NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	PRIMARY KEY (case_id, seq)
);

-- Who borrowed the volumes, for what, until when, and when they came back.
CREATE TABLE volume_loans (
	id        TEXT PRIMARY KEY,
	case_id   TEXT NOT NULL REFERENCES cases (id),
	borrower  TEXT NOT NULL,
	purpose   TEXT NOT NULL,
	approver  TEXT NOT NULL,
	out_on    TEXT NOT NULL,
	due_on    TEXT NOT NULL,
	back_on   TEXT,
	made_by   TEXT NOT NULL,
	made_name TEXT NOT NULL,
	made_at   TIMESTAMP NOT NULL
);
CREATE INDEX volume_loans_case ON volume_loans (case_id, out_on);
CREATE UNIQUE INDEX volume_loans_out ON volume_loans (case_id) WHERE back_on IS NULL;

-- +goose Down
SELECT 1;
