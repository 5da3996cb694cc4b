-- A search narrowed to a theme: in every group one group, in a group one of its learning questions.

SET ROLE relais_owner;

-- What narrows a search; NULL for what does not. theme: a question's number, for it, what answers it, and what was said of them.
CREATE TYPE relais.search_filter AS (
	kind   text,
	lang   text,
	sdg    int,
	cost   text,
	status text,
	theme  int
);

DROP FUNCTION relais.search(text, text, text, text, int, text, text, int);
DROP FUNCTION relais.search_page(tsquery[], int[], text, text, int, text, text, int);
DROP FUNCTION relais.search_hits(tsquery[], int[], text, text, int, text, text);

-- One hit a question, lesson or report, in the reader's language where that says it. Nothing but
-- what the reader sees; nothing that has ended. asked: NULL for all. A status is somebody's, as far
-- as the reader may know it. Planned anew each time, as one plan for all would scan the table; and never by
-- the index of the groups (IS TRUE): the planner does not know what it costs to fetch the words.
CREATE FUNCTION relais.search_hits(asked tsquery[], groups int[], f relais.search_filter)
RETURNS TABLE (group_id int, number int, seq bigint, lang text, revision int, rank real, at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
	inside int[] := relais.my_inner_groups();
	speaks text := relais.lang();
BEGIN
	RETURN QUERY
	SELECT DISTINCT ON (s.group_id, s.number, s.seq) s.group_id, s.number, s.seq, s.lang, s.revision,
		CASE WHEN asked IS NULL THEN 0 ELSE ts_rank(s.words, asked[1], 1) END AS rank, i.updated_at
	FROM relais.search_text s
	JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
	LEFT JOIN relais.lesson l ON l.group_id = s.group_id AND l.number = s.number
	WHERE (s.group_id = ANY (groups)) IS TRUE
		AND (asked IS NULL OR s.words @@ asked[1] AND s.words @@ CASE s.lang WHEN 'fr' THEN asked[2] WHEN 'nl' THEN asked[3]
			WHEN 'en' THEN asked[4] ELSE asked[5] END)
		AND (f.kind IS NULL OR s.kind = f.kind) AND (f.lang IS NULL OR s.lang = f.lang)
		AND (f.sdg IS NULL OR f.sdg = ANY (l.sdgs)) AND (f.cost IS NULL OR l.cost = f.cost)
		AND (f.theme IS NULL OR f.theme = s.number OR EXISTS (SELECT FROM relais.lesson_answers x
			WHERE x.group_id = s.group_id AND x.number = s.number AND x.question = f.theme))
		AND (f.status IS NULL OR CASE WHEN s.seq > 0 THEN
			EXISTS (SELECT FROM relais.report r WHERE r.group_id = s.group_id AND r.seq = s.seq AND r.status = f.status)
			ELSE EXISTS (SELECT FROM relais.application a WHERE a.group_id = s.group_id AND a.number = s.number
				AND a.status = f.status AND (a.group_id = ANY (inside) OR relais.is_open_status(a.status))) END)
		AND (i.status = 'published' AND NOT i.sensitive OR i.status IN ('draft', 'proposed', 'published') AND relais.item_seen(i))
		AND CASE s.audience WHEN 0 THEN true WHEN 1 THEN s.group_id = ANY (inside) ELSE relais.owns(s.group_id, s.number) END
	ORDER BY s.group_id, s.number, s.seq, (s.lang = speaks) DESC, rank DESC, s.audience DESC, s.lang;
END
$$;

CREATE OR REPLACE FUNCTION relais.search_meant(q text, groups int[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	typed text;
	likely text;
	meant text[] := '{}';
	changed boolean := false;
BEGIN
	-- not as a setting of the function: who restores a backup may not make one of an extension's
	PERFORM set_config('pg_trgm.similarity_threshold', '0.25', true);
	FOR typed IN SELECT w.lexeme FROM unnest(to_tsvector('pg_catalog.simple', q)) w ORDER BY w.positions[1] LIMIT 8 LOOP
		likely := NULL;
		IF NOT EXISTS (SELECT FROM relais.search_hits(relais.search_asked(typed), groups, NULL)) THEN
			FOR likely IN
				SELECT w.word FROM relais.search_word w
				WHERE w.group_id = ANY (groups) AND w.bare OPERATOR(relais_text.%) relais_text.unaccent(typed)
				GROUP BY w.word, w.bare
				ORDER BY relais_text.similarity(w.bare, relais_text.unaccent(typed)) DESC, w.word LIMIT 10
			LOOP
				EXIT WHEN EXISTS (SELECT FROM relais.search_hits(array_fill(relais.search_any(ARRAY['=' || likely]), ARRAY[5]), groups,
					NULL));
				likely := NULL;
			END LOOP;
			changed := changed OR likely IS NOT NULL;
		END IF;
		meant := meant || coalesce(likely, typed);
	END LOOP;
	RETURN CASE WHEN changed THEN array_to_string(meant, ' ') END;
END
$$;

CREATE FUNCTION relais.search_page(asked tsquery[], groups int[], f relais.search_filter, page int)
RETURNS jsonb LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH hit AS (
		SELECT h.*, row_number() OVER (ORDER BY h.rank DESC, h.at DESC, h.group_id, h.number DESC, h.seq DESC) AS place
		FROM relais.search_hits(asked, groups, f) h
	)
	SELECT jsonb_build_object('total', (SELECT count(*) FROM hit), 'hits', coalesce(jsonb_agg(jsonb_build_object('place', h.place,
		'group_id', h.group_id, 'number', h.number, 'seq', h.seq, 'lang', h.lang, 'revision', h.revision)), '[]'))
	FROM hit h WHERE h.place > 10 * (page - 1) AND h.place <= 10 * page
$$;

-- The places where it is found, for the reader to look: search_page(), and "meant" where other words were looked for.
-- slug: NULL for every group. q NULL: everything that the filter leaves. Runs as the owner; search_hits() decides who may know.
CREATE FUNCTION relais.search(q text, slug text, f relais.search_filter, page int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	groups int[] := ARRAY(SELECT g.id FROM relais.group g
		WHERE g.id = ANY ((SELECT relais.my_groups())::int[]) AND g.slug = coalesce(search.slug, g.slug));
	meant text;
	found jsonb;
BEGIN
	found := relais.search_page(CASE WHEN q IS NOT NULL THEN relais.search_asked(q) END, groups, f, page);
	IF q IS NOT NULL AND found->'total' = '0' THEN
		meant := relais.search_meant(q, groups);
		IF meant IS NOT NULL THEN
			found := relais.search_page(relais.search_asked(meant), groups, f, page)
				|| jsonb_build_object('meant', meant);
		END IF;
	END IF;
	RETURN found;
END
$$;
