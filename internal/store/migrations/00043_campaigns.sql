-- +goose Up

-- A special action of an office on platforms, for a time, with what it sets out to reach. platforms is a list as JSON; '' is every platform. When it is
-- closed, its report is frozen: the figures as JSON, the words, and the paper (paper_id).
CREATE TABLE campaigns (
	id            TEXT PRIMARY KEY,
	jurisdiction  TEXT NOT NULL,
	name          TEXT NOT NULL,
	from_on       TEXT NOT NULL,
	to_on         TEXT NOT NULL,
	platforms     TEXT NOT NULL DEFAULT '',
	plan          TEXT NOT NULL DEFAULT '',
	want_checked  BIGINT NOT NULL DEFAULT 0,
	want_removed  BIGINT NOT NULL DEFAULT 0,
	want_cases    BIGINT NOT NULL DEFAULT 0,
	state         TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	report        TEXT NOT NULL DEFAULT '',
	figures       TEXT NOT NULL DEFAULT '',
	paper_id      TEXT REFERENCES listing_papers (id),
	made_by       TEXT NOT NULL,
	made_name     TEXT NOT NULL,
	made_at       TIMESTAMP NOT NULL,
	closed_on     TEXT,
	closed_name   TEXT NOT NULL DEFAULT '',
	version       BIGINT NOT NULL
);
CREATE INDEX campaigns_list ON campaigns (jurisdiction, from_on, id);

ALTER TABLE listings ADD COLUMN campaign_id TEXT REFERENCES campaigns (id);
CREATE INDEX listings_campaign ON listings (campaign_id, found_on, id);

-- +goose Down
SELECT 1;
