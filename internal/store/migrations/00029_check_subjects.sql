-- +goose Up

-- The case or the lead that a mark was checked for; both empty where it was checked for none.
ALTER TABLE mark_checks ADD COLUMN subject_kind TEXT NOT NULL DEFAULT '' CHECK (subject_kind IN ('', 'case', 'lead'));
ALTER TABLE mark_checks ADD COLUMN subject_id TEXT NOT NULL DEFAULT '';
CREATE INDEX mark_checks_subject ON mark_checks (subject_id, id) WHERE subject_id <> '';

-- The register by who holds a patent: for the extract that telephones take along.
CREATE INDEX patents_patentee ON patents (patentees);

-- +goose Down
SELECT 1;
