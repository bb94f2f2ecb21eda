-- +goose Up

-- The log as a transparent log: a Merkle tree (RFC 6962) over the entries' hashes, kept in tiles of 256 hashes, and what was signed of it.
-- The tree and its tiles can be made anew from the log at any time.
CREATE TABLE audit_tree (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	size BIGINT NOT NULL,
	root TEXT NOT NULL
);
INSERT INTO audit_tree (id, size, root) VALUES (1, 0, '');
CREATE TABLE audit_tiles (
	level INTEGER NOT NULL,
	n     BIGINT NOT NULL,
	data  TEXT NOT NULL,
	PRIMARY KEY (level, n)
);
-- Signed heads, each given out: written to a file (exported_at) and mailed (mailed_at).
CREATE TABLE audit_heads (
	size        BIGINT PRIMARY KEY,
	root        TEXT NOT NULL,
	note        TEXT NOT NULL,
	signed_at   TIMESTAMP NOT NULL,
	exported_at TIMESTAMP,
	mailed_at   TIMESTAMP
);

-- +goose Down
SELECT 1;
