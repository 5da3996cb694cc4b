-- The pure functions, by cases: an expression and the text it gives. An immutable function
-- without a case fails the test.
SELECT * FROM no_plan();
SET search_path = relais, public;
SET timezone = 'UTC';

CREATE TEMP TABLE cases (expression text, gives text);
INSERT INTO cases VALUES
	($$command_text('{"line": "2 ? Et", "note": "Et qui ?"}')$$, '2 ? Et qui ?'), ($$command_text('{"line": "? oui", "note": "oui\nnon"}')$$, E'? oui\nnon'),
	($$command_text('{"line": "non", "note": "nous"}')$$, E'non\nnous'), ($$command_text('{"line": "STOP", "note": ""}')$$, 'STOP'), ($$command_text('{"line": "STOP"}')$$, 'STOP'),
	($$command_is_private('{"verb": "interrupted"}')$$, 'true'), ($$command_is_private('{"verb": "not_for_us"}')$$, 'true'), ($$command_is_private('{"verb": "adapted"}')$$, 'false'),
	($$is_line('a', 1)$$, 'true'), ($$is_line('ab', 1)$$, 'false'), ($$is_line('é', 1)$$, 'true'),
	($$is_line('', 9)$$, 'false'),
	($$is_line(E' \t', 9)$$, 'false'), ($$is_line(E'a\nb', 9)$$, 'false'), ($$is_line(E'a\x7f', 9)$$, 'false'),
	($$is_line(NULL, 9)$$, NULL),
	($$is_prose(E'a\n\tb', 9)$$, 'true'), ($$is_prose('', 0)$$, 'true'), ($$is_prose('ab', 1)$$, 'false'),
	($$is_prose(E'a\x0bb', 9)$$, 'false'),
	($$is_prose(E'a\rb', 9)$$, 'false'),
	($$is_slug('a')$$, 'true'), ($$is_slug('a-1-b')$$, 'true'), ($$is_slug('-a')$$, 'false'),
	($$is_slug('a-')$$, 'false'), ($$is_slug('a--b')$$, 'false'),
	($$is_slug('A')$$, 'false'), ($$is_slug('é')$$, 'false'), ($$is_slug('')$$, 'false'),
	($$is_slug(E'a\n')$$, 'false'),
	($$is_slug(repeat('a', 60))$$, 'true'), ($$is_slug(repeat('a', 61))$$, 'false'),
	($$is_lang('fr')$$, 'true'), ($$is_lang('fon')$$, 'true'), ($$is_lang('FR')$$, 'false'),
	($$is_lang('f')$$, 'false'), ($$is_lang('fr-BJ')$$, 'false'),
	($$is_partial_date('2024')$$, 'true'), ($$is_partial_date('2024-02')$$, 'true'),
	($$is_partial_date('2024-02-29')$$, 'true'),
	($$is_partial_date('2023-02-29')$$, 'false'), ($$is_partial_date('2024-13')$$, 'false'),
	($$is_partial_date('2024-00')$$, 'false'),
	($$is_partial_date('2024-04-31')$$, 'false'), ($$is_partial_date('1899')$$, 'false'),
	($$is_partial_date('2100')$$, 'false'),
	($$is_partial_date('24')$$, 'false'), ($$is_partial_date('2024-2')$$, 'false'),
	($$is_partial_date('2024-02-03 ')$$, 'false'),
	($$is_partial_date('')$$, 'false'), ($$is_partial_date(NULL)$$, NULL),
	($$are_lines('{a,b}', 1, 2)$$, 'true'), ($$are_lines('{a,b}', 1, 1)$$, 'false'),
	($$are_lines('{ab}', 1, 1)$$, 'false'),
	($$are_lines('{}', 1, 0)$$, 'true'), ($$are_lines('{a,NULL}', 1, 2)$$, 'false'),
	($$are_lines('{" "}', 1, 2)$$, 'false'),
	($$hmac_pad('\xff00', 54)$$, '\xc9363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636'), ($$hmac_pad('', 92)$$, '\x5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c'),
	($$unhex('00fF')$$, '\x00ff'), ($$unhex('')$$, '\x'), ($$unhex('0')$$, NULL), ($$unhex('0g')$$, NULL),
	($$unhex(E'00\n')$$, NULL),
	($$is_time_zone('Africa/Porto-Novo')$$, 'true'), ($$is_time_zone('UTC')$$, 'true'),
	($$is_time_zone('Mars/Base')$$, 'false'),
	($$is_time_zone('+02')$$, 'false'),
	($$status_code('interested')$$, '1'), ($$status_code('planned')$$, '2'), ($$status_code('trying')$$, '3'),
	($$status_code('applied')$$, '4'),
	($$status_code('adapted')$$, '5'), ($$status_code('interrupted')$$, '6'), ($$status_code('not_for_us')$$, '7'),
	($$status_code('silent')$$, '0'), ($$status_code('retracted')$$, '0'), ($$status_code(NULL)$$, '0'),
	($$reason_code('political')$$, '1'), ($$reason_code('other')$$, '7'), ($$reason_code('x')$$, '0'),
	($$reason_code(NULL)$$, '0'),
	($$is_open_status('applied')$$, 'true'), ($$is_open_status('adapted')$$, 'true'),
	($$is_open_status('trying')$$, 'true'),
	($$is_open_status('interested')$$, 'false'), ($$is_open_status('planned')$$, 'false'),
	($$is_open_status('interrupted')$$, 'false'),
	($$is_open_status('not_for_us')$$, 'false'),
	($$statuses()$$, '{interested,planned,trying,applied,adapted,interrupted,not_for_us}'),
	($$counts_moved('{1,2,0}', 2, 3)$$, '{1,1,1}'), ($$counts_moved('{1,2,0}', 0, 1)$$, '{2,2,0}'),
	($$counts_moved('{1,2,0}', 1, 0)$$, '{0,2,0}'), ($$counts_moved('{1,2,0}', 2, 2)$$, '{1,2,0}'),
	($$counts_moved('{1,2,0}', 0, 0)$$, '{1,2,0}'),
	($$counts_shown('{4,0,1,0,0,0,1}')$$, '{ "interested" : 4, "trying" : 1, "not_for_us" : 1 }'),
	($$counts_shown('{0,0,0,0,0,0,0}')$$, '{}'), ($$counts_shown(NULL)$$, '{}'),
	($$only_places('1234', '{2,4,9}')$$, '0204'), ($$only_places('1234', '{}')$$, '0000'),
	($$only_places('', '{1}')$$, ''),
	($$reasons()$$, '{political,budget,staff,connectivity,timing,no_need,other}'),
	($$sum_of('{1,2,3}')$$, '6'), ($$sum_of('{}')$$, '0'), ($$sum_of(NULL)$$, '0'),
	($$funnel(9, '{1,2,3,4,5,6,7}', true)::jsonb$$, '{"sent": 9, "trying": 12, "applied": 9, "planned": 14, "answered": 28, "interested": 15}'),
	($$funnel(9, NULL, true)::jsonb$$, '{"sent": 9, "trying": 0, "applied": 0, "planned": 0, "answered": 0, "interested": 0}'),
	-- to others no sum that has a number in it that is not told (0), nor how many answered
	($$funnel(99, '{5,0,1,1,1,9,9}', false)::jsonb$$, '{"sent": 99, "trying": 3, "applied": 2}'),
	($$funnel(99, '{0,5,1,1,1,9,9}', false)::jsonb$$, '{"sent": 99, "trying": 3, "applied": 2, "planned": 8}'),
	($$funnel(99, '{5,5,1,1,1,9,9}', false)::jsonb$$, '{"sent": 99, "trying": 3, "applied": 2, "planned": 8, "interested": 13}'),
	($$funnel(9, NULL, false)::jsonb$$, '{"sent": 9, "trying": 0, "applied": 0}'),
	($$trials('{9,1,5}')$$, '{"median": 5, "trials": 3}'), ($$trials('{1,4}')$$, '{"median": 1, "trials": 2}'),
	($$trials(NULL)$$, '{"median": null, "trials": 0}'), ($$is_told(4, 9)$$, 'false'), ($$is_told(5, 9)$$, 'true'), ($$is_told(5, 6)$$, 'true'), ($$is_told(5, 5)$$, 'false'),
	($$counts_told('{4,5,1,1,1,6,0}', 30, false)$$, '{0,5,1,1,1,6,0}'), ($$counts_told('{4,5,1,1,1,6,0}', 30, true)$$, '{4,5,1,1,1,6,0}'),
	-- all but those that try or applied: each would be told by it
	($$counts_told('{0,5,1,0,1,0,0}', 7, false)$$, '{0,0,1,0,1,0,0}'), ($$counts_told('{0,5,1,0,1,0,0}', 8, false)$$, '{0,5,1,0,1,0,0}'),
	($$counts_told(NULL, 9, false)$$, '{0,0,0,0,0,0,0}'), ($$counts_told(NULL, 9, true)$$, '{0,0,0,0,0,0,0}'),
	($$open_times((1, 1, '{1,0,1,1,1,1,1}', '1345607', '', '\x00000001000000020000000300000004000000050000000600000007'))$$,
		'00000000' || '00000002' || '00000003' || '00000004' || repeat('0', 24)),
	($$day_before('2024-09-27', '2024-09-28')$$, 'true'), ($$day_before('2024-09-28', '2024-09-28')$$, 'false'),
	($$day_before('2024-09', '2024-09-28')$$, 'false'), ($$day_before('2024-08', '2024-09-28')$$, 'true'),
	($$day_before('2024', '2024-09-28')$$, 'false'),
	($$day_before('2023', '2024-09-28')$$, 'true'),
	($$day_within('2024', '2024-09-28', '2024-10-15')$$, 'true'),
	($$day_within('2024-10', '2024-09-28', '2024-10-15')$$, 'true'),
	($$day_within('2024-10-15', '2024-09-28', '2024-10-15')$$, 'true'),
	($$day_within('2024-10-16', '2024-09-28', '2024-10-15')$$, 'false'),
	($$day_within('2024-11', '2024-09-28', '2024-10-15')$$, 'false'),
	($$day_within('2025', '2024-09-28', '2024-10-15')$$, 'false'),
	($$day_within('2024-09-27', '2024-09-28', '2024-10-15')$$, 'false'),
	-- the hub's focal point publishes, its other people do not; the lead umbrella does
	($$publishes((1, 'g', 1, now(), 1, 1, '{7}', '{7}', 7, false))$$, 'true'),
	($$publishes((1, 'g', 1, now(), 1, 1, '{7}', '{}', 7, false))$$, 'false'),
	($$publishes((1, 'g', 1, now(), 1, 1, '{8}', '{8}', 7, false))$$, 'false'),
	($$publishes((1, 'g', 1, now(), 1, 1, '{}', '{}', 7, true))$$, 'true'),
	($$is_quarter('2026-q4')$$, 'true'), ($$is_quarter('2026-q5')$$, 'false'), ($$is_quarter('2026-Q4')$$, 'false'), ($$is_quarter(E'2026-q4\n')$$, 'false'),
	($$quarter_of('2026-03-31')$$, '2026-q1'), ($$quarter_of('2026-04-01')$$, '2026-q2'), ($$quarter_of('2026-12-31')$$, '2026-q4'),
	($$quarter_end('2026-q1')$$, '2026-03-31'), ($$quarter_end('2024-q4')$$, '2024-12-31'), ($$quarter_end('nothing')$$, NULL),
	($$acting_hub((1, 'g', 1, now(), 1, 1, '{7}', '{7}', 7, false))$$, '7'), ($$acting_hub((1, 'g', 1, now(), 1, 1, '{7}', '{7}', 7, true))$$, NULL),
	($$answer((3, 'g', 1, now(), 9, 1, '{}', '{}', NULL, true), '/x', '{}')$$, '{"value": {}, "changed": [[3, 9]], "location": "/x"}'),
	($$person_key((7, 'N', 'a@b.c', 'fr', NULL, false, false, NULL))$$, 'a@b.c'), ($$person_key((7, 'N', NULL, 'fr', NULL, false, false, NULL))$$, 'person-7'),
	($$log_lines('{"log": [{"type": "a"}, {"type": "b", "n": 1}]}', 'b')$$, '{"n": 1, "type": "b"}'),
	($$import_count('{"problems": [], "added": {"x": 1}, "changed": {}}', 'x', '{}', '{}')$$, '{"added": {"x": 2}, "changed": {}, "problems": []}'),
	($$title_of('{"lang": "fr", "titles": {"fr": "F", "nl": "N"}}')$$, 'F'),
	($$item_list('{"kind": "report", "status": "planned"}')$$, 'others'),
	($$item_list('{"kind": "report", "status": "trying"}')$$, 'reports'),
	($$item_list('{"kind": "member"}')$$, 'members'),
	($$is_push('websub')$$, 'true'), ($$is_push('websub_verify')$$, 'true'), ($$is_push('webhook')$$, 'true'), ($$is_push('mailing')$$, 'false'),
	($$is_callback('http://a')$$, 'true'), ($$is_callback('HTTPS://A-b_c.Example.:8443/x?y=%20&z=(1)')$$, 'true'), ($$is_callback('http://[::1]:80/')$$, 'true'),
	($$is_callback('http://a?b')$$, 'true'), ($$is_callback('http://1.2.3.4/')$$, 'true'), ($$is_callback('https://xn--bcher-kva.example/')$$, 'true'),
	($$is_callback('http://a:b@c/')$$, 'false'), ($$is_callback('http://a@c/')$$, 'false'), ($$is_callback('http://a/#b')$$, 'false'), ($$is_callback('http://a/b c')$$, 'false'),
	($$is_callback('http:///a')$$, 'false'), ($$is_callback('gopher://a/')$$, 'false'), ($$is_callback(E'http://a/\n')$$, 'false'), ($$is_callback('http://a\b/')$$, 'false'),
	($$is_callback('http://-a/')$$, 'false'), ($$is_callback('http://a/é')$$, 'false'), ($$is_callback('http://a/' || repeat('x', 1992))$$, 'false'),
	($$callback_host('http://A.Example:80/x')$$, 'a.example'), ($$callback_host('https://[::1]:80/')$$, '[::1]'), ($$callback_host('http://a?b')$$, 'a'),
	($$day_named('--01-15', '2026-11-28')$$, '2027-01-15'), ($$day_named('--12-01', '2026-11-28')$$, '2026-12-01'),
	($$day_named('--11-28', '2026-11-28')$$, '2027-11-28'), ($$day_named('--09', '2026-11-28')$$, '2027-09-01'),
	($$day_named('2027-02', '2026-11-28')$$, '2027-02-01'), ($$day_named('2026-11-28', '2026-11-28')$$, NULL),
	($$day_named('--02-29', '2026-11-28')$$, NULL), ($$day_named('--02-29', '2028-01-01')$$, '2028-02-29'),
	($$day_named('w1', '2026-11-28')$$, '2026-11-30'), ($$day_named('w6', '2026-11-28')$$, '2026-12-05'),
	($$day_named('2027-13', '2026-11-28')$$, NULL), ($$day_named('x', '2026-11-28')$$, NULL),
	($$title_of('{"lang": "xx", "titles": {"nl": "N"}}')$$, 'N');

-- an event is an entry in a feed, or is none: kind, act, its language, the feed's
INSERT INTO cases
SELECT format('is_entry((1, 1, now(), %L, %L, 1, 1, 1, 0::smallint, jsonb_build_object(''lang'', %L)), %L)', kind, act, lang, feed), entry
FROM (VALUES ('lesson', 'published', NULL, 'fr', 'true'), ('lesson', 'corrected', NULL, 'fr', 'true'),
('lesson', 'translated', 'fr', 'fr', 'true'),
	('lesson', 'translated', 'nl', 'fr', 'false'), ('lesson', 'withdrawn', NULL, 'fr', 'false'),
	('lesson', 'drafted', NULL, 'fr', 'false'),
	('lesson', 'changed', NULL, 'fr', 'false'), ('question', 'asked', NULL, 'fr', 'true'),
	('question', 'reworded', NULL, 'fr', 'true'),
	('question', 'we_too', NULL, 'fr', 'false'), ('question', 'translated', 'fr', 'fr', 'true'),
	('report', 'reported', NULL, 'fr', 'true'),
	('report', 'retracted', NULL, 'fr', 'false'), ('digest', 'approved', NULL, 'fr', 'true'),
	('member', 'joined', NULL, 'fr', 'false'), ('member', 'hub', NULL, 'fr', 'true'))
	e (kind, act, lang, feed, entry);

CREATE FUNCTION pg_temp.given(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	t text;
BEGIN
	EXECUTE 'SELECT (' || expression || ')::text' INTO t;
	RETURN t;
END
$$;
SELECT is(pg_temp.given(expression), gives, expression) FROM cases;
SELECT is_empty($$ SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'relais'::regnamespace AND p.provolatile = 'i'
	AND NOT EXISTS (SELECT FROM cases WHERE expression LIKE p.proname || '(%') $$, 'every immutable function has a case');
SELECT * FROM finish();
