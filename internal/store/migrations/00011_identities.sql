-- +goose Up

-- Who called or reported, sealed: the name, the number and the address are bytes that only the vault's key opens, and the key is not in
-- the database. code is what others call the person (R-17); mode is what was asked: named, secret (named to the office only), anonymous.
-- A row that was erased keeps its code.
CREATE TABLE identities (
	id           TEXT PRIMARY KEY,
	code         TEXT NOT NULL,
	mode         TEXT NOT NULL CHECK (mode IN ('named', 'secret', 'anonymous')),
	jurisdiction TEXT NOT NULL,
	reachable    BOOLEAN NOT NULL,
	key_id       TEXT NOT NULL,
	sealed       TEXT NOT NULL,
	keep_until   TEXT,
	keep_reason  TEXT NOT NULL DEFAULT '',
	erased_at    TIMESTAMP,
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX identities_code ON identities (jurisdiction, code);
CREATE INDEX identities_key ON identities (key_id, id) WHERE sealed <> '';

-- What a sealed person is found by: keyed hashes of the whole number, of its beginnings from seven digits on, and of the name.
CREATE TABLE identity_keys (
	hash        TEXT NOT NULL,
	identity_id TEXT NOT NULL REFERENCES identities (id),
	PRIMARY KEY (hash, identity_id)
);
CREATE INDEX identity_keys_identity ON identity_keys (identity_id);

ALTER TABLE calls ADD COLUMN mode TEXT NOT NULL DEFAULT 'named';
ALTER TABLE calls ADD COLUMN identity_id TEXT;
CREATE INDEX calls_identity ON calls (identity_id, received_on, id);
ALTER TABLE leads ADD COLUMN identity_id TEXT;
CREATE INDEX leads_identity ON leads (identity_id);
CREATE INDEX leads_call ON leads (call_id);

-- Callers of before, until the program's next start seals them and empties this table. It is empty ever after.
CREATE TABLE unsealed_callers (
	call_id TEXT PRIMARY KEY,
	name    TEXT NOT NULL,
	phone   TEXT NOT NULL
);
INSERT INTO unsealed_callers (call_id, name, phone) SELECT id, caller_name, caller_phone FROM calls WHERE caller_name <> '' OR caller_phone <> '' OR kind = 'report';
UPDATE calls SET mode = CASE WHEN NOT anonymous THEN 'named' WHEN caller_name <> '' OR caller_phone <> '' THEN 'secret' ELSE 'anonymous' END;
DROP INDEX calls_phone;
ALTER TABLE calls DROP COLUMN caller_name;
ALTER TABLE calls DROP COLUMN caller_phone;
ALTER TABLE calls DROP COLUMN anonymous;

-- +goose Down
SELECT 1;
