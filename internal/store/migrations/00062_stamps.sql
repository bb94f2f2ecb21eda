-- +goose Up

-- What a time-stamping authority (RFC 3161) said of a signed head: its token, in base64; "" where none was asked.
ALTER TABLE audit_heads ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_heads ADD COLUMN stamped_at TIMESTAMP;

-- +goose Down
SELECT 1;
