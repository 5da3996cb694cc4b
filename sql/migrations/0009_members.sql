-- Writing groups, members, umbrellas, municipalities, persons; signing in and out.

SET ROLE relais_owner;

-- The operator, or a coordinator of that umbrella.
CREATE FUNCTION relais.coordinates(umbrella_id int) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
	RETURN relais.is_operator() OR EXISTS (SELECT FROM relais.affiliation a
		WHERE a.person_id = relais.self() AND a.umbrella_id = coordinates.umbrella_id AND a.role = 'coordinator');
END
$$;

CREATE FUNCTION relais.umbrella_post(slug text, name text, country text, lang text, time_zone text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
BEGIN
	IF NOT relais.is_operator() THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.umbrella (slug, name, country, lang, time_zone)
	VALUES (slug, btrim(name), upper(country), lang, coalesce(time_zone, 'UTC'));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/umbrellas/' || slug, 'value', jsonb_build_object('slug', slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A coordinator's choices for the umbrella; NULL leaves one. Its groups show its name and
-- use its time zone.
CREATE FUNCTION relais.umbrella_change(slug text, name text, time_zone text, digest_days int)
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
	UPDATE relais.umbrella x SET name = coalesce(btrim(umbrella_change.name), x.name),
		time_zone = coalesce(umbrella_change.time_zone, x.time_zone), digest_days = coalesce(umbrella_change.digest_days, x.digest_days)
	WHERE x.id = u.id;
	RETURN jsonb_build_object('changed', changed, 'location', '/umbrellas/' || u.slug, 'value', jsonb_build_object('slug', u.slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.municipality_post(slug text, name text, level text, country text, department text, lang text,
	umbrella text, demo boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	u int;
BEGIN
	IF umbrella IS NOT NULL THEN
		SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
		IF u IS NULL THEN
			PERFORM relais.refuse('municipality_umbrella_known');
		END IF;
	END IF;
	IF NOT relais.is_operator() AND (u IS NULL OR NOT relais.coordinates(u)) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	IF EXISTS (SELECT FROM relais.old_slug o WHERE o.kind = 'municipality' AND o.slug = municipality_post.slug) THEN
		PERFORM relais.refuse('municipality_slug_taken');
	END IF;
	INSERT INTO relais.municipality (slug, name, level, country, department, lang, umbrella_id, demo)
	VALUES (slug, btrim(name), coalesce(level, 'municipality'), upper(country), nullif(btrim(department), ''), lang, u, coalesce(demo, false));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/municipalities/' || slug, 'value', jsonb_build_object('slug', slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A new name or slug. Every group that shows the municipality changes with it; the old
-- slug goes on leading there.
CREATE FUNCTION relais.municipality_rename(slug text, name text, new_slug text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	m relais.municipality;
	groups int[];
	changed jsonb;
BEGIN
	SELECT * INTO m FROM relais.municipality x WHERE x.slug = municipality_rename.slug;
	IF m.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT (relais.is_operator() OR m.umbrella_id IS NOT NULL AND relais.coordinates(m.umbrella_id)) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	groups := ARRAY(SELECT s.group_id FROM relais.membership s WHERE s.municipality_id = m.id);
	changed := relais.touch(groups);
	-- from here to the commit no group can take it in, and nobody else rename it; what came before the lock counts
	SELECT * INTO m FROM relais.municipality x WHERE x.id = m.id FOR UPDATE;
	changed := changed || relais.touch(ARRAY(SELECT s.group_id FROM relais.membership s
		WHERE s.municipality_id = m.id AND s.group_id <> ALL (groups)));
	IF new_slug IS NOT NULL AND new_slug <> m.slug THEN
		IF EXISTS (SELECT FROM relais.old_slug o WHERE o.kind = 'municipality' AND o.slug = new_slug AND o.id <> m.id) THEN
			PERFORM relais.refuse('municipality_slug_taken');
		END IF;
		INSERT INTO relais.old_slug VALUES ('municipality', m.slug, m.id) ON CONFLICT DO NOTHING;
		DELETE FROM relais.old_slug o WHERE o.kind = 'municipality' AND o.slug = new_slug;
	END IF;
	UPDATE relais.municipality x SET name = coalesce(btrim(municipality_rename.name), x.name), slug = coalesce(new_slug, x.slug)
	WHERE x.id = m.id;
	RETURN jsonb_build_object('changed', changed, 'location', '/municipalities/' || coalesce(new_slug, m.slug),
		'value', jsonb_build_object('slug', coalesce(new_slug, m.slug)));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.group_post(slug text, name text, description text, visibility text, lang text, umbrella text, programme text)
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
	INSERT INTO relais.group_log (group_id, version) VALUES (g, 1);
	RETURN jsonb_build_object('changed', jsonb_build_array(jsonb_build_array(g, 1)), 'location', '/groups/' || slug,
		'value', jsonb_build_object('slug', slug));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Takes a municipality into the group, gives it another role, or (role NULL) lets it go.
-- A new hub takes over from the old one, which stays as a member.
CREATE FUNCTION relais.member_put(slug text, municipality text, role text, since text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	m int;
	before relais.membership;
BEGIN
	t := relais.take(slug, 1, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	SELECT c.id INTO m FROM relais.municipality c WHERE c.slug = municipality;
	IF m IS NULL THEN
		PERFORM relais.refuse(CASE WHEN role IS NULL THEN 'not_found' ELSE 'membership_municipality_known' END);
	END IF;
	SELECT * INTO before FROM relais.membership x WHERE x.group_id = t.group_id AND x.municipality_id = m;
	IF role IS NULL AND (before.place IS NULL OR before.ended_at IS NOT NULL) THEN
		PERFORM relais.refuse('not_found');
	ELSIF role IS NULL AND before.role = 'hub' THEN
		PERFORM relais.refuse('member_hub_hands_over');
	END IF;
	IF role = 'hub' THEN
		UPDATE relais.membership x SET role = 'member'
		WHERE x.group_id = t.group_id AND x.role = 'hub' AND x.municipality_id <> m;
	END IF;
	IF before.place IS NULL THEN
		UPDATE relais.group_log l SET place = l.place + 1 WHERE l.group_id = t.group_id;
		INSERT INTO relais.membership
		SELECT t.group_id, m, member_put.role, l.place, since, NULL FROM relais.group_log l WHERE l.group_id = t.group_id;
	ELSE
		UPDATE relais.membership x SET role = coalesce(member_put.role, x.role),
			ended_at = CASE WHEN member_put.role IS NULL THEN t.at END, since = coalesce(member_put.since, x.since)
		WHERE x.group_id = t.group_id AND x.municipality_id = m;
	END IF;
	-- of the municipality itself, and of the hub that became a member
	IF before.place IS NOT NULL OR role = 'hub' THEN
		PERFORM relais.uptake_recount(t.group_id);
	END IF;
	PERFORM relais.tell(t, 'member', CASE WHEN role IS NULL THEN 'left' WHEN before.place IS NULL OR before.ended_at IS NOT NULL
		THEN 'joined' ELSE 'role' END, NULL, m, 0, jsonb_build_object('role', role));
	RETURN relais.answer(t, format('/groups/%s/members', t.slug),
		jsonb_build_object('municipality', municipality, 'role', role, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- Persons and tokens. Hashes are SHA-256 in hexadecimal; the secret itself is made and
-- shown by the caller, once.

-- A person with one more affiliation (umbrella or municipality, by slug), and a code to
-- sign in with. A person with that address is the same person.
CREATE FUNCTION relais.person_invite(name text, email text, lang text, affiliation text, role text, code text, days int)
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
	ELSIF code IS NOT NULL AND EXISTS (SELECT FROM relais.affiliation a LEFT JOIN relais.municipality c ON c.id = a.municipality_id
		WHERE a.person_id = p AND NOT relais.coordinates(coalesce(a.umbrella_id, c.umbrella_id))) THEN
		-- whoever gives out a code could sign in with it
		PERFORM relais.refuse('person_of_others');
	END IF;
	IF NOT EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = p AND a.role = person_invite.role
		AND (a.umbrella_id = u OR a.municipality_id = m.id AND u IS NULL)) THEN
		INSERT INTO relais.affiliation (person_id, umbrella_id, municipality_id, role)
		VALUES (p, u, CASE WHEN u IS NULL THEN m.id END, role);
	END IF;
	IF code IS NOT NULL THEN
		INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
		VALUES ('code', decode(code, 'hex'), p, now() + make_interval(days => coalesce(days, 14)));
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('person', p));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Turns a code into a session. The code is used up.
CREATE FUNCTION relais.sign_in(code text, session text, days int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	p int;
	refused text;
BEGIN
	UPDATE relais.access_token a SET ended_at = clock_timestamp()
	FROM relais.person n
	WHERE a.kind = 'code' AND a.hash = decode(code, 'hex') AND a.ended_at IS NULL AND a.expires_at > clock_timestamp()
		AND n.id = a.person_id AND n.ended_at IS NULL
	RETURNING a.person_id INTO p;
	IF p IS NULL THEN
		PERFORM relais.refuse('code_unknown');
	END IF;
	INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
	VALUES ('session', decode(session, 'hex'), p, now() + make_interval(days => days));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/inbox', 'value', jsonb_build_object('person', p));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- One click, for persons of the demonstration only. The site offers it on loopback and
-- with RELAIS_DEMO alone.
CREATE FUNCTION relais.sign_in_demo(person int, session text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM relais.person p WHERE p.id = person AND p.demo AND p.ended_at IS NULL) THEN
		RETURN '{"error": "not_found"}';
	END IF;
	INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
	VALUES ('session', decode(session, 'hex'), person, now() + interval '7 days');
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/', 'value', jsonb_build_object('person', person));
END
$$;

-- The persons of the demonstration, for the sign-in page.
CREATE FUNCTION relais.demo_persons() RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'role', a.role, 'of', coalesce(u.name, m.name))
		ORDER BY (a.role = 'coordinator') DESC, p.id), '[]')
	FROM relais.person p JOIN relais.affiliation a ON a.person_id = p.id
	LEFT JOIN relais.umbrella u ON u.id = a.umbrella_id LEFT JOIN relais.municipality m ON m.id = a.municipality_id
	WHERE p.demo AND p.ended_at IS NULL
$$;

-- Ends one of one's own tokens: by its id, or (NULL) the session that asks.
CREATE FUNCTION relais.token_end(token int, session text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	UPDATE relais.access_token a SET ended_at = clock_timestamp()
	WHERE a.ended_at IS NULL AND (relais.is_operator() OR a.person_id = relais.self())
		AND (a.id = token OR token IS NULL AND a.hash = decode(session, 'hex'));
	IF NOT FOUND THEN
		RETURN '{"error": "not_found"}';
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/', 'value', '{}'::jsonb);
END
$$;

-- A token for a program (kind api), or the key of a private group's feeds (kind feed),
-- for oneself; the operator names the person by address.
CREATE FUNCTION relais.token_post(kind text, hash text, label text, days int, slug text, email text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	g int;
	p int := relais.self();
	made int;
BEGIN
	IF relais.is_operator() THEN
		SELECT x.id INTO p FROM relais.person x WHERE lower(x.email) = lower(token_post.email) AND x.ended_at IS NULL;
	END IF;
	IF p IS NULL THEN
		PERFORM relais.refuse(CASE WHEN relais.is_operator() THEN 'person_known' ELSE 'forbidden' END);
	END IF;
	IF kind = 'feed' THEN
		SELECT x.id INTO g FROM relais.group x WHERE x.slug = token_post.slug
			AND (relais.is_operator() OR x.id = ANY (relais.my_groups()));
		IF g IS NULL THEN
			PERFORM relais.refuse('not_found');
		END IF;
	ELSIF kind IS DISTINCT FROM 'api' THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.access_token (kind, hash, person_id, group_id, label, expires_at)
	VALUES (kind, decode(hash, 'hex'), p, g, nullif(btrim(label), ''), now() + make_interval(days => coalesce(days, 3650)))
	RETURNING id INTO made;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('id', made, 'kind', kind));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The reader's own choices; NULL leaves one.
CREATE FUNCTION relais.me_change(name text, lang text, time_zone text, contact boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
BEGIN
	UPDATE relais.person p SET name = coalesce(btrim(me_change.name), p.name), lang = coalesce(me_change.lang, p.lang),
		time_zone = coalesce(me_change.time_zone, p.time_zone), contact = coalesce(me_change.contact, p.contact)
	WHERE p.id = relais.self();
	IF NOT FOUND THEN
		RETURN '{"error": "forbidden"}';
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/me', 'value', '{}'::jsonb);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- What is past keeping: old answers, ended tokens. Once an hour.
CREATE FUNCTION relais.housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	answers int;
	tokens int;
BEGIN
	DELETE FROM relais.idempotency i WHERE i.ctid = ANY (ARRAY(
		SELECT o.ctid FROM relais.idempotency o WHERE o.at < now() - interval '30 days' LIMIT most));
	GET DIAGNOSTICS answers = ROW_COUNT;
	DELETE FROM relais.access_token a WHERE a.ctid = ANY (ARRAY(
		SELECT o.ctid FROM relais.access_token o WHERE coalesce(o.ended_at, o.expires_at) < now() - interval '30 days' LIMIT most));
	GET DIAGNOSTICS tokens = ROW_COUNT;
	RETURN jsonb_build_object('more', answers = most OR tokens = most);
END
$$;
