-- +goose Up

-- A piece of evidence (证据): a file or a thing, of a case, or of a lead or a visit before there is one. What it is does not change; state, keeper,
-- place, seal_no and standing are what its lines make of it, and lines is how many there are. track_id is the sealing or preservation that holds a thing.
CREATE TABLE evidence (
	id           TEXT PRIMARY KEY,
	subject_kind TEXT NOT NULL CHECK (subject_kind IN ('case', 'lead', 'visit')),
	subject_id   TEXT NOT NULL,
	number       BIGINT NOT NULL,
	form         TEXT NOT NULL CHECK (form IN ('file', 'thing')),
	kind         TEXT NOT NULL,
	name         TEXT NOT NULL,
	proves       TEXT NOT NULL DEFAULT '',
	source       TEXT NOT NULL DEFAULT '',
	quantity     TEXT NOT NULL DEFAULT '',
	track_id     TEXT NOT NULL DEFAULT '',
	sha256       TEXT NOT NULL DEFAULT '',
	size         BIGINT NOT NULL DEFAULT 0,
	media_type   TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL,
	keeper       TEXT NOT NULL DEFAULT '',
	place        TEXT NOT NULL DEFAULT '',
	seal_no      TEXT NOT NULL DEFAULT '',
	standing     TEXT NOT NULL DEFAULT '',
	lines        BIGINT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	UNIQUE (subject_id, number)
);
CREATE INDEX evidence_track ON evidence (track_id) WHERE track_id <> '';

-- The ledger of its custody (保管链), and what was said of it. Rows are only added. on_at is when it happened, at when it was written.
CREATE TABLE evidence_lines (
	evidence_id TEXT NOT NULL REFERENCES evidence (id),
	seq         BIGINT NOT NULL,
	act         TEXT NOT NULL,
	on_at       TIMESTAMP NOT NULL,
	from_who    TEXT NOT NULL DEFAULT '',
	to_who      TEXT NOT NULL DEFAULT '',
	place       TEXT NOT NULL DEFAULT '',
	seal_no     TEXT NOT NULL DEFAULT '',
	note        TEXT NOT NULL DEFAULT '',
	sha256      TEXT NOT NULL DEFAULT '',
	size        BIGINT NOT NULL DEFAULT 0,
	file_name   TEXT NOT NULL DEFAULT '',
	actor       TEXT NOT NULL,
	actor_name  TEXT NOT NULL,
	at          TIMESTAMP NOT NULL,
	PRIMARY KEY (evidence_id, seq)
);

-- A copy made of a file: a small picture of it, or one with parts made unreadable. The original stays as it came.
CREATE TABLE evidence_copies (
	id          TEXT PRIMARY KEY,
	evidence_id TEXT NOT NULL REFERENCES evidence (id),
	kind        TEXT NOT NULL CHECK (kind IN ('preview', 'redacted')),
	name        TEXT NOT NULL,
	note        TEXT NOT NULL DEFAULT '',
	media_type  TEXT NOT NULL,
	sha256      TEXT NOT NULL,
	size        BIGINT NOT NULL,
	made_by     TEXT NOT NULL,
	made_name   TEXT NOT NULL,
	made_at     TIMESTAMP NOT NULL
);
CREATE INDEX evidence_copies_of ON evidence_copies (evidence_id, made_at);

-- A file on its way in (tus): its bytes lie beside the files that are kept, and how many there are is the length of that file.
CREATE TABLE uploads (
	id      TEXT PRIMARY KEY,
	actor   TEXT NOT NULL,
	name    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	made_at TIMESTAMP NOT NULL
);

-- When each kept file was last read and compared with its name, and what was wrong. A fault stays until somebody has seen to it.
CREATE TABLE file_checks (
	sha256     TEXT PRIMARY KEY,
	checked_at TIMESTAMP NOT NULL,
	fault      TEXT NOT NULL DEFAULT '',
	found_at   TIMESTAMP
);
CREATE INDEX file_checks_at ON file_checks (checked_at);
CREATE INDEX file_checks_bad ON file_checks (found_at) WHERE fault <> '';

-- +goose Down
SELECT 1;
