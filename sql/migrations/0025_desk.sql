-- The digest desk: in which order a section tells, when a digest goes out by itself, and who gets it.

SET ROLE relais_owner;

-- ---------------------------------------------------------------------------
-- Order. An item keeps its `place` beside `pinned` and `out`; one without stands behind those with one.

-- As in 0012_digest.sql, and the place stays too.
CREATE OR REPLACE FUNCTION relais.section_compose(umbrella_id int, n int, group_id int, after bigint, upto bigint) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	news jsonb := relais.section_items(group_id, after, upto);
BEGIN
	IF news IS NULL THEN
		DELETE FROM relais.digest_section s WHERE s.umbrella_id = umbrella_id AND s.n = n AND s.group_id = group_id;
		RETURN;
	END IF;
	INSERT INTO relais.digest_section AS s VALUES (umbrella_id, n, group_id, after, upto, news, relais.section_waiting(group_id))
	ON CONFLICT ON CONSTRAINT digest_section_pkey DO UPDATE SET after = excluded.after, upto = excluded.upto,
		waiting = excluded.waiting, items = (
			SELECT jsonb_agg(i.item || coalesce((SELECT jsonb_strip_nulls(jsonb_build_object('pinned', o->'pinned', 'out', o->'out',
					'place', o->'place'))
				FROM jsonb_array_elements(s.items) o WHERE o->'seq' = i.item->'seq'), '{}') ORDER BY i.place)
			FROM jsonb_array_elements(excluded.items) WITH ORDINALITY i (item, place));
END
$$;

-- The list of a section in which an item stands.
CREATE FUNCTION relais.item_list(item jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE item->>'kind' WHEN 'lesson' THEN 'lessons' WHEN 'question' THEN 'questions' WHEN 'member' THEN 'members'
		ELSE CASE WHEN relais.is_open_status(item->>'status') THEN 'reports' ELSE 'others' END END
$$;

-- What a section tells, by subject; pinned items first, then those that were placed, then the newest.
CREATE OR REPLACE FUNCTION relais.section_lists(s relais.digest_section, inside boolean, leads boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH seen AS (
		SELECT relais.item_list(i) AS list, relais.section_item(i - 'place', inside, leads) AS i, (i->>'seq')::bigint AS seq,
			coalesce((i->>'pinned')::boolean, false) AS pinned, (i->>'place')::int AS place
		FROM jsonb_array_elements(s.items) i WHERE NOT coalesce((i->>'out')::boolean, false)
	), told AS (
		SELECT list, jsonb_agg(i ORDER BY pinned DESC, place, seq DESC) AS items FROM seen WHERE i IS NOT NULL GROUP BY list
	)
	SELECT '{"lessons": [], "questions": [], "members": [], "reports": [], "others": []}'::jsonb
		|| coalesce((SELECT jsonb_object_agg(list, items) FROM told), '{}')
$$;

-- The items after one was moved (act: up, down, pin, unpin, leave_out, take_in; seq: which), or all were
-- put in the order of `wanted`. One moves past those that it is seen among: of its list, pinned or not.
CREATE FUNCTION relais.items_arranged(items jsonb, act text, seq bigint, wanted bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH item AS (
		SELECT i.item, i.ord, (i.item->>'seq')::bigint AS seq, relais.item_list(i.item) AS list,
			coalesce((i.item->>'pinned')::boolean, false) AS pinned, coalesce((i.item->>'out')::boolean, false) AS out,
			row_number() OVER (ORDER BY array_position(wanted, (i.item->>'seq')::bigint), (i.item->>'place')::int,
				(i.item->>'seq')::bigint DESC) AS at
		FROM jsonb_array_elements(items) WITH ORDINALITY i (item, ord)
	), beside AS (
		SELECT x.*, CASE act WHEN 'up' THEN lag(x.at) OVER w WHEN 'down' THEN lead(x.at) OVER w END AS other
		FROM item x WINDOW w AS (PARTITION BY x.list, x.pinned, x.out ORDER BY x.at)
	), moved AS (
		SELECT b.at, b.other FROM beside b WHERE b.seq = items_arranged.seq
	)
	SELECT jsonb_agg(b.item || jsonb_build_object(
		'place', CASE WHEN b.seq = items_arranged.seq THEN coalesce(b.other, b.at)
			WHEN b.at = (SELECT m.other FROM moved m) THEN (SELECT m.at FROM moved m) ELSE b.at END,
		'pinned', CASE WHEN b.seq = items_arranged.seq AND act IN ('pin', 'unpin') THEN act = 'pin' ELSE b.pinned END,
		'out', CASE WHEN b.seq = items_arranged.seq AND act IN ('leave_out', 'take_in') THEN act = 'leave_out' ELSE b.out END)
		ORDER BY b.ord)
	FROM beside b
$$;

-- Arranges a section of the open draft: hub (its own group's) and coordinator.
CREATE FUNCTION relais.section_arrange(umbrella text, digest int, slug text, act text, seq bigint, wanted jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	t relais.turn;
	u relais.umbrella;
	d relais.digest;
	s relais.digest_section;
BEGIN
	-- the digest before the group: the order in which digest_approve() locks
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest FOR UPDATE;
	t := relais.take(slug, 0, 0);
	SELECT * INTO s FROM relais.digest_section x WHERE x.umbrella_id = u.id AND x.n = d.n AND x.group_id = t.group_id;
	IF s.n IS NULL OR NOT (t.leads OR t.hub = ANY (t.acts_for)) THEN
		PERFORM relais.refuse('not_found');
	ELSIF d.status <> 'draft' THEN
		PERFORM relais.refuse('digest_approved');
	ELSIF seq IS NOT NULL AND NOT s.items @> jsonb_build_array(jsonb_build_object('seq', seq)) THEN
		PERFORM relais.refuse('section_item_gone');
	END IF;
	UPDATE relais.digest_section x
	SET items = relais.items_arranged(s.items, act, seq, ARRAY(SELECT jsonb_array_elements_text(coalesce(wanted, '[]'))::bigint))
	WHERE x.umbrella_id = u.id AND x.n = d.n AND x.group_id = t.group_id;
	UPDATE relais.digest x SET edit = x.edit + 1 WHERE x.umbrella_id = u.id AND x.n = d.n;
	RETURN relais.answer(t, format('/umbrellas/%s/digests/%s/sections/%s', u.slug, d.n, t.slug) || coalesce('#item-' || seq, '#order'),
		jsonb_build_object('n', d.n, 'edit', d.edit + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The languages in which a section's text was written by hand; for who edits it.
CREATE FUNCTION relais.section_langs(umbrella text, digest int, slug text) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT coalesce(json_agg(x.lang ORDER BY x.lang), '[]')
	FROM relais.digest_text x JOIN relais.umbrella u ON u.id = x.umbrella_id JOIN relais.group g ON g.id = x.group_id
	WHERE u.slug = section_langs.umbrella AND x.n = digest AND g.slug = section_langs.slug
		AND (x.group_id = ANY (relais.my_hub_groups()) OR x.group_id = ANY (relais.my_led_groups()))
$$;

-- ---------------------------------------------------------------------------
-- When a draft is approved by itself. Who set it is who approves it, and must still be let then.

CREATE TABLE relais.digest_schedule (
	umbrella_id int NOT NULL,
	n           int NOT NULL,
	at          timestamptz NOT NULL,
	person_id   int NOT NULL REFERENCES relais.person,
	refused     text,                               -- why it was not approved then; the desk says so
	PRIMARY KEY (umbrella_id, n),
	FOREIGN KEY (umbrella_id, n) REFERENCES relais.digest ON DELETE CASCADE
);
ALTER TABLE relais.digest_schedule ENABLE ROW LEVEL SECURITY;

-- The open draft of an umbrella for a change by its coordinator; refuses otherwise.
CREATE FUNCTION relais.draft_of(umbrella text, digest int) RETURNS relais.digest
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR UPDATE;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest FOR UPDATE;
	IF d.n IS NULL OR d.status = 'draft' AND NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF d.status <> 'draft' THEN
		PERFORM relais.refuse('digest_approved');
	END IF;
	RETURN d;
END
$$;
REVOKE EXECUTE ON FUNCTION relais.draft_of FROM relais_site, relais_admin;

-- day, hour: in the umbrella's time zone. It changes nothing that a group's pages show.
CREATE FUNCTION relais.digest_schedule(umbrella text, digest int, day date, hour int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	d relais.digest;
	moment timestamptz;
BEGIN
	d := relais.draft_of(umbrella, digest);
	IF relais.actor() IS NULL THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT (day + make_interval(hours => hour)) AT TIME ZONE u.time_zone INTO moment FROM relais.umbrella u WHERE u.id = d.umbrella_id;
	IF moment IS NULL OR moment <= clock_timestamp() THEN
		PERFORM relais.refuse('digest_schedule_past');
	END IF;
	INSERT INTO relais.digest_schedule AS s VALUES (d.umbrella_id, d.n, moment, relais.actor())
	ON CONFLICT ON CONSTRAINT digest_schedule_pkey DO UPDATE SET at = excluded.at, person_id = excluded.person_id, refused = NULL;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/digests/%s', umbrella, d.n),
		'value', jsonb_build_object('n', d.n, 'at', moment));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.digest_unschedule(umbrella text, digest int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	d relais.digest;
BEGIN
	d := relais.draft_of(umbrella, digest);
	DELETE FROM relais.digest_schedule s WHERE s.umbrella_id = d.umbrella_id AND s.n = d.n;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/digests/%s', umbrella, d.n),
		'value', jsonb_build_object('n', d.n));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Approves the next one whose time has come, of the umbrellas behind `after` (NULL: of all), as who
-- set it. Called by nobody; what is refused stands on the desk and is not tried again.
CREATE FUNCTION relais.schedules_due(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	s relais.digest_schedule;
	answer jsonb := '{}';
BEGIN
	SELECT x.* INTO u FROM relais.umbrella x
	WHERE x.id > coalesce(schedules_due.after, 0) AND EXISTS (SELECT FROM relais.digest_schedule c JOIN relais.digest d USING (umbrella_id, n)
		WHERE c.umbrella_id = x.id AND c.at <= now() AND c.refused IS NULL AND d.status = 'draft')
	ORDER BY x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
	-- read again under the lock: it may have been put off meanwhile
	SELECT c.* INTO s FROM relais.digest_schedule c JOIN relais.digest d USING (umbrella_id, n)
	WHERE c.umbrella_id = u.id AND c.at <= now() AND c.refused IS NULL AND d.status = 'draft';
	IF s.n IS NOT NULL THEN
		IF EXISTS (SELECT FROM relais.person p WHERE p.id = s.person_id AND p.ended_at IS NOT NULL) THEN
			answer := '{"error": "forbidden"}';
		ELSE
			PERFORM set_config('app.actor', s.person_id::text, true);
			answer := relais.digest_approve(u.slug, s.n, NULL);
			PERFORM set_config('app.actor', '', true);
		END IF;
		UPDATE relais.digest_schedule c SET refused = answer->>'error' WHERE c.umbrella_id = u.id AND c.n = s.n;
	END IF;
	RETURN jsonb_build_object('more', u.id IS NOT NULL, 'after', u.id, 'changed', coalesce(answer->'changed', '[]'),
		'approved', CASE WHEN NOT answer ? 'error' THEN s.n END);
END
$$;

CREATE FUNCTION relais.export_schedules() RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('umbrella', u.slug, 'n', s.n, 'at', s.at, 'person', relais.person_named(s.person_id), 'refused', s.refused)
	FROM relais.digest_schedule s JOIN relais.umbrella u ON u.id = s.umbrella_id ORDER BY u.id, s.n
$$;
CREATE FUNCTION relais.restore_schedules(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.digest_schedule (umbrella_id, n, at, person_id, refused)
	SELECT u.id, (l->>'n')::int, (l->>'at')::timestamptz, relais.person_of(l->>'person'), l->>'refused'
	FROM relais.log_lines(doc, 'schedule') l JOIN relais.umbrella u ON u.slug = l->>'umbrella'
$$;
INSERT INTO relais.log_kind SELECT 'schedule', coalesce(max(k.place), 0) + 1, false, 'export_schedules', 'restore_schedules', 'relais.digest_schedule'
FROM relais.log_kind k;

-- ---------------------------------------------------------------------------
-- Who gets it

-- Whoever follows a group of the digest by mail, and wants its digests: {group, person}.
CREATE FUNCTION relais.digest_followers(umbrella_id int, n int)
RETURNS TABLE (group_id int, person_id int, lang text, cadence text)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT s.group_id, p.id, coalesce(f.lang, p.lang), f.cadence
	FROM relais.digest_section s
	JOIN relais.group g ON g.id = s.group_id
	JOIN relais.subscription f ON f.group_id = s.group_id AND f.cadence <> 'paused' AND (f.kinds IS NULL OR 'digest' = ANY (f.kinds))
	JOIN relais.person p ON p.id = f.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL
	WHERE s.umbrella_id = digest_followers.umbrella_id AND s.n = digest_followers.n
		-- as my_groups() has it: of a closed group only who still sees it
		AND (g.visibility = 'public' OR EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = p.id
			AND (a.umbrella_id = g.umbrella_id
				OR EXISTS (SELECT FROM relais.associate c WHERE c.group_id = g.id AND c.umbrella_id = a.umbrella_id)
				OR EXISTS (SELECT FROM relais.membership m WHERE m.group_id = g.id AND m.municipality_id = a.municipality_id
					AND m.ended_at IS NULL))))
$$;

-- The municipalities of a group, in the order of their names, to which none of the followers belongs.
CREATE FUNCTION relais.unreached(group_id int, followers int[]) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name) ORDER BY c.name), '[]')
	FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = unreached.group_id AND m.ended_at IS NULL AND m.role <> 'observer'
		AND NOT EXISTS (SELECT FROM relais.affiliation a WHERE a.municipality_id = c.id AND a.person_id = ANY (followers))
$$;

-- A group's part: who follows it, by name if they agreed that it is seen, the others as a number; and by
-- language and cadence.
CREATE FUNCTION relais.group_recipients(g relais.group, umbrella_id int, n int) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH follower AS (
		SELECT f.*, p.name, p.contact FROM relais.digest_followers(umbrella_id, n) f JOIN relais.person p ON p.id = f.person_id
		WHERE f.group_id = g.id
	)
	SELECT json_build_object('slug', g.slug, 'name', g.name,
		'persons', (SELECT count(*) FROM follower),
		'hidden', (SELECT nullif(count(*), 0) FROM follower f WHERE NOT f.contact),
		'langs', (SELECT coalesce(json_agg(x ORDER BY x.n DESC, x.lang), '[]') FROM (SELECT f.lang, count(*) AS n FROM follower f GROUP BY 1) x),
		'cadences', (SELECT coalesce(json_agg(x ORDER BY x.n DESC, x.cadence), '[]') FROM (SELECT f.cadence, count(*) AS n FROM follower f GROUP BY 1) x),
		'people', (SELECT coalesce(json_agg(json_build_object('name', f.name, 'lang', f.lang, 'cadence', f.cadence, 'of', (
				SELECT string_agg(DISTINCT coalesce(c.name, b.name), ', ') FROM relais.affiliation a
				LEFT JOIN relais.municipality c ON c.id = a.municipality_id LEFT JOIN relais.umbrella b ON b.id = a.umbrella_id
				WHERE a.person_id = f.person_id)) ORDER BY f.name, f.person_id), '[]')
			FROM follower f WHERE f.contact),
		'without', relais.unreached(g.id, ARRAY(SELECT f.person_id FROM follower f)))
$$;

-- For the coordinator alone; NULL for everybody else.
CREATE FUNCTION relais.digest_recipients(umbrella text, digest int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest;
	IF d.n IS NULL OR NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'n', d.n, 'draft', d.status = 'draft',
		'persons', (SELECT count(DISTINCT f.person_id) FROM relais.digest_followers(u.id, d.n) f),
		'sections', (SELECT coalesce(json_agg(relais.group_recipients(g, u.id, d.n) ORDER BY g.name), '[]')
			FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id WHERE s.umbrella_id = u.id AND s.n = d.n));
END
$$;

-- What the coordinator of an open draft has to know before it is approved.
CREATE FUNCTION relais.digest_desk(umbrella text, digest int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest AND x.status = 'draft';
	IF d.n IS NULL OR NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object(
		'persons', (SELECT count(DISTINCT f.person_id) FROM relais.digest_followers(u.id, d.n) f),
		'time_zone', u.time_zone,
		'schedule', (SELECT json_build_object('at', s.at, 'day', to_char(s.at AT TIME ZONE u.time_zone, 'YYYY-MM-DD'),
				'hour', extract(hour FROM s.at AT TIME ZONE u.time_zone), 'by', p.name, 'refused', s.refused,
				'waits', s.refused IS NULL, 'is_empty', coalesce(s.refused = 'digest_empty', false))
			FROM relais.digest_schedule s JOIN relais.person p ON p.id = s.person_id WHERE s.umbrella_id = u.id AND s.n = d.n));
END
$$;

-- ---------------------------------------------------------------------------
-- The public edition: what nobody in particular may see, of the groups that are public. Of a draft only
-- for its coordinator. NULL: there is none.
CREATE FUNCTION relais.digest_public(umbrella text, digest int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
	sections json;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest;
	IF d.n IS NULL OR d.status = 'draft' AND NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	SELECT json_agg(relais.section_lists(s, false, false) || jsonb_build_object('group', relais.group_brief(g),
		'text', (SELECT json_build_object('html', x.html) FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		'markdown', (SELECT x.text FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		-- numbers of what is not for everybody, none under five
		'counts', (SELECT coalesce(jsonb_agg(jsonb_build_object('status', c.status, 'n', c.n)), '[]') FROM (
			SELECT i->>'status' AS status, count(*) AS n FROM jsonb_array_elements(s.items) i
			WHERE i->>'kind' = 'report' AND NOT relais.is_open_status(i->>'status')
			GROUP BY 1 HAVING count(*) >= 5 ORDER BY 1) c)) ORDER BY g.name)
	INTO sections
	FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id
	WHERE s.umbrella_id = u.id AND s.n = d.n AND g.visibility = 'public';
	IF sections IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'n', d.n, 'draft', d.status = 'draft',
		'approved_at', d.approved_at, 'sections', sections);
END
$$;
