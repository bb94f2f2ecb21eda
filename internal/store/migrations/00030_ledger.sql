-- +goose Up

-- Who sells, as far as the office knows: one row a seller and office. A seller merged into another keeps its row: root is the seller at the
-- top, whose page shows them all.
CREATE TABLE sellers (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	name         TEXT NOT NULL,
	credit_code  TEXT NOT NULL DEFAULT '',
	region       TEXT NOT NULL DEFAULT '',
	address      TEXT NOT NULL DEFAULT '',
	contact      TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	merged_into  TEXT REFERENCES sellers (id),
	root         TEXT NOT NULL,
	version      BIGINT NOT NULL,
	created_at   TIMESTAMP NOT NULL,
	updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX sellers_root ON sellers (root);
CREATE INDEX sellers_list ON sellers (jurisdiction, name, id);

-- The shops of sellers. key is the platform's number of the shop, or its name where the number is not known.
CREATE TABLE seller_shops (
	jurisdiction TEXT NOT NULL,
	platform     TEXT NOT NULL,
	key          TEXT NOT NULL,
	name         TEXT NOT NULL,
	seller_id    TEXT NOT NULL REFERENCES sellers (id),
	PRIMARY KEY (jurisdiction, platform, key)
);
CREATE INDEX seller_shops_seller ON seller_shops (seller_id);

-- That a person merged two sellers, and took it back. Rows are only added; undoing is written once.
CREATE TABLE seller_merges (
	id          TEXT PRIMARY KEY,
	from_id     TEXT NOT NULL REFERENCES sellers (id),
	into_id     TEXT NOT NULL REFERENCES sellers (id),
	reason      TEXT NOT NULL,
	by_id       TEXT NOT NULL,
	by_name     TEXT NOT NULL,
	made_at     TIMESTAMP NOT NULL,
	undone_why  TEXT NOT NULL DEFAULT '',
	undone_id   TEXT NOT NULL DEFAULT '',
	undone_name TEXT NOT NULL DEFAULT '',
	undone_at   TIMESTAMP
);
CREATE INDEX seller_merges_from ON seller_merges (from_id);
CREATE INDEX seller_merges_into ON seller_merges (into_id);

-- What is taken in at once: pasted addresses or a file. done is how many of its rows the state has gone through; given is what holds for all
-- its rows, as JSON.
CREATE TABLE listing_takes (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	name         TEXT NOT NULL,
	sha256       TEXT NOT NULL,
	size         BIGINT NOT NULL,
	encoding     TEXT NOT NULL DEFAULT '',
	state        TEXT NOT NULL CHECK (state IN ('columns', 'ready', 'writing', 'done', 'undoing', 'undone', 'dropped')),
	header       TEXT NOT NULL DEFAULT '',
	columns      TEXT NOT NULL DEFAULT '',
	sample       TEXT NOT NULL DEFAULT '',
	given        TEXT NOT NULL DEFAULT '',
	done         BIGINT NOT NULL DEFAULT 0,
	rows         BIGINT NOT NULL DEFAULT 0,
	fresh        BIGINT NOT NULL DEFAULT 0,
	twice        BIGINT NOT NULL DEFAULT 0,
	relisted     BIGINT NOT NULL DEFAULT 0,
	bad          BIGINT NOT NULL DEFAULT 0,
	kept         BIGINT NOT NULL DEFAULT 0,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	written_at   TIMESTAMP,
	version      BIGINT NOT NULL
);
CREATE INDEX listing_takes_list ON listing_takes (jurisdiction, made_at, id);
CREATE INDEX listing_takes_state ON listing_takes (state);

-- Its rows as they were read: what each says (JSON), what is wrong with it, and the listing it became or is. state: fresh, twice, bad, written,
-- gone (undone), kept (not undone, since something was done with it).
CREATE TABLE listing_take_rows (
	take_id    TEXT NOT NULL REFERENCES listing_takes (id),
	line       BIGINT NOT NULL,
	state      TEXT NOT NULL,
	canonical  TEXT NOT NULL DEFAULT '',
	data       TEXT NOT NULL DEFAULT '',
	fault      TEXT NOT NULL DEFAULT '',
	listing_id TEXT NOT NULL DEFAULT '',
	relists    TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (take_id, line)
);
CREATE INDEX listing_take_rows_listing ON listing_take_rows (listing_id);

-- Which column is which field, remembered by the heads of the file.
CREATE TABLE listing_columns (
	header  TEXT PRIMARY KEY,
	columns TEXT NOT NULL
);

-- The listing: one record of an office, however its address is written. twin is '' but for a further record of the same address (two offices'
-- records that met in one office): its own id then. state is the flow's; reached_on is when the seller's declaration reached the right holder.
ALTER TABLE listings ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN canonical TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN twin TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN shop_id TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN seller_id TEXT REFERENCES sellers (id);
ALTER TABLE listings ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN sales BIGINT;
ALTER TABLE listings ADD COLUMN stock BIGINT;
ALTER TABLE listings ADD COLUMN source TEXT NOT NULL DEFAULT 'own_patrol';
ALTER TABLE listings ADD COLUMN claimant TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN patent_key TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN patent_type TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN take_id TEXT REFERENCES listing_takes (id);
ALTER TABLE listings ADD COLUMN relists TEXT REFERENCES listings (id);
ALTER TABLE listings ADD COLUMN relist_state TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN state TEXT NOT NULL DEFAULT 'found';
ALTER TABLE listings ADD COLUMN captured_on TEXT;
ALTER TABLE listings ADD COLUMN notified_on TEXT;
ALTER TABLE listings ADD COLUMN told_on TEXT;
ALTER TABLE listings ADD COLUMN declared_on TEXT;
ALTER TABLE listings ADD COLUMN reached_on TEXT;
ALTER TABLE listings ADD COLUMN restored_on TEXT;
ALTER TABLE listings ADD COLUMN final_on TEXT;
ALTER TABLE listings ADD COLUMN aid_state TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN aid_due_on TEXT;
ALTER TABLE listings ADD COLUMN dispatched_to TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN dispatched_on TEXT;
ALTER TABLE listings ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN verdict_state TEXT NOT NULL DEFAULT '';

-- What was written down before has its address as it was typed; the program reads it at its next start (listing.Ledger.ReadOld).
UPDATE listings SET platform = 'generic' WHERE platform = 'other';
UPDATE listings SET canonical = url, twin = id;
UPDATE listings SET state = 'judged' WHERE finding <> '';
UPDATE listings SET state = 'measured' WHERE result <> '';
UPDATE listings SET state = 'final', final_on = result_on WHERE result = 'none' AND finding NOT IN ('infringing', 'counterfeit');

CREATE UNIQUE INDEX listings_canonical ON listings (jurisdiction, canonical, twin);
CREATE INDEX listings_all ON listings (found_on, id);
CREATE INDEX listings_state ON listings (state, found_on, id);
CREATE INDEX listings_platform ON listings (platform, found_on, id);
CREATE INDEX listings_finding ON listings (finding, found_on, id);
CREATE INDEX listings_seller ON listings (seller_id, found_on, id);
CREATE INDEX listings_title ON listings (seller_id, title_key);
CREATE INDEX listings_picture ON listings (seller_id, picture);
CREATE INDEX listings_take ON listings (take_id, found_on, id);
CREATE INDEX listings_lead ON listings (lead_id);
CREATE INDEX listings_verdict ON listings (verdict_state, found_on, id);
CREATE INDEX listings_twin ON listings (twin);
CREATE INDEX listings_patent ON listings (patent_key);
CREATE INDEX listings_item ON listings (item);

-- What happened to a listing, one row an act. Rows are only added. seq is the listing's version after it.
CREATE TABLE listing_steps (
	listing_id TEXT NOT NULL REFERENCES listings (id),
	seq        BIGINT NOT NULL,
	step       TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state   TEXT NOT NULL,
	on_day     TEXT,
	facts      TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	by_id      TEXT NOT NULL,
	by_name    TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	PRIMARY KEY (listing_id, seq)
);

-- A listing as it was seen at a time, and what the marking check says of the marks in its title and text. Rows are only added.
CREATE TABLE listing_captures (
	id          TEXT PRIMARY KEY,
	listing_id  TEXT NOT NULL REFERENCES listings (id),
	seen_at     TIMESTAMP,
	title       TEXT NOT NULL DEFAULT '',
	text        TEXT NOT NULL DEFAULT '',
	price_fen   BIGINT,
	sales       BIGINT,
	stock       BIGINT,
	verdict     TEXT NOT NULL DEFAULT '',
	answer      TEXT NOT NULL DEFAULT '',
	by_id       TEXT NOT NULL,
	by_name     TEXT NOT NULL,
	made_at     TIMESTAMP NOT NULL
);
CREATE INDEX listing_captures_listing ON listing_captures (listing_id, made_at, id);

-- Its files: the bytes are the blob of that hash.
CREATE TABLE listing_files (
	capture_id TEXT NOT NULL REFERENCES listing_captures (id),
	sha256     TEXT NOT NULL,
	kind       TEXT NOT NULL CHECK (kind IN ('screenshot', 'page', 'picture')),
	name       TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size       BIGINT NOT NULL,
	PRIMARY KEY (capture_id, sha256)
);
CREATE INDEX listing_files_hash ON listing_files (sha256);

-- A check of many listings against the register at once.
CREATE TABLE listing_screenings (
	id           TEXT PRIMARY KEY,
	jurisdiction TEXT NOT NULL,
	name         TEXT NOT NULL,
	filter       TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('working', 'done')),
	rules        TEXT NOT NULL DEFAULT '',
	done         BIGINT NOT NULL DEFAULT 0,
	rows         BIGINT NOT NULL DEFAULT 0,
	ok           BIGINT NOT NULL DEFAULT 0,
	defect       BIGINT NOT NULL DEFAULT 0,
	unclear      BIGINT NOT NULL DEFAULT 0,
	suspect      BIGINT NOT NULL DEFAULT 0,
	by_id        TEXT NOT NULL,
	by_name      TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	done_at      TIMESTAMP,
	version      BIGINT NOT NULL
);
CREATE INDEX listing_screenings_list ON listing_screenings (jurisdiction, made_at, id);
CREATE INDEX listing_screenings_state ON listing_screenings (state);

-- What it says of each: the gravest row of the marking check with its limb and reason, and what the officer made of it.
CREATE TABLE listing_checks (
	screening_id TEXT NOT NULL REFERENCES listing_screenings (id),
	listing_id   TEXT NOT NULL REFERENCES listings (id),
	place        BIGINT NOT NULL,
	mark         TEXT NOT NULL DEFAULT '',
	result       TEXT NOT NULL DEFAULT '',
	row          TEXT NOT NULL DEFAULT '',
	limb         TEXT NOT NULL DEFAULT '',
	answer       TEXT NOT NULL DEFAULT '',
	decision     TEXT NOT NULL DEFAULT '',
	verdict      TEXT NOT NULL DEFAULT '',
	reason       TEXT NOT NULL DEFAULT '',
	by_id        TEXT NOT NULL DEFAULT '',
	by_name      TEXT NOT NULL DEFAULT '',
	decided_at   TIMESTAMP,
	version      BIGINT NOT NULL,
	PRIMARY KEY (screening_id, listing_id)
);
CREATE INDEX listing_checks_listing ON listing_checks (listing_id);
CREATE INDEX listing_checks_place ON listing_checks (screening_id, place);

-- Papers about listings, frozen as papers of a case are: one paper for one listing or many.
CREATE TABLE listing_papers (
	id               TEXT PRIMARY KEY,
	jurisdiction     TEXT NOT NULL,
	restricted       BOOLEAN NOT NULL DEFAULT FALSE,
	template         TEXT NOT NULL,
	template_version BIGINT NOT NULL,
	number           TEXT NOT NULL UNIQUE,
	title            TEXT NOT NULL,
	platform         TEXT NOT NULL DEFAULT '',
	addressee        TEXT NOT NULL DEFAULT '',
	issued_on        TEXT NOT NULL,
	issued_by        TEXT NOT NULL,
	issued_name      TEXT NOT NULL,
	data             TEXT NOT NULL,
	sha256           TEXT NOT NULL,
	created_at       TIMESTAMP NOT NULL
);
CREATE INDEX listing_papers_list ON listing_papers (jurisdiction, issued_on, id);

CREATE TABLE listing_paper_rows (
	paper_id   TEXT NOT NULL REFERENCES listing_papers (id),
	listing_id TEXT NOT NULL REFERENCES listings (id),
	place      BIGINT NOT NULL,
	PRIMARY KEY (paper_id, listing_id)
);
CREATE INDEX listing_paper_rows_listing ON listing_paper_rows (listing_id);

-- +goose Down
SELECT 1;
