-- Digests: an umbrella's numbered document, drafted from the log of each group it leads.
--
-- A section covers the events (after, upto] of one group, chained to the last approved one:
-- nothing is told twice, nothing is skipped. It keeps what it tells as data (`items`, with
-- the titles of that day), so that each reader is shown what is theirs to know, in their
-- language, and an approved digest never changes. Events of kind digest are never digested.

SET ROLE relais_owner;

CREATE TABLE relais.digest (
	umbrella_id int NOT NULL REFERENCES relais.umbrella,
	n           int NOT NULL,
	status      text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'approved')),
	edit        int NOT NULL DEFAULT 1,
	drafted_at  timestamptz NOT NULL,
	approved_at timestamptz,
	approved_by int REFERENCES relais.person,
	PRIMARY KEY (umbrella_id, n)
);
CREATE UNIQUE INDEX digest_one_draft ON relais.digest (umbrella_id) WHERE status = 'draft';

-- items: [{seq, kind, act, number, titles: {lang: title}, lang, summary, municipality, status, adaptation,
-- note, note_audience, reason, reasons, audience, pinned, out}]; waiting: [{number, titles, lang, silent}].
CREATE TABLE relais.digest_section (
	umbrella_id int NOT NULL,
	n           int NOT NULL,
	group_id    int NOT NULL REFERENCES relais.group,
	after       bigint NOT NULL,
	upto        bigint NOT NULL CHECK (upto > after),
	items       jsonb NOT NULL,
	waiting     jsonb NOT NULL,
	PRIMARY KEY (umbrella_id, n, group_id),
	FOREIGN KEY (umbrella_id, n) REFERENCES relais.digest
);
CREATE INDEX digest_section_group ON relais.digest_section (group_id, upto);

-- What hub or coordinator wrote in place of a section's drafted text. Everybody who sees the
-- section reads it; what only members may know still follows it as drafted.
CREATE TABLE relais.digest_text (
	umbrella_id int NOT NULL,
	n           int NOT NULL,
	group_id    int NOT NULL,
	lang        text NOT NULL CONSTRAINT digest_text_lang_code CHECK (relais.is_lang(lang)),
	text        text NOT NULL CONSTRAINT digest_text_prose CHECK (relais.is_prose(text, 65536)),
	html        text NOT NULL,
	PRIMARY KEY (umbrella_id, n, group_id, lang),
	FOREIGN KEY (umbrella_id, n, group_id) REFERENCES relais.digest_section ON DELETE CASCADE
);

-- Numbers and dates are public; what stands in a digest is read through digest_view() only.
ALTER TABLE relais.digest ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.digest_section ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.digest_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY approved ON relais.digest FOR SELECT USING (status = 'approved' OR relais.coordinates(umbrella_id));
GRANT SELECT ON relais.digest TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------
-- Drafting

-- {lang: title} of an item, as everybody who sees the group may read it.
CREATE FUNCTION relais.item_titles(group_id int, number int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_object_agg(x.lang, x.title) FROM (
		SELECT DISTINCT ON (t.lang) t.lang, t.title FROM relais.item_text t
		WHERE t.group_id = item_titles.group_id AND t.number = item_titles.number AND NOT t.sensitive
		ORDER BY t.lang, t.revision DESC) x
$$;

-- What a section tells of (after, upto]: the last event of each kind on a lesson or question,
-- the last standing report of each municipality on each; NULL if there is nothing.
CREATE FUNCTION relais.section_items(group_id int, after bigint, upto bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH told AS (
		SELECT DISTINCT ON (e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
				CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END) e.*
		FROM relais.event e
		WHERE e.group_id = section_items.group_id AND e.seq > section_items.after AND e.seq <= section_items.upto
			AND e.audience < 2
			AND CASE e.kind
				WHEN 'lesson' THEN e.act IN ('published', 'corrected', 'withdrawn')
				WHEN 'question' THEN e.act IN ('asked', 'reworded', 'dropped', 'we_too')
				WHEN 'report' THEN e.act = 'reported' AND NOT EXISTS (SELECT FROM relais.report u
					WHERE u.group_id = e.group_id AND u.number = e.number AND u.municipality_id = e.municipality_id AND u.retracts = e.seq)
				WHEN 'member' THEN e.act IN ('joined', 'left')
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

-- Published lessons and how many members have said nothing yet; newest first.
CREATE FUNCTION relais.section_waiting(group_id int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'titles', relais.item_titles(i.group_id, i.number), 'lang', i.lang,
		'silent', m.n - c.n) ORDER BY i.number DESC), '[]')
	FROM relais.item i,
		(SELECT count(*) AS n FROM relais.membership s WHERE s.group_id = section_waiting.group_id
			AND s.role IN ('member', 'partner') AND s.ended_at IS NULL) m,
		LATERAL (SELECT coalesce(sum(n), 0) AS n FROM relais.uptake_row u, unnest(u.counts) n
			WHERE u.group_id = i.group_id AND u.number = i.number) c
	WHERE i.group_id = section_waiting.group_id AND i.kind = 'lesson' AND i.status = 'published' AND m.n > c.n
$$;

-- Drafts a section, or drafts it anew: pins, omissions and texts stay. With nothing to tell
-- there is none.
CREATE FUNCTION relais.section_compose(umbrella_id int, n int, group_id int, after bigint, upto bigint) RETURNS void
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
			SELECT jsonb_agg(i.item || coalesce((SELECT jsonb_strip_nulls(jsonb_build_object('pinned', o->'pinned', 'out', o->'out'))
				FROM jsonb_array_elements(s.items) o WHERE o->'seq' = i.item->'seq'), '{}') ORDER BY i.place)
			FROM jsonb_array_elements(excluded.items) WITH ORDINALITY i (item, place));
END
$$;

-- Drafts the next digest, or drafts the open one anew up to now. Its number; NULL if there is
-- nothing to tell, and then no draft.
CREATE FUNCTION relais.digest_compose(u relais.umbrella) RETURNS int
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	g record;
	coming int := u.digests + 1;
BEGIN
	INSERT INTO relais.digest AS d (umbrella_id, n, drafted_at) VALUES (u.id, coming, clock_timestamp())
	ON CONFLICT ON CONSTRAINT digest_pkey DO UPDATE SET drafted_at = excluded.drafted_at, edit = d.edit + 1;
	FOR g IN SELECT x.id, l.head, l.floor FROM relais.group x JOIN relais.group_log l ON l.group_id = x.id
			WHERE x.umbrella_id = u.id ORDER BY x.id LOOP
		PERFORM relais.section_compose(u.id, coming, g.id, greatest(g.floor, (SELECT max(s.upto)
			FROM relais.digest_section s JOIN relais.digest d USING (umbrella_id, n)
			WHERE s.group_id = g.id AND d.status = 'approved')), g.head);
	END LOOP;
	IF EXISTS (SELECT FROM relais.digest_section s WHERE s.umbrella_id = u.id AND s.n = coming) THEN
		RETURN coming;
	END IF;
	DELETE FROM relais.digest d WHERE d.umbrella_id = u.id AND d.n = coming;
	RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION relais.digest_compose FROM relais_site, relais_admin;

CREATE FUNCTION relais.digest_draft(umbrella text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	u relais.umbrella;
	made int;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR UPDATE;
	IF u.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	made := relais.digest_compose(u);
	IF made IS NULL THEN
		PERFORM relais.refuse('digest_empty');
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/digests/%s', u.slug, made),
		'value', jsonb_build_object('n', made, 'status', 'draft',
			'edit', (SELECT d.edit FROM relais.digest d WHERE d.umbrella_id = u.id AND d.n = made)));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- When an umbrella's next digest is due: its days after the last one, or after the first
-- event of its groups that is not history.
CREATE FUNCTION relais.digest_due_at(u relais.umbrella) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce((SELECT max(d.approved_at) FROM relais.digest d WHERE d.umbrella_id = u.id),
		(SELECT min(e.at) FROM relais.event e JOIN relais.group g ON g.id = e.group_id
			JOIN relais.group_log l ON l.group_id = g.id WHERE g.umbrella_id = u.id AND e.seq = l.floor + 1)) + make_interval(days => u.digest_days)
$$;

-- Drafts the next one that is due, of the umbrellas behind `after` (NULL: of all), so that the
-- coordinator finds it ready. Its umbrella is where to go on; one that somebody else has in hand
-- waits for the next time.
CREATE FUNCTION relais.digests_due(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	made int;
BEGIN
	SELECT * INTO u FROM relais.umbrella x
	WHERE x.id > coalesce(digests_due.after, 0) AND relais.digest_due_at(x) <= now()
		AND NOT EXISTS (SELECT FROM relais.digest d WHERE d.umbrella_id = x.id AND d.status = 'draft')
	ORDER BY x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
	IF u.id IS NOT NULL THEN
		made := relais.digest_compose(u);
	END IF;
	RETURN jsonb_build_object('more', u.id IS NOT NULL, 'after', u.id, 'drafted', made);
END
$$;

-- Edits a section of the open draft: hub (its own group's) and coordinator. pin, leave_out:
-- lists of event numbers, NULL leaves them; text with html in a language; '' takes it out.
CREATE FUNCTION relais.section_change(umbrella text, digest int, slug text, pin jsonb, leave_out jsonb,
	lang text, text text, html text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	t relais.turn;
	u relais.umbrella;
	d relais.digest;
BEGIN
	-- the digest before the group: the order in which digest_approve() locks
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest FOR UPDATE;
	t := relais.take(slug, 0, 0);
	IF d.n IS NULL OR NOT (t.leads OR t.hub = ANY (t.acts_for))
		OR NOT EXISTS (SELECT FROM relais.digest_section s WHERE s.umbrella_id = u.id AND s.n = d.n AND s.group_id = t.group_id) THEN
		PERFORM relais.refuse('not_found');
	ELSIF d.status <> 'draft' THEN
		PERFORM relais.refuse('digest_approved');
	END IF;
	UPDATE relais.digest_section s SET items = (
		SELECT jsonb_agg(i.item || jsonb_build_object(
			'pinned', CASE WHEN pin IS NULL THEN coalesce(i.item->'pinned', 'false') ELSE to_jsonb(pin @> (i.item->'seq')) END,
			'out', CASE WHEN leave_out IS NULL THEN coalesce(i.item->'out', 'false') ELSE to_jsonb(leave_out @> (i.item->'seq')) END)
			ORDER BY i.place)
		FROM jsonb_array_elements(s.items) WITH ORDINALITY i (item, place))
	WHERE s.umbrella_id = u.id AND s.n = d.n AND s.group_id = t.group_id;
	IF text IS NOT NULL AND btrim(text) = '' THEN
		DELETE FROM relais.digest_text x WHERE x.umbrella_id = u.id AND x.n = d.n AND x.group_id = t.group_id AND x.lang = lang;
	ELSIF text IS NOT NULL THEN
		INSERT INTO relais.digest_text AS x VALUES (u.id, d.n, t.group_id, lang, text, html)
		ON CONFLICT ON CONSTRAINT digest_text_pkey DO UPDATE SET text = excluded.text, html = excluded.html;
	END IF;
	UPDATE relais.digest x SET edit = x.edit + 1 WHERE x.umbrella_id = u.id AND x.n = d.n;
	RETURN relais.answer(t, format('/umbrellas/%s/digests/%s', u.slug, d.n), jsonb_build_object('n', d.n, 'edit', d.edit + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Approves the open draft: from now on it is fixed, numbered, and in the feed of each of its
-- groups. What was taken back or withdrawn since it was drafted is not told.
CREATE FUNCTION relais.digest_approve(umbrella text, digest int, edit int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	u relais.umbrella;
	d relais.digest;
	s relais.digest_section;
	t relais.turn;
	told int := 0;
	changed jsonb := '[]';
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR UPDATE;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest FOR UPDATE;
	IF u.id IS NULL OR d.n IS NULL OR d.status = 'draft' AND NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF d.status <> 'draft' THEN
		PERFORM relais.refuse('digest_approved');
	ELSIF edit IS NOT NULL AND edit <> d.edit THEN
		PERFORM relais.refuse('edit_outdated');
	END IF;
	-- several heads: in the order of touch()
	FOR s IN SELECT x.* FROM relais.digest_section x JOIN relais.group g ON g.id = x.group_id
			WHERE x.umbrella_id = u.id AND x.n = d.n ORDER BY g.slug COLLATE "C" LOOP
		t := relais.take((SELECT g.slug FROM relais.group g WHERE g.id = s.group_id), 0, 0);
		PERFORM relais.section_compose(u.id, d.n, s.group_id, s.after, s.upto);
		IF EXISTS (SELECT FROM relais.digest_section x WHERE x.umbrella_id = u.id AND x.n = d.n AND x.group_id = s.group_id) THEN
			t := relais.take(t.slug, 1, 0);
			PERFORM relais.tell(t, 'digest', 'approved', NULL, NULL, 0,
				jsonb_build_object('umbrella', u.name, 'slug', u.slug, 'number', d.n));
			told := told + 1;
		END IF;
		changed := changed || jsonb_build_array(jsonb_build_array(t.group_id, t.version));
	END LOOP;
	IF told = 0 THEN
		PERFORM relais.refuse('digest_empty');
	END IF;
	UPDATE relais.digest x SET status = 'approved', approved_at = clock_timestamp(), approved_by = relais.actor(), edit = x.edit + 1
	WHERE x.umbrella_id = u.id AND x.n = d.n;
	UPDATE relais.umbrella x SET digests = d.n WHERE x.id = u.id;
	RETURN jsonb_build_object('changed', changed, 'location', format('/umbrellas/%s/digests/%s', u.slug, d.n),
		'value', jsonb_build_object('n', d.n, 'status', 'approved', 'edit', d.edit + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- Reading

-- {lang: title} → the reader's, else the original's.
CREATE FUNCTION relais.title_of(item jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(item->'titles'->>relais.lang(), item->'titles'->>(item->>'lang'), (SELECT min(v) FROM jsonb_each_text(item->'titles') e (k, v)))
$$;

-- An item as its reader may see it; NULL if not at all.
CREATE FUNCTION relais.section_item(item jsonb, inside boolean, leads boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT CASE WHEN (item->>'audience')::int = 0 OR inside THEN
		item - ARRAY['titles', 'note', 'reason', 'audience', 'note_audience', 'reason_audience']
		|| jsonb_strip_nulls(jsonb_build_object('title', relais.title_of(item),
			'title_lang', CASE WHEN item->'titles' ? relais.lang() THEN relais.lang() ELSE item->>'lang' END,
			'note', CASE WHEN item->>'note_audience' = 'public' OR inside AND item->>'note_audience' = 'group'
				OR leads AND item->>'note_audience' = 'umbrella' THEN item->'note' END,
			'reason', CASE WHEN leads OR item->>'reason_audience' = 'public' OR inside AND item->>'reason_audience' = 'group'
				THEN item->'reason' END)) END
$$;

-- What a section tells, by subject; pinned items first, then the newest.
CREATE FUNCTION relais.section_lists(s relais.digest_section, inside boolean, leads boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH seen AS (
		SELECT relais.section_item(i, inside, leads) AS i, coalesce((i->>'pinned')::boolean, false) AS pinned
		FROM jsonb_array_elements(s.items) i WHERE NOT coalesce((i->>'out')::boolean, false)
	)
	SELECT jsonb_build_object(
		'lessons', coalesce(jsonb_agg(i ORDER BY pinned DESC, (i->>'seq')::bigint DESC) FILTER (WHERE i->>'kind' = 'lesson'), '[]'),
		'questions', coalesce(jsonb_agg(i ORDER BY pinned DESC, (i->>'seq')::bigint DESC) FILTER (WHERE i->>'kind' = 'question'), '[]'),
		'members', coalesce(jsonb_agg(i ORDER BY (i->>'seq')::bigint DESC) FILTER (WHERE i->>'kind' = 'member'), '[]'),
		'reports', coalesce(jsonb_agg(i ORDER BY pinned DESC, (i->>'seq')::bigint DESC)
			FILTER (WHERE i->>'kind' = 'report' AND relais.is_open_status(i->>'status')), '[]'),
		'others', coalesce(jsonb_agg(i ORDER BY (i->>'seq')::bigint DESC)
			FILTER (WHERE i->>'kind' = 'report' AND NOT relais.is_open_status(i->>'status')), '[]'))
	FROM seen
$$;

-- One section as its reader may see it. open: whoever edits it sees beside it what everybody
-- will, because the text they write is for everybody.
CREATE FUNCTION relais.section_view(s relais.digest_section, draft boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.section_lists(s, me.inside, me.leads) || jsonb_build_object(
		'group', relais.group_brief(g), 'after', s.after, 'upto', s.upto,
		'text', (SELECT json_build_object('html', x.html) FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		'markdown', (SELECT x.text FROM relais.digest_text x
			WHERE x.umbrella_id = s.umbrella_id AND x.n = s.n AND x.group_id = s.group_id AND x.lang = relais.lang()),
		-- whoever is not of the group: numbers, none under five
		'counts', (SELECT coalesce(jsonb_agg(jsonb_build_object('status', c.status, 'n', c.n)), '[]') FROM (
			SELECT i->>'status' AS status, count(*) AS n FROM jsonb_array_elements(s.items) i
			WHERE NOT me.inside AND i->>'kind' = 'report' AND NOT relais.is_open_status(i->>'status')
			GROUP BY 1 HAVING count(*) >= 5 ORDER BY 1) c),
		'waiting', CASE WHEN me.edits THEN (SELECT coalesce(jsonb_agg(jsonb_build_object('number', w->'number',
			'title', relais.title_of(w), 'silent', w->'silent')), '[]') FROM jsonb_array_elements(s.waiting) w) ELSE '[]' END,
		'left_out', CASE WHEN draft THEN (SELECT coalesce(jsonb_agg(relais.section_item(i, me.inside, me.leads)), '[]')
			FROM jsonb_array_elements(s.items) i WHERE (i->>'out')::boolean) ELSE '[]' END,
		'editable', draft AND me.edits,
		'open', CASE WHEN draft AND me.edits THEN relais.section_lists(s, false, false) END)
	FROM relais.group g, (SELECT s.group_id = ANY (relais.my_inner_groups()) AS inside, s.group_id = ANY (relais.my_led_groups()) AS leads,
		s.group_id = ANY (relais.my_hub_groups()) OR s.group_id = ANY (relais.my_led_groups()) AS edits) me
	WHERE g.id = s.group_id
$$;

-- A digest as its reader may see it: the sections of the groups the reader sees, or of the
-- one named. Drafts are for the coordinator, and for each hub its own section. NULL: none.
CREATE FUNCTION relais.digest_view(umbrella text, digest int, slug text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
	mine int[] := relais.my_groups();
	hubs int[] := relais.my_hub_groups();
	sections json;
	leads boolean;
BEGIN
	SELECT * INTO u FROM relais.umbrella x
	WHERE x.slug = digest_view.umbrella OR digest_view.umbrella IS NULL AND x.id = (
		SELECT s.umbrella_id FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id
		WHERE g.slug = digest_view.slug AND s.n = digest ORDER BY (g.umbrella_id = s.umbrella_id) DESC LIMIT 1);
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest;
	leads := relais.coordinates(u.id);
	IF d.n IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT json_agg(relais.section_view(s, d.status = 'draft') ORDER BY g.name) INTO sections
	FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id
	WHERE s.umbrella_id = u.id AND s.n = d.n AND s.group_id = ANY (mine) AND (digest_view.slug IS NULL OR g.slug = digest_view.slug)
		AND (d.status = 'approved' OR leads OR s.group_id = ANY (hubs));
	IF sections IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name, 'time_zone', u.time_zone), 'n', d.n, 'status', d.status,
		'draft', d.status = 'draft', 'approved', d.status = 'approved', 'edit', CASE WHEN leads THEN d.edit END, 'drafted_at', d.drafted_at,
		'approved_at', d.approved_at, 'coordinates', leads, 'sections', sections);
END
$$;
