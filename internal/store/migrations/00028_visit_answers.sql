-- +goose Up

-- What the office's own check said of each finding of a version when it came, by the register and the rules of that moment. Rows are
-- only added; what the telephone said stands in the version itself.
CREATE TABLE visit_answers (
	visit_id   TEXT NOT NULL,
	seq        BIGINT NOT NULL,
	finding_id TEXT NOT NULL,
	facts      TEXT NOT NULL,
	answer     TEXT NOT NULL,
	result     TEXT NOT NULL,
	rules      TEXT NOT NULL,
	judged_at  TIMESTAMP NOT NULL,
	PRIMARY KEY (visit_id, seq, finding_id),
	FOREIGN KEY (visit_id, seq) REFERENCES visit_versions (visit_id, seq)
);

-- Whether somebody must look at a finding again: the officer confirmed another answer than the office's, or the patent stands otherwise since.
ALTER TABLE visit_findings ADD COLUMN review TEXT NOT NULL DEFAULT '' CHECK (review IN ('', 'open', 'done'));
CREATE INDEX visit_findings_review ON visit_findings (review, visit_id) WHERE review = 'open';

-- The numbers that a finding of the version that holds rests on.
CREATE TABLE visit_finding_patents (
	visit_id   TEXT NOT NULL REFERENCES visits (id),
	finding_id TEXT NOT NULL,
	key        TEXT NOT NULL,
	PRIMARY KEY (visit_id, finding_id, key)
);
CREATE INDEX visit_finding_patents_key ON visit_finding_patents (key, visit_id);
INSERT INTO visit_finding_patents (visit_id, finding_id, key) SELECT visit_id, id, patent_key FROM visit_findings WHERE patent_key <> '';

-- Why a finding was to be looked at again, and what came of it. Rows are only added.
CREATE TABLE visit_reviews (
	visit_id   TEXT NOT NULL REFERENCES visits (id),
	finding_id TEXT NOT NULL,
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL CHECK (step IN ('differs', 'moved', 'reviewed')),
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	verdict    TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	detail     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (visit_id, finding_id, seq)
);

-- The key with which a person's telephone locks what it keeps. The telephone has it while its session lives; without it what was not sent
-- cannot be read there, and can again when the person has signed in.
CREATE TABLE field_keys (
	user_id TEXT PRIMARY KEY REFERENCES users (id),
	secret  TEXT NOT NULL,
	made_at TIMESTAMP NOT NULL
);

-- +goose Down
SELECT 1;
