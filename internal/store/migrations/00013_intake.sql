-- +goose Up

-- Who was recused from a matter sees it no more: the case, its lead and its listings.
CREATE TABLE recusals (
	user_id    TEXT NOT NULL REFERENCES users (id),
	subject_id TEXT NOT NULL,
	PRIMARY KEY (user_id, subject_id)
);
INSERT INTO recusals (user_id, subject_id)
	SELECT u.id, c.id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN cases c ON c.id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse'
	UNION SELECT u.id, c.lead_id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN cases c ON c.id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse'
	UNION SELECT u.id, l.id FROM case_tracks t JOIN users u ON t.facts LIKE '%"challenged":"' || u.id || '"%' JOIN listings l ON l.case_id = t.case_id WHERE t.track = 'recusal' AND t.state = 'recuse';

-- How much a lead presses, who looks after it, and the one it goes on in.
ALTER TABLE leads ADD COLUMN urgency TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE leads ADD COLUMN assignee_id TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN merged_into TEXT;
CREATE INDEX leads_merged ON leads (merged_into) WHERE merged_into IS NOT NULL;

-- +goose Down
SELECT 1;
