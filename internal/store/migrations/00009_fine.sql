-- +goose Up

-- Money that came in on a case. A row is never changed: a wrong one is voided with a reason.
CREATE TABLE case_payments (
	id          TEXT PRIMARY KEY,
	case_id     TEXT NOT NULL REFERENCES cases (id),
	paid_for    TEXT NOT NULL,
	on_day      TEXT NOT NULL,
	fen         BIGINT NOT NULL,
	receipt     TEXT NOT NULL,
	made_by     TEXT NOT NULL,
	made_name   TEXT NOT NULL,
	made_at     TIMESTAMP NOT NULL,
	voided_at   TIMESTAMP,
	voided_name TEXT NOT NULL DEFAULT '',
	voided_why  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX case_payments_case ON case_payments (case_id, on_day);

-- +goose Down
SELECT 1;
