-- Who is silent on what, a polite reminder to them, and notes of what contact there was.
--
-- Who sees what. Silence, that a municipality was reminded of it and that it was contacted: the hub, the
-- lead umbrella's coordinators, and the municipality itself (with its coach); nobody else, so neither
-- becomes an event of the group's log. The words of a contact: the body that made it (they were told to
-- it) and the municipality they are about (nothing is written behind its back). What was told to the
-- umbrella is not for the hub, a neighbour, nor the other way round: as the note of an interruption
-- it is the municipality's to pass on. Neither reminder nor contact ends silence or is an answer.
--
-- At most one reminder a fortnight and group. A reminder of another group stands not against it: to say
-- so would tell of a silence in a group that may not be the reader's. Who delivers them puts together
-- what one person gets: the rows say to whom, about what and in whose name; web/templates/nudge.txt.mustache
-- is the letter, in the language of each.

SET ROLE relais_owner;

CREATE TABLE relais.nudge (
	group_id        int NOT NULL,
	municipality_id int NOT NULL,
	day             date NOT NULL,          -- the lead umbrella's
	at              timestamptz NOT NULL,
	lessons         int[] NOT NULL CHECK (cardinality(lessons) > 0),        -- the numbers it was silent on
	hub_id          int REFERENCES relais.municipality,     -- in whose name: the hub; NULL: the lead umbrella
	person_id       int REFERENCES relais.person,           -- who sent it; NULL: the operator
	PRIMARY KEY (group_id, municipality_id, day),
	FOREIGN KEY (group_id, municipality_id) REFERENCES relais.membership,
	CONSTRAINT nudge_fortnight EXCLUDE USING gist (int4range(group_id, group_id, '[]') WITH &&,
		int4range(municipality_id, municipality_id, '[]') WITH &&, daterange(day, day + 14) WITH &&)
);
CREATE INDEX nudge_municipality ON relais.nudge (municipality_id);

CREATE TABLE relais.contact (
	group_id        int NOT NULL,
	contact         int NOT NULL,           -- 1, 2, 3 … of the group
	municipality_id int NOT NULL,
	occurred_on     date NOT NULL,
	via             text CONSTRAINT contact_via_known CHECK ((via IN ('phone', 'whatsapp', 'meeting', 'mail')) IS TRUE),
	hub_id          int REFERENCES relais.municipality,     -- who made it: the hub; NULL: the lead umbrella
	person_id       int REFERENCES relais.person,
	at              timestamptz NOT NULL,
	PRIMARY KEY (group_id, contact),
	FOREIGN KEY (group_id, municipality_id) REFERENCES relais.membership
);
CREATE INDEX contact_municipality ON relais.contact (municipality_id, group_id);

-- Apart, because fewer may see them.
CREATE TABLE relais.contact_words (
	group_id        int NOT NULL,
	contact         int NOT NULL,
	municipality_id int NOT NULL,
	hub_id          int,
	words           text NOT NULL CONSTRAINT contact_words_prose CHECK (relais.is_prose(words, 1000)),
	PRIMARY KEY (group_id, contact),
	FOREIGN KEY (group_id, contact) REFERENCES relais.contact
);

ALTER TABLE relais.nudge ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.contact_words ENABLE ROW LEVEL SECURITY;
CREATE POLICY listens ON relais.nudge FOR SELECT USING (municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
	OR group_id = ANY ((SELECT relais.my_led_groups())::int[]) OR group_id = ANY ((SELECT relais.my_hub_groups())::int[]));
CREATE POLICY listens ON relais.contact FOR SELECT USING (municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
	OR group_id = ANY ((SELECT relais.my_led_groups())::int[]) OR group_id = ANY ((SELECT relais.my_hub_groups())::int[]));
CREATE POLICY told ON relais.contact_words FOR SELECT USING ((municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
		OR hub_id IS NULL AND group_id = ANY ((SELECT relais.my_led_groups())::int[])
		OR hub_id = ANY ((SELECT relais.my_municipalities())::int[]))
	AND EXISTS (SELECT FROM relais.contact c WHERE c.group_id = contact_words.group_id AND c.contact = contact_words.contact));
GRANT SELECT ON relais.nudge, relais.contact, relais.contact_words TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------

-- The day in the lead umbrella's zone.
CREATE FUNCTION relais.group_day(group_id int, at timestamptz) RETURNS date
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT (group_day.at AT TIME ZONE u.time_zone)::date
	FROM relais.group g JOIN relais.umbrella u ON u.id = g.umbrella_id WHERE g.id = group_day.group_id
$$;

-- The first day of a municipality in a group, as in the trends: of `since` the earliest, else when it joined.
CREATE FUNCTION relais.member_since(m relais.membership) RETURNS date
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce((m.since || substr('-01-01', length(m.since) - 3))::date, relais.group_day(m.group_id, (
		SELECT max(e.at) FROM relais.event e WHERE e.group_id = m.group_id AND e.kind = 'member' AND e.act = 'joined'
			AND e.municipality_id = m.municipality_id)))
$$;

-- Who said nothing on which published lesson, and since when: with the lesson, or the municipality in the group.
CREATE FUNCTION relais.silences(group_id int) RETURNS TABLE (municipality_id int, number int, since date)
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH member AS MATERIALIZED (
		SELECT m.municipality_id, relais.member_since(m) AS since FROM relais.membership m
		WHERE m.group_id = silences.group_id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
	), lesson AS MATERIALIZED (
		SELECT i.number, relais.group_day(i.group_id, i.published_at) AS published FROM relais.item i
		WHERE i.group_id = silences.group_id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive
	)
	SELECT m.municipality_id, l.number, greatest(l.published, m.since) FROM member m, lesson l
	WHERE NOT EXISTS (SELECT FROM relais.application a WHERE a.group_id = silences.group_id AND a.number = l.number
		AND a.municipality_id = m.municipality_id)
$$;

-- Whoever reads a reminder: those who report for the municipality, in their language.
CREATE FUNCTION relais.nudge_readers(municipality_id int) RETURNS TABLE (person_id int, lang text)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT DISTINCT p.id, p.lang FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id
	WHERE a.municipality_id = nudge_readers.municipality_id AND a.role IN ('focal_point', 'contributor') AND p.ended_at IS NULL
$$;

-- What stands against a reminder to a municipality, and until when; no row: nothing. `later`: the last day that
-- one of its standing reports asks for; of sensitive ones nobody else may know.
CREATE FUNCTION relais.nudge_hindrance(group_id int, municipality_id int, today date) RETURNS TABLE (why text, until date)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT x.why, x.until FROM (
		SELECT 'fortnight' AS why, max(n.day) + 14 AS until FROM relais.nudge n
		WHERE n.group_id = nudge_hindrance.group_id AND n.municipality_id = nudge_hindrance.municipality_id
		UNION ALL
		SELECT 'later', max(r.ask_again_on) FROM relais.application a JOIN relais.report r USING (group_id, seq)
		JOIN relais.item i ON i.group_id = a.group_id AND i.number = a.number AND NOT i.sensitive
		WHERE a.group_id = nudge_hindrance.group_id AND a.municipality_id = nudge_hindrance.municipality_id
		UNION ALL
		SELECT 'nobody', 'infinity' WHERE NOT EXISTS (SELECT FROM relais.nudge_readers(nudge_hindrance.municipality_id))) x
	WHERE x.until > today ORDER BY x.until DESC LIMIT 1
$$;

-- A municipality silent on `lessons`, the longest first.
CREATE TYPE relais.silent_one AS (
	municipality_id int,
	lessons int[],
	since   date,
	why     text,           -- why it may not be reminded now; NULL: it may
	until   date
);

-- Who is silent for at least so many days, the longest first.
CREATE FUNCTION relais.silent_ones(group_id int, days int, today date) RETURNS SETOF relais.silent_one
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT (s.municipality_id, s.lessons, s.since, h.why, h.until)::relais.silent_one
	FROM (SELECT x.municipality_id, array_agg(x.number ORDER BY x.since, x.number) AS lessons, min(x.since) AS since
		FROM relais.silences(silent_ones.group_id) x WHERE x.since <= today - coalesce(days, 0) GROUP BY 1) s
	LEFT JOIN LATERAL relais.nudge_hindrance(silent_ones.group_id, s.municipality_id, today) h ON true
	ORDER BY s.since, cardinality(s.lessons) DESC, s.municipality_id
$$;

-- ---------------------------------------------------------------------------

-- In whose name the hub or the lead umbrella acts: the hub's id, or NULL for the umbrella.
CREATE FUNCTION relais.acting_hub(t relais.turn) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN NOT t.leads THEN t.hub END
$$;

-- Reminds whoever is silent for at least so many days and may be reminded, or one of them. Nothing is
-- mailed here: see above. A second one on the same day finds nobody left.
CREATE FUNCTION relais.nudge_post(slug text, days int, municipality text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	only_ relais.silent_one;
	today date;
	sent int[];
BEGIN
	t := relais.take(slug, 0, 0);
	today := relais.group_day(t.group_id, t.at);
	IF NOT relais.publishes(t) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	IF municipality IS NOT NULL THEN
		SELECT s.* INTO only_ FROM relais.silent_ones(t.group_id, days, today) s JOIN relais.municipality c ON c.id = s.municipality_id
		WHERE c.slug = municipality;
		IF only_.municipality_id IS NULL THEN
			PERFORM relais.refuse('nudge_not_silent');
		ELSIF only_.why IS NOT NULL THEN
			PERFORM relais.refuse('nudge_' || only_.why);
		END IF;
	END IF;
	WITH made AS (
		INSERT INTO relais.nudge (group_id, municipality_id, day, at, lessons, hub_id, person_id)
		SELECT t.group_id, s.municipality_id, today, t.at, s.lessons, relais.acting_hub(t), relais.actor()
		FROM relais.silent_ones(t.group_id, days, today) s
		WHERE s.why IS NULL AND (municipality IS NULL OR s.municipality_id = only_.municipality_id)
		RETURNING nudge.municipality_id)
	SELECT array_agg(m.municipality_id) INTO sent FROM made m;
	IF sent IS NULL THEN
		PERFORM relais.refuse('nudge_nobody_silent');
	END IF;
	RETURN relais.answer(t, format('/groups/%s/silent', t.slug), jsonb_build_object('sent', cardinality(sent),
		'people', (SELECT count(DISTINCT r.person_id) FROM unnest(sent) m, relais.nudge_readers(m) r),
		'municipalities', (SELECT jsonb_agg(c.slug ORDER BY c.slug) FROM relais.municipality c WHERE c.id = ANY (sent))));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A note that hub or lead umbrella spoke with a municipality: when, how, and what was said.
CREATE FUNCTION relais.contact_post(slug text, municipality text, occurred_on date, via text, words text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	who int;
	n int;
BEGIN
	t := relais.take(slug, 0, 0);
	IF NOT (t.leads OR t.group_id = ANY (relais.my_hub_groups())) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT m.municipality_id INTO who FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = t.group_id AND m.ended_at IS NULL AND m.role IN ('member', 'partner') AND c.slug = municipality;
	IF who IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF occurred_on IS NULL OR occurred_on > relais.group_day(t.group_id, t.at) THEN
		PERFORM relais.refuse('contact_day_come');
	END IF;
	SELECT coalesce(max(c.contact), 0) + 1 INTO n FROM relais.contact c WHERE c.group_id = t.group_id;
	INSERT INTO relais.contact (group_id, contact, municipality_id, occurred_on, via, hub_id, person_id, at)
	VALUES (t.group_id, n, who, contact_post.occurred_on, contact_post.via, relais.acting_hub(t), relais.actor(), t.at);
	IF coalesce(btrim(words), '') <> '' THEN
		INSERT INTO relais.contact_words VALUES (t.group_id, n, who, relais.acting_hub(t), btrim(contact_post.words));
	END IF;
	RETURN relais.answer(t, format('/groups/%s/silent/%s', t.slug, municipality) || '#contacts',
		jsonb_build_object('id', n, 'municipality', municipality));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- What the pages read

CREATE FUNCTION relais.lesson_title(group_id int, number int, lang text) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('id', i.number, 'title', x.title, 'lang', x.lang)
	FROM relais.item i, LATERAL relais.text_for(i.group_id, i.number, i.lang, lesson_title.lang) x
	WHERE i.group_id = lesson_title.group_id AND i.number = lesson_title.number
$$;

-- The name of the hub, or of the lead umbrella.
CREATE FUNCTION relais.body_name(g relais.group, hub_id int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce((SELECT c.name FROM relais.municipality c WHERE c.id = hub_id),
		(SELECT u.name FROM relais.umbrella u WHERE u.id = g.umbrella_id))
$$;

-- May the reader know who is silent in a group? Oneself everybody may know: see silence_of().
CREATE FUNCTION relais.listens(group_id int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT group_id = ANY (relais.my_led_groups()) OR group_id = ANY (relais.my_hub_groups())
$$;

-- A silent municipality in a row, with at most so many lessons.
CREATE FUNCTION relais.silent_view(g relais.group, s relais.silent_one, today date, most int) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('municipality', relais.municipality_brief(s.municipality_id), 'n', cardinality(s.lessons),
		'since', s.since, 'days', today - s.since,
		'lessons', (SELECT json_agg(relais.lesson_title(g.id, x.number, relais.lang()) ORDER BY x.k)
			FROM unnest(s.lessons[1:most]) WITH ORDINALITY x (number, k)),
		'more', nullif(greatest(cardinality(s.lessons) - most, 0), 0),
		'remindable', s.why IS NULL, 'why', s.why, 'until', nullif(s.until, 'infinity'),
		'reminded', (SELECT json_build_object('on', n.day, 'by', relais.body_name(g, n.hub_id)) FROM relais.nudge n
			WHERE n.group_id = g.id AND n.municipality_id = s.municipality_id ORDER BY n.day DESC LIMIT 1),
		'contact', (SELECT json_build_object('on', c.occurred_on, 'via', c.via, 'by', relais.body_name(g, c.hub_id))
			FROM relais.contact c WHERE c.group_id = g.id AND c.municipality_id = s.municipality_id
			ORDER BY c.occurred_on DESC, c.contact DESC LIMIT 1))
$$;

-- Who would get a reminder now, and how it begins in the language of each: {"municipalities", "people", "due",
-- "languages": [{lang, municipalities, people, municipality, lessons, more, by}]}, of which the letter is made.
CREATE FUNCTION relais.nudge_preview(g relais.group, ones relais.silent_one[]) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH due AS MATERIALIZED (
		SELECT s.municipality_id, s.lessons, s.k FROM unnest(ones) WITH ORDINALITY s (municipality_id, lessons, since, why, until, k)
		WHERE s.why IS NULL
	), reader AS MATERIALIZED (
		SELECT d.k, d.municipality_id, r.person_id, r.lang FROM due d, LATERAL relais.nudge_readers(d.municipality_id) r
	), spoken AS (
		SELECT r.lang, count(DISTINCT r.municipality_id) AS municipalities, count(DISTINCT r.person_id) AS people, min(r.k) AS first
		FROM reader r GROUP BY 1
	)
	SELECT json_build_object('municipalities', (SELECT count(*) FROM due),
		'people', (SELECT count(DISTINCT r.person_id) FROM reader r),
		'due', (SELECT coalesce(json_agg(relais.municipality_brief(d.municipality_id) ORDER BY d.k), '[]') FROM due d),
		'languages', (SELECT coalesce(json_agg(json_build_object('lang', s.lang, 'municipalities', s.municipalities, 'people', s.people,
			'municipality', (SELECT c.name FROM relais.municipality c WHERE c.id = d.municipality_id),
			'lessons', (SELECT json_agg(relais.lesson_title(g.id, x.number, s.lang) ORDER BY x.k)
				FROM unnest(d.lessons[1:5]) WITH ORDINALITY x (number, k)),
			'more', nullif(greatest(cardinality(d.lessons) - 5, 0), 0),
			'by', relais.body_name(g, CASE WHEN NOT g.id = ANY (relais.my_led_groups()) THEN (SELECT m.municipality_id
				FROM relais.membership m WHERE m.group_id = g.id AND m.role = 'hub' AND m.ended_at IS NULL) END))
			ORDER BY s.people DESC, s.lang), '[]')
			FROM spoken s JOIN due d ON d.k = s.first))
$$;

-- Who is silent, 25 a page: {"group", "listens", "sends", "total", "silent", "nudge", "next"}. To a member its own row
-- alone; to others nothing. It runs as the owner, and decides itself.
CREATE FUNCTION relais.silence(slug text, days int, page int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	g relais.group;
	hears boolean;
	own int[];
	today date;
	ones relais.silent_one[];
	past int := 25 * (coalesce(page, 1) - 1);
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = silence.slug AND x.id = ANY (relais.my_groups());
	hears := relais.listens(g.id);
	own := ARRAY(SELECT m.municipality_id FROM relais.membership m WHERE m.group_id = g.id AND m.ended_at IS NULL
		AND m.role IN ('member', 'partner') AND m.municipality_id = ANY (relais.my_municipalities()));
	IF g.id IS NULL OR NOT hears AND own = '{}' THEN
		RETURN NULL;
	END IF;
	today := relais.group_day(g.id, now());
	ones := ARRAY(SELECT s FROM relais.silent_ones(g.id, days, today) s WHERE hears OR s.municipality_id = ANY (own));
	RETURN json_build_object('group', relais.group_brief(g), 'listens', hears, 'sends', (relais.may(g.id)->>'publish')::boolean,
		'total', cardinality(ones),
		'silent', (SELECT coalesce(json_agg(relais.silent_view(g, (s.municipality_id, s.lessons, s.since, s.why, s.until), today, 3) ORDER BY s.k), '[]')
			FROM unnest(ones) WITH ORDINALITY s (municipality_id, lessons, since, why, until, k) WHERE s.k > past AND s.k <= past + 25),
		'nudge', CASE WHEN hears THEN relais.nudge_preview(g, ones) END,
		'next', CASE WHEN cardinality(ones) > past + 25 THEN coalesce(page, 1) + 1 END);
END
$$;

-- One member's silence, whole: {"lessons": [{id, title, lang, since, days}], "remindable", "why", "until"}. NULL: not for this reader.
CREATE FUNCTION relais.silence_of(group_id int, municipality_id int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	today date := relais.group_day(group_id, now());
BEGIN
	IF NOT (relais.listens(group_id) OR municipality_id = ANY (relais.my_municipalities())) THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT json_build_object('remindable', h.why IS NULL, 'why', h.why, 'until', nullif(h.until, 'infinity'),
		'lessons', (SELECT coalesce(json_agg(relais.lesson_title(group_id, s.number, relais.lang())::jsonb
				|| jsonb_build_object('since', s.since, 'days', today - s.since) ORDER BY s.since, s.number), '[]')
			FROM relais.silences(group_id) s WHERE s.municipality_id = municipality_id))
		FROM (SELECT 1) one LEFT JOIN relais.nudge_hindrance(group_id, municipality_id, today) h ON true);
END
$$;

-- ---------------------------------------------------------------------------
-- Export and restore: a line each, as in 0021.

CREATE FUNCTION relais.export_nudges(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('municipality', relais.municipality_slug(n.municipality_id), 'day', n.day, 'at', n.at, 'lessons', n.lessons,
		'hub', relais.municipality_slug(n.hub_id), 'person', relais.person_named(n.person_id))
	FROM relais.nudge n JOIN relais.membership m USING (group_id, municipality_id) WHERE n.group_id = g.id ORDER BY n.day, m.place
$$;

CREATE FUNCTION relais.restore_nudges(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.nudge (group_id, municipality_id, day, at, lessons, hub_id, person_id)
	SELECT relais.group_named(l->>'group'), relais.municipality_named(l->>'municipality', 'restore_incomplete'), (l->>'day')::date,
		(l->>'at')::timestamptz, ARRAY(SELECT e::int FROM jsonb_array_elements_text(l->'lessons') e),
		relais.municipality_named(l->>'hub', 'restore_incomplete'), relais.person_of(l->>'person')
	FROM relais.log_lines(doc, 'nudge') l
$$;

CREATE FUNCTION relais.export_contacts(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('id', c.contact, 'municipality', relais.municipality_slug(c.municipality_id), 'on', c.occurred_on, 'via', c.via,
		'hub', relais.municipality_slug(c.hub_id), 'person', relais.person_named(c.person_id), 'at', c.at, 'words', w.words)
	FROM relais.contact c LEFT JOIN relais.contact_words w USING (group_id, contact) WHERE c.group_id = g.id ORDER BY c.contact
$$;

CREATE FUNCTION relais.restore_contacts(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.contact (group_id, contact, municipality_id, occurred_on, via, hub_id, person_id, at)
	SELECT relais.group_named(l->>'group'), (l->>'id')::int, relais.municipality_named(l->>'municipality', 'restore_incomplete'),
		(l->>'on')::date, l->>'via', relais.municipality_named(l->>'hub', 'restore_incomplete'), relais.person_of(l->>'person'),
		(l->>'at')::timestamptz
	FROM relais.log_lines(doc, 'contact') l;
	INSERT INTO relais.contact_words
	SELECT c.group_id, c.contact, c.municipality_id, c.hub_id, l->>'words'
	FROM relais.log_lines(doc, 'contact') l JOIN relais.contact c ON c.group_id = relais.group_named(l->>'group') AND c.contact = (l->>'id')::int
	WHERE l ? 'words'
$$;

INSERT INTO relais.log_kind VALUES
	('nudge', 100, true, 'export_nudges', 'restore_nudges', 'relais.nudge'),
	('contact', 110, true, 'export_contacts', 'restore_contacts', 'relais.contact');
