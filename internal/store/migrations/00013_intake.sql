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

-- +goose Down
SELECT 1;
