-- +goose Up

-- What a review of a case's file (案卷评查) found, each time one was made. Rows are only added; the last of a case holds.
CREATE TABLE file_reviews (
	case_id    TEXT NOT NULL REFERENCES cases (id),
	seq        BIGINT NOT NULL,
	version    BIGINT NOT NULL,
	score      BIGINT NOT NULL,
	faults     TEXT NOT NULL,
	table_hash TEXT NOT NULL,
	actor      TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	at         TIMESTAMP NOT NULL,
	PRIMARY KEY (case_id, seq)
);
CREATE INDEX file_reviews_score ON file_reviews (score, case_id);

-- +goose Down
SELECT 1;
