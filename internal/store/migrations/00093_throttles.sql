-- +goose Up
-- How often an address failed at a door (a sign-in, a receipt's code), for all processes of the office: the moment, in milliseconds since 1970, when all its
-- tries are free again, and when a try that was refused was last written to the log.
CREATE TABLE throttles (
	name    TEXT PRIMARY KEY,
	free_at BIGINT NOT NULL,
	told_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX throttles_free ON throttles (free_at);

-- +goose Down
DROP TABLE throttles;
