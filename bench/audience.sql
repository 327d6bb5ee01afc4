-- The register that an audience is chosen from: {people} persons, each fact true of a fixed share of them.
-- Of ten, seven consented, and every ninth of those withdrew; of fifty, one objected and one is on the list; of a hundred,
-- one address bounces; of twenty, one is not confirmed; of a thousand, one is restricted; three of ten work somewhere.

INSERT INTO register_person (id, reference, kind, language, created_at, created_by)
SELECT md5('p' || n)::uuid, 'H' || n, CASE WHEN n % 50 = 0 THEN 'sole_trader' ELSE 'person' END,
    CASE n % 10 WHEN 0 THEN 'sv' WHEN 1 THEN 'en' ELSE 'fi' END, '2025-01-01', '00000000-0000-0000-0000-00000000000a'::uuid
FROM generate_series(1, {people}) n;

INSERT INTO register_organisation (id, reference, name, business_id, website, email, phone, source,
    source_detail, collected_at, collected_by, notice_version_id, purposes, end_reason)
SELECT md5('o' || n)::uuid, 'Y' || n, 'Firma ' || n || CASE WHEN n % 4 = 0 THEN '' ELSE ' Oy' END, '',
    'https://www.firm' || n || '.example', '', '', 'directory', '', '2025-01-01', '00000000-0000-0000-0000-00000000000a'::uuid,
    (SELECT max(id) FROM notices_noticeversion), '{b2b_contact}', ''
FROM generate_series(0, 4999) n;

INSERT INTO register_contactpoint (source, source_detail, collected_at, collected_by, notice_version_id, purposes, end_reason, id, person_id, kind, network, value, original, verified_at, bounced_at, mark)
SELECT 'web_form', '', '2025-01-01'::timestamptz + n * interval '10 seconds', '00000000-0000-0000-0000-00000000000a'::uuid, (SELECT max(id) FROM notices_noticeversion), '{direct_marketing}'::text[], '', md5('c' || n)::uuid, md5('p' || n)::uuid, 'email', '', 'person' || n || CASE WHEN n % 10 < 3 THEN '@firm' || n % 5000 || '.example' ELSE '@example.com' END, 'person' || n || CASE WHEN n % 10 < 3 THEN '@firm' || n % 5000 || '.example' ELSE '@example.com' END,
    CASE WHEN n % 20 <> 0 THEN '2025-06-01'::timestamptz END,
    CASE WHEN n % 100 = 7 THEN '2025-07-01'::timestamptz END, sha256(convert_to('person' || n || CASE WHEN n % 10 < 3 THEN '@firm' || n % 5000 || '.example' ELSE '@example.com' END, 'UTF8'))
FROM generate_series(1, {people}) n;

INSERT INTO register_position (source, source_detail, collected_at, collected_by, notice_version_id, purposes, end_reason, id, person_id, organisation_id, title, relevance)
SELECT 'web_form', '', '2025-01-01'::timestamptz + n * interval '10 seconds', '00000000-0000-0000-0000-00000000000a'::uuid, (SELECT max(id) FROM notices_noticeversion), '{direct_marketing}'::text[], '', md5('w' || n)::uuid, md5('p' || n)::uuid, md5('o' || n % 5000)::uuid, 'Johtaja',
    CASE WHEN n % 3 = 0 THEN 'Hankinnat' ELSE '' END
FROM generate_series(1, {people}) n WHERE n % 10 < 3;

INSERT INTO register_noticedelivery (id, person_id, notice_version_id, article, language, due_on,
    delivered_at, delivered_by, channel)
SELECT md5('d' || n)::uuid, md5('p' || n)::uuid, (SELECT max(id) FROM notices_noticeversion), 13, 'fi',
    '2025-01-01', CASE WHEN n % 33 <> 0 THEN '2025-01-01'::timestamptz END,
    CASE WHEN n % 33 <> 0 THEN '00000000-0000-0000-0000-00000000000a'::uuid END, CASE WHEN n % 33 <> 0 THEN 'web_form' ELSE '' END
FROM generate_series(1, {people}) n;

INSERT INTO consents_consentevent (reference, subject, purpose, channel, state, wording_id, notice_version_id,
    source, form, evidence_kind, evidence, evidence_on, cause, at, actor, role, valid_until)
SELECT md5('e' || n)::uuid, md5('p' || n)::uuid, 'direct_marketing', 'email', 'given',
    (SELECT min(id) FROM consents_wording), (SELECT max(id) FROM notices_noticeversion), 'web_form', '', 'confirmed',
    'Vahvistettu linkistä', '2026-01-01', '', '2026-01-01', '00000000-0000-0000-0000-00000000000a'::uuid, 'visitor', '2028-01-01'
FROM generate_series(1, {people}) n WHERE n % 10 < 7;

INSERT INTO consents_consentevent (reference, subject, purpose, channel, state, wording_id, notice_version_id,
    source, form, evidence_kind, evidence, cause, at, actor, role)
SELECT md5('f' || n)::uuid, md5('p' || n)::uuid, 'direct_marketing', 'email', 'withdrawn',
    (SELECT min(id) FROM consents_wording), (SELECT max(id) FROM notices_noticeversion), 'email', '', '', '', '',
    '2026-02-01', '00000000-0000-0000-0000-00000000000a'::uuid, 'visitor'
FROM generate_series(1, {people}) n WHERE n % 10 < 7 AND n % 9 = 0;

INSERT INTO consents_objectionevent (reference, subject, purpose, state, source, evidence_kind, evidence, at,
    actor, role)
SELECT md5('g' || n)::uuid, md5('p' || n)::uuid, 'direct_marketing', 'objected', 'phone', '', '', '2026-02-01',
    '00000000-0000-0000-0000-00000000000a'::uuid, 'marketing'
FROM generate_series(1, {people}) n WHERE n % 50 = 1;

INSERT INTO consents_suppression (mark, channel, reason, state, evidence_kind, evidence, at, actor, role)
SELECT sha256(convert_to('person' || n || CASE WHEN n % 10 < 3 THEN '@firm' || n % 5000 || '.example' ELSE '@example.com' END, 'UTF8')), 'email', 'objected', 'added', '', '', '2026-02-01', '00000000-0000-0000-0000-00000000000a'::uuid, ''
FROM generate_series(1, {people}) n WHERE n % 50 = 2;

INSERT INTO register_restriction (id, person_id, reason, source, detail, since_at, since_by)
SELECT md5('r' || n)::uuid, md5('p' || n)::uuid, 'claim', 'email', '', '2026-02-01', '00000000-0000-0000-0000-00000000000a'::uuid
FROM generate_series(1, {people}) n WHERE n % 1000 = 3;
