-- +goose Up

-- Conventions. Identifiers are text made by whoever makes the record. A day the law counts in is
-- TEXT 'YYYY-MM-DD' (Asia/Shanghai), so that one SQL groups by month on both engines; an instant is a UTC TIMESTAMP.
-- Money is fen in BIGINT. Every row a person can open carries jurisdiction (the office that answers for it) and restricted.

CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE number_series (
	name TEXT PRIMARY KEY,
	last BIGINT NOT NULL
);

-- The log: each entry carries the hash of the one before it.
CREATE TABLE audit_log (
	seq          BIGINT PRIMARY KEY,
	at           TIMESTAMP NOT NULL,
	actor        TEXT NOT NULL,
	actor_name   TEXT NOT NULL,
	action       TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	subject      TEXT NOT NULL,
	outcome      TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
	detail       TEXT NOT NULL,
	prev_hash    TEXT NOT NULL,
	hash         TEXT NOT NULL
);
CREATE INDEX audit_log_subject ON audit_log (subject, seq);
CREATE INDEX audit_log_actor ON audit_log (actor, seq);

CREATE TABLE audit_head (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	seq  BIGINT NOT NULL,
	hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- People.
CREATE TABLE users (
	id                TEXT PRIMARY KEY,
	username          TEXT NOT NULL UNIQUE,
	name              TEXT NOT NULL,
	password_hash     TEXT NOT NULL,
	certificate_no    TEXT NOT NULL DEFAULT '',
	certificate_until TEXT,
	language          TEXT NOT NULL DEFAULT '',
	theme             TEXT NOT NULL DEFAULT '',
	disabled_at       TIMESTAMP,
	created_at        TIMESTAMP NOT NULL
);

CREATE TABLE assignments (
	id           TEXT PRIMARY KEY,
	user_id      TEXT NOT NULL REFERENCES users (id),
	role         TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	from_day     TEXT NOT NULL,
	until_day    TEXT,
	given_by     TEXT NOT NULL,
	created_at   TIMESTAMP NOT NULL
);
CREATE INDEX assignments_user ON assignments (user_id);

-- One row; every change of users or assignments adds one, and each process reloads when it differs.
CREATE TABLE access_generation (
	id  INTEGER PRIMARY KEY CHECK (id = 1),
	gen BIGINT NOT NULL
);
INSERT INTO access_generation (id, gen) VALUES (1, 1);

CREATE TABLE sessions (
	id         TEXT PRIMARY KEY,
	user_id    TEXT NOT NULL REFERENCES users (id),
	created_at TIMESTAMP NOT NULL,
	seen_at    TIMESTAMP NOT NULL,
	expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE sign_in_failures (
	name     TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	last_at  TIMESTAMP NOT NULL
);

-- Who works on a matter (officer, reviewer, chief, panel). A restricted matter is seen by these only.
CREATE TABLE members (
	subject_id TEXT NOT NULL,
	user_id    TEXT NOT NULL REFERENCES users (id),
	part       TEXT NOT NULL,
	added_at   TIMESTAMP NOT NULL,
	PRIMARY KEY (subject_id, user_id, part)
);
CREATE INDEX members_user ON members (user_id, subject_id);

-- The hotline.
CREATE TABLE calls (
	id           TEXT PRIMARY KEY,
	number       TEXT NOT NULL UNIQUE,
	kind         TEXT NOT NULL,
	channel      TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	place        TEXT NOT NULL,
	received_at  TIMESTAMP NOT NULL,
	received_on  TEXT NOT NULL,
	operator_id  TEXT NOT NULL REFERENCES users (id),
	caller_name  TEXT NOT NULL DEFAULT '',
	caller_phone TEXT NOT NULL DEFAULT '',
	caller_type  TEXT NOT NULL DEFAULT '',
	anonymous    BOOLEAN NOT NULL DEFAULT FALSE,
	topic        TEXT NOT NULL DEFAULT '',
	question     TEXT NOT NULL,
	answer       TEXT NOT NULL DEFAULT '',
	answered_on  TEXT,
	subject      TEXT NOT NULL DEFAULT '',
	respondent   TEXT NOT NULL DEFAULT '',
	respondent_address TEXT NOT NULL DEFAULT '',
	patent_no    TEXT NOT NULL DEFAULT '',
	url          TEXT NOT NULL DEFAULT '',
	complaint_no TEXT,
	state        TEXT NOT NULL,
	lead_id      TEXT,
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX calls_list ON calls (jurisdiction, received_on, id);
CREATE INDEX calls_kind ON calls (kind, received_on, id);
CREATE INDEX calls_phone ON calls (caller_phone) WHERE caller_phone <> '';
CREATE UNIQUE INDEX calls_complaint ON calls (complaint_no);

-- What was done with a call: each answer that was given stays.
CREATE TABLE call_steps (
	call_id    TEXT NOT NULL REFERENCES calls (id),
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	text       TEXT NOT NULL,
	PRIMARY KEY (call_id, seq)
);

-- Leads.
CREATE TABLE leads (
	id           TEXT PRIMARY KEY,
	number       TEXT NOT NULL UNIQUE,
	source       TEXT NOT NULL,
	kind         TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	place        TEXT NOT NULL,
	state        TEXT NOT NULL,
	received_on  TEXT NOT NULL,
	title        TEXT NOT NULL,
	facts        TEXT NOT NULL,
	respondent   TEXT NOT NULL DEFAULT '',
	respondent_address TEXT NOT NULL DEFAULT '',
	requester    TEXT NOT NULL DEFAULT '',
	patent_no    TEXT NOT NULL DEFAULT '',
	url          TEXT NOT NULL DEFAULT '',
	call_id      TEXT REFERENCES calls (id),
	proposal     TEXT NOT NULL DEFAULT '',
	opinion      TEXT NOT NULL DEFAULT '',
	verified_on  TEXT,
	verified_by  TEXT NOT NULL DEFAULT '',
	settled_on   TEXT,
	reason       TEXT NOT NULL DEFAULT '',
	case_id      TEXT,
	next_due_on  TEXT,
	next_rule    TEXT NOT NULL DEFAULT '',
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX leads_list ON leads (jurisdiction, state, received_on, id);

CREATE TABLE lead_steps (
	lead_id    TEXT NOT NULL REFERENCES leads (id),
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL,
	on_day     TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	note       TEXT NOT NULL DEFAULT '',
	data       TEXT NOT NULL,
	PRIMARY KEY (lead_id, seq)
);

-- Cases: the handling office is jurisdiction, the county of the act is place.
CREATE TABLE cases (
	id             TEXT PRIMARY KEY,
	number         TEXT NOT NULL UNIQUE,
	kind           TEXT NOT NULL CHECK (kind IN ('counterfeit', 'infringement', 'dispute', 'ecommerce')),
	title          TEXT NOT NULL,
	state          TEXT NOT NULL,
	jurisdiction   TEXT NOT NULL,
	restricted     BOOLEAN NOT NULL DEFAULT FALSE,
	place          TEXT NOT NULL,
	source         TEXT NOT NULL,
	lead_id        TEXT NOT NULL UNIQUE REFERENCES leads (id),
	summary        TEXT NOT NULL DEFAULT '',
	filed_on       TEXT NOT NULL,
	decided_on     TEXT,
	closed_on      TEXT,
	archived_on    TEXT,
	outcome        TEXT NOT NULL DEFAULT '',
	fine_fen       BIGINT NOT NULL DEFAULT 0,
	confiscated_fen BIGINT NOT NULL DEFAULT 0,
	facts          TEXT NOT NULL,
	version        BIGINT NOT NULL,
	created_at     TIMESTAMP NOT NULL,
	updated_at     TIMESTAMP NOT NULL
);
CREATE INDEX cases_filed ON cases (filed_on, id);
CREATE INDEX cases_list ON cases (kind, state, filed_on, id);
CREATE INDEX cases_office ON cases (jurisdiction, filed_on, id);
CREATE INDEX cases_place ON cases (place, filed_on, id);

CREATE TABLE case_parties (
	id       TEXT PRIMARY KEY,
	case_id  TEXT NOT NULL REFERENCES cases (id),
	role     TEXT NOT NULL,
	form     TEXT NOT NULL,
	name     TEXT NOT NULL,
	code     TEXT NOT NULL DEFAULT '',
	address  TEXT NOT NULL DEFAULT '',
	phone    TEXT NOT NULL DEFAULT '',
	representative TEXT NOT NULL DEFAULT '',
	added_at TIMESTAMP NOT NULL
);
CREATE INDEX case_parties_case ON case_parties (case_id);

CREATE TABLE case_patents (
	id       TEXT PRIMARY KEY,
	case_id  TEXT NOT NULL REFERENCES cases (id),
	number   TEXT NOT NULL,
	key      TEXT NOT NULL,
	type     TEXT NOT NULL DEFAULT '',
	title    TEXT NOT NULL DEFAULT '',
	patentee TEXT NOT NULL DEFAULT '',
	added_at TIMESTAMP NOT NULL
);
CREATE INDEX case_patents_case ON case_patents (case_id);
CREATE INDEX case_patents_key ON case_patents (key);

-- One row a step taken; seq is the case's version after it, so that a step cannot be taken twice.
CREATE TABLE case_steps (
	case_id     TEXT NOT NULL REFERENCES cases (id),
	seq         BIGINT NOT NULL,
	step        TEXT NOT NULL,
	from_state  TEXT NOT NULL,
	to_state    TEXT NOT NULL,
	on_day      TEXT NOT NULL,
	at          TIMESTAMP NOT NULL,
	actor       TEXT NOT NULL,
	actor_name  TEXT NOT NULL,
	note        TEXT NOT NULL DEFAULT '',
	data        TEXT NOT NULL,
	document_id TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (case_id, seq)
);

CREATE TABLE case_files (
	id         TEXT PRIMARY KEY,
	case_id    TEXT NOT NULL REFERENCES cases (id),
	name       TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size       BIGINT NOT NULL,
	sha256     TEXT NOT NULL,
	added_by   TEXT NOT NULL,
	added_name TEXT NOT NULL,
	added_at   TIMESTAMP NOT NULL
);
CREATE INDEX case_files_case ON case_files (case_id);

-- Official documents with frozen data.
CREATE TABLE documents (
	id               TEXT PRIMARY KEY,
	case_id          TEXT NOT NULL REFERENCES cases (id),
	template         TEXT NOT NULL,
	template_version BIGINT NOT NULL,
	number           TEXT NOT NULL UNIQUE,
	title            TEXT NOT NULL,
	issued_on        TEXT NOT NULL,
	issued_by        TEXT NOT NULL,
	data             TEXT NOT NULL,
	sha256           TEXT NOT NULL,
	created_at       TIMESTAMP NOT NULL
);
CREATE INDEX documents_case ON documents (case_id);

-- Statutory clocks on a case, a lead or a call.
CREATE TABLE deadlines (
	id           TEXT PRIMARY KEY,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	label        TEXT NOT NULL,
	title        TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	rule         TEXT NOT NULL,
	version      TEXT NOT NULL,
	kind         TEXT NOT NULL,
	rules_hash   TEXT NOT NULL,
	office_duty  BOOLEAN NOT NULL,
	started_on   TEXT NOT NULL,
	strict_on    TEXT NOT NULL,
	due_on       TEXT NOT NULL,
	watch_on     TEXT NOT NULL,
	provisional  BOOLEAN NOT NULL DEFAULT FALSE,
	stopped_on   TEXT,
	created_at   TIMESTAMP NOT NULL
);
CREATE INDEX deadlines_subject ON deadlines (subject_id);
CREATE INDEX deadlines_due ON deadlines (watch_on, id) WHERE stopped_on IS NULL;

-- E-commerce listings.
CREATE TABLE listings (
	id             TEXT PRIMARY KEY,
	number         TEXT NOT NULL UNIQUE,
	jurisdiction   TEXT NOT NULL,
	restricted     BOOLEAN NOT NULL DEFAULT FALSE,
	place          TEXT NOT NULL,
	platform       TEXT NOT NULL,
	shop           TEXT NOT NULL,
	url            TEXT NOT NULL,
	title          TEXT NOT NULL,
	price_fen      BIGINT NOT NULL DEFAULT 0,
	mark_seen      TEXT NOT NULL DEFAULT '',
	patent_no      TEXT NOT NULL DEFAULT '',
	suspected_kind TEXT NOT NULL,
	found_on       TEXT NOT NULL,
	finding        TEXT NOT NULL DEFAULT '',
	finding_reason TEXT NOT NULL DEFAULT '',
	found_by       TEXT NOT NULL DEFAULT '',
	judged_on      TEXT,
	result         TEXT NOT NULL DEFAULT '',
	result_on      TEXT,
	case_id        TEXT REFERENCES cases (id),
	lead_id        TEXT REFERENCES leads (id),
	version        BIGINT NOT NULL,
	created_at     TIMESTAMP NOT NULL,
	updated_at     TIMESTAMP NOT NULL
);
CREATE INDEX listings_list ON listings (jurisdiction, found_on, id);
CREATE INDEX listings_case ON listings (case_id);

-- Search: one row a thing that can be found, and its tokens (bigrams of Han, words of Latin letters and digits).
CREATE TABLE search_docs (
	subject_id   TEXT PRIMARY KEY,
	subject_kind TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	sort_on      TEXT NOT NULL,
	label        TEXT NOT NULL,
	title        TEXT NOT NULL,
	body         TEXT NOT NULL
);
CREATE TABLE search_terms (
	token      TEXT NOT NULL,
	sort_on    TEXT NOT NULL,
	subject_id TEXT NOT NULL REFERENCES search_docs (subject_id),
	PRIMARY KEY (token, sort_on, subject_id)
);
CREATE INDEX search_terms_subject ON search_terms (subject_id);

-- Summary of the cases, kept in the writer's transaction and compared with the rows by verify.
CREATE TABLE case_tally (
	jurisdiction TEXT NOT NULL,
	place        TEXT NOT NULL,
	kind         TEXT NOT NULL,
	month        TEXT NOT NULL,
	state        TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL,
	n            BIGINT NOT NULL,
	PRIMARY KEY (jurisdiction, place, kind, month, state, restricted)
);

-- +goose Down
SELECT 1;
