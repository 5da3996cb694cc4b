-- Each quarter three questions to every municipality of an umbrella's groups: what works, what does not, what
-- would be better. Their answers are for their own municipality (with its coach) and the umbrella's
-- coordinators; not for hub or neighbours, and in no feed, search or digest. Not to answer is no refusal.
-- A quarter is the umbrella's, in its time zone; until it ends an answer can be corrected.

SET ROLE relais_owner;

CREATE FUNCTION relais.is_quarter(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT t ~ '^(19|20)[0-9][0-9]-q[1-4]$'
$$;

CREATE FUNCTION relais.quarter_of(day date) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT extract(year FROM day)::int || '-q' || extract(quarter FROM day)::int
$$;

-- The last day of a quarter; NULL for what is none.
CREATE FUNCTION relais.quarter_end(quarter text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN relais.is_quarter(quarter) THEN
		(make_date(left(quarter, 4)::int, right(quarter, 1)::int * 3, 1) + interval '1 month')::date - 1 END
$$;

CREATE TABLE relais.quarter_answer (
	umbrella_id     int NOT NULL REFERENCES relais.umbrella,
	quarter         text NOT NULL CHECK (relais.is_quarter(quarter)),
	municipality_id int NOT NULL REFERENCES relais.municipality,
	works           text CONSTRAINT quarter_works_prose CHECK (relais.is_prose(works, 1000)),
	fails           text CONSTRAINT quarter_fails_prose CHECK (relais.is_prose(fails, 1000)),
	better          text CONSTRAINT quarter_better_prose CHECK (relais.is_prose(better, 1000)),
	edit            int NOT NULL DEFAULT 1,         -- rises with each correction
	at              timestamptz NOT NULL,
	person_id       int REFERENCES relais.person,   -- who wrote it last
	PRIMARY KEY (umbrella_id, quarter, municipality_id),
	CONSTRAINT quarter_something CHECK (num_nonnulls(works, fails, better) > 0)
);
CREATE INDEX quarter_answer_municipality ON relais.quarter_answer (municipality_id);

-- Umbrellas for which the person coordinates.
CREATE FUNCTION relais.my_umbrellas() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN CASE WHEN relais.is_operator() THEN ARRAY(SELECT u.id FROM relais.umbrella u)
	ELSE ARRAY(SELECT a.umbrella_id FROM relais.affiliation a
		WHERE a.person_id = relais.self() AND a.role = 'coordinator' AND a.umbrella_id IS NOT NULL) END;
END
$$;

ALTER TABLE relais.quarter_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY told ON relais.quarter_answer FOR SELECT USING (municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
	OR umbrella_id = ANY ((SELECT relais.my_umbrellas())::int[]));
GRANT SELECT ON relais.quarter_answer TO relais_site, relais_admin;

-- The municipalities that are asked on a day: members and partners of the umbrella's groups.
CREATE FUNCTION relais.quarter_asked(umbrella_id int, day date) RETURNS int[]
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(array_agg(DISTINCT m.municipality_id), '{}')
	FROM relais.group g JOIN relais.membership m ON m.group_id = g.id AND m.role IN ('member', 'partner')
	WHERE g.umbrella_id = quarter_asked.umbrella_id AND coalesce(relais.member_since(m) <= day, true)
		AND (m.ended_at IS NULL OR relais.group_day(g.id, m.ended_at) > day)
$$;

CREATE FUNCTION relais.quarter_now(umbrella_id int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.quarter_of((now() AT TIME ZONE u.time_zone)::date) FROM relais.umbrella u WHERE u.id = quarter_now.umbrella_id
$$;

-- What a municipality answers in the running quarter; again corrects it. edit: what it was read as; NULL: whatever it is.
CREATE FUNCTION relais.quarter_answer_put(umbrella text, quarter text, municipality text, edit int, works text, fails text, better text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	u relais.umbrella;
	who int;
	a relais.quarter_answer;
	today date;
BEGIN
	-- one at a time, and the zone stays what it is
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR NO KEY UPDATE;
	SELECT c.id INTO who FROM relais.municipality c WHERE c.slug = municipality;
	today := (clock_timestamp() AT TIME ZONE u.time_zone)::date;
	SELECT * INTO a FROM relais.quarter_answer x WHERE x.umbrella_id = u.id AND x.quarter = quarter AND x.municipality_id = who;
	IF u.id IS NULL OR who IS NULL OR NOT relais.is_quarter(quarter) OR quarter > relais.quarter_of(today)
		OR NOT (who = ANY (relais.my_municipalities()) OR u.id = ANY (relais.my_umbrellas()))
		OR NOT (a.edit IS NOT NULL OR who = ANY (relais.quarter_asked(u.id, least(today, relais.quarter_end(quarter))))) THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT who = ANY (relais.my_municipalities()) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF quarter < relais.quarter_of(today) THEN
		PERFORM relais.refuse('quarter_ended');
	ELSIF edit <> coalesce(a.edit, 0) THEN
		PERFORM relais.refuse('edit_outdated');
	END IF;
	INSERT INTO relais.quarter_answer AS q (umbrella_id, quarter, municipality_id, works, fails, better, at, person_id)
	VALUES (u.id, quarter, who, nullif(btrim(works, E' \t\n'), ''), nullif(btrim(fails, E' \t\n'), ''),
		nullif(btrim(better, E' \t\n'), ''), clock_timestamp(), relais.actor())
	ON CONFLICT ON CONSTRAINT quarter_answer_pkey DO UPDATE SET works = excluded.works, fails = excluded.fails,
		better = excluded.better, at = excluded.at, person_id = excluded.person_id, edit = q.edit + 1;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/quarters/%s/answers/%s', umbrella, quarter, municipality),
		'value', jsonb_build_object('quarter', quarter, 'municipality', municipality, 'edit', coalesce(a.edit, 0) + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------

CREATE FUNCTION relais.export_quarters() RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT to_jsonb(a) - ARRAY['umbrella_id', 'municipality_id', 'person_id'] || jsonb_build_object('umbrella', u.slug,
		'municipality', relais.municipality_slug(a.municipality_id), 'person', relais.person_named(a.person_id))
	FROM relais.quarter_answer a JOIN relais.umbrella u ON u.id = a.umbrella_id ORDER BY u.id, a.quarter, a.municipality_id
$$;

CREATE FUNCTION relais.restore_quarters(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.quarter_answer (umbrella_id, quarter, municipality_id, works, fails, better, edit, at, person_id)
	SELECT u.id, l->>'quarter', relais.municipality_named(l->>'municipality', 'restore_incomplete'), l->>'works', l->>'fails', l->>'better',
		(l->>'edit')::int, (l->>'at')::timestamptz, relais.person_of(l->>'person')
	FROM relais.log_lines(doc, 'quarter') l JOIN relais.umbrella u ON u.slug = l->>'umbrella'
$$;

INSERT INTO relais.log_kind VALUES ('quarter', 120, false, 'export_quarters', 'restore_quarters', 'relais.quarter_answer');
