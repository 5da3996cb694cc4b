-- Mailings at a mail server's pace: of a hand of mailings what is the same for all who get them is found out once, and
-- what remains is told with plans that are made once a session (functions in SQL are planned anew at each call).

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.unreachable(person_id int) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
	RETURN EXISTS (SELECT FROM relais.mail_trouble t WHERE t.person_id = unreachable.person_id AND t.stopped_at IS NOT NULL);
END
$$;

CREATE OR REPLACE FUNCTION relais.section_events(group_id int, after bigint, upto bigint) RETURNS SETOF relais.event
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT t.* FROM (
		SELECT DISTINCT ON (e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
				CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END) e.*
		FROM relais.event e
		WHERE e.group_id = section_events.group_id AND e.seq > section_events.after AND e.seq <= section_events.upto
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
			CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END, (e.act = 'published') DESC, e.seq DESC) t
	LEFT JOIN relais.item i ON i.group_id = t.group_id AND i.number = t.number
	WHERE (t.number IS NULL OR relais.item_titles(i.group_id, i.number) IS NOT NULL)
		AND (i.status IS DISTINCT FROM 'withdrawn' OR t.act = 'withdrawn');
END
$$;

CREATE OR REPLACE FUNCTION relais.mailing_items(s relais.subscription, upto bigint) RETURNS TABLE (seq bigint, kind text, number int)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH me AS (
		SELECT s.group_id = ANY (relais.my_inner_groups()) AS inside, relais.my_municipalities() AS towns
	), told AS (
		SELECT e.* FROM relais.section_events(s.group_id, s.position, mailing_items.upto) e
		UNION ALL
		SELECT e.* FROM relais.event e WHERE e.group_id = s.group_id AND e.kind = 'digest' AND e.seq > s.position
			AND CASE WHEN s.cadence = 'fortnightly' THEN (e.detail->>'number')::int = (SELECT d.n FROM relais.digest_beyond(s.group_id, s.position) d)
				ELSE e.seq <= mailing_items.upto END
	)
	SELECT e.seq, e.kind, e.number FROM told e, me
	WHERE (e.audience = 0 OR me.inside)
		AND (s.kinds IS NULL OR e.kind = ANY (s.kinds) OR s.cadence = 'fortnightly')
		AND (e.kind = 'digest' OR e.person_id IS DISTINCT FROM s.person_id AND (e.municipality_id = ANY (me.towns)) IS NOT TRUE)
		AND NOT (e.kind = 'lesson' AND EXISTS (SELECT FROM relais.application a WHERE a.group_id = e.group_id AND a.number = e.number
			AND a.municipality_id = ANY (me.towns)))
		AND NOT EXISTS (SELECT FROM relais.digest_section d JOIN relais.digest a USING (umbrella_id, n)
			WHERE d.group_id = e.group_id AND e.seq > d.after AND e.seq <= d.upto AND a.status = 'approved'
				AND d.items @> jsonb_build_array(jsonb_build_object('seq', e.seq, 'out', true)))
	ORDER BY e.seq DESC;
END
$$;

CREATE OR REPLACE FUNCTION relais.answers_for(group_id int) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	mine CONSTANT int[] := relais.my_municipalities();
BEGIN
	RETURN (SELECT min(m.municipality_id) FROM relais.membership m
		WHERE m.group_id = answers_for.group_id AND m.ended_at IS NULL AND m.role IN ('member', 'partner', 'hub') AND m.municipality_id = ANY (mine)
		HAVING count(*) = 1);
END
$$;

-- What mailings say: without those of which there is nothing to say any more. What people may
-- see follows from their roles, so it is found out once for all who have the same.
CREATE FUNCTION relais.letters_mailing(mailings relais.delivery[]) RETURNS TABLE (id bigint, letter jsonb)
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
	r record;
	seen int[];
	inside int[];
	led int[];
BEGIN
	FOR r IN SELECT min(x.person_id) AS one, array_agg(x.person_id) AS alike
			FROM (SELECT w.person_id, ARRAY(SELECT row(a.role, a.umbrella_id, a.municipality_id)::text FROM relais.affiliation a
					WHERE a.person_id = w.person_id ORDER BY 1) AS roles
				FROM (SELECT DISTINCT m.person_id FROM unnest(mailings) m) w) x
			GROUP BY x.roles LOOP
		PERFORM set_config('app.actor', r.one::text, true), set_config('app.group', '', true);
		seen := relais.my_groups();
		inside := relais.my_inner_groups();
		led := relais.my_led_groups();
		RETURN QUERY
		WITH parts AS MATERIALIZED (
			SELECT d.id, d.person_id, t.place, (t.part->>'group')::int AS group_id, t.part->'items' AS items
			FROM unnest(mailings) d, jsonb_array_elements(d.about->'parts') WITH ORDINALITY t (part, place)
			WHERE d.person_id = ANY (r.alike)
		), groups AS MATERIALIZED (
			SELECT g.id, g.slug, g.name, jsonb_build_object('group', g.id, 'slug', g.slug, 'name', g.name, 'version', l.version,
				'inside', g.id = ANY (inside), 'leads', g.id = ANY (led),
				'municipality', (SELECT m.name FROM relais.municipality m WHERE m.id = (SELECT relais.answers_for(g.id)))) AS said
			FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id
			WHERE g.id = ANY (seen) AND g.id = ANY (ARRAY(SELECT DISTINCT p.group_id FROM parts p))
		)
		SELECT p.id, jsonb_build_object('list', CASE WHEN count(*) = 1 THEN min(g.slug) END,
			'group', CASE WHEN count(*) = 1 THEN jsonb_build_object('name', min(g.name)) END,
			'parts', jsonb_agg(g.said || jsonb_build_object('lang', coalesce(s.lang, nullif(n.lang, ''), 'en'), 'items', p.items) ORDER BY p.place))
		FROM parts p JOIN groups g ON g.id = p.group_id JOIN relais.person n ON n.id = p.person_id
		JOIN relais.subscription s ON s.group_id = p.group_id AND s.person_id = p.person_id AND s.cadence <> 'paused'
		JOIN relais.mail_clock c ON c.person_id = s.person_id AND c.group_id = s.group_id
		WHERE (c.paused_until > current_date) IS NOT TRUE
		GROUP BY p.id;
	END LOOP;
	PERFORM set_config('app.actor', '', true);
END
$$;

-- Of one by itself.
CREATE OR REPLACE FUNCTION relais.letter_mailing(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	RETURN (SELECT l.letter FROM relais.letters_mailing(ARRAY[d]) l);
END
$$;

-- A delivery as the courier gets it; p.id NULL: it goes to nobody in person.
CREATE FUNCTION relais.claimed(d relais.delivery, p relais.person, letter jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', d.id, 'turn', d.turn, 'kind', d.kind, 'message_id', d.message_id, 'made_at', d.made_at,
		'to', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'lang', p.lang,
			'zone', p.time_zone, 'demo', p.demo) END, 'letter', letter)
$$;

-- The mailings of a hand that have a reader and something to say, as the courier gets them; NULL: one of them cannot be
-- made, so each has to be by itself.
CREATE FUNCTION relais.claimed_mailings(mailings relais.delivery[]) RETURNS jsonb[]
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	RETURN ARRAY(SELECT relais.claimed(d, p, l.letter)
		FROM unnest(mailings) d JOIN relais.letters_mailing(mailings) l ON l.id = d.id JOIN relais.person p ON p.id = d.person_id
		WHERE p.ended_at IS NULL AND p.email IS NOT NULL AND NOT relais.unreachable(p.id));
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END
$$;

-- As 0046's, with the mailings made together. Plans are made once, also where one for these values alone would be cheaper to carry out.
CREATE OR REPLACE FUNCTION relais.claim(most int, lease int, push boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	hand relais.delivery[];
	list jsonb[];
	together boolean;
	d relais.delivery;
	p relais.person;
	said jsonb;
BEGIN
	WITH taken AS (
		UPDATE relais.delivery x SET turn = x.turn + 1, tries = x.tries + 1, due_at = clock_timestamp() + make_interval(secs => lease)
		WHERE x.id = ANY (ARRAY(SELECT w.id FROM relais.delivery w WHERE w.state = 'waiting' AND w.due_at <= clock_timestamp()
			AND relais.is_push(w.kind) = push ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED))
		RETURNING x.*)
	SELECT coalesce(array_agg(t), '{}') INTO hand FROM taken t;
	list := relais.claimed_mailings(ARRAY(SELECT h FROM unnest(hand) h WHERE h.kind = 'mailing'));
	together := list IS NOT NULL;
	list := coalesce(list, '{}');
	FOR d IN SELECT h.* FROM unnest(hand) h WHERE h.kind <> 'mailing' OR NOT together LOOP
		p := relais.recipient(d);
		said := CASE WHEN p.id IS NOT NULL OR push THEN relais.letter(d, p) END;
		IF said ? 'error' THEN
			UPDATE relais.delivery x SET state = 'suspended', ended_at = clock_timestamp(), answer = left(said->>'error', 500) WHERE x.id = d.id;
		ELSIF said IS NOT NULL THEN
			list := list || relais.claimed(d, p, said);
		END IF;
	END LOOP;
	IF cardinality(list) < cardinality(hand) THEN
		UPDATE relais.delivery x SET state = 'dropped', ended_at = clock_timestamp(), answer = NULL
		WHERE x.id = ANY (ARRAY(SELECT h.id FROM unnest(hand) h EXCEPT SELECT (l->>'id')::bigint FROM unnest(list) l)) AND x.state = 'waiting';
	END IF;
	RETURN jsonb_build_object('taken', cardinality(hand),
		'deliveries', coalesce((SELECT jsonb_agg(l ORDER BY (l->'id')::bigint) FROM unnest(list) l), '[]'));
END
$$;

CREATE OR REPLACE FUNCTION relais.delivery_claim(most int, lease int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN relais.claim(most, lease, false);
END
$$;

-- As 0048's, planned once.
CREATE OR REPLACE FUNCTION relais.recipient(d relais.delivery) RETURNS relais.person
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	p relais.person;
BEGIN
	SELECT x.* INTO p FROM relais.person x WHERE x.id = d.person_id AND x.ended_at IS NULL AND x.email IS NOT NULL
		AND (d.kind IN ('sign_in', 'invitation') OR NOT EXISTS (SELECT FROM relais.mail_trouble t WHERE t.person_id = x.id AND t.stopped_at IS NOT NULL));
	RETURN p;
END
$$;

-- As 0040's; looks up what it counts, each once.
CREATE OR REPLACE FUNCTION relais.delivery_done(results jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	ids CONSTANT bigint[] := ARRAY(SELECT (r->>'id')::bigint FROM jsonb_array_elements(results) r);
	n int;
BEGIN
	UPDATE relais.delivery d SET
		state = CASE r.outcome WHEN 'delivered' THEN 'delivered' WHEN 'dropped' THEN 'dropped'
			WHEN 'later' THEN CASE WHEN d.since > clock_timestamp() - interval '5 days' THEN 'waiting' ELSE 'suspended' END
			ELSE 'suspended' END,
		answer = coalesce(left(r.answer, 500), d.answer),
		due_at = CASE WHEN r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN clock_timestamp() + relais.backoff(d.tries)
			ELSE d.due_at END,
		ended_at = CASE WHEN r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN NULL ELSE clock_timestamp() END
	FROM jsonb_to_recordset(results) r (id bigint, turn int, outcome text, answer text)
	WHERE d.id = ANY (ids) AND d.id = r.id AND d.turn = r.turn AND d.state = 'waiting';
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('counted', n);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.letters_mailing, relais.claimed, relais.claimed_mailings FROM relais_site, relais_admin;
