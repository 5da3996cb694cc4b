-- What several reading statements share. All run as the reader, under row-level
-- security, except may() and silent(), which say only what that reader may do or know.

SET ROLE relais_owner;

-- What the reader may do in a group, for the pages:
-- {"act","publish","lead","hub","inner","municipalities":[{slug,name}]}
CREATE FUNCTION relais.may(group_id int) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT json_build_object(
		'act', coalesce(bool_or(x.acts), false) OR l.leads,
		'publish', coalesce(bool_or(x.role = 'hub' AND x.speaks), false) OR l.leads,
		'hub', coalesce(bool_or(x.role = 'hub' AND x.acts), false),
		'lead', l.leads,
		'inner', may.group_id = ANY (relais.my_inner_groups()),
		'municipalities', coalesce(json_agg(json_build_object('slug', x.slug, 'name', x.name)) FILTER (WHERE x.acts), '[]'))
	FROM (SELECT may.group_id = ANY (relais.my_led_groups()) AS leads) l
	LEFT JOIN (SELECT c.slug, c.name, m.role, bool_or(a.role = 'focal_point') AS speaks,
			m.role <> 'observer' AND bool_or(a.role IN ('focal_point', 'contributor', 'coach')) AS acts
		FROM relais.affiliation a JOIN relais.membership m USING (municipality_id)
		JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE a.person_id = relais.self() AND m.group_id = may.group_id AND m.ended_at IS NULL
		GROUP BY c.slug, c.name, m.role) x ON true
	GROUP BY l.leads
$$;

-- A group in a line.
CREATE FUNCTION relais.group_brief(g relais.group) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT json_build_object('id', g.id, 'slug', g.slug, 'name', g.name, 'visibility', g.visibility, 'lang', g.lang,
			'feed_id', g.feed_id, 'public', g.visibility = 'public', 'version', l.version,
			'umbrella', json_build_object('slug', u.slug, 'name', u.name, 'time_zone', u.time_zone))
		FROM relais.umbrella u, relais.group_log l WHERE u.id = g.umbrella_id AND l.group_id = g.id);
END
$$;

CREATE FUNCTION relais.municipality_brief(id int) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT json_build_object('slug', m.slug, 'name', m.name, 'demo', m.demo) FROM relais.municipality m WHERE m.id = municipality_brief.id);
END
$$;

-- The slug a municipality or group has now, if `slug` is an old one of it.
CREATE FUNCTION relais.moved(kind text, slug text) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE o.kind WHEN 'municipality' THEN (SELECT m.slug FROM relais.municipality m WHERE m.id = o.id)
		WHEN 'group' THEN (SELECT g.slug FROM relais.group g WHERE g.id = o.id)
		ELSE (SELECT u.slug FROM relais.umbrella u WHERE u.id = o.id) END
	FROM relais.old_slug o WHERE o.kind = moved.kind AND o.slug = moved.slug
$$;

-- The newest revision of the original that the reader may see.
CREATE FUNCTION relais.revision_seen(i relais.item) RETURNS int
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT max(t.revision) FROM relais.item_text t WHERE t.group_id = i.group_id AND t.number = i.number AND t.lang = i.lang);
END
$$;

-- An item in a line, in the reader's language.
CREATE FUNCTION relais.item_brief(i relais.item) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT json_build_object('id', i.number, 'kind', i.kind, 'status', i.status, 'title', x.title, 'summary', x.summary, 'lang', x.lang,
			'original', i.lang, 'revision', relais.revision_seen(i), 'published', i.status = 'published',
			'municipality', relais.municipality_brief(i.municipality_id),
			'published_at', i.published_at, 'updated_at', i.updated_at, 'occurred_on', i.occurred_on)
		FROM relais.text_for(i.group_id, i.number, i.lang, relais.lang()) x);
END
$$;

-- The texts there are of an item: [{lang, revision, of, title, stale, original}]; stale: says
-- an older revision than the reader could read in the original.
CREATE FUNCTION relais.item_texts(i relais.item) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('lang', x.lang, 'revision', x.revision, 'of', x.of, 'title', x.title,
		'original', x.lang = i.lang, 'stale', x.of < o.revision) ORDER BY x.lang <> i.lang, x.lang), '[]')
	FROM (SELECT DISTINCT ON (t.lang) t.* FROM relais.item_text t WHERE t.group_id = i.group_id AND t.number = i.number
			ORDER BY t.lang, t.revision DESC) x, (SELECT relais.revision_seen(i) AS revision) o
$$;

-- The reports on an item that the reader may see, newest first, with note and reason
-- where those are for the reader too.
CREATE FUNCTION relais.item_reports(group_id int, number int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('seq', r.seq, 'at', e.at, 'municipality', relais.municipality_brief(r.municipality_id),
		'status', r.status, 'adaptation', r.adaptation, 'evidence', r.evidence, 'services', r.services, 'told_to', r.told_to,
		'occurred_on', r.occurred_on, 'ask_again_on', r.ask_again_on, 'via', r.via, 'recorded', r.recorded_by IS NOT NULL,
		'note', n.note, 'reason', w.reason, 'audience', coalesce(n.audience, w.audience), 'retracts', r.retracts,
		'mine', r.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]),
		'current', a.seq IS NOT NULL) ORDER BY r.seq DESC), '[]')
	FROM relais.report r
	JOIN relais.event e USING (group_id, seq)
	LEFT JOIN relais.report_note n USING (group_id, seq)
	LEFT JOIN relais.report_reason w USING (group_id, seq)
	LEFT JOIN relais.application a ON a.group_id = r.group_id AND a.number = r.number
		AND a.municipality_id = r.municipality_id AND a.seq = r.seq
	WHERE r.group_id = item_reports.group_id AND r.number = item_reports.number
$$;

-- Who did what with an item: {status: n} as the reader may know it (see uptake()).
CREATE FUNCTION relais.item_totals(group_id int, number int) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT relais.counts_shown((SELECT relais.counts_told(u.counts, relais.reached(u.group_id),
			u.group_id = ANY (relais.my_inner_groups()))
		FROM relais.uptake_row u
		WHERE u.group_id = item_totals.group_id AND u.number = item_totals.number AND u.group_id = ANY (relais.my_groups())
			AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = u.group_id AND i.number = u.number AND relais.item_seen(i))))
$$;

-- The members that are silent on an item; only for the hub and the lead umbrella.
CREATE FUNCTION relais.silent(group_id int, number int) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT json_agg(json_build_object('slug', c.slug, 'name', c.name) ORDER BY c.name)
	FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = silent.group_id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
		AND (m.group_id = ANY (relais.my_led_groups()) OR m.group_id = ANY (relais.my_hub_groups()))
		AND NOT EXISTS (SELECT FROM relais.application a WHERE a.group_id = m.group_id AND a.number = silent.number
			AND a.municipality_id = m.municipality_id)
$$;

-- The version of every group, for the site's memory: numbers only.
CREATE FUNCTION relais.group_versions() RETURNS TABLE (group_id int, version bigint, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT l.group_id, l.version, l.at FROM relais.group_log l
$$;

-- The municipalities for which the reader may report: one's own; hub and lead umbrella all.
CREATE FUNCTION relais.report_for(group_id int) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name)
		ORDER BY c.id <> ALL (relais.my_municipalities()), c.name), '[]')
	FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = report_for.group_id AND m.ended_at IS NULL AND m.role <> 'observer'
		AND (c.id = ANY (relais.my_municipalities()) OR m.group_id = ANY (relais.my_led_groups())
			OR m.group_id = ANY (relais.my_hub_groups()))
$$;
