-- +goose Up

-- A mark that was checked: the facts, the answer of the rules, and what the officer made of it. The answer is never changed.
CREATE TABLE mark_checks (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	product      TEXT NOT NULL,
	mark         TEXT NOT NULL,
	party        TEXT NOT NULL DEFAULT '',
	facts        TEXT NOT NULL,
	answer       TEXT NOT NULL,
	result       TEXT NOT NULL,
	rules        TEXT NOT NULL,
	checked_on   TEXT NOT NULL,
	checked_at   TIMESTAMP NOT NULL,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	decision     TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'confirmed', 'overruled')),
	verdict      TEXT NOT NULL DEFAULT '',
	reason       TEXT NOT NULL DEFAULT '',
	decided_by   TEXT NOT NULL DEFAULT '',
	decided_name TEXT NOT NULL DEFAULT '',
	decided_at   TIMESTAMP,
	review       TEXT NOT NULL DEFAULT '' CHECK (review IN ('', 'open', 'done')),
	version      BIGINT NOT NULL
);
CREATE INDEX mark_checks_list ON mark_checks (jurisdiction, checked_on, id);
CREATE INDEX mark_checks_review ON mark_checks (review, id) WHERE review = 'open';

-- The numbers of a check, as the register had them then.
CREATE TABLE mark_check_patents (
	check_id     TEXT NOT NULL REFERENCES mark_checks (id),
	key          TEXT NOT NULL,
	status       TEXT NOT NULL DEFAULT '',
	status_as_of TEXT,
	PRIMARY KEY (check_id, key)
);
CREATE INDEX mark_check_patents_key ON mark_check_patents (key, check_id);

-- What happened to a check after it was made: decided, to be looked at again since a status has changed, looked at again.
CREATE TABLE mark_check_steps (
	check_id   TEXT NOT NULL REFERENCES mark_checks (id),
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	verdict    TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	detail     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (check_id, seq)
);

-- +goose Down
SELECT 1;
