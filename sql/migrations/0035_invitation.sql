-- Invitations: who was let in as what, by whom, and whether the code was used; and the people of an
-- umbrella body or a municipality, managed by its coordinator or focal point.

SET ROLE relais_owner;

-- Beside the affiliation it made. The code itself is an access_token, which is swept some day; what was
-- invited stays told. expires_at NULL: no code was needed, the person had a way in.
CREATE TABLE relais.invitation (
	id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	person_id       int NOT NULL REFERENCES relais.person,
	umbrella_id     int REFERENCES relais.umbrella,
	municipality_id int REFERENCES relais.municipality,
	role            text NOT NULL,
	invited_by      int REFERENCES relais.person,   -- NULL: the operator
	at              timestamptz NOT NULL DEFAULT clock_timestamp(),
	token_id        int,
	expires_at      timestamptz,
	used_at         timestamptz,
	ended_at        timestamptz,                    -- the code was taken back, or another took its place
	CHECK (num_nonnulls(umbrella_id, municipality_id) = 1)
);
CREATE INDEX invitation_person ON relais.invitation (person_id);
CREATE INDEX invitation_token ON relais.invitation (token_id) WHERE used_at IS NULL;
-- Read through people() and affiliation_view() alone.
ALTER TABLE relais.invitation ENABLE ROW LEVEL SECURITY;

-- May the person give that role there, or take it? The umbrella's coordinator every one; a focal point
-- contributors and observers of the own municipality: whom the municipality speaks by is agreed with the umbrella.
CREATE FUNCTION relais.manages(umbrella_id int, municipality_id int, role text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN relais.coordinates(coalesce(manages.umbrella_id, (SELECT m.umbrella_id FROM relais.municipality m WHERE m.id = manages.municipality_id)))
		OR manages.role IN ('contributor', 'observer') AND EXISTS (SELECT FROM relais.affiliation a
			WHERE a.person_id = relais.self() AND a.municipality_id = manages.municipality_id AND a.role = 'focal_point');
END
$$;

-- Whoever gives out a code could sign in with it: so all that the person is has to be in their hands.
CREATE FUNCTION relais.manages_person(person int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT NOT EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = manages_person.person
		AND NOT relais.manages(a.umbrella_id, a.municipality_id, a.role))
$$;

-- Ends what codes the person still has unused, and gives a new one if there is one.
CREATE FUNCTION relais.invitation_add(person int, u int, m int, role text, code text, days int) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	made int;
	until timestamptz := clock_timestamp() + make_interval(days => coalesce(days, 14));
BEGIN
	IF code IS NOT NULL THEN
		PERFORM relais.codes_end(person);
		INSERT INTO relais.access_token (kind, hash, person_id, expires_at) VALUES ('code', decode(code, 'hex'), person, until) RETURNING id INTO made;
	END IF;
	INSERT INTO relais.invitation (person_id, umbrella_id, municipality_id, role, invited_by, token_id, expires_at)
	VALUES (person, u, CASE WHEN u IS NULL THEN m END, role, relais.actor(), made, CASE WHEN made IS NOT NULL THEN until END);
END
$$;

CREATE FUNCTION relais.codes_end(person int) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE relais.access_token a SET ended_at = clock_timestamp()
	WHERE a.person_id = codes_end.person AND a.kind = 'code' AND a.ended_at IS NULL;
	UPDATE relais.invitation i SET ended_at = clock_timestamp()
	WHERE i.person_id = codes_end.person AND i.token_id IS NOT NULL AND i.used_at IS NULL AND i.ended_at IS NULL;
$$;

-- Lets somebody in: a person, known by the address, with one more role, and a code to sign in with. Whoever is
-- also somebody else's gets the role and no code: they have their own way in.
CREATE FUNCTION relais.invite(umbrella text, municipality text, name text, email text, lang text, role text, code text, days int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	p relais.person;
	u relais.umbrella;
	m relais.municipality;
	mine boolean;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO m FROM relais.municipality x WHERE x.slug = municipality AND umbrella IS NULL;
	IF u.id IS NULL AND m.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.manages(u.id, m.id, 'contributor') THEN
		PERFORM relais.refuse('forbidden');
	ELSIF NOT relais.manages(u.id, m.id, role) THEN
		PERFORM relais.refuse('role_not_yours');
	END IF;
	SELECT * INTO p FROM relais.person x WHERE lower(x.email) = lower(invite.email);
	IF p.ended_at IS NOT NULL THEN
		PERFORM relais.refuse('person_has_left');
	ELSIF p.id IS NULL THEN
		INSERT INTO relais.person (name, email, lang) VALUES (btrim(name), email, coalesce(lang, m.lang, u.lang, 'en')) RETURNING * INTO p;
	END IF;
	mine := relais.manages_person(p.id);
	IF EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = p.id AND (a.umbrella_id = u.id OR a.municipality_id = m.id)) THEN
		PERFORM relais.refuse('invited_already');
	END IF;
	INSERT INTO relais.affiliation (person_id, umbrella_id, municipality_id, role) VALUES (p.id, u.id, m.id, role);
	PERFORM relais.invitation_add(p.id, u.id, m.id, role, CASE WHEN mine THEN code END, days);
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', CASE WHEN u.id IS NULL THEN '/municipalities/' || m.slug ELSE '/umbrellas/' || u.slug END
		|| '/people', 'value', jsonb_build_object('name', p.name, 'lang', p.lang, 'role', role, 'with_code', mine));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- An affiliation for a change by who manages it, or by whose it is; what it belongs to is locked, so that of two
-- at once the later one sees who is left.
CREATE FUNCTION relais.affiliation_for_change(id int) RETURNS relais.affiliation
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	a relais.affiliation;
BEGIN
	SELECT * INTO a FROM relais.affiliation x WHERE x.id = affiliation_for_change.id;
	PERFORM FROM relais.umbrella x WHERE x.id = a.umbrella_id FOR UPDATE;
	PERFORM FROM relais.municipality x WHERE x.id = a.municipality_id FOR UPDATE;
	SELECT * INTO a FROM relais.affiliation x WHERE x.id = affiliation_for_change.id;
	IF a.id IS NULL OR NOT (a.person_id = relais.self() OR relais.manages(a.umbrella_id, a.municipality_id, a.role)) IS TRUE THEN
		PERFORM relais.refuse('not_found');
	END IF;
	RETURN a;
END
$$;

-- Nobody takes away their own role as the last focal point or coordinator: there would be nobody left to publish
-- or to invite a successor. A coordinator may take it from the last focal point, who may have left for good, and
-- then publishes for the municipality until there is another.
CREATE FUNCTION relais.somebody_stays(a relais.affiliation) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF a.role IN ('focal_point', 'coordinator') AND a.person_id = relais.self() AND NOT EXISTS (
			SELECT FROM relais.affiliation o JOIN relais.person p ON p.id = o.person_id
			WHERE o.role = a.role AND o.id <> a.id AND p.ended_at IS NULL AND (o.umbrella_id = a.umbrella_id OR o.municipality_id = a.municipality_id)) THEN
		PERFORM relais.refuse('affiliation_last');
	END IF;
END
$$;

CREATE FUNCTION relais.people_path(a relais.affiliation) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce((SELECT '/umbrellas/' || u.slug FROM relais.umbrella u WHERE u.id = a.umbrella_id),
		(SELECT '/municipalities/' || m.slug FROM relais.municipality m WHERE m.id = a.municipality_id)) || '/people'
$$;

-- Another role; what the person may do follows it at once, in every session.
CREATE FUNCTION relais.affiliation_change(id int, role text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	a relais.affiliation;
BEGIN
	a := relais.affiliation_for_change(id);
	IF NOT relais.manages(a.umbrella_id, a.municipality_id, a.role) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF NOT relais.manages(a.umbrella_id, a.municipality_id, role) THEN
		PERFORM relais.refuse('role_not_yours');
	ELSIF role <> a.role THEN
		PERFORM relais.somebody_stays(a);
	END IF;
	UPDATE relais.affiliation x SET role = affiliation_change.role WHERE x.id = a.id;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/affiliations/' || a.id, 'value', jsonb_build_object('id', a.id, 'role', role));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Takes the role away; what they wrote stays. A code that waits for them is no use then.
CREATE FUNCTION relais.affiliation_end(id int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	a relais.affiliation;
BEGIN
	a := relais.affiliation_for_change(affiliation_end.id);
	PERFORM relais.somebody_stays(a);
	DELETE FROM relais.affiliation x WHERE x.id = a.id;
	IF NOT EXISTS (SELECT FROM relais.affiliation x WHERE x.person_id = a.person_id) THEN
		PERFORM relais.codes_end(a.person_id);
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', CASE WHEN relais.manages(a.umbrella_id, a.municipality_id, 'contributor')
		THEN relais.people_path(a) ELSE '/me' END, 'value', '{}'::jsonb);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A new code for who is invited already; code NULL takes back the one that waits.
CREATE FUNCTION relais.affiliation_code(id int, code text, days int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	a relais.affiliation;
	p relais.person;
BEGIN
	a := relais.affiliation_for_change(id);
	IF NOT relais.manages_person(a.person_id) THEN
		PERFORM relais.refuse('code_of_others');
	END IF;
	SELECT * INTO p FROM relais.person x WHERE x.id = a.person_id;
	IF code IS NULL THEN
		PERFORM relais.codes_end(p.id);
	ELSIF p.ended_at IS NOT NULL THEN
		PERFORM relais.refuse('person_has_left');
	ELSE
		PERFORM relais.invitation_add(p.id, a.umbrella_id, a.municipality_id, a.role, code, days);
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/affiliations/' || a.id,
		'value', jsonb_build_object('name', p.name, 'lang', p.lang, 'role', a.role, 'with_code', code IS NOT NULL));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A person of a body in a line, for who manages there; the address of those one manages, and one's own.
CREATE FUNCTION relais.affiliation_brief(a relais.affiliation) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('id', a.id, 'name', p.name, 'role', a.role, 'me', coalesce(p.id = relais.self(), false), 'managed', c.mine,
		'email', CASE WHEN c.mine OR p.id = relais.self() THEN p.email END,
		'invited_at', i.at, 'invited_by', (SELECT b.name FROM relais.person b WHERE b.id = i.invited_by), 'expires_at', i.expires_at,
		'code', CASE WHEN i.expires_at IS NULL THEN NULL WHEN i.used_at IS NOT NULL THEN 'used'
			-- of a restored hub the codes stayed behind
			WHEN i.ended_at IS NOT NULL OR i.token_id IS NULL THEN 'ended'
			WHEN i.expires_at <= now() THEN 'expired' ELSE 'waiting' END, 'used_at', i.used_at)
	FROM relais.person p, (SELECT relais.manages(a.umbrella_id, a.municipality_id, a.role) AS mine) c
	LEFT JOIN LATERAL (SELECT * FROM relais.invitation x WHERE x.person_id = a.person_id
		AND (x.umbrella_id = a.umbrella_id OR x.municipality_id = a.municipality_id) ORDER BY x.id DESC LIMIT 1) i ON true
	WHERE p.id = a.person_id
$$;

-- The people of an umbrella body or of a municipality; NULL for who manages nobody there.
CREATE FUNCTION relais.people(umbrella text, municipality text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	m relais.municipality;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = people.umbrella;
	SELECT * INTO m FROM relais.municipality x WHERE x.slug = people.municipality AND people.umbrella IS NULL;
	IF u.id IS NULL AND m.id IS NULL OR NOT relais.manages(u.id, m.id, 'contributor') THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('slug', coalesce(u.slug, m.slug), 'name', coalesce(u.name, m.name), 'of_umbrella', u.id IS NOT NULL,
		'all_roles', relais.manages(u.id, m.id, 'focal_point'),
		'people', (SELECT coalesce(json_agg(relais.affiliation_brief(a) ORDER BY array_position(
				ARRAY['coordinator', 'focal_point', 'contributor', 'coach', 'observer'], a.role), p.name), '[]')
			FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id AND p.ended_at IS NULL
			WHERE a.umbrella_id = u.id OR a.municipality_id = m.id));
END
$$;

CREATE FUNCTION relais.affiliation_view(id int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	a relais.affiliation;
BEGIN
	SELECT * INTO a FROM relais.affiliation x WHERE x.id = affiliation_view.id;
	IF a.id IS NULL OR NOT (a.person_id = relais.self() OR relais.manages(a.umbrella_id, a.municipality_id, a.role)) IS TRUE THEN
		RETURN NULL;
	END IF;
	RETURN (relais.affiliation_brief(a)::jsonb || jsonb_build_object('people', CASE WHEN relais.manages(a.umbrella_id, a.municipality_id, 'contributor')
			THEN relais.people_path(a) END,
		'of', coalesce((SELECT u.name FROM relais.umbrella u WHERE u.id = a.umbrella_id), (SELECT m.name FROM relais.municipality m WHERE m.id = a.municipality_id)),
		'of_umbrella', a.umbrella_id IS NOT NULL, 'code_from_here', relais.manages_person(a.person_id)))::json;
END
$$;

-- ---------------------------------------------------------------------------
-- What makes and uses codes besides

CREATE OR REPLACE FUNCTION relais.person_invite(name text, email text, lang text, affiliation text, role text, code text, days int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	p int;
	u int;
	m relais.municipality;
BEGIN
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = affiliation;
	SELECT * INTO m FROM relais.municipality x WHERE x.slug = affiliation;
	IF u IS NULL AND m.id IS NULL THEN
		PERFORM relais.refuse('affiliation_known');
	ELSIF NOT relais.coordinates(coalesce(u, m.umbrella_id)) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT x.id INTO p FROM relais.person x WHERE lower(x.email) = lower(person_invite.email);
	IF p IS NULL THEN
		INSERT INTO relais.person (name, email, lang) VALUES (btrim(name), email, coalesce(lang, m.lang, 'en')) RETURNING id INTO p;
	ELSIF code IS NOT NULL AND NOT relais.manages_person(p) THEN
		-- whoever gives out a code could sign in with it
		PERFORM relais.refuse('person_of_others');
	END IF;
	IF NOT EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = p AND a.role = person_invite.role
		AND (a.umbrella_id = u OR a.municipality_id = m.id AND u IS NULL)) THEN
		INSERT INTO relais.affiliation (person_id, umbrella_id, municipality_id, role)
		VALUES (p, u, CASE WHEN u IS NULL THEN m.id END, role);
	END IF;
	IF code IS NOT NULL THEN
		PERFORM relais.invitation_add(p, u, m.id, role, code, days);
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('person', p));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE OR REPLACE FUNCTION relais.sign_in(code text, session text, days int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	p int;
	t int;
	refused text;
BEGIN
	UPDATE relais.access_token a SET ended_at = clock_timestamp()
	FROM relais.person n
	WHERE a.kind = 'code' AND a.hash = decode(code, 'hex') AND a.ended_at IS NULL AND a.expires_at > clock_timestamp()
		AND n.id = a.person_id AND n.ended_at IS NULL
	RETURNING a.person_id, a.id INTO p, t;
	IF p IS NULL THEN
		PERFORM relais.refuse('code_unknown');
	END IF;
	UPDATE relais.invitation i SET used_at = clock_timestamp() WHERE i.token_id = t AND i.used_at IS NULL;
	INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
	VALUES ('session', decode(session, 'hex'), p, now() + make_interval(days => days));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/inbox', 'value', jsonb_build_object('person', p));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- Export and restore: what was invited; codes stay behind.

CREATE FUNCTION relais.export_invitations() RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('person', relais.person_named(i.person_id), 'umbrella', (SELECT u.slug FROM relais.umbrella u WHERE u.id = i.umbrella_id),
		'municipality', relais.municipality_slug(i.municipality_id), 'role', i.role, 'by', relais.person_named(i.invited_by), 'at', i.at,
		'expires_at', i.expires_at, 'used_at', i.used_at, 'ended_at', i.ended_at)
	FROM relais.invitation i ORDER BY i.id
$$;

CREATE FUNCTION relais.restore_invitations(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.invitation (person_id, umbrella_id, municipality_id, role, invited_by, at, expires_at, used_at, ended_at)
	SELECT relais.person_of(l->>'person'), (SELECT u.id FROM relais.umbrella u WHERE u.slug = l->>'umbrella'),
		relais.municipality_named(l->>'municipality', 'restore_incomplete'), l->>'role', relais.person_of(l->>'by'), (l->>'at')::timestamptz,
		(l->>'expires_at')::timestamptz, (l->>'used_at')::timestamptz, (l->>'ended_at')::timestamptz
	FROM relais.log_lines(doc, 'invitation') l;
$$;

INSERT INTO relais.log_kind VALUES ('invitation', (SELECT coalesce(max(k.place), 0) + 1 FROM relais.log_kind k), false, 'export_invitations', 'restore_invitations',
	'relais.invitation');
