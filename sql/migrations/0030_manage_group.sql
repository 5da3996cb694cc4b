-- Groups after they were made: settings, another address, associated umbrellas; members and
-- their history; the hub handed over. Who was the hub when is a reading of the log.

SET ROLE relais_owner;

-- Refuses a slug that once led to something else; asked after the row has it, so that of two at once
-- the later one sees what the earlier did.
CREATE FUNCTION relais.slug_not_of_another(kind text, slug text, id int) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF EXISTS (SELECT FROM relais.old_slug o WHERE o.kind = slug_not_of_another.kind AND o.slug = slug_not_of_another.slug
			AND o.id <> slug_not_of_another.id) THEN
		PERFORM relais.refuse(slug_not_of_another.kind || '_slug_taken');
	END IF;
END
$$;

-- From now on the old slug leads there.
CREATE FUNCTION relais.slug_leave(kind text, old text, new text, id int) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF new IS NOT NULL AND new <> old THEN
		PERFORM relais.slug_not_of_another(kind, new, id);
		DELETE FROM relais.old_slug o WHERE o.kind = slug_leave.kind AND o.slug = new;
		INSERT INTO relais.old_slug VALUES (kind, old, id) ON CONFLICT DO NOTHING;
	END IF;
END
$$;

CREATE OR REPLACE FUNCTION relais.group_post(slug text, name text, description text, visibility text, lang text, umbrella text, programme text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	u int;
	p int;
	g int;
BEGIN
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	IF u IS NULL THEN
		PERFORM relais.refuse('group_umbrella_known');
	ELSIF NOT relais.coordinates(u) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	IF programme IS NOT NULL THEN
		SELECT x.id INTO p FROM relais.programme x WHERE x.slug = programme;
		IF p IS NULL THEN
			PERFORM relais.refuse('group_programme_known');
		END IF;
	END IF;
	INSERT INTO relais.group (slug, name, description, visibility, lang, umbrella_id, programme_id)
	VALUES (slug, btrim(name), coalesce(description, ''), coalesce(visibility, 'closed'), lang, u, p) RETURNING id INTO g;
	PERFORM relais.slug_not_of_another('group', slug, g);
	INSERT INTO relais.group_log (group_id, version) VALUES (g, 1);
	RETURN jsonb_build_object('changed', jsonb_build_array(jsonb_build_array(g, 1)), 'location', '/groups/' || slug,
		'value', jsonb_build_object('slug', slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The lead umbrella's choices for a group; NULL leaves one, '' takes the description or the programme out.
CREATE FUNCTION relais.group_change(slug text, new_slug text, name text, description text, visibility text, lang text, programme text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	t relais.turn;
	refused text;
	p int;
BEGIN
	t := relais.take(slug, 0, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	IF programme <> '' THEN
		SELECT x.id INTO p FROM relais.programme x WHERE x.slug = programme;
		IF p IS NULL THEN
			PERFORM relais.refuse('group_programme_known');
		END IF;
	END IF;
	UPDATE relais.group g SET slug = coalesce(new_slug, g.slug), name = coalesce(btrim(name), g.name),
		description = coalesce(description, g.description), visibility = coalesce(visibility, g.visibility),
		lang = coalesce(lang, g.lang), programme_id = CASE WHEN programme IS NULL THEN g.programme_id ELSE p END
	WHERE g.id = t.group_id;
	PERFORM relais.slug_leave('group', t.slug, new_slug, t.group_id);
	t.slug := coalesce(new_slug, t.slug);
	RETURN relais.answer(t, '/groups/' || t.slug, jsonb_build_object('slug', t.slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Another umbrella that stands beside the lead one, or (gone) no longer does.
CREATE FUNCTION relais.associate_put(slug text, umbrella text, gone boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	u int;
BEGIN
	t := relais.take(slug, 0, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	IF gone THEN
		DELETE FROM relais.associate a WHERE a.group_id = t.group_id AND a.umbrella_id = u;
		IF NOT FOUND THEN
			PERFORM relais.refuse('not_found');
		END IF;
	ELSIF u IS NULL THEN
		PERFORM relais.refuse('associate_umbrella_known');
	ELSIF EXISTS (SELECT FROM relais.group g WHERE g.id = t.group_id AND g.umbrella_id = u) THEN
		PERFORM relais.refuse('associate_once');
	ELSE
		INSERT INTO relais.associate VALUES (t.group_id, u);
	END IF;
	RETURN relais.answer(t, format('/groups/%s/settings', t.slug), jsonb_build_object('umbrella', umbrella));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

DROP FUNCTION relais.umbrella_change(text, text, text, int);
-- A coordinator's choices for the umbrella; NULL leaves one. Its groups show its name and
-- use its time zone; an old slug goes on leading there.
CREATE FUNCTION relais.umbrella_change(slug text, name text, time_zone text, digest_days int, new_slug text DEFAULT NULL)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	u relais.umbrella;
	changed jsonb;
BEGIN
	-- until the commit no further group can become the umbrella's
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella_change.slug FOR UPDATE;
	IF u.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	changed := relais.touch(ARRAY(SELECT g.id FROM relais.group g WHERE g.umbrella_id = u.id
		UNION SELECT s.group_id FROM relais.associate s WHERE s.umbrella_id = u.id));
	UPDATE relais.umbrella x SET name = coalesce(btrim(umbrella_change.name), x.name), slug = coalesce(new_slug, x.slug),
		time_zone = coalesce(umbrella_change.time_zone, x.time_zone), digest_days = coalesce(umbrella_change.digest_days, x.digest_days)
	WHERE x.id = u.id;
	PERFORM relais.slug_leave('umbrella', u.slug, new_slug, u.id);
	u.slug := coalesce(new_slug, u.slug);
	RETURN jsonb_build_object('changed', changed, 'location', '/umbrellas/' || u.slug, 'value', jsonb_build_object('slug', u.slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE OR REPLACE FUNCTION relais.umbrella_post(slug text, name text, country text, lang text, time_zone text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	u int;
BEGIN
	IF NOT relais.is_operator() THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.umbrella (slug, name, country, lang, time_zone)
	VALUES (slug, btrim(name), upper(country), lang, coalesce(time_zone, 'UTC')) RETURNING id INTO u;
	PERFORM relais.slug_not_of_another('umbrella', slug, u);
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/umbrellas/' || slug, 'value', jsonb_build_object('slug', slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- Members. The log says of each: joined {role, since}, role {role, was}, left {was, until}; and of a
-- hand-over two events: role of the old hub, right behind it hub {role, was} of the new one.

-- Takes a municipality into the group, or gives it another role; role NULL is member_end().
-- There is never a time without a hub once there was one, and never two: a new hub takes over from
-- the old one, which stays as a member. It has to be a member before; the operator may take one in as hub.
CREATE OR REPLACE FUNCTION relais.member_put(slug text, municipality text, role text, since text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	m int;
	before relais.membership;
	hands_over boolean;
BEGIN
	IF role IS NULL THEN
		RETURN relais.member_end(slug, municipality, NULL);
	END IF;
	t := relais.take(slug, 1, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT c.id INTO m FROM relais.municipality c WHERE c.slug = municipality;
	IF m IS NULL THEN
		PERFORM relais.refuse('membership_municipality_known');
	END IF;
	SELECT * INTO before FROM relais.membership x WHERE x.group_id = t.group_id AND x.municipality_id = m AND x.ended_at IS NULL;
	hands_over := role = 'hub' AND t.hub <> m;
	IF before.role = 'hub' AND role <> 'hub' THEN
		PERFORM relais.refuse('member_hub_hands_over');
	ELSIF hands_over AND before.role IS DISTINCT FROM 'member' AND NOT relais.is_operator() THEN
		PERFORM relais.refuse('hub_not_member');
	END IF;
	IF hands_over THEN
		UPDATE relais.membership x SET role = 'member' WHERE x.group_id = t.group_id AND x.municipality_id = t.hub;
		PERFORM relais.tell(t, 'member', 'role', NULL, t.hub, 0, '{"role": "member", "was": "hub"}');
		t := relais.take(slug, 1, 0);
	END IF;
	UPDATE relais.membership x SET role = member_put.role, ended_at = NULL, since = coalesce(member_put.since, x.since)
	WHERE x.group_id = t.group_id AND x.municipality_id = m;
	IF NOT FOUND THEN
		UPDATE relais.group_log l SET place = l.place + 1 WHERE l.group_id = t.group_id;
		INSERT INTO relais.membership
		SELECT t.group_id, m, member_put.role, l.place, member_put.since, NULL FROM relais.group_log l WHERE l.group_id = t.group_id;
	END IF;
	-- of the municipality itself, and of the hub that became a member
	PERFORM relais.uptake_recount(t.group_id);
	PERFORM relais.tell(t, 'member', CASE WHEN hands_over THEN 'hub' WHEN before.place IS NULL THEN 'joined' ELSE 'role' END, NULL, m, 0,
		jsonb_strip_nulls(jsonb_build_object('role', role, 'was', before.role, 'since', since)));
	RETURN relais.answer(t, format('/groups/%s/members', t.slug),
		jsonb_build_object('municipality', municipality, 'role', role, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- What stands in an address and is not there is not found: no field is wrong.
CREATE FUNCTION relais.of_path(answer jsonb, unknown text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN answer->>'error' = unknown THEN '{"error": "not_found"}' ELSE answer END
$$;

-- Lets a municipality go; what it wrote and reported stays. until: its last day, as precisely as is known.
CREATE FUNCTION relais.member_end(slug text, municipality text, until text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	before relais.membership;
BEGIN
	t := relais.take(slug, 1, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT x.* INTO before FROM relais.membership x JOIN relais.municipality c ON c.id = x.municipality_id
	WHERE x.group_id = t.group_id AND c.slug = municipality AND x.ended_at IS NULL;
	IF before.place IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF before.role = 'hub' THEN
		PERFORM relais.refuse('member_hub_hands_over');
	ELSIF NOT coalesce(relais.is_partial_date(until), true) THEN
		PERFORM relais.refuse('membership_until_date');
	END IF;
	UPDATE relais.membership x SET ended_at = t.at WHERE x.group_id = t.group_id AND x.municipality_id = before.municipality_id;
	PERFORM relais.uptake_recount(t.group_id);
	PERFORM relais.tell(t, 'member', 'left', NULL, before.municipality_id, 0,
		jsonb_strip_nulls(jsonb_build_object('was', before.role, 'until', until)));
	RETURN relais.answer(t, format('/groups/%s/members', t.slug), jsonb_build_object('municipality', municipality, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A municipality's time in the group, oldest first: [{at, act, role, since, until}].
CREATE FUNCTION relais.member_history(group_id int, municipality_id int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('at', e.at, 'act', e.act, 'role', e.detail->>'role', 'since', e.detail->>'since',
		'until', e.detail->>'until') ORDER BY e.seq), '[]')
	FROM relais.event e
	WHERE e.group_id = member_history.group_id AND e.municipality_id = member_history.municipality_id AND e.kind = 'member'
$$;

-- Who was the group's hub, oldest first: [{municipality, at, since, until}]; the last one is the hub now. When the
-- first one came in is only known if somebody said it: the log tells when that was noted.
CREATE FUNCTION relais.hub_history(group_id int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('municipality', relais.municipality_brief(h.municipality_id), 'at', CASE WHEN h.act <> 'joined' THEN h.at END,
		'since', h.since, 'until', h.until) ORDER BY h.seq), '[]')
	FROM (SELECT e.seq, e.at, e.act, e.municipality_id, e.detail->>'since' AS since, lead(e.at) OVER (ORDER BY e.seq) AS until
		FROM relais.event e WHERE e.group_id = hub_history.group_id AND e.kind = 'member' AND e.act IN ('joined', 'role', 'hub')
			AND e.detail->>'role' = 'hub') h
$$;

-- The municipalities of the group that have a running partnership with that one.
CREATE FUNCTION relais.partners_in(group_id int, municipality_id int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(relais.municipality_brief(m.municipality_id) ORDER BY m.place), '[]')
	FROM relais.membership m
	WHERE m.group_id = partners_in.group_id AND m.ended_at IS NULL AND EXISTS (SELECT FROM relais.partnership p
		WHERE p.status = 'running' AND m.municipality_id <> partners_in.municipality_id
			AND m.municipality_id IN (p.first_id, p.second_id) AND partners_in.municipality_id IN (p.first_id, p.second_id))
$$;

-- For whoever hands over: whether somebody could publish for the new hub, and the partnerships that both
-- have with municipalities of the group, which stay as they are; NULL for everybody else.
CREATE FUNCTION relais.hub_outlook(group_id int, municipality_id int) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT json_build_object(
		'focal_point', EXISTS (SELECT FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id
			WHERE a.municipality_id = hub_outlook.municipality_id AND a.role = 'focal_point' AND p.ended_at IS NULL),
		'proposals', (SELECT count(*) FROM relais.item i WHERE i.group_id = hub_outlook.group_id AND i.status = 'proposed' AND NOT i.sensitive),
		'old_partners', relais.partners_in(hub_outlook.group_id, h.municipality_id),
		'new_partners', relais.partners_in(hub_outlook.group_id, hub_outlook.municipality_id))
	FROM relais.membership h WHERE h.group_id = hub_outlook.group_id AND h.role = 'hub' AND h.ended_at IS NULL
		AND h.group_id = ANY (relais.my_led_groups())
$$;

-- ---------------------------------------------------------------------------
-- Telling it: feed and digest

CREATE OR REPLACE FUNCTION relais.is_entry(e relais.event, lang text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE e.kind
		WHEN 'lesson' THEN e.act IN ('published', 'corrected') OR e.act = 'translated' AND e.detail->>'lang' = lang
		WHEN 'question' THEN e.act IN ('asked', 'reworded') OR e.act = 'translated' AND e.detail->>'lang' = lang
		WHEN 'report' THEN e.act = 'reported'
		WHEN 'digest' THEN e.act = 'approved'
		WHEN 'member' THEN e.act = 'hub'
		ELSE false END
$$;

CREATE OR REPLACE FUNCTION relais.feed_entry(e relais.event, lang text) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT CASE
		WHEN e.kind = 'digest' THEN json_build_object('kind', e.kind, 'act', e.act, 'is_digest', true, 'seq', e.seq, 'at', e.at,
			'number', e.detail->>'number', 'umbrella', e.detail->>'umbrella', 'umbrella_slug', e.detail->>'slug')
		WHEN e.kind = 'member' THEN (
			SELECT json_build_object('kind', e.kind, 'act', e.act, 'is_hub', true, 'seq', e.seq, 'at', e.at,
				'municipality', relais.municipality_brief(e.municipality_id), 'until_now', b.name)
			FROM (SELECT 1) alone
			LEFT JOIN relais.event o ON o.group_id = e.group_id AND o.seq = e.seq - 1 AND o.kind = 'member'
			LEFT JOIN relais.municipality b ON b.id = o.municipality_id)
		WHEN i.number IS NULL OR i.status = 'withdrawn' OR x.title IS NULL THEN NULL
		WHEN e.kind = 'report' THEN (
			SELECT json_build_object('kind', e.kind, 'act', e.act, 'is_report', true, 'seq', e.seq, 'at', e.at,
				'object', e.number, 'object_kind', i.kind, 'title', x.title, 'lang', x.lang, 'status', r.status,
				'municipality', relais.municipality_brief(e.municipality_id), 'adaptation', r.adaptation, 'note', n.note)
			FROM relais.report r LEFT JOIN relais.report_note n USING (group_id, seq)
			WHERE r.group_id = e.group_id AND r.seq = e.seq AND NOT r.undone)
		ELSE json_build_object('kind', e.kind, 'act', e.act, 'is_item', true, 'seq', e.seq, 'at', e.at, 'object', e.number,
			'object_kind', i.kind, 'item_id', i.feed_id, 'title', x.title, 'summary', x.summary, 'html', json_build_object('html', x.html),
			'body', x.body, 'lang', x.lang, 'published_at', i.published_at,
			'municipality', relais.municipality_brief(e.municipality_id), 'reason', v.reason, 'reworded', e.act = 'reworded')
		END
		FROM (SELECT 1) one
		LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
		LEFT JOIN LATERAL (SELECT t.* FROM relais.item_text t
			WHERE t.group_id = i.group_id AND t.number = i.number AND t.at <= e.at
			AND t.lang IN (i.lang, CASE WHEN e.act <> 'reworded' THEN feed_entry.lang END)
			ORDER BY (t.lang = feed_entry.lang) DESC, t.revision DESC LIMIT 1) x ON true
		LEFT JOIN relais.item_revision v ON e.act = 'reworded' AND v.group_id = e.group_id AND v.number = e.number
			AND v.revision = (e.detail->>'revision')::int);
END
$$;

CREATE OR REPLACE FUNCTION relais.section_items(group_id int, after bigint, upto bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH told AS (
		SELECT DISTINCT ON (e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
				CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END) e.*
		FROM relais.event e
		WHERE e.group_id = section_items.group_id AND e.seq > section_items.after AND e.seq <= section_items.upto
			AND e.audience < 2
			AND CASE e.kind
				WHEN 'lesson' THEN e.act IN ('published', 'corrected', 'withdrawn')
				WHEN 'question' THEN e.act IN ('asked', 'reworded', 'dropped', 'split') OR e.act = 'we_too' AND EXISTS (SELECT FROM relais.we_too w
					WHERE w.group_id = e.group_id AND w.problem = (e.detail->>'problem')::int AND w.municipality_id = e.municipality_id)
				WHEN 'report' THEN e.act = 'reported' AND NOT EXISTS (SELECT FROM relais.report u
					WHERE u.group_id = e.group_id AND u.number = e.number AND u.municipality_id = e.municipality_id AND u.retracts = e.seq)
				WHEN 'member' THEN e.act IN ('joined', 'left', 'hub')
				ELSE false END
		-- of a lesson published and corrected since, the publication is the news
		ORDER BY e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
			CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END, (e.act = 'published') DESC, e.seq DESC
	)
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'act', e.act, 'number', e.number,
		'object_kind', i.kind, 'titles', relais.item_titles(i.group_id, i.number), 'lang', i.lang,
		'summary', CASE WHEN e.kind = 'lesson' THEN (SELECT nullif(t.summary, '') FROM relais.item_text t
			WHERE t.group_id = i.group_id AND t.number = i.number AND t.lang = i.lang AND NOT t.sensitive
			ORDER BY t.revision DESC LIMIT 1) END,
		'municipality', relais.municipality_brief(e.municipality_id), 'status', r.status, 'adaptation', r.adaptation,
		'note', n.note, 'note_audience', n.audience, 'reason', w.reason, 'reason_audience', w.audience,
		'because', CASE WHEN e.act = 'reworded' THEN nullif(v.reason, '') END,
		'audience', e.audience)) ORDER BY e.seq DESC)
	FROM told e
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	LEFT JOIN relais.report r ON e.kind = 'report' AND r.group_id = e.group_id AND r.seq = e.seq
	LEFT JOIN relais.report_note n ON n.group_id = r.group_id AND n.seq = r.seq AND n.audience <> 'own'
	LEFT JOIN relais.report_reason w ON w.group_id = r.group_id AND w.seq = r.seq
	LEFT JOIN relais.item_revision v ON e.act = 'reworded' AND v.group_id = e.group_id AND v.number = e.number
		AND v.revision = (e.detail->>'revision')::int AND NOT v.sensitive
	WHERE (e.number IS NULL OR relais.item_titles(i.group_id, i.number) IS NOT NULL)
		AND (i.status IS DISTINCT FROM 'withdrawn' OR e.act = 'withdrawn')
$$;

-- A file that names another hub hands over before it says what becomes of the old one.
ALTER FUNCTION relais.import_group(jsonb, jsonb) RENAME TO import_group_in_order;
CREATE FUNCTION relais.import_group(so_far jsonb, d jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = '' AS $$
	SELECT relais.import_group_in_order(so_far, CASE WHEN d ? 'members' THEN jsonb_set(d, '{members}', (
		SELECT coalesce(jsonb_agg(o ORDER BY coalesce(o->>'role', '') <> 'hub', k), '[]') FROM jsonb_array_elements(d->'members') WITH ORDINALITY x (o, k)))
	ELSE d END)
$$;
