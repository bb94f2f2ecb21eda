-- +goose Up

-- Who was recused from a matter sees it no more: the case, its lead and its listings.
CREATE TABLE recusals (
	user_id    TEXT NOT NULL REFERENCES users (id),
	subject_id TEXT NOT NULL,
	PRIMARY KEY (user_id, subject_id)
);
INSERT INTO recusals (user_id, subject_id)
	SELECT u.id, c.id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN cases c ON c.id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse'
	UNION SELECT u.id, c.lead_id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN cases c ON c.id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse'
	UNION SELECT u.id, l.id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN listings l ON l.case_id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse';

-- How much a lead presses, who looks after it, and the one it goes on in.
ALTER TABLE leads ADD COLUMN urgency TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE leads ADD COLUMN assignee_id TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN merged_into TEXT;
-- Until when the office, by its own rule, tells a named reporter what was decided.
ALTER TABLE leads ADD COLUMN tell_by TEXT;
CREATE INDEX leads_merged ON leads (merged_into) WHERE merged_into IS NOT NULL;

-- What the office owes whoever reports or complains: a receipt, a decision whether it takes the matter up. code_hash is a keyed hash of the code by
-- which the citizen asks for the state of it.
CREATE TABLE receipts (
	call_id      TEXT PRIMARY KEY REFERENCES calls (id),
	code_hash    TEXT NOT NULL DEFAULT '',
	issued_at    TIMESTAMP,
	sent_on      TEXT,
	sent_way     TEXT NOT NULL DEFAULT '',
	sent_name    TEXT NOT NULL DEFAULT '',
	decision     TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'accepted', 'refused')),
	ground       TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	decided_on   TEXT,
	decided_name TEXT NOT NULL DEFAULT '',
	version      BIGINT NOT NULL
);
INSERT INTO receipts (call_id, sent_on, sent_way, version) SELECT id, received_on, 'told', 1 FROM calls WHERE complaint_no IS NOT NULL; -- until now the number was told on the telephone

-- What citizen and office write to each other by that code. A message may bring one file.
CREATE TABLE citizen_messages (
	id        TEXT PRIMARY KEY,
	call_id   TEXT NOT NULL REFERENCES calls (id),
	side      TEXT NOT NULL CHECK (side IN ('citizen', 'office')),
	text      TEXT NOT NULL,
	file_name TEXT NOT NULL DEFAULT '',
	file_size BIGINT NOT NULL DEFAULT 0,
	sha256    TEXT NOT NULL DEFAULT '',
	by_name   TEXT NOT NULL DEFAULT '',
	at        TIMESTAMP NOT NULL
);
CREATE INDEX citizen_messages_call ON citizen_messages (call_id, at, id);

-- +goose Down
SELECT 1;
