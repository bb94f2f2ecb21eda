-- +goose Up

-- Where the requester lives or has its seat: the request says it (Order 81 Arts. 15(1), 63(1)), and so must the adjudication (Art. 31(1)).
ALTER TABLE leads ADD COLUMN requester_address TEXT NOT NULL DEFAULT '';

-- The secrets of the second factors are sealed with a key of the key file; '' is one from before, in clear, until the program's next start.
ALTER TABLE second_factors ADD COLUMN key_id TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 1;
