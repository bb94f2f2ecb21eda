-- +goose Up

-- Who employs a person, where that is not the office itself, and the office that has entrusted that organisation
-- (CNIPA Order 81, art. 8(3)). A change of a person names the version it has seen.
ALTER TABLE users ADD COLUMN employer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN entrusted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN certificate_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN certificate_issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN must_change BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN exempt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- The people of a demonstration need neither a password of their own nor a second factor.
UPDATE users SET exempt = TRUE WHERE EXISTS (SELECT 1 FROM settings WHERE name = 'demo' AND value <> '');

-- Every certificate that was recorded of a person, the latest of which stands in users. An empty number: it was taken away.
CREATE TABLE certificates (
	id            TEXT PRIMARY KEY,
	user_id       TEXT NOT NULL REFERENCES users (id),
	number        TEXT NOT NULL,
	kind          TEXT NOT NULL,
	issuer        TEXT NOT NULL,
	until_day     TEXT,
	recorded_by   TEXT NOT NULL,
	recorded_name TEXT NOT NULL,
	recorded_at   TIMESTAMP NOT NULL
);
CREATE INDEX certificates_user ON certificates (user_id, recorded_at, id);
INSERT INTO certificates (id, user_id, number, kind, issuer, until_day, recorded_by, recorded_name, recorded_at)
	SELECT id, id, certificate_no, '', '', certificate_until, 'system', 'system', created_at FROM users WHERE certificate_no <> '';

-- The secret that a person's telephone makes codes of (RFC 6238), and the last step of time whose code was taken: a code is taken once.
-- The secret stands as it is: the program must compute with it, and there is no key outside the database to lock it with.
CREATE TABLE second_factors (
	user_id   TEXT PRIMARY KEY REFERENCES users (id),
	secret    TEXT NOT NULL,
	last_step BIGINT NOT NULL,
	since     TIMESTAMP NOT NULL
);

-- Codes on paper for when the telephone is gone, each good once. Only their hashes are kept.
CREATE TABLE recovery_codes (
	user_id TEXT NOT NULL REFERENCES users (id),
	hash    TEXT NOT NULL,
	used_at TIMESTAMP,
	PRIMARY KEY (user_id, hash)
);

-- Where a session was opened from. Half: the password was right, the code has not been given; such a session opens nothing.
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN ip TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN half BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
SELECT 1;
