-- +goose Up

-- A notice to a platform about many of its listings. It is drafted by one person and approved by another; then its paper (paper_id) is numbered and
-- frozen. state: draft (waits for approval), returned (with a remark), issued, served, dropped.
CREATE TABLE listing_notices (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	platform     TEXT NOT NULL,
	addressee    TEXT NOT NULL,
	measure      TEXT NOT NULL,
	reasons      TEXT NOT NULL,
	answer_by    TEXT,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'returned', 'issued', 'served', 'dropped')),
	number       TEXT NOT NULL DEFAULT '',
	paper_id     TEXT REFERENCES listing_papers (id),
	rows         BIGINT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	decided_by   TEXT NOT NULL DEFAULT '',
	decided_name TEXT NOT NULL DEFAULT '',
	decided_at   TIMESTAMP,
	remark       TEXT NOT NULL DEFAULT '',
	issued_on    TEXT,
	served_on    TEXT,
	way          TEXT NOT NULL DEFAULT '',
	receiver     TEXT NOT NULL DEFAULT '',
	served_by    TEXT NOT NULL DEFAULT '',
	served_name  TEXT NOT NULL DEFAULT '',
	version      BIGINT NOT NULL
);
CREATE INDEX listing_notices_list ON listing_notices (jurisdiction, made_at, id);

-- Its listings. fault is why the service did not reach one in its flow (JSON); '' where it did or is still to come.
CREATE TABLE listing_notice_rows (
	notice_id  TEXT NOT NULL REFERENCES listing_notices (id),
	listing_id TEXT NOT NULL REFERENCES listings (id),
	place      BIGINT NOT NULL,
	fault      TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (notice_id, listing_id)
);
CREATE INDEX listing_notice_rows_listing ON listing_notice_rows (listing_id);

-- A platform's answer to a notice, as a file. state: columns (which column is which field is still to be said), ready (read whole, nothing is
-- written), writing, done, undone, dropped.
CREATE TABLE listing_answers (
	id           TEXT PRIMARY KEY,
	notice_id    TEXT NOT NULL REFERENCES listing_notices (id),
	jurisdiction TEXT NOT NULL,
	name         TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	size         BIGINT NOT NULL,
	encoding     TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL CHECK (state IN ('columns', 'ready', 'writing', 'done', 'undone', 'dropped')),
	header       TEXT NOT NULL DEFAULT '',
	columns      TEXT NOT NULL DEFAULT '',
	sample       TEXT NOT NULL DEFAULT '',
	rows         BIGINT NOT NULL DEFAULT 0,
	fresh        BIGINT NOT NULL DEFAULT 0,
	same         BIGINT NOT NULL DEFAULT 0,
	loose        BIGINT NOT NULL DEFAULT 0,
	bad          BIGINT NOT NULL DEFAULT 0,
	done         BIGINT NOT NULL DEFAULT 0,
	refused      BIGINT NOT NULL DEFAULT 0,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	written_at   TIMESTAMP,
	version      BIGINT NOT NULL
);
CREATE INDEX listing_answers_notice ON listing_answers (notice_id, made_at, id);

-- Its rows: what each says (JSON), the listing it is about, what is wrong with it, what stood in the listing before (JSON) and the version that it left.
-- state: fresh, same (it says what stands already), loose (no listing of the notice), bad, done, refused, undone, kept (not undone: something was done since).
CREATE TABLE listing_answer_rows (
	answer_id  TEXT NOT NULL REFERENCES listing_answers (id),
	line       BIGINT NOT NULL,
	state      TEXT NOT NULL,
	listing_id TEXT NOT NULL DEFAULT '',
	data       TEXT NOT NULL DEFAULT '',
	fault      TEXT NOT NULL DEFAULT '',
	before     TEXT NOT NULL DEFAULT '',
	after      BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (answer_id, line)
);
CREATE INDEX listing_answer_rows_listing ON listing_answer_rows (listing_id);

-- The number of a listing that was taken back with its import: it is not given again, and the gap is explained.
ALTER TABLE listing_take_rows ADD COLUMN number TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 1;
