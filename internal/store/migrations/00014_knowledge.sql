-- +goose Up

-- Articles of the knowledge base. Their words stand in versions, which are never changed.
CREATE TABLE knowledge_articles (
	id         TEXT PRIMARY KEY,
	code       TEXT NOT NULL UNIQUE,
	version    BIGINT NOT NULL,
	shipped    TEXT NOT NULL DEFAULT '', -- SHA-256 of the words that came with the program; '' once an officer has changed them
	withdrawn  BOOLEAN NOT NULL DEFAULT FALSE,
	used       BIGINT NOT NULL DEFAULT 0,
	created_at TIMESTAMP NOT NULL,
	updated_at TIMESTAMP NOT NULL
);
CREATE TABLE knowledge_versions (
	article_id  TEXT NOT NULL REFERENCES knowledge_articles (id),
	version     BIGINT NOT NULL,
	topic       TEXT NOT NULL,
	patents     TEXT NOT NULL DEFAULT '',
	words_zh    TEXT NOT NULL DEFAULT '',
	words_en    TEXT NOT NULL DEFAULT '',
	question_zh TEXT NOT NULL,
	question_en TEXT NOT NULL,
	answer_zh   TEXT NOT NULL,
	answer_en   TEXT NOT NULL,
	next_zh     TEXT NOT NULL DEFAULT '',
	next_en     TEXT NOT NULL DEFAULT '',
	source_zh   TEXT NOT NULL,
	source_en   TEXT NOT NULL,
	rules       TEXT NOT NULL DEFAULT '',
	valid_from  TEXT,
	valid_until TEXT,
	reason      TEXT NOT NULL DEFAULT '',
	by_id       TEXT NOT NULL,
	by_name     TEXT NOT NULL,
	at          TIMESTAMP NOT NULL,
	PRIMARY KEY (article_id, version)
);

-- What callers asked and no article answered.
CREATE TABLE knowledge_gaps (
	id           TEXT PRIMARY KEY,
	asked        TEXT NOT NULL,
	topic        TEXT NOT NULL DEFAULT '',
	jurisdiction TEXT NOT NULL,
	call_id      TEXT,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	at           TIMESTAMP NOT NULL,
	state        TEXT NOT NULL,
	article_id   TEXT,
	note         TEXT NOT NULL DEFAULT '',
	settled_by   TEXT NOT NULL DEFAULT '',
	settled_name TEXT NOT NULL DEFAULT '',
	settled_at   TIMESTAMP,
	version      BIGINT NOT NULL
);
CREATE INDEX knowledge_gaps_state ON knowledge_gaps (state, at);

-- How calls come in, as the administrator lists them.
CREATE TABLE call_channels (
	code       TEXT PRIMARY KEY,
	name_zh    TEXT NOT NULL,
	name_en    TEXT NOT NULL,
	place      BIGINT NOT NULL,
	active     BOOLEAN NOT NULL DEFAULT TRUE,
	version    BIGINT NOT NULL DEFAULT 1
);
INSERT INTO call_channels (code, name_zh, name_en, place) VALUES
	('12330', '12330来电', 'Call to 12330', 1), ('12345', '12345转办', 'Passed on by 12345', 2), ('12315', '12315转办', 'Passed on by 12315', 3),
	('web', '网站', 'Web', 4), ('letter', '来信', 'Letter', 5), ('visit', '来访', 'Visit', 6), ('platform', '电商平台', 'Platform', 7);

-- Whom callers are sent to with what is not ours.
CREATE TABLE call_routes (
	code       TEXT PRIMARY KEY,
	matter_zh  TEXT NOT NULL,
	matter_en  TEXT NOT NULL,
	office_zh  TEXT NOT NULL,
	office_en  TEXT NOT NULL,
	phone      TEXT NOT NULL DEFAULT '',
	ground_zh  TEXT NOT NULL DEFAULT '',
	ground_en  TEXT NOT NULL DEFAULT '',
	place      BIGINT NOT NULL,
	active     BOOLEAN NOT NULL DEFAULT TRUE,
	version    BIGINT NOT NULL DEFAULT 1
);

-- A matter sent elsewhere: when, on what ground, and what came back.
CREATE TABLE referrals (
	id           TEXT PRIMARY KEY,
	call_id      TEXT NOT NULL REFERENCES calls (id),
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	route        TEXT NOT NULL,
	way          TEXT NOT NULL, -- told: the number was given; letter: passed on in writing
	office       TEXT NOT NULL,
	phone        TEXT NOT NULL DEFAULT '',
	ground       TEXT NOT NULL,
	letter_no    TEXT NOT NULL DEFAULT '',
	referred_on  TEXT NOT NULL,
	due_on       TEXT,
	sent_on      TEXT,
	answer       TEXT NOT NULL DEFAULT '',
	answered_on  TEXT,
	state        TEXT NOT NULL,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX referrals_list ON referrals (jurisdiction, state, referred_on, id);
CREATE INDEX referrals_call ON referrals (call_id);

-- What waits for a call: promises, recordings of the night, mail.
CREATE TABLE callbacks (
	id           TEXT PRIMARY KEY,
	kind         TEXT NOT NULL,
	jurisdiction TEXT NOT NULL,
	restricted   BOOLEAN NOT NULL DEFAULT FALSE,
	call_id      TEXT,
	identity_id  TEXT, -- in the vault, of what belongs to no call yet
	recording    TEXT NOT NULL DEFAULT '',
	about        TEXT NOT NULL,
	came_at      TIMESTAMP NOT NULL,
	due_on       TEXT,
	state        TEXT NOT NULL,
	tries        BIGINT NOT NULL DEFAULT 0,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	done_on      TEXT,
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX callbacks_list ON callbacks (jurisdiction, state, due_on, id);
CREATE INDEX callbacks_call ON callbacks (call_id);
CREATE INDEX callbacks_identity ON callbacks (identity_id);
CREATE TABLE callback_tries (
	callback_id TEXT NOT NULL REFERENCES callbacks (id),
	seq         BIGINT NOT NULL,
	result      TEXT NOT NULL,
	note        TEXT NOT NULL DEFAULT '',
	at          TIMESTAMP NOT NULL,
	by_id       TEXT NOT NULL,
	by_name     TEXT NOT NULL,
	PRIMARY KEY (callback_id, seq)
);

-- +goose Down
SELECT 1;
