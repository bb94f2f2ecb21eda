-- What an office at version 1 of the schema holds, in SQL that both engines read. Frozen.
INSERT INTO users (id, username, name, password_hash, certificate_no, certificate_until, created_at) VALUES ('u1', 'officer', '测试', 'x', '浙E1', '2027-01-01', '2026-11-20 01:00:00');
INSERT INTO leads (id, number, source, kind, jurisdiction, place, state, received_on, title, facts, next_due_on, next_rule, version, created_at, updated_at)
	VALUES ('l1', '湖知线〔2026〕1号', 'report', 'counterfeit', '330500', '330521', 'filed', '2026-11-02', '测试', '测试', '2026-11-23', 'CF_VERIFY', 3, '2026-11-02 02:00:00', '2026-11-03 02:00:00');
INSERT INTO cases (id, number, kind, title, state, jurisdiction, place, source, lead_id, filed_on, facts, version, created_at, updated_at)
	VALUES ('c1', '湖知假字〔2026〕1号', 'counterfeit', '测试', 'filed', '330500', '330521', 'report', 'l1', '2026-11-03', '{}', 1, '2026-11-03 02:00:00', '2026-11-03 02:00:00');
INSERT INTO deadlines (id, subject_kind, subject_id, label, title, jurisdiction, rule, version, kind, rules_hash, office_duty, started_on, strict_on, due_on, watch_on, provisional, created_at)
	VALUES ('d1', 'case', 'c1', '湖知假字〔2026〕1号', '测试', '330500', 'CF_CLOSE', 'CF_CLOSE@2021-07-15/samr', 'counterfeit', 'h', TRUE, '2026-11-03', '2027-02-01', '2027-02-01', '2027-02-01', TRUE, '2026-11-03 02:00:00');
INSERT INTO calls (id, number, kind, channel, jurisdiction, place, received_at, received_on, operator_id, caller_name, caller_phone, anonymous, question, state, version, created_at, updated_at)
	VALUES ('h1', '12330-20261102-001', 'consultation', '12330', '330500', '330521', '2026-11-02 02:00:00', '2026-11-02', 'u1', '张三', '13800001234', TRUE, '测试', 'open', 1, '2026-11-02 02:00:00', '2026-11-02 02:00:00');
INSERT INTO calls (id, number, kind, channel, jurisdiction, place, received_at, received_on, operator_id, question, state, version, created_at, updated_at)
	VALUES ('h2', '12330-20261102-002', 'consultation', '12330', '330500', '330521', '2026-11-02 02:00:00', '2026-11-02', 'u1', '测试', 'open', 1, '2026-11-02 02:00:00', '2026-11-02 02:00:00');
