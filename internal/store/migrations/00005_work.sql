-- +goose Up

-- Who came to work on a case, or left it, when and why. Rows are only added: members says who works on it now. seq is the case's version
-- after the change.
CREATE TABLE case_assignments (
	case_id    TEXT NOT NULL REFERENCES cases (id),
	seq        BIGINT NOT NULL,
	part       TEXT NOT NULL,
	user_id    TEXT NOT NULL REFERENCES users (id),
	name       TEXT NOT NULL,
	joined     BOOLEAN NOT NULL,
	reason     TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	PRIMARY KEY (case_id, seq, part, user_id)
);

-- One person's cases handed to another, many at once. A row waits (outcome is empty) until its case was handed over, or refused with why:
-- sentences of the catalogue as JSON. version is the case's as it was seen.
CREATE TABLE reassignments (
	id        TEXT PRIMARY KEY,
	from_id   TEXT NOT NULL REFERENCES users (id),
	from_name TEXT NOT NULL,
	to_id     TEXT NOT NULL REFERENCES users (id),
	to_name   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	made_by   TEXT NOT NULL,
	made_name TEXT NOT NULL,
	made_at   TIMESTAMP NOT NULL
);
CREATE TABLE reassignment_rows (
	reassignment_id TEXT NOT NULL REFERENCES reassignments (id),
	case_id         TEXT NOT NULL,
	place           BIGINT NOT NULL,
	version         BIGINT NOT NULL,
	outcome         TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'refused')),
	why             TEXT NOT NULL DEFAULT '[]',
	PRIMARY KEY (reassignment_id, case_id)
);

-- How cases belong together. Of types that say the same from both sides, from_case is the smaller identifier.
CREATE TABLE case_links (
	id             TEXT PRIMARY KEY,
	from_case      TEXT NOT NULL REFERENCES cases (id),
	to_case        TEXT NOT NULL REFERENCES cases (id),
	type           TEXT NOT NULL,
	reason         TEXT NOT NULL,
	made_by        TEXT NOT NULL,
	made_name      TEXT NOT NULL,
	made_at        TIMESTAMP NOT NULL,
	removed_by     TEXT NOT NULL DEFAULT '',
	removed_name   TEXT NOT NULL DEFAULT '',
	removed_at     TIMESTAMP,
	removed_reason TEXT NOT NULL DEFAULT '',
	CHECK (from_case <> to_case)
);
CREATE UNIQUE INDEX case_links_once ON case_links (from_case, to_case, type) WHERE removed_at IS NULL;
CREATE INDEX case_links_from ON case_links (from_case);
CREATE INDEX case_links_to ON case_links (to_case);

-- The cases of a party, for what may be linked.
CREATE INDEX case_parties_name ON case_parties (name);

-- +goose Down
SELECT 1;
