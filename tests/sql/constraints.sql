-- Each constraint with a name refuses what it should, under its name: by the write function where
-- one can be asked to break it, else by the table itself. One without a case fails the test, and
-- one that the site has no field error for.
\set problems `cat services/site/problem.c`
SELECT * FROM no_plan();

-- ---------------------------------------------------------------------------
-- A hub to break them on. Ids begin with 1.

SET ROLE relais_admin;
SELECT relais.begin_operator(NULL, 'en') \g /dev/null
CREATE TEMP TABLE begun AS SELECT relais.umbrella_post('u', 'U', 'BJ', 'fr', NULL) AS answer UNION ALL
	SELECT relais.municipality_post(m, m, NULL, 'BJ', NULL, 'fr', 'u', false) FROM unnest(ARRAY['m1', 'm2', 'm3']) m UNION ALL
	SELECT relais.group_post('g', 'G', NULL, 'public', 'fr', 'u', NULL) UNION ALL
	SELECT relais.member_put('g', 'm1', 'hub', NULL) UNION ALL SELECT relais.member_put('g', 'm2', 'member', NULL) UNION ALL
	SELECT relais.person_invite('P', 'p@example.org', 'fr', 'm1', 'focal_point', NULL, NULL) UNION ALL
	SELECT relais.question_post('g', 'fr', 'Q1', '["P"]', '[{"text": "S"}]', 'published', 'm1', NULL, NULL, NULL) UNION ALL
	SELECT relais.lesson_post('g', 'fr', 'L2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'published', 'm1', NULL) UNION ALL
	SELECT relais.we_too_post('g', 1, 'm2') UNION ALL
	SELECT relais.digest_draft('u');
SELECT is_empty($$ SELECT answer FROM begun WHERE answer ? 'error' $$, 'there is a hub');
RESET ROLE;
INSERT INTO relais.programme (slug, name) VALUES ('p', 'P');
INSERT INTO relais.partnership (first_id, second_id) VALUES (1, 2);
INSERT INTO relais.associate VALUES (1, 1);
INSERT INTO relais.descent SELECT 1, 2, 1, 'split';
INSERT INTO relais.idempotency (person_id, key, request, answer) VALUES (1, 'k', '', '{}');
INSERT INTO relais.inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at) VALUES (1, 1, 2, 2, 1, 'Q', now());
INSERT INTO relais.subscription (person_id, group_id, cadence, position) VALUES (1, 1, 'weekly', 0);
INSERT INTO relais.draft VALUES (1, 1, 'lessons/new', 'lesson', 'k', '', now());

-- ---------------------------------------------------------------------------
-- f(…): a write function; else the rest of an INSERT INTO relais.

CREATE TEMP TABLE cases (name text, call text);
INSERT INTO cases VALUES
	('umbrella_slug_taken', $$umbrella_post('u', 'N', 'BJ', 'fr', NULL)$$),
	('umbrella_slug_form', $$umbrella_post('Bad slug', 'N', 'BJ', 'fr', NULL)$$),
	('umbrella_slug_form', $$umbrella_post(NULL, 'N', 'BJ', 'fr', NULL)$$),
	('umbrella_name_line', $$umbrella_post('x', ' ', 'BJ', 'fr', NULL)$$),
	('umbrella_name_line', $$umbrella_post('x', NULL, 'BJ', 'fr', NULL)$$),
	('umbrella_country_code', $$umbrella_post('x', 'N', 'BEN', 'fr', NULL)$$),
	('umbrella_country_code', $$umbrella_post('x', 'N', NULL, 'fr', NULL)$$),
	('umbrella_lang_code', $$umbrella_post('x', 'N', 'BJ', 'French', NULL)$$),
	('umbrella_lang_code', $$umbrella_post('x', 'N', 'BJ', NULL, NULL)$$),
	('umbrella_time_zone_known', $$umbrella_post('x', 'N', 'BJ', 'fr', 'Mars/Base')$$),
	('umbrella_digest_days', $$umbrella_change('u', NULL, NULL, 0)$$),
	('umbrella_digest_days', $$umbrella_change('u', NULL, NULL, 367)$$),
	('municipality_slug_taken', $$municipality_post('m1', 'N', NULL, 'BJ', NULL, 'fr', NULL, false)$$),
	('municipality_slug_form', $$municipality_rename('m1', NULL, 'M 1')$$),
	('municipality_name_line', $$municipality_post('x', E'a\nb', NULL, 'BJ', NULL, 'fr', NULL, false)$$),
	('municipality_level_known', $$municipality_post('x', 'N', 'village', 'BJ', NULL, 'fr', NULL, false)$$),
	('municipality_country_code', $$municipality_post('x', 'N', NULL, '1', NULL, 'fr', NULL, false)$$),
	('municipality_department_line', $$municipality_post('x', 'N', NULL, 'BJ', E'a\tb', 'fr', NULL, false)$$),
	('municipality_lang_code', $$municipality_post('x', 'N', NULL, 'BJ', NULL, 'fr-BJ', NULL, false)$$),
	('municipality_umbrella_known', $$municipality_post('x', 'N', NULL, 'BJ', NULL, 'fr', 'nosuch', false)$$),
	('programme_slug_taken', $$programme (slug, name) VALUES ('p', 'N')$$),
	('programme_slug_form', $$programme (slug, name) VALUES ('P', 'N')$$),
	('programme_name_line', $$programme (slug) VALUES ('x')$$),
	('programme_umbrella_known', $$programme (slug, name, umbrella_id) VALUES ('x', 'N', 99)$$),
	('partnership_first_known', $$partnership (first_id, second_id) VALUES (99, 1)$$),
	('partnership_second_known', $$partnership (first_id, second_id) VALUES (1, 99)$$),
	('partnership_programme_known', $$partnership (programme_id) VALUES (99)$$),
	('partnership_started_date', $$partnership (started) VALUES ('2024-13')$$),
	('partnership_ended_date', $$partnership (ended) VALUES ('soon')$$),
	('partnership_status_known', $$partnership (status) VALUES ('asleep')$$),
	('partnership_reason_prose', $$partnership (reason) VALUES (repeat('x', 2001))$$),
	('partnership_two', $$partnership (first_id, second_id) VALUES (1, 1)$$),
	('partnership_once', $$partnership (first_id, second_id) VALUES (2, 1)$$),
	('person_name_line', $$person_invite('', 'x@example.org', 'fr', 'm1', 'observer', NULL, NULL)$$),
	('person_email_form', $$person_invite('N', 'x@example.org>', 'fr', 'm1', 'observer', NULL, NULL)$$),
	('person_email_form', $$person_invite('N', E'x\r\n@example.org', 'fr', 'm1', 'observer', NULL, NULL)$$),
	('person_email_form', $$person_invite('N', 'example.org', 'fr', 'm1', 'observer', NULL, NULL)$$),
	('person_email_taken', $$person (name, email) VALUES ('N', 'P@example.org')$$),
	('person_lang_code', $$person_invite('N', 'x@example.org', 'F', 'm1', 'observer', NULL, NULL)$$),
	('person_time_zone_known', $$person (name, time_zone) VALUES ('N', 'Mars/Base')$$),
	('affiliation_umbrella_known', $$affiliation (person_id, umbrella_id, role) VALUES (1, 99, 'observer')$$),
	('affiliation_municipality_known', $$affiliation (person_id, municipality_id, role) VALUES (1, 99, 'observer')$$),
	('affiliation_one_body', $$affiliation (person_id, role) VALUES (1, 'observer')$$),
	('affiliation_one_body', $$affiliation (person_id, umbrella_id, municipality_id, role) VALUES (1, 1, 1, 'observer')$$),
	('affiliation_role_fits', $$person_invite('N', 'x@example.org', 'fr', 'm1', 'coordinator', NULL, NULL)$$),
	('affiliation_role_fits', $$person_invite('N', 'x@example.org', 'fr', 'u', 'focal_point', NULL, NULL)$$),
	('affiliation_role_fits', $$person_invite('N', 'x@example.org', 'fr', 'u', NULL, NULL, NULL)$$),
	('affiliation_once', $$affiliation (person_id, municipality_id, role) VALUES (1, 1, 'focal_point')$$),
	('token_label_line', $$token_post('api', repeat('00', 32), repeat('x', 201), NULL, NULL, 'p@example.org')$$),
	('token_group_known', $$access_token (kind, hash, person_id, group_id, expires_at) VALUES ('feed', sha256('x'), 1, 99, now())$$),
	('idempotency_key', $$idempotency (person_id, key, request, answer) VALUES (1, 'k', '', '{}')$$),
	('group_slug_taken', $$group_post('g', 'N', NULL, 'public', 'fr', 'u', NULL)$$),
	('group_slug_form', $$group_post('-', 'N', NULL, 'public', 'fr', 'u', NULL)$$),
	('group_name_line', $$group_post('x', '', NULL, 'public', 'fr', 'u', NULL)$$),
	('group_description_prose', $$group_post('x', 'N', repeat('x', 4001), 'public', 'fr', 'u', NULL)$$),
	('group_visibility_known', $$group_post('x', 'N', NULL, 'secret', 'fr', 'u', NULL)$$),
	('group_lang_code', $$group_post('x', 'N', NULL, 'public', '', 'u', NULL)$$),
	('group_umbrella_known', $$group_post('x', 'N', NULL, 'public', 'fr', 'nosuch', NULL)$$),
	('group_programme_known', $$group_post('x', 'N', NULL, 'public', 'fr', 'u', 'nosuch')$$),
	('associate_umbrella_known', $$associate VALUES (1, 99)$$), ('associate_once', $$associate VALUES (1, 1)$$),
	('membership_municipality_known', $$member_put('g', 'nosuch', 'member', NULL)$$),
	('membership_role_known', $$member_put('g', 'm3', 'boss', NULL)$$),
	('membership_since_date', $$member_put('g', 'm3', 'member', '2024-02-30')$$),
	('membership_once', $$membership VALUES (1, 2, 'member', 9)$$),
	('membership_place', $$membership VALUES (1, 3, 'member', 1)$$),
	('membership_one_hub', $$membership VALUES (1, 3, 'hub', 9)$$),
	('item_status_known', $$lesson_post('g', 'fr', 'T', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', 'm1', NULL)$$),
	('item_status_known', $$question_post('g', 'fr', 'T', NULL, NULL, 'proposed', 'm1', NULL, NULL, NULL)$$),
	('item_lang_code', $$question_post('g', 'FR', 'T', NULL, NULL, 'draft', 'm1', NULL, NULL, NULL)$$),
	('item_occurred_on_date', $$question_post('g', 'fr', 'T', NULL, NULL, 'draft', 'm1', '24', NULL, NULL)$$),
	('item_reason_prose', $$question_status('g', 1, NULL, 'dropped', repeat('x', 2001))$$),
	('owner_municipality_known', $$item_owner VALUES (1, 1, 99)$$),
	('text_lang_code', $$question_text_put('g', 1, NULL, 'NL', 'T', NULL)$$),
	('text_title_line', $$question_text_put('g', 1, NULL, 'nl', '', NULL)$$),
	('text_title_line', $$question_reword('g', 1, NULL, repeat('x', 1001), NULL, NULL, false, NULL)$$),
	('text_summary_prose', $$lesson_text_put('g', 2, NULL, 'nl', 'T', repeat('x', 1001), NULL, NULL, NULL, NULL)$$),
	('text_body_prose', $$lesson_text_put('g', 2, NULL, 'nl', 'T', NULL, repeat('x', 65537), NULL, NULL, NULL)$$),
	('text_conditions_prose', $$lesson_text_put('g', 2, NULL, 'nl', 'T', NULL, NULL, NULL, E'\x01', NULL)$$),
	('revision_reason_prose', $$question_reword('g', 1, NULL, 'T', repeat('x', 2001), NULL, false, NULL)$$),
	('revision_trigger_known', $$question_reword('g', 1, NULL, 'T', NULL, 'whim', false, NULL)$$),
	('revision_occurred_on_date', $$question_reword('g', 1, NULL, 'T', NULL, NULL, false, 'May')$$),
	('problem_text_line', $$question_post('g', 'fr', 'T', '[" "]', NULL, 'draft', 'm1', NULL, NULL, NULL)$$),
	('inquiry_question_prose', $$inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at) VALUES (1, 9, 2, 2, 1, ' ', now())$$),
	('inquiry_answer_prose', $$inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at, answer) VALUES (1, 9, 2, 2, 1, 'Q', now(), '')$$),
	('inquiry_hidden_prose', $$inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at, hidden) VALUES (1, 9, 2, 2, 1, 'Q', now(), ' ')$$),
	('inquiry_waits_once', $$inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at) VALUES (1, 9, 2, 2, 1, 'Q', now())$$),
	('digest_policy_known', $$digest_policy VALUES (1, 'perhaps')$$),
	('inquiry_consent_known', $$inquiry_consent VALUES (1, 'perhaps')$$),
	('we_too_once', $$we_too_post('g', 1, 'm2')$$),
	('subquestion_text_line', $$question_post('g', 'fr', 'T', NULL, '[{"priority": "must"}]', 'draft', 'm1', NULL, NULL, NULL)$$),
	('priority_known', $$question_post('g', 'fr', 'T', NULL, '[{"text": "S", "priority": "x"}]', 'draft', 'm1', NULL, NULL, NULL)$$),
	('priority_known', $$priority_put('g', 1, 'x', 'm1')$$), ('priority_known', $$priority_put('g', 1, NULL, 'm1')$$),
	('descent_known', $$question_post('g', 'fr', 'T', NULL, NULL, 'draft', 'm1', NULL, 'x', '[1]')$$),
	('descent_once', $$descent VALUES (1, 2, 1, 'merged')$$),
	('descent_of_another', $$question_post('g', 'fr', 'T', NULL, NULL, 'draft', 'm1', NULL, 'split', '[3]')$$),
	('descent_parent_known', $$descent VALUES (1, 1, 99, 'merged')$$),
	('lesson_cost_known', $$lesson_change('g', 2, NULL, NULL, NULL, 'dear', NULL, NULL, NULL, NULL, NULL)$$),
	('lesson_source_known', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, 'hearsay', NULL, NULL, NULL, NULL)$$),
	('lesson_sdgs_known', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, '[18]', NULL, NULL, NULL)$$),
	('answers_question_known', $$lesson_answers VALUES (1, 2, 99, 0)$$),
	('link_kind_known', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"url": "https://a.b", "kind": "x"}]')$$),
	('link_url_form', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"url": "javascript:alert(1)"}]')$$),
	('link_url_form', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"title": "T"}]')$$),
	('link_title_line', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"url": "https://a.b", "title": "a\nb"}]')$$),
	('link_bytes_positive', $$lesson_change('g', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"url": "https://a.b", "bytes": -1}]')$$),
	('nudge_fortnight', $$nudge (group_id, municipality_id, day, at, lessons) SELECT 1, 2, d, now(), '{2}' FROM unnest('{2026-01-01,2026-01-14}'::date[]) d$$),
	('contact_via_known', $$contact_post('g', 'm2', '2026-01-01', 'pigeon', NULL)$$), ('contact_via_known', $$contact_post('g', 'm2', '2026-01-01', NULL, NULL)$$),
	('contact_words_prose', $$contact_post('g', 'm2', '2026-01-01', 'phone', repeat('x', 1001))$$),
	('quarter_works_prose', $$quarter_answer (umbrella_id, quarter, municipality_id, works, at) VALUES (1, '2026-q1', 2, E'\x01', now())$$),
	('quarter_fails_prose', $$quarter_answer (umbrella_id, quarter, municipality_id, fails, at) VALUES (1, '2026-q1', 2, repeat('x', 1001), now())$$),
	('quarter_better_prose', $$quarter_answer (umbrella_id, quarter, municipality_id, better, at) VALUES (1, '2026-q1', 2, E'\x01', now())$$),
	('quarter_something', $$quarter_answer (umbrella_id, quarter, municipality_id, at) VALUES (1, '2026-q1', 2, now())$$),
	('digest_one_draft', $$digest (umbrella_id, n, drafted_at) VALUES (1, 9, now())$$),
	('digest_text_lang_code', $$section_change('u', 1, 'g', NULL, NULL, 'FR', 'T', 'T')$$),
	('digest_text_prose', $$section_change('u', 1, 'g', NULL, NULL, 'fr', E'T\x01', 'T')$$),
	('subscription_cadence_known', $$subscription (person_id, group_id, cadence, position) VALUES (1, 1, 'never', 0)$$),
	('subscription_weekday', $$subscription (person_id, group_id, cadence, weekday, position) VALUES (1, 1, 'weekly', 0, 0)$$),
	('subscription_hour', $$subscription (person_id, group_id, cadence, hour, position) VALUES (1, 1, 'weekly', 24, 0)$$),
	('subscription_lang_code', $$subscription (person_id, group_id, cadence, lang, position) VALUES (1, 1, 'weekly', 'FR', 0)$$),
	('subscription_kinds_known', $$subscription (person_id, group_id, cadence, kinds, position) VALUES (1, 1, 'weekly', '{news}', 0)$$),
	('subscription_once', $$subscription (person_id, group_id, cadence, position) VALUES (1, 1, 'daily', 0)$$),
	('correction_reason_prose', $$correction VALUES (1, 2, 1, E'\x01')$$),
	('conclusion_lang_code', $$conclusion VALUES (1, 2, 'x', 'B', 'B', NULL, now())$$),
	('conclusion_body_prose', $$conclusion VALUES (1, 2, 'fr', E'\x01', 'B', NULL, now())$$),
	('conclusion_body_prose', $$conclusion VALUES (1, 2, 'fr', '', 'B', NULL, now())$$),
	('draft_place_form', $$draft VALUES (1, 1, '../me', 'lesson', 'k', '', now())$$),
	('websub_mode_known', $$websub_ask('publish', 'http://h/feed', 'g', '.atom', NULL, NULL, NULL, 'http://c/', NULL, NULL, 'sha256', NULL)$$),
	('websub_topic_form', $$websub_ask('subscribe', 'feed', 'g', '.atom', NULL, NULL, NULL, 'http://c/', NULL, NULL, 'sha256', NULL)$$),
	('websub_callback_form', $$websub_ask('subscribe', 'http://h/feed', 'g', '.atom', NULL, NULL, NULL, 'ftp://c/', NULL, NULL, 'sha256', NULL)$$),
	('websub_callback_form', $$websub_ask('subscribe', 'http://h/feed', 'g', '.atom', NULL, NULL, NULL, NULL, NULL, NULL, 'sha256', NULL)$$),
	('websub_secret_length', $$websub_ask('subscribe', 'http://h/feed', 'g', '.atom', NULL, NULL, NULL, 'http://c/', NULL, repeat('é', 100), 'sha256', NULL)$$),
	('websub_signature_known', $$websub_ask('subscribe', 'http://h/feed', 'g', '.atom', NULL, NULL, NULL, 'http://c/', NULL, NULL, 'md5', NULL)$$),
	('websub_once', $$websub (topic, group_id, ending, callback, method, position, lease_until) SELECT 'http://h/feed', 1, '.atom', 'http://c/', 'sha256', 0, now() FROM generate_series(1, 2)$$),
	('webhook_url_form', $$webhook_post('u', 'ftp://c/', NULL, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')$$),
	('webhook_url_form', $$webhook_post('u', NULL, NULL, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')$$),
	('webhook_kinds_known', $$webhook_post('u', 'http://c/', '["sign_in"]', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')$$),
	('draft_form_name', $$draft VALUES (1, 1, 'lessons/2', 'Lesson', 'k', '', now())$$),
	('draft_key_form', $$draft VALUES (1, 1, 'lessons/2', 'lesson', '', '', now())$$),
	('draft_content_length', $$draft VALUES (1, 1, 'lessons/2', 'lesson', 'k', repeat('x', 250001), now())$$),
	('draft_once', $$draft VALUES (1, 1, 'lessons/new', 'lesson', 'k', '', now())$$);

-- a report's: one column after another
INSERT INTO cases
SELECT name, format('report_post(''g'', ''lesson'', 2, %L, %L, %L, %L, %L, %L, %L, %L, %L, NULL, ''m2'', %L)',
	status, note, adaptation, reason, audience, evidence, services, told_to, occurred_on, via)
FROM (VALUES
	('report_status_known', 'fine', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_status_known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_status_known', 'silent', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_adaptation_line', 'adapted', NULL, E'a\nb', NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_adaptation_fits', 'planned', NULL, 'A', NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_evidence_line', 'applied', NULL, NULL, NULL, NULL, E'a\nb', NULL, NULL, NULL, 'phone'),
	('report_services_lines', 'applied', NULL, NULL, NULL, NULL, NULL, '["a", " "]', NULL, NULL, 'phone'),
	('report_told_to_known', 'applied', NULL, NULL, NULL, NULL, NULL, NULL, '["king"]', NULL, 'phone'),
	('report_occurred_on_date', 'applied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-2', 'phone'),
	('report_via_known', 'applied', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'pigeon'),
	('report_note_prose', 'applied', E'N\x01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'phone'),
	('report_audience_known', 'applied', 'N', NULL, NULL, 'press', NULL, NULL, NULL, NULL, 'phone'),
	('report_audience_known', 'interrupted', NULL, NULL, 'budget', 'press', NULL, NULL, NULL, NULL, 'phone'),
	('report_reason_known', 'interrupted', NULL, NULL, 'weather', NULL, NULL, NULL, NULL, NULL, 'phone'))
	r (name, status, note, adaptation, reason, audience, evidence, services, told_to, occurred_on, via);

-- What the call is refused with; nothing of it stays.
CREATE FUNCTION pg_temp.refusal(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer jsonb := '{}';
	name text;
BEGIN
	IF call ~ '^\w+\(' THEN
		SET LOCAL ROLE relais_admin;
		EXECUTE 'SELECT relais.' || call INTO answer;
	ELSE
		EXECUTE 'INSERT INTO relais.' || call;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'RL000', CONSTRAINT = coalesce(answer->>'error', 'nothing');
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL000' THEN
	GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME;
	RETURN name;
END
$$;

SELECT is(pg_temp.refusal(call), name, name || ': ' || replace(left(call, 100), E'\n', ' ')) FROM cases;

-- Those PostgreSQL named by itself end as below; they are for what no caller can do.
CREATE TEMP VIEW named AS
	SELECT c.conname::text AS name FROM pg_constraint c WHERE c.connamespace = 'relais'::regnamespace
	UNION SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
	WHERE i.indisunique AND c.relnamespace = 'relais'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid);
CREATE TEMP VIEW wanted AS SELECT replace(name, 'relais.', '') AS name FROM named
	WHERE name !~ '_(pkey|fkey|fkey1|check|check1|hash_key|feed_id_key)$';
SELECT set_eq('SELECT name FROM wanted', 'SELECT name FROM cases', 'every named constraint has a case');
-- These stand where a write function has no way to them.
PREPARE nameless AS SELECT name FROM wanted WHERE position('"' || name || '"' IN $1) = 0
	AND name NOT IN ('idempotency_key', 'membership_place', 'digest_one_draft', 'subscription_once', 'draft_once', 'websub_once');
SELECT is_empty(format('EXECUTE nameless (%L)', :'problems'), 'and a row in the site''s table of refusals');
SELECT * FROM finish();
