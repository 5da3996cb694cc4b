-- Groups, their members, and the log: the heart.

SET ROLE relais_owner;

CREATE TABLE relais.group (
	id           int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug         text CONSTRAINT group_slug_taken UNIQUE CONSTRAINT group_slug_form CHECK (relais.is_slug(slug) IS TRUE),
	name         text CONSTRAINT group_name_line CHECK (relais.is_line(name, 200) IS TRUE),
	description  text NOT NULL DEFAULT '' CONSTRAINT group_description_prose CHECK (relais.is_prose(description, 4000)),
	visibility   text CONSTRAINT group_visibility_known CHECK ((visibility IN ('public', 'closed')) IS TRUE),
	lang         text CONSTRAINT group_lang_code CHECK (relais.is_lang(lang) IS TRUE),
	umbrella_id  int NOT NULL CONSTRAINT group_umbrella_known REFERENCES relais.umbrella,
	programme_id int CONSTRAINT group_programme_known REFERENCES relais.programme,
	feed_id      uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
	created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX group_umbrella ON relais.group (umbrella_id);
ALTER TABLE relais.access_token ADD CONSTRAINT token_group_known FOREIGN KEY (group_id) REFERENCES relais.group;

-- The umbrellas associated with a group; its lead is in the group's row.
CREATE TABLE relais.associate (
	group_id    int NOT NULL REFERENCES relais.group,
	umbrella_id int NOT NULL CONSTRAINT associate_umbrella_known REFERENCES relais.umbrella,
	CONSTRAINT associate_once PRIMARY KEY (group_id, umbrella_id)
);
CREATE INDEX associate_umbrella ON relais.associate (umbrella_id);

-- The counters of a group, in a row of their own, because every write locks it.
--   head     the number of the last event
--   version  rises with every write that can change any representation of the group
--   number   the last number given to a question or a lesson
--   place    the last place given in the packed rows of uptake
--   floor    events up to here are history that was there before the first digest
CREATE TABLE relais.group_log (
	group_id int PRIMARY KEY REFERENCES relais.group,
	head     bigint NOT NULL DEFAULT 0,
	version  bigint NOT NULL DEFAULT 0,
	number   int NOT NULL DEFAULT 0,
	place    int NOT NULL DEFAULT 0,
	floor    bigint NOT NULL DEFAULT 0,
	at       timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 20);

CREATE TABLE relais.membership (
	group_id        int NOT NULL REFERENCES relais.group,
	municipality_id int NOT NULL CONSTRAINT membership_municipality_known REFERENCES relais.municipality,
	role            text CONSTRAINT membership_role_known CHECK ((role IN ('hub', 'member', 'partner', 'observer')) IS TRUE),
	place           int NOT NULL,           -- in the packed rows of uptake, from 1
	since           text CONSTRAINT membership_since_date CHECK (relais.is_partial_date(since)),
	ended_at        timestamptz,
	CONSTRAINT membership_once PRIMARY KEY (group_id, municipality_id),
	CONSTRAINT membership_place UNIQUE (group_id, place)
);
CREATE INDEX membership_municipality ON relais.membership (municipality_id);
CREATE UNIQUE INDEX membership_one_hub ON relais.membership (group_id) WHERE role = 'hub' AND ended_at IS NULL;

-- Everything that happens in a group, numbered 1, 2, 3 … in commit order, without gaps.
-- audience: 0 whoever sees the group, 1 its members and its lead umbrella, 2 the
-- municipality itself (and its coach).
CREATE TABLE relais.event (
	group_id        int NOT NULL REFERENCES relais.group,
	seq             bigint NOT NULL,
	at              timestamptz NOT NULL,
	kind            text NOT NULL CHECK (kind IN ('lesson', 'question', 'report', 'digest', 'member')),
	act             text NOT NULL,
	number          int,                    -- of the question or lesson
	municipality_id int REFERENCES relais.municipality,
	person_id       int REFERENCES relais.person,   -- NULL: the operator
	audience        smallint NOT NULL CHECK (audience BETWEEN 0 AND 2),
	detail          jsonb,
	PRIMARY KEY (group_id, seq)
);
CREATE INDEX event_kind ON relais.event (group_id, kind, seq);
CREATE INDEX event_number ON relais.event (group_id, number, seq);

-- ---------------------------------------------------------------------------
-- What the asking person may see and do. Called once a statement by the policies:
-- group_id = ANY ((SELECT relais.my_groups())::int[]). In PL/pgSQL, which keeps their plans: as
-- SQL they were planned anew for each row of a reading function, a millisecond each time.

-- A private feed's key opens the inside of one group, and nothing that is the person's own
-- or their municipality's; NULL: no such limit.
CREATE FUNCTION relais.only_group() RETURNS int
LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.group', true), '')::int
$$;

-- The person, unless a feed's key asks.
CREATE FUNCTION relais.self() RETURNS int
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN relais.only_group() IS NULL THEN relais.actor() END
$$;

-- Municipalities for which the person may draft and report, or which they coach.
CREATE FUNCTION relais.my_municipalities() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN ARRAY(SELECT a.municipality_id FROM relais.affiliation a
		WHERE a.person_id = relais.self() AND a.role IN ('focal_point', 'contributor', 'coach')
			AND a.municipality_id IS NOT NULL);
END
$$;

-- Groups whose inside the person sees: their municipality is in it, or their umbrella leads it.
CREATE FUNCTION relais.my_inner_groups() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN CASE WHEN relais.is_operator() THEN ARRAY(SELECT g.id FROM relais.group g)
	ELSE ARRAY(
		SELECT m.group_id FROM relais.affiliation a JOIN relais.membership m USING (municipality_id)
		WHERE a.person_id = relais.actor() AND m.ended_at IS NULL
			AND m.group_id = coalesce(relais.only_group(), m.group_id)
		UNION
		SELECT g.id FROM relais.affiliation a JOIN relais.group g USING (umbrella_id)
		WHERE a.person_id = relais.actor() AND g.id = coalesce(relais.only_group(), g.id))
	END;
END
$$;

-- Groups the person sees at all.
CREATE FUNCTION relais.my_groups() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN ARRAY(
		SELECT g.id FROM relais.group g WHERE g.visibility = 'public'
		UNION
		SELECT s.group_id FROM relais.affiliation a JOIN relais.associate s USING (umbrella_id)
		WHERE a.person_id = relais.actor() AND s.group_id = coalesce(relais.only_group(), s.group_id)
		UNION
		SELECT unnest(relais.my_inner_groups()));
END
$$;

-- Groups that the person's umbrella leads.
CREATE FUNCTION relais.my_led_groups() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN CASE WHEN relais.is_operator() THEN ARRAY(SELECT g.id FROM relais.group g)
	ELSE ARRAY(SELECT g.id FROM relais.affiliation a JOIN relais.group g USING (umbrella_id)
		WHERE a.person_id = relais.self() AND a.role = 'coordinator')
	END;
END
$$;

-- Groups in which the person acts for the hub.
CREATE FUNCTION relais.my_hub_groups() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN ARRAY(SELECT m.group_id FROM relais.affiliation a JOIN relais.membership m USING (municipality_id)
		WHERE a.person_id = relais.self() AND a.role IN ('focal_point', 'contributor')
			AND m.role = 'hub' AND m.ended_at IS NULL);
END
$$;

ALTER TABLE relais.umbrella ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.municipality ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.old_slug ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.programme ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.partnership ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.affiliation ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.access_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.group ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.associate ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.group_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.event ENABLE ROW LEVEL SECURITY;

-- Umbrellas, municipalities and programmes are public bodies with public names. Who
-- is in a closed group is not: that is in membership.
CREATE POLICY anybody ON relais.umbrella FOR SELECT USING (true);
CREATE POLICY anybody ON relais.municipality FOR SELECT USING (true);
CREATE POLICY anybody ON relais.old_slug FOR SELECT
	USING (kind <> 'group' OR id = ANY ((SELECT relais.my_groups())::int[]));
CREATE POLICY anybody ON relais.programme FOR SELECT USING (true);
CREATE POLICY anybody ON relais.partnership FOR SELECT USING (true);
CREATE POLICY own ON relais.person FOR SELECT USING (id = (SELECT relais.self()) OR (SELECT relais.is_operator()));
CREATE POLICY own ON relais.affiliation FOR SELECT
	USING (person_id = (SELECT relais.self()) OR (SELECT relais.is_operator()));
CREATE POLICY own ON relais.access_token FOR SELECT
	USING (person_id = (SELECT relais.self()) OR (SELECT relais.is_operator()));
CREATE POLICY seen ON relais.group FOR SELECT USING (id = ANY ((SELECT relais.my_groups())::int[]));
CREATE POLICY seen ON relais.associate FOR SELECT USING (group_id = ANY ((SELECT relais.my_groups())::int[]));
CREATE POLICY seen ON relais.group_log FOR SELECT USING (group_id = ANY ((SELECT relais.my_groups())::int[]));
CREATE POLICY seen ON relais.membership FOR SELECT USING (group_id = ANY ((SELECT relais.my_groups())::int[]));
CREATE POLICY seen ON relais.event FOR SELECT USING (
	CASE audience
	WHEN 0 THEN group_id = ANY ((SELECT relais.my_groups())::int[])
	WHEN 1 THEN group_id = ANY ((SELECT relais.my_inner_groups())::int[])
	ELSE municipality_id = ANY ((SELECT relais.my_municipalities())::int[]) OR (SELECT relais.is_operator()) END);

GRANT SELECT ON relais.umbrella, relais.municipality, relais.old_slug, relais.programme, relais.partnership,
	relais.person, relais.affiliation, relais.access_token, relais.group, relais.associate, relais.group_log,
	relais.membership, relais.event TO relais_site, relais_admin;
-- The hash of a token is for begin_request() alone.
REVOKE SELECT ON relais.access_token FROM relais_site, relais_admin;
GRANT SELECT (id, kind, person_id, group_id, label, created_at, expires_at, ended_at)
	ON relais.access_token TO relais_site, relais_admin;
