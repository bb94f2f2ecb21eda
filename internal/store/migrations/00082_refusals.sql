-- +goose Up
-- The refusals of the log, newest first: the auditor's page of them.
CREATE INDEX audit_log_refused ON audit_log (seq) WHERE outcome = 'refused';

-- +goose Down
DROP INDEX audit_log_refused;
