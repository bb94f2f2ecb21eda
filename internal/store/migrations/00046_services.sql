-- +goose Up

-- Every try to serve a paper, with its proof. served_on is NULL where it failed or, by post or public notice, has not come about yet.
CREATE TABLE paper_services (
	id           TEXT PRIMARY KEY,
	document_id  TEXT NOT NULL REFERENCES documents (id),
	case_id      TEXT NOT NULL REFERENCES cases (id),
	recipient    TEXT NOT NULL,
	way          TEXT NOT NULL,
	address      TEXT NOT NULL,
	tried_on     TEXT NOT NULL,
	served_on    TEXT,
	state        TEXT NOT NULL CHECK (state IN ('waiting', 'served', 'failed')),
	receiver     TEXT NOT NULL,
	relation     TEXT NOT NULL,
	witness      TEXT NOT NULL,
	postal_no    TEXT NOT NULL,
	reason       TEXT NOT NULL,
	servers      TEXT NOT NULL,
	proof        TEXT NOT NULL,
	note         TEXT NOT NULL,
	version      BIGINT NOT NULL,
	made_by      TEXT NOT NULL,
	made_name    TEXT NOT NULL,
	made_at      TIMESTAMP NOT NULL
);
CREATE INDEX paper_services_case ON paper_services (case_id);
CREATE INDEX paper_services_document ON paper_services (document_id);
-- Addresses that parties confirmed for service (送达地址确认书); the latest of a party holds.
CREATE TABLE service_addresses (
	id         TEXT PRIMARY KEY,
	case_id    TEXT NOT NULL REFERENCES cases (id),
	party      TEXT NOT NULL,
	address    TEXT NOT NULL,
	receiver   TEXT NOT NULL,
	phone      TEXT NOT NULL,
	electronic TEXT NOT NULL,
	on_day     TEXT NOT NULL,
	proof      TEXT NOT NULL,
	made_by    TEXT NOT NULL,
	made_name  TEXT NOT NULL,
	made_at    TIMESTAMP NOT NULL
);
CREATE INDEX service_addresses_case ON service_addresses (case_id);

-- +goose Down
SELECT 1;
