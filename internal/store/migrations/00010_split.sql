-- +goose Up

-- A party or a patent that a split took into another case: the number of that case.
ALTER TABLE case_parties ADD COLUMN gone_to TEXT NOT NULL DEFAULT '';
ALTER TABLE case_patents ADD COLUMN gone_to TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 1;
