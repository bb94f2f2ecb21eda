-- What an office at version 1 of the schema holds, in SQL that both engines read. Frozen.
INSERT INTO users (id, username, name, password_hash, certificate_no, certificate_until, created_at) VALUES ('u1', 'officer', '测试', 'x', '浙E1', '2027-01-01', '2026-11-20 01:00:00');
INSERT INTO leads (id, number, source, kind, jurisdiction, place, state, received_on, title, facts, next_due_on, next_rule, version, created_at, updated_at)
	VALUES ('l1', '湖知线〔2026〕1号', 'report', 'counterfeit', '330500', '330521', 'filed', '2026-11-02', '测试', '测试', '2026-11-23', 'CF_VERIFY', 3, '2026-11-02 02:00:00', '2026-11-03 02:00:00');
INSERT INTO cases (id, number, kind, title, state, jurisdiction, place, source, lead_id, filed_on, facts, version, created_at, updated_at)
	VALUES ('c1', '湖知假字〔2026〕1号', 'counterfeit', '测试', 'filed', '330500', '330521', 'report', 'l1', '2026-11-03', '{}', 1, '2026-11-03 02:00:00', '2026-11-03 02:00:00');
INSERT INTO deadlines (id, subject_kind, subject_id, label, title, jurisdiction, rule, version, kind, rules_hash, office_duty, started_on, strict_on, due_on, watch_on, provisional, created_at)
	VALUES ('d1', 'case', 'c1', '湖知假字〔2026〕1号', '测试', '330500', 'CF_CLOSE', 'CF_CLOSE@2021-07-15/samr', 'counterfeit', 'h', TRUE, '2026-11-03', '2027-02-01', '2027-02-01', '2027-02-01', TRUE, '2026-11-03 02:00:00');
