-- +goose Up

-- What a call is asked beside who, what and where (the keys are what duplicates are found by).
ALTER TABLE calls ADD COLUMN recording TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN ip_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN reply_way TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN respondent_phone TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN act TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN act_place TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN act_time TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN elsewhere TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN reward BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE calls ADD COLUMN article_id TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN article_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN joined_id TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN due_on TEXT;
ALTER TABLE calls ADD COLUMN feedback TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN feedback_way TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN feedback_on TEXT;
ALTER TABLE calls ADD COLUMN satisfaction BIGINT NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN respondent_key TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN patent_key TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN url_key TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN first_contact BOOLEAN NOT NULL DEFAULT FALSE; -- settled while the caller was on the line
ALTER TABLE calls ADD COLUMN referred BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE calls SET first_contact = TRUE WHERE state = 'answered' AND answered_on = received_on;
CREATE INDEX calls_respondent_key ON calls (respondent_key, received_on) WHERE respondent_key <> '';
CREATE INDEX calls_patent_key ON calls (patent_key, received_on) WHERE patent_key <> '';
CREATE INDEX calls_url_key ON calls (url_key, received_on) WHERE url_key <> '';
CREATE INDEX calls_joined ON calls (joined_id) WHERE joined_id <> '';
CREATE INDEX calls_operator ON calls (operator_id, received_on);
CREATE INDEX calls_due ON calls (jurisdiction, due_on) WHERE due_on IS NOT NULL;

-- Calls that are being written down: whoever types them can go on with them, at another machine too. The body is sealed.
CREATE TABLE call_drafts (
	id       TEXT PRIMARY KEY,
	user_id  TEXT NOT NULL REFERENCES users (id),
	body     TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	began_at TIMESTAMP NOT NULL,
	saved_at TIMESTAMP NOT NULL
);
CREATE INDEX call_drafts_user ON call_drafts (user_id, saved_at);

-- What the telephone system told. The number stands sealed, and is forgotten with the row.
CREATE TABLE phone_calls (
	id           TEXT PRIMARY KEY,
	outside_id   TEXT NOT NULL UNIQUE,
	jurisdiction TEXT NOT NULL,
	body         TEXT NOT NULL DEFAULT '',
	user_id      TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL,
	cause        TEXT NOT NULL DEFAULT '',
	call_id      TEXT NOT NULL DEFAULT '',
	came_at      TIMESTAMP NOT NULL,
	answered_at  TIMESTAMP,
	ended_at     TIMESTAMP
);
CREATE INDEX phone_calls_came ON phone_calls (came_at);

-- +goose Down
SELECT 1;
