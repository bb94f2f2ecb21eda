-- +goose Up

-- A file that came in before there was a case: the lead it came with, and when. Who added it, and when, is who filed the case: together they say
-- through whose hands the file went.
ALTER TABLE case_files ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE case_files ADD COLUMN origin_at TIMESTAMP;

-- +goose Down
SELECT 1;
