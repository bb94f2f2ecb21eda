-- +goose Up

-- The bytes of a paper: made of its frozen text when they are first asked for, and the same from then on. paper_id is a document of a case, a lead
-- or a visit.
CREATE TABLE paper_renditions (
	paper_id TEXT NOT NULL,
	form     TEXT NOT NULL CHECK (form IN ('pdf', 'docx')),
	number   TEXT NOT NULL,
	sha256   TEXT NOT NULL,
	size     BIGINT NOT NULL,
	made_at  TIMESTAMP NOT NULL,
	PRIMARY KEY (paper_id, form)
);

-- +goose Down
SELECT 1;
