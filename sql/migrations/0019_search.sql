-- Search: what lessons, questions and reports say, by its words.
--
-- Row-level security would keep the index out of use, because @@ is not leakproof: so the two
-- tables are read only by search() and similar(), which run as the owner and ask themselves what
-- the reader may see. What they give is places to look; the statements read the texts under the
-- policies again.

CREATE SCHEMA relais_text AUTHORIZATION relais_owner;
SET ROLE relais_owner;
GRANT USAGE ON SCHEMA relais_text TO relais_site, relais_admin;
CREATE EXTENSION unaccent SCHEMA relais_text;
CREATE EXTENSION pg_trgm SCHEMA relais_text;

-- Each language twice: stems of the words as they are written, and without their accents. The first
-- knows that "publiées" is of "publier", the second finds it for who types "publiees".
DO $$
DECLARE
	config text;
BEGIN
	FOREACH config IN ARRAY ARRAY['french', 'dutch', 'english', 'simple'] LOOP
		EXECUTE format('CREATE TEXT SEARCH CONFIGURATION relais_text.%I (COPY = pg_catalog.%I)', config, config);
		EXECUTE format('ALTER TEXT SEARCH CONFIGURATION relais_text.%I ALTER MAPPING FOR word, hword, hword_part
			WITH relais_text.unaccent, %I', config, CASE config WHEN 'simple' THEN config ELSE config || '_stem' END);
	END LOOP;
END
$$;
CREATE FUNCTION relais.search_config(lang text) RETURNS regconfig
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT (CASE lang WHEN 'fr' THEN 'pg_catalog.french' WHEN 'nl' THEN 'pg_catalog.dutch' WHEN 'en' THEN 'pg_catalog.english'
		ELSE 'pg_catalog.simple' END)::regconfig
$$;
CREATE FUNCTION relais.search_config_bare(lang text) RETURNS regconfig
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT (CASE lang WHEN 'fr' THEN 'relais_text.french' WHEN 'nl' THEN 'relais_text.dutch' WHEN 'en' THEN 'relais_text.english'
		ELSE 'relais_text.simple' END)::regconfig
$$;

-- A text's newest wording in a language, for whoever sees the item; apart from it the newest of
-- its owners, where that is sensitive. Of a report (seq > 0) what it says in the language of its
-- municipality, and its note as far as that was widened to the group or the public.
-- audience: 0 whoever sees the item, 1 the inside of its group, 2 the item's owners.
CREATE TABLE relais.search_text (
	group_id int NOT NULL,
	number   int NOT NULL,
	seq      bigint NOT NULL DEFAULT 0,
	lang     text NOT NULL,
	audience smallint NOT NULL CHECK (audience BETWEEN 0 AND 2),
	kind     text NOT NULL CHECK (kind IN ('lesson', 'question', 'report')),
	revision int NOT NULL DEFAULT 0,
	words    tsvector NOT NULL,
	PRIMARY KEY (group_id, number, seq, lang, audience),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
ALTER TABLE relais.search_text ALTER words SET COMPRESSION lz4;
CREATE INDEX search_text_words ON relais.search_text USING gin (words);

-- Every word that was ever written in a group, to find those that are nearly the one typed. By
-- group, so that who writes it holds the group's lock and waits for nobody else.
CREATE TABLE relais.search_word (
	group_id int NOT NULL REFERENCES relais.group,
	word     text NOT NULL,
	bare     text NOT NULL,                 -- without accents
	PRIMARY KEY (group_id, word)
);
CREATE INDEX search_word_bare ON relais.search_word USING gin (bare relais_text.gin_trgm_ops);

ALTER TABLE relais.search_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.search_word ENABLE ROW LEVEL SECURITY;

-- ---------------------------------------------------------------------------
-- Keeping it, in the transaction that writes the text

CREATE FUNCTION relais.search_stems(lang text, t text, weight "char") RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT pg_catalog.setweight(pg_catalog.to_tsvector(relais.search_config(lang), t)
		|| CASE WHEN relais_text.unaccent(t) = t THEN '' ELSE pg_catalog.to_tsvector(relais.search_config_bare(lang), t) END, weight)
$$;

-- The words of a text as they are written, but for numbers, addresses and what is too short to
-- be mistaken.
CREATE FUNCTION relais.search_words(t text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT coalesce(array_agg(w ORDER BY w), '{}') FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', t))) w
	WHERE length(w) BETWEEN 4 AND 40 AND w !~ '[0-9[:punct:][:space:]]'
$$;

-- As lexemes that no stem is like.
CREATE FUNCTION relais.search_exactly(t text) RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT array_to_tsvector(ARRAY(SELECT '=' || w FROM unnest(relais.search_words(t)) w))
$$;

CREATE FUNCTION relais.search_learn(group_id int, t text) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.search_word
	SELECT search_learn.group_id, w, relais_text.unaccent(w) FROM unnest(relais.search_words(t)) w ON CONFLICT DO NOTHING
$$;

-- What is asked beside a question's wording, which is in the original's language.
CREATE FUNCTION relais.search_parts(group_id int, number int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT string_agg(p.text, E'\n') FROM (
		SELECT x.text FROM relais.problem x WHERE x.group_id = search_parts.group_id AND x.number = search_parts.number
		UNION ALL
		SELECT x.text FROM relais.subquestion x WHERE x.group_id = search_parts.group_id AND x.number = search_parts.number) p
$$;

CREATE FUNCTION relais.search_put(group_id int, number int, lang text) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	DELETE FROM relais.search_text s
	WHERE s.group_id = search_put.group_id AND s.number = search_put.number AND s.seq = 0 AND s.lang = search_put.lang;
	INSERT INTO relais.search_text (group_id, number, lang, audience, kind, revision, words)
	SELECT t.group_id, t.number, t.lang, CASE WHEN t.sensitive THEN 2 ELSE 0 END, i.kind, t.revision,
		relais.search_stems(t.lang, t.title, 'A') || relais.search_stems(t.lang, t.summary, 'B')
		|| relais.search_stems(t.lang, t.body || E'\n' || t.conditions, 'C') || relais.search_stems(t.lang, p.text, 'D')
		|| relais.search_exactly(concat_ws(E'\n', t.title, t.summary, t.body, t.conditions, p.text))
	FROM (
		SELECT DISTINCT ON (x.sensitive) x.*, max(x.revision) OVER () AS newest FROM relais.item_text x
		WHERE x.group_id = search_put.group_id AND x.number = search_put.number AND x.lang = search_put.lang
		ORDER BY x.sensitive, x.revision DESC) t
	JOIN relais.item i ON i.group_id = t.group_id AND i.number = t.number,
	LATERAL (SELECT CASE WHEN t.lang = i.lang THEN coalesce(relais.search_parts(t.group_id, t.number), '') ELSE '' END AS text) p
	WHERE NOT t.sensitive OR t.revision = t.newest
$$;

CREATE FUNCTION relais.search_item_text() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	PERFORM relais.search_learn(new.group_id, concat_ws(E'\n', new.title, new.summary, new.body, new.conditions)),
		relais.search_put(new.group_id, new.number, new.lang);
	RETURN NULL;
END
$$;
CREATE TRIGGER search_item_text AFTER INSERT OR UPDATE OF title, summary, body, conditions, sensitive, revision ON relais.item_text
	FOR EACH ROW EXECUTE FUNCTION relais.search_item_text();

CREATE FUNCTION relais.search_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	PERFORM relais.search_learn(a.group_id, string_agg(a.text, E'\n')) FROM added a GROUP BY a.group_id;
	PERFORM relais.search_put(i.group_id, i.number, i.lang)
	FROM (SELECT DISTINCT a.group_id, a.number FROM added a) a JOIN relais.item i USING (group_id, number);
	RETURN NULL;
END
$$;
CREATE TRIGGER search_problem AFTER INSERT ON relais.problem REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION relais.search_part();
CREATE TRIGGER search_subquestion AFTER INSERT ON relais.subquestion REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION relais.search_part();

CREATE FUNCTION relais.search_report() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.search_text s WHERE s.group_id = new.group_id AND s.seq = new.seq;
	WITH report AS (
		SELECT r.*, m.lang, CASE WHEN relais.is_open_status(r.status) THEN 0 ELSE 1 END AS audience
		FROM relais.report r JOIN relais.municipality m ON m.id = r.municipality_id
		WHERE r.group_id = new.group_id AND r.seq = new.seq AND NOT r.undone
	), said AS (
		SELECT r.number, r.lang, r.audience, concat_ws(E'\n', r.adaptation, r.evidence, array_to_string(r.services, E'\n')) AS text
		FROM report r
		UNION ALL
		SELECT r.number, r.lang, greatest(r.audience, CASE n.audience WHEN 'public' THEN 0 ELSE 1 END), n.note
		FROM report r JOIN relais.report_note n USING (group_id, seq) WHERE n.audience IN ('group', 'public')
	)
	INSERT INTO relais.search_text (group_id, number, seq, lang, audience, kind, words)
	SELECT new.group_id, s.number, new.seq, s.lang, s.audience, 'report',
		relais.search_stems(s.lang, t, 'C') || relais.search_exactly(t)
	FROM (SELECT x.number, x.lang, x.audience, string_agg(x.text, E'\n') FROM said x WHERE x.text <> '' GROUP BY 1, 2, 3)
		s (number, lang, audience, t);
	PERFORM relais.search_learn(new.group_id, (SELECT string_agg(x.t, E'\n') FROM (
		SELECT concat_ws(E'\n', r.adaptation, r.evidence, array_to_string(r.services, E'\n')) FROM relais.report r
		WHERE r.group_id = new.group_id AND r.seq = new.seq
		UNION ALL
		SELECT n.note FROM relais.report_note n
		WHERE n.group_id = new.group_id AND n.seq = new.seq AND n.audience IN ('group', 'public')) x (t)));
	RETURN NULL;
END
$$;
-- A report in one word has nothing to find, and costs nothing.
CREATE TRIGGER search_report AFTER INSERT OR UPDATE OF undone ON relais.report FOR EACH ROW
	WHEN (new.adaptation IS NOT NULL OR new.evidence IS NOT NULL OR new.services <> '{}' OR new.undone)
	EXECUTE FUNCTION relais.search_report();
CREATE TRIGGER search_report_note AFTER INSERT ON relais.report_note FOR EACH ROW WHEN (new.audience IN ('group', 'public'))
	EXECUTE FUNCTION relais.search_report();

-- ---------------------------------------------------------------------------
-- Finding

-- Any of these; the same twice would only be ranked twice.
CREATE FUNCTION relais.search_or(queries tsquery[]) RETURNS tsquery
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = '' AS $$
DECLARE
	query tsquery;
	every tsquery;
BEGIN
	FOR query IN SELECT DISTINCT q FROM unnest(queries) q LOOP
		every := coalesce(every || query, query);
	END LOOP;
	RETURN every;
END
$$;

-- What is asked of a text in a language.
CREATE FUNCTION relais.search_query(lang text, q text) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT relais.search_or(ARRAY[websearch_to_tsquery(relais.search_config(lang), q),
		websearch_to_tsquery(relais.search_config_bare(lang), q)])
$$;

-- Of all: any of them, then each: {any, fr, nl, en, others}.
CREATE FUNCTION relais.search_asked(q text) RETURNS tsquery[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT relais.search_or(a) || a FROM (SELECT ARRAY[relais.search_query('fr', q), relais.search_query('nl', q),
		relais.search_query('en', q), relais.search_query('', q)] AS a) x
$$;

-- One hit a question, lesson or report, in the reader's language where that says it. Nothing but
-- what the reader sees; nothing that has ended. asked: NULL for all. A status is somebody's, as far
-- as the reader may know it. Planned anew each time, as one plan for all would scan the table; and never by
-- the index of the groups (IS TRUE): the planner does not know what it costs to fetch the words.
CREATE FUNCTION relais.search_hits(asked tsquery[], groups int[], only_kind text, only_lang text, only_sdg int,
	only_cost text, only_status text)
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
		AND (only_kind IS NULL OR s.kind = only_kind) AND (only_lang IS NULL OR s.lang = only_lang)
		AND (only_sdg IS NULL OR only_sdg = ANY (l.sdgs)) AND (only_cost IS NULL OR l.cost = only_cost)
		AND (only_status IS NULL OR CASE WHEN s.seq > 0 THEN
			EXISTS (SELECT FROM relais.report r WHERE r.group_id = s.group_id AND r.seq = s.seq AND r.status = only_status)
			ELSE EXISTS (SELECT FROM relais.application a WHERE a.group_id = s.group_id AND a.number = s.number
				AND a.status = only_status AND (a.group_id = ANY (inside) OR relais.is_open_status(a.status))) END)
		AND (i.status = 'published' AND NOT i.sensitive OR i.status IN ('draft', 'proposed', 'published') AND relais.item_seen(i))
		AND CASE s.audience WHEN 0 THEN true WHEN 1 THEN s.group_id = ANY (inside) ELSE relais.owns(s.group_id, s.number) END
	ORDER BY s.group_id, s.number, s.seq, (s.lang = speaks) DESC, rank DESC, s.audience DESC, s.lang;
END
$$;

-- Any of these lexemes.
CREATE FUNCTION relais.search_any(lexemes text[]) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT string_agg('''' || replace(replace(w, '\', '\\'), '''', '''''') || '''', '|')::tsquery FROM unnest(lexemes) w
$$;

-- What was perhaps meant: each word of which the reader sees nothing, as the word most like it that
-- stands in something they do see. NULL: nothing is like it.
CREATE FUNCTION relais.search_meant(q text, groups int[]) RETURNS text
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
		IF NOT EXISTS (SELECT FROM relais.search_hits(relais.search_asked(typed), groups, NULL, NULL, NULL, NULL, NULL)) THEN
			FOR likely IN
				SELECT w.word FROM relais.search_word w
				WHERE w.group_id = ANY (groups) AND w.bare OPERATOR(relais_text.%) relais_text.unaccent(typed)
				GROUP BY w.word, w.bare
				ORDER BY relais_text.similarity(w.bare, relais_text.unaccent(typed)) DESC, w.word LIMIT 10
			LOOP
				EXIT WHEN EXISTS (SELECT FROM relais.search_hits(array_fill(relais.search_any(ARRAY['=' || likely]), ARRAY[5]), groups,
					NULL, NULL, NULL, NULL, NULL));
				likely := NULL;
			END LOOP;
			changed := changed OR likely IS NOT NULL;
		END IF;
		meant := meant || coalesce(likely, typed);
	END LOOP;
	RETURN CASE WHEN changed THEN array_to_string(meant, ' ') END;
END
$$;

-- Ten hits a page: {"total", "hits": [{place, group_id, number, seq, lang, revision}]}.
CREATE FUNCTION relais.search_page(asked tsquery[], groups int[], kind text, lang text, sdg int, cost text, status text, page int)
RETURNS jsonb LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH hit AS (
		SELECT h.*, row_number() OVER (ORDER BY h.rank DESC, h.at DESC, h.group_id, h.number DESC, h.seq DESC) AS place
		FROM relais.search_hits(asked, groups, kind, lang, sdg, cost, status) h
	)
	SELECT jsonb_build_object('total', (SELECT count(*) FROM hit), 'hits', coalesce(jsonb_agg(jsonb_build_object('place', h.place,
		'group_id', h.group_id, 'number', h.number, 'seq', h.seq, 'lang', h.lang, 'revision', h.revision)), '[]'))
	FROM hit h WHERE h.place > 10 * (page - 1) AND h.place <= 10 * page
$$;

-- The places where it is found, for the reader to look: search_page(), and "meant" where other words
-- were looked for. slug: NULL for every group. q NULL: everything that the rest leaves. NULL: there is no
-- such group for this reader. Runs as the owner; search_hits() decides who may know.
CREATE FUNCTION relais.search(q text, slug text, kind text, lang text, sdg int, cost text, status text, page int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	groups int[] := ARRAY(SELECT g.id FROM relais.group g
		WHERE g.id = ANY ((SELECT relais.my_groups())::int[]) AND g.slug = coalesce(search.slug, g.slug));
	meant text;
	found jsonb;
BEGIN
	IF slug IS NOT NULL AND groups = '{}' THEN
		RETURN NULL;
	ELSIF coalesce(q, kind, lang, cost, status) IS NULL AND sdg IS NULL THEN
		RETURN '{"total": 0, "hits": []}';
	END IF;
	found := relais.search_page(CASE WHEN q IS NOT NULL THEN relais.search_asked(q) END, groups, kind, lang, sdg, cost, status, page);
	IF q IS NOT NULL AND found->'total' = '0' THEN
		meant := relais.search_meant(q, groups);
		IF meant IS NOT NULL THEN
			found := relais.search_page(relais.search_asked(meant), groups, kind, lang, sdg, cost, status, page)
				|| jsonb_build_object('meant', meant);
		END IF;
	END IF;
	RETURN found;
END
$$;

-- The stems of a text, however they were accented, each once.
CREATE FUNCTION relais.search_set(words tsvector) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
	SELECT coalesce(array_agg(DISTINCT relais_text.unaccent(w)), '{}') FROM unnest(tsvector_to_array(words)) w WHERE w NOT LIKE '=%'
$$;

-- Which stems tell one question from another: not those with which questions are asked, and the stop lists
-- lack; nor those that every fourth has, of the questions that everybody in these groups may read. The
-- counting of one ends at 200.
CREATE FUNCTION relais.search_telling(stems text[], lang text, groups int[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = '' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	stem text;
	query tsquery;
	most bigint;
	telling text[] := '{}';
	asking CONSTANT text[] := '{a,comment,etre,fair,faut,faut-il,le,leur,ou,peut,peut-on,pourquoi,quel,quoi,
		moet,onz,waarom,wanner,we,welk,must}';
BEGIN
	SELECT greatest(3, least(199, count(*) / 4)) INTO most FROM relais.search_text s
	JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
	WHERE s.group_id = ANY (groups) AND s.kind = 'question' AND s.lang = search_telling.lang AND s.audience = 0
		AND i.published_at IS NOT NULL AND NOT i.sensitive;
	FOREACH stem IN ARRAY stems LOOP
		CONTINUE WHEN stem = ANY (asking);
		query := relais.search_any(ARRAY[stem]);
		IF (SELECT count(*) <= most FROM (SELECT FROM relais.search_text s
				JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
				WHERE s.words @@ query AND (s.group_id = ANY (groups)) IS TRUE AND s.kind = 'question' AND s.lang = search_telling.lang
					AND s.audience = 0 AND i.published_at IS NOT NULL AND NOT i.sensitive LIMIT 200) x) THEN
			telling := telling || stem;
		END IF;
	END LOOP;
	RETURN telling;
END
$$;

-- Questions like one, in whatever group the reader sees, by how many of their telling stems are the
-- same (the Dice coefficient); the five most alike. Runs as the owner: both questions have to be the
-- reader's to see.
CREATE FUNCTION relais.similar(of_group int, of_number int) RETURNS TABLE (group_id int, number int, likeness real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
	groups int[] := relais.my_groups();
BEGIN
	RETURN QUERY
	WITH own AS MATERIALIZED (
		SELECT s.lang, relais.search_telling((relais.search_set(s.words))[1:100], s.lang, groups) AS stems
		FROM relais.search_text s JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
		WHERE s.group_id = of_group AND s.number = of_number AND s.seq = 0 AND s.group_id = ANY (groups) AND relais.item_seen(i)
			AND (s.audience = 0 OR relais.owns(s.group_id, s.number))
	), other AS (
		SELECT c.group_id, c.number, own.stems, relais.search_set(c.words) AS theirs
		FROM own, LATERAL (
			SELECT s.group_id, s.number, s.words FROM relais.search_text s
			JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
			WHERE s.words @@ relais.search_any(own.stems) AND s.lang = own.lang AND s.kind = 'question' AND (s.group_id = ANY (groups)) IS TRUE
				AND (s.group_id, s.number) <> (of_group, of_number)
				AND i.status <> 'draft' AND relais.item_seen(i) AND (s.audience = 0 OR relais.owns(s.group_id, s.number))
			ORDER BY ts_rank(s.words, relais.search_any(own.stems)) DESC LIMIT 50) c
	), alike AS (
		SELECT o.group_id, o.number, 2.0 * same.n / (cardinality(o.stems) + cardinality(o.theirs)) AS dice
		FROM other o, LATERAL (SELECT count(*) AS n FROM unnest(o.theirs) w WHERE w = ANY (o.stems)) same
		WHERE same.n >= 2
	)
	SELECT x.group_id, x.number, max(x.dice)::real AS likeness FROM alike x WHERE x.dice >= 0.15
	GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5;
END
$$;

-- ---------------------------------------------------------------------------
-- Showing, as the reader

-- What Markdown says, without its signs.
CREATE FUNCTION relais.search_plain(markdown text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(markdown, '!?\[([^]]*)\]\([^)]*\)', '\1', 'g'),
		'(^|\n)[ \t]*([#>+-]+|\d+\.)[ \t]+', '\1', 'g'), '[*_`~|]{1,3}', '', 'g')
$$;

-- The part of a text that says what was looked for, cut where that begins and ends:
-- [{"text", "found"}]. The character that cuts stands in no text.
CREATE FUNCTION relais.search_snippet(lang text, t text, q text) RETURNS json
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	options CONSTANT text := E'StartSel=\x02, StopSel=\x02, MaxFragments=2, MinWords=8, MaxWords=22, FragmentDelimiter=" … "';
	query tsquery := relais.search_query(lang, q);
	shown text := ts_headline(relais.search_config(lang), t, query, options);
BEGIN
	IF position(E'\x02' IN shown) = 0 THEN
		shown := ts_headline(relais.search_config_bare(lang), t, query, options);
	END IF;
	IF position(E'\x02' IN coalesce(shown, '')) = 0 THEN
		shown := left(t, 180) || CASE WHEN length(t) > 180 THEN '…' ELSE '' END;
	END IF;
	RETURN (SELECT coalesce(json_agg(json_build_object('text', p.text, 'found', p.k % 2 = 0) ORDER BY p.k), '[]')
		FROM string_to_table(shown, E'\x02') WITH ORDINALITY p (text, k) WHERE p.text <> '');
END
$$;

-- What a hit is found in.
CREATE FUNCTION relais.search_item_snippet(t relais.item_text, q text) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT relais.search_snippet(t.lang, concat_ws(E'\n', nullif(t.summary, ''), nullif(relais.search_plain(t.body), ''),
		nullif(t.conditions, ''), (SELECT relais.search_parts(i.group_id, i.number) FROM relais.item i
			WHERE i.group_id = t.group_id AND i.number = t.number AND i.lang = t.lang)), q)
$$;
CREATE FUNCTION relais.search_report_snippet(r relais.report, q text) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT relais.search_snippet(m.lang, concat_ws(E'\n', r.adaptation, n.note, r.evidence, array_to_string(r.services, ', ')), q)
	FROM relais.municipality m LEFT JOIN relais.report_note n ON n.group_id = r.group_id AND n.seq = r.seq
	WHERE m.id = r.municipality_id
$$;
