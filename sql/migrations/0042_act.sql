-- What a link in a mail may do, without signing in, as the person it was made for: answer a lesson, leave,
-- change how mail comes. A link is read by relais.signed(); opening it changes nothing, pressing its button does.

SET ROLE relais_owner;

-- From here on this transaction acts as that person; gives who acted before.
CREATE FUNCTION relais.act_as(person int) RETURNS text
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	before text := current_setting('app.actor', true);
BEGIN
	PERFORM set_config('app.actor', coalesce(act_as.person::text, ''), true), set_config('app.group', '', true);
	RETURN before;
END
$$;

-- The standing answer that a link gave within a day: its report's number. It can still be taken back.
CREATE FUNCTION relais.act_done(s relais.signed) RETURNS bigint
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT a.seq FROM relais.application a JOIN relais.event e USING (group_id, seq) JOIN relais.report r USING (group_id, seq)
	WHERE a.group_id = s.object[1]::int AND a.number = s.object[2]::int AND e.person_id = s.person AND r.via = 'mail'
		AND e.at > clock_timestamp() - interval '24 hours'
	ORDER BY a.seq DESC LIMIT 1
$$;

-- What an answering link says: in whose name, on which lesson, which word; and what was answered by it. bad: it is
-- none of ours, or was cut off.
CREATE FUNCTION relais.act_view(token text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	before text := current_setting('app.actor', true);
	seen json;
BEGIN
	IF s.purpose IS DISTINCT FROM 'r' THEN
		RETURN json_build_object('bad', true);
	END IF;
	PERFORM set_config('app.actor', s.person::text, true), set_config('app.group', '', true);
	SELECT json_build_object('bad', false, 'expired', s.expired, 'name', p.name, 'municipality', m.name, 'group', json_build_object('slug', g.slug, 'name', g.name),
		'number', i.number, 'title', t.title, 'title_lang', t.lang, 'status', nullif(s.object[3], 'any'),
		'ended', i.status <> 'published',
		'wants_reason', s.object[3] IN ('any', 'interrupted', 'not_for_us'), 'wants_adaptation', s.object[3] IN ('any', 'adapted'),
		'prefill', json_build_object('act', json_build_object('status', nullif(s.object[3], 'any'))),
		'done', (SELECT json_build_object('status', r.status, 'note', n.note) FROM relais.report r LEFT JOIN relais.report_note n USING (group_id, seq)
			WHERE r.group_id = g.id AND r.seq = relais.act_done(s)))
	INTO seen
	FROM relais.person p, relais.group g JOIN relais.item i ON i.group_id = g.id AND i.kind = 'lesson' AND NOT i.sensitive AND i.published_at IS NOT NULL
		LEFT JOIN relais.municipality m ON m.id = relais.answers_for(g.id),
		LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) t
	WHERE p.id = s.person AND g.id = s.object[1]::int AND i.number = s.object[2]::int AND g.id = ANY (relais.my_groups());
	PERFORM set_config('app.actor', coalesce(before, ''), true);
	RETURN coalesce(seen, json_build_object('bad', true));
END
$$;

-- Answers by a link. The same answer twice is one.
CREATE FUNCTION relais.act_post(token text, status text, reason text, adaptation text, note text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	s relais.signed := relais.signed(token);
	before text;
	g relais.group;
	word text := coalesce(nullif(s.object[3], 'any'), status);
	stands bigint;
	answer jsonb;
BEGIN
	IF s.purpose IS DISTINCT FROM 'r' THEN
		RETURN '{"error": "not_found"}';
	ELSIF s.expired THEN
		RETURN '{"error": "link_expired"}';
	ELSIF word IS NULL THEN
		RETURN '{"error": "report_status_known"}';
	END IF;
	SELECT * INTO g FROM relais.group x WHERE x.id = s.object[1]::int;
	stands := relais.act_done(s);
	IF EXISTS (SELECT FROM relais.report r LEFT JOIN relais.report_note n USING (group_id, seq) WHERE r.group_id = g.id AND r.seq = stands
			AND r.status = word AND coalesce(n.note, '') = coalesce(btrim(act_post.note), '')) THEN
		answer := jsonb_build_object('changed', '[]'::jsonb, 'value', '{}'::jsonb);
	ELSE
		before := relais.act_as(s.person);
		answer := relais.report_post(g.slug, 'lesson', s.object[2]::int, word, note, adaptation,
			CASE WHEN word IN ('interrupted', 'not_for_us') THEN reason END, NULL, NULL, NULL, NULL, NULL, NULL,
			(SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for(g.id)), 'mail');
		PERFORM set_config('app.actor', coalesce(before, ''), true);
	END IF;
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE answer || jsonb_build_object('location', '/a/' || token) END;
END
$$;

CREATE FUNCTION relais.act_undo(token text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	before text;
	answer jsonb;
BEGIN
	IF s.purpose IS DISTINCT FROM 'r' THEN
		RETURN '{"error": "not_found"}';
	ELSIF relais.act_done(s) IS NULL THEN
		RETURN '{"error": "report_nothing_to_retract"}';
	END IF;
	before := relais.act_as(s.person);
	answer := relais.report_post((SELECT g.slug FROM relais.group g WHERE g.id = s.object[1]::int), 'lesson', s.object[2]::int, 'retracted', NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, (SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for(s.object[1]::int)), 'mail');
	PERFORM set_config('app.actor', coalesce(before, ''), true);
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE answer || jsonb_build_object('location', '/a/' || token) END;
END
$$;

-- ---------------------------------------------------------------------------
-- Leaving

CREATE FUNCTION relais.leave_view(token text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
BEGIN
	IF s.purpose IS DISTINCT FROM 'u' THEN
		RETURN json_build_object('bad', true);
	END IF;
	RETURN json_build_object('bad', false, 'name', (SELECT p.name FROM relais.person p WHERE p.id = s.person),
		'group', (SELECT json_build_object('slug', g.slug, 'name', g.name) FROM relais.group g WHERE g.id = s.object[1]::int),
		'follows', EXISTS (SELECT FROM relais.subscription x WHERE x.person_id = s.person AND s.object[1]::int IN (0, x.group_id)));
END
$$;

-- Nothing more of that group, or of none; also not what waits already. A link that is old still does it.
CREATE FUNCTION relais.leave_post(token text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
BEGIN
	IF s.purpose IS DISTINCT FROM 'u' THEN
		RETURN '{"error": "not_found"}';
	END IF;
	DELETE FROM relais.subscription x WHERE x.person_id = s.person AND s.object[1]::int IN (0, x.group_id);
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/u/' || token, 'value', '{}'::jsonb);
END
$$;

-- ---------------------------------------------------------------------------
-- How mail comes

CREATE FUNCTION relais.settings_view(token text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	before text := current_setting('app.actor', true);
	seen json;
BEGIN
	IF s.purpose IS DISTINCT FROM 'p' THEN
		RETURN json_build_object('bad', true);
	END IF;
	PERFORM set_config('app.actor', s.person::text, true), set_config('app.group', '', true);
	SELECT json_build_object('bad', false, 'name', p.name, 'email', p.email, 'speaks', p.lang, 'time_zone', p.time_zone,
		'prefill', json_build_object('mail_person', json_build_object('lang', p.lang)),
		'paused_until', (SELECT min(c.paused_until) FROM relais.mail_clock c WHERE c.person_id = p.id AND c.paused_until > current_date),
		'groups', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name, 'cadence', x.cadence, 'weekday', x.weekday, 'hour', x.hour,
				'lang', x.lang, 'kinds', x.kinds, 'next_at', c.next_at) ORDER BY g.name), '[]')
			FROM relais.subscription x JOIN relais.group g ON g.id = x.group_id JOIN relais.mail_clock c USING (person_id, group_id)
			WHERE x.person_id = p.id),
		'others', (SELECT coalesce(json_agg(json_build_object('slug', g.slug, 'name', g.name) ORDER BY g.name), '[]') FROM relais.group g
			WHERE g.id = ANY (relais.my_inner_groups()) AND NOT EXISTS (SELECT FROM relais.subscription x WHERE x.person_id = p.id AND x.group_id = g.id)))
	INTO seen FROM relais.person p WHERE p.id = s.person;
	PERFORM set_config('app.actor', coalesce(before, ''), true);
	RETURN seen;
END
$$;

-- One group's cadence, day, hour and language; cadence NULL: no more of it.
CREATE FUNCTION relais.settings_group(token text, slug text, cadence text, weekday int, hour int, lang text, kinds jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	before text;
	answer jsonb;
BEGIN
	IF s.purpose IS DISTINCT FROM 'p' THEN
		RETURN '{"error": "not_found"}';
	END IF;
	before := relais.act_as(s.person);
	answer := CASE WHEN cadence IS NULL THEN relais.subscription_end(slug) ELSE relais.subscription_put(slug, cadence, weekday, hour, lang, kinds) END;
	PERFORM set_config('app.actor', coalesce(before, ''), true);
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE answer || jsonb_build_object('location', '/mail/' || token) END;
END
$$;

-- The person's language, and a pause of all their mail for so many weeks: 0 ends it, NULL leaves it.
CREATE FUNCTION relais.settings_person(token text, lang text, weeks int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	s relais.signed := relais.signed(token);
	refused text;
BEGIN
	IF s.purpose IS DISTINCT FROM 'p' THEN
		PERFORM relais.refuse('not_found');
	END IF;
	UPDATE relais.person p SET lang = coalesce(settings_person.lang, p.lang) WHERE p.id = s.person;
	IF weeks IS NOT NULL THEN
		UPDATE relais.mail_clock c SET paused_until = CASE WHEN weeks > 0 THEN current_date + 7 * weeks END WHERE c.person_id = s.person;
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/mail/' || token, 'value', '{}'::jsonb);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.act_as, relais.act_done FROM relais_site, relais_admin;
