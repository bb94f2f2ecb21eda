-- +goose Up
-- The orders of the long lists, with what a person's scope asks for: most lists are read in them from the newest on, whatever offices the person sees.
DROP INDEX cases_filed;
CREATE INDEX cases_filed ON cases (filed_on, id, restricted, jurisdiction);
CREATE INDEX calls_all ON calls (received_on, id, restricted, jurisdiction);
CREATE INDEX leads_all ON leads (received_on, id, restricted, jurisdiction);
CREATE INDEX leads_state ON leads (state, received_on, id, restricted, jurisdiction);
DROP INDEX calls_due;
CREATE INDEX calls_due ON calls (due_on, jurisdiction) WHERE due_on IS NOT NULL;

-- +goose Down
DROP INDEX calls_due;
CREATE INDEX calls_due ON calls (jurisdiction, due_on) WHERE due_on IS NOT NULL;
DROP INDEX leads_state;
DROP INDEX leads_all;
DROP INDEX calls_all;
DROP INDEX cases_filed;
CREATE INDEX cases_filed ON cases (filed_on, id);
