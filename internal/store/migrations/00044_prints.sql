-- +goose Up

-- The fingerprints of captured pictures: 64 bits in four bands of 16, each to be found by; pictures that look alike share a band.
CREATE TABLE listing_prints (
	listing_id TEXT NOT NULL REFERENCES listings (id),
	sha256     TEXT NOT NULL,
	kind       TEXT NOT NULL,
	band1      BIGINT NOT NULL,
	band2      BIGINT NOT NULL,
	band3      BIGINT NOT NULL,
	band4      BIGINT NOT NULL,
	PRIMARY KEY (listing_id, sha256)
);
CREATE INDEX listing_prints_band1 ON listing_prints (band1);
CREATE INDEX listing_prints_band2 ON listing_prints (band2);
CREATE INDEX listing_prints_band3 ON listing_prints (band3);
CREATE INDEX listing_prints_band4 ON listing_prints (band4);

CREATE INDEX case_parties_code ON case_parties (code);

-- What became of an e-commerce case's listings is asked by the old listing too.
CREATE INDEX listings_relists ON listings (relists);

-- +goose Down
SELECT 1;
