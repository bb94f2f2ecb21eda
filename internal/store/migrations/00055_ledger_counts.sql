-- +goose Up
-- The list's orders carry what its counts ask for: they are answered by the index alone.
DROP INDEX listings_all;
DROP INDEX listings_state;
DROP INDEX listings_platform;
DROP INDEX listings_finding;
CREATE INDEX listings_all ON listings (found_on, id, restricted, jurisdiction, result);
CREATE INDEX listings_state ON listings (state, found_on, id, restricted, jurisdiction);
CREATE INDEX listings_platform ON listings (platform, found_on, id, restricted, jurisdiction);
CREATE INDEX listings_finding ON listings (finding, found_on, id, restricted, jurisdiction);

-- +goose Down
DROP INDEX listings_all;
DROP INDEX listings_state;
DROP INDEX listings_platform;
DROP INDEX listings_finding;
CREATE INDEX listings_all ON listings (found_on, id);
CREATE INDEX listings_state ON listings (state, found_on, id);
CREATE INDEX listings_platform ON listings (platform, found_on, id);
CREATE INDEX listings_finding ON listings (finding, found_on, id);
