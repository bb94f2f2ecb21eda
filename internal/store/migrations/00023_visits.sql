-- +goose Up

-- An inspection on site (现场检查): planned, or brought back by a telephone, or typed in from paper. version is the seq of the version
-- that holds, 0 while it is only planned. parties, findings, suspects are of that version; rivals are versions nobody has decided on.
CREATE TABLE visits (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	place        TEXT NOT NULL,
	kind         TEXT NOT NULL,
	name         TEXT NOT NULL,
	address      TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL CHECK (state IN ('planned', 'open', 'finished', 'dropped')),
	visit_on     TEXT NOT NULL,
	began_at     TIMESTAMP,
	ended_at     TIMESTAMP,
	parties      BIGINT NOT NULL DEFAULT 0,
	findings     BIGINT NOT NULL DEFAULT 0,
	suspects     BIGINT NOT NULL DEFAULT 0,
	rivals       BIGINT NOT NULL DEFAULT 0,
	version      BIGINT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX visits_day ON visits (visit_on, id);
CREATE INDEX visits_office ON visits (jurisdiction, visit_on, id);
CREATE INDEX visits_name ON visits (name, visit_on);

-- Who is to go, or went, with the certificate as it was shown.
CREATE TABLE visit_officers (
	visit_id          TEXT NOT NULL REFERENCES visits (id),
	user_id           TEXT NOT NULL REFERENCES users (id),
	name              TEXT NOT NULL,
	certificate_no    TEXT NOT NULL,
	certificate_until TEXT,
	PRIMARY KEY (visit_id, user_id)
);
CREATE INDEX visit_officers_user ON visit_officers (user_id, visit_id);

-- What was recorded, whole, each time it came. Rows are only added; a rival is a version that was written without knowing the one that
-- held, and only its being settled is written later. skew_ms is by how much the device's clock was ahead of the server's.
CREATE TABLE visit_versions (
	visit_id     TEXT NOT NULL REFERENCES visits (id),
	seq          BIGINT NOT NULL,
	sha256       TEXT NOT NULL,
	content      TEXT NOT NULL,
	base         BIGINT NOT NULL,
	rival        BOOLEAN NOT NULL,
	settled      TEXT NOT NULL DEFAULT '' CHECK (settled IN ('', 'kept', 'taken')),
	settled_why  TEXT NOT NULL DEFAULT '',
	settled_name TEXT NOT NULL DEFAULT '',
	settled_at   TIMESTAMP,
	source       TEXT NOT NULL CHECK (source IN ('phone', 'desk')),
	device       TEXT NOT NULL,
	sent_at      TIMESTAMP,
	skew_ms      BIGINT NOT NULL,
	received_at  TIMESTAMP NOT NULL,
	actor        TEXT NOT NULL,
	actor_name   TEXT NOT NULL,
	PRIMARY KEY (visit_id, seq),
	UNIQUE (visit_id, sha256)
);

-- The findings of the version that holds, for lists and for what was found there earlier.
CREATE TABLE visit_findings (
	visit_id   TEXT NOT NULL REFERENCES visits (id),
	id         TEXT NOT NULL,
	party_id   TEXT NOT NULL,
	party      TEXT NOT NULL,
	product    TEXT NOT NULL,
	patent_no  TEXT NOT NULL,
	patent_key TEXT NOT NULL,
	suggested  TEXT NOT NULL,
	result     TEXT NOT NULL,
	rules      TEXT NOT NULL,
	place      BIGINT NOT NULL,
	PRIMARY KEY (visit_id, id)
);
CREATE INDEX visit_findings_patent ON visit_findings (patent_key);
CREATE INDEX visit_findings_party ON visit_findings (party);

-- A photograph or a signature: the bytes are the blob of that hash. Rows are only added, and never for the same bytes twice.
CREATE TABLE visit_evidence (
	visit_id    TEXT NOT NULL REFERENCES visits (id),
	sha256      TEXT NOT NULL,
	place       BIGINT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('photo', 'signature')),
	party_id    TEXT NOT NULL,
	finding_id  TEXT NOT NULL,
	name        TEXT NOT NULL,
	media_type  TEXT NOT NULL,
	size        BIGINT NOT NULL,
	taken_at    TIMESTAMP,
	latitude    TEXT NOT NULL DEFAULT '',
	longitude   TEXT NOT NULL DEFAULT '',
	accuracy    TEXT NOT NULL DEFAULT '',
	device      TEXT NOT NULL,
	received_at TIMESTAMP NOT NULL,
	PRIMARY KEY (visit_id, sha256)
);

-- Whose hands a piece of evidence went through. Rows are only added.
CREATE TABLE visit_custody (
	visit_id   TEXT NOT NULL,
	sha256     TEXT NOT NULL,
	seq        BIGINT NOT NULL,
	act        TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	note       TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (visit_id, sha256, seq),
	FOREIGN KEY (visit_id, sha256) REFERENCES visit_evidence (visit_id, sha256)
);

-- The papers of each party, frozen as papers of a case are.
CREATE TABLE visit_papers (
	id               TEXT PRIMARY KEY,
	visit_id         TEXT NOT NULL REFERENCES visits (id),
	party_id         TEXT NOT NULL,
	version          BIGINT NOT NULL,
	template         TEXT NOT NULL,
	template_version BIGINT NOT NULL,
	number           TEXT NOT NULL UNIQUE,
	title            TEXT NOT NULL,
	issued_on        TEXT NOT NULL,
	issued_by        TEXT NOT NULL,
	data             TEXT NOT NULL,
	sha256           TEXT NOT NULL,
	created_at       TIMESTAMP NOT NULL,
	UNIQUE (visit_id, party_id, version, template)
);

-- What became of a party: the lead that was made.
CREATE TABLE visit_leads (
	visit_id TEXT NOT NULL REFERENCES visits (id),
	party_id TEXT NOT NULL,
	lead_id  TEXT NOT NULL UNIQUE REFERENCES leads (id),
	made_at  TIMESTAMP NOT NULL,
	PRIMARY KEY (visit_id, party_id)
);

-- Files that telephones have sent, before a record names them.
CREATE TABLE field_blobs (
	sha256     TEXT NOT NULL,
	actor      TEXT NOT NULL,
	size       BIGINT NOT NULL,
	media_type TEXT NOT NULL,
	sent_at    TIMESTAMP NOT NULL,
	PRIMARY KEY (sha256, actor)
);

-- +goose Down
SELECT 1;
