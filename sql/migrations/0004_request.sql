-- What every request begins with, and what every write function begins and ends with.

SET ROLE relais_owner;

-- Who asks, for this transaction: looks up the token, settles the language, and finds
-- out whether the same request was answered before. Never raises: a token that is
-- unknown, ended or of another kind is nobody's.
--   token, request   SHA-256 in hexadecimal; request covers method, path and body
--   asked, accepted  a language the address asks for; the best of Accept-Language
-- Returns {"person","name","lang","zone","demo"}; person is NULL for nobody.
CREATE FUNCTION relais.begin_request(token text, kind text, asked text, accepted text, key text, request text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	p relais.person;
	only_group int;
	again record;
	speaks text;
BEGIN
	IF token IS NOT NULL THEN
		SELECT n.*, t.group_id INTO p.id, p.name, p.email, p.lang, p.time_zone, p.contact, p.demo, p.ended_at, only_group
		FROM relais.access_token t JOIN relais.person n ON n.id = t.person_id
		WHERE t.hash = relais.unhex(token) AND t.kind = begin_request.kind AND t.ended_at IS NULL
			AND t.expires_at > now() AND n.ended_at IS NULL;
	END IF;
	speaks := coalesce(asked, p.lang, accepted, 'en');
	-- everything is set each time: in a batch the transaction still has the one before
	PERFORM set_config('app.actor', coalesce(p.id::text, ''), true), set_config('app.group', coalesce(only_group::text, ''), true),
		set_config('app.lang', speaks, true), set_config('app.key', '', true), set_config('app.replay', '', true);
	IF key IS NOT NULL AND p.id IS NOT NULL THEN
		PERFORM set_config('app.key', key, true), set_config('app.request', request, true);
		SELECT i.request, i.answer INTO again FROM relais.idempotency i
		WHERE i.person_id = p.id AND i.key = begin_request.key;
		IF FOUND THEN
			PERFORM set_config('app.replay', CASE WHEN again.request = coalesce(relais.unhex(begin_request.request), '')
				THEN again.answer::text ELSE '{"error": "idempotency_key_reused"}' END, true);
		END IF;
	END IF;
	RETURN json_build_object('person', p.id, 'name', p.name, 'lang', speaks, 'zone', p.time_zone, 'demo', p.demo);
END
$$;

-- The same for the command line: as the operator, or as the person with that address.
CREATE FUNCTION relais.begin_operator(email text, lang text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	id int;
BEGIN
	IF email IS NOT NULL THEN
		SELECT p.id INTO id FROM relais.person p WHERE lower(p.email) = lower(begin_operator.email) AND p.ended_at IS NULL;
		IF id IS NULL THEN
			RETURN false;
		END IF;
	END IF;
	PERFORM set_config('app.actor', coalesce(id::text, ''), false), set_config('app.group', '', false),
		set_config('app.lang', coalesce(lang, 'en'), false), set_config('app.key', '', false),
		set_config('app.replay', '', false);
	RETURN true;
END
$$;
REVOKE EXECUTE ON FUNCTION relais.begin_operator FROM relais_site;

-- Around every write statement stands coalesce(replayed(), remember(…)): a request
-- that was answered before gets that answer, and nothing is done twice.
CREATE FUNCTION relais.replayed() RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.replay', true), '')::jsonb
$$;

CREATE FUNCTION relais.remember(answer jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF coalesce(current_setting('app.key', true), '') <> '' AND answer IS NOT NULL AND NOT answer ? 'error' THEN
		INSERT INTO relais.idempotency (person_id, key, request, answer)
		VALUES (relais.actor(), current_setting('app.key'),
			coalesce(relais.unhex(current_setting('app.request', true)), ''), answer);
	END IF;
	RETURN answer;
END
$$;

-- ---------------------------------------------------------------------------
-- A write's turn in its group.

CREATE TYPE relais.turn AS (
	group_id int,
	slug     text,
	seq      bigint,        -- the event's number
	at       timestamptz,   -- its time: never before the one before
	version  bigint,
	number   int,           -- the last number (for a new question or lesson)
	acts_for int[],         -- hub, member or partner municipalities for which the person drafts and reports
	speaks_for int[],       -- those for which the person is focal point: may publish
	hub      int,           -- the group's hub
	leads    boolean        -- coordinator of the lead umbrella, or the operator
);

-- The first statement of every write: takes the group's next event number, which locks
-- the group until the commit, and only then looks who asks. Of a group that the person
-- does not see it says not_found.
CREATE FUNCTION relais.take(slug text, events int, numbers int) RETURNS relais.turn
LANGUAGE plpgsql VOLATILE SET search_path = '' AS $$
DECLARE
	t relais.turn;
	seen boolean;
BEGIN
	UPDATE relais.group_log l
	SET head = l.head + events, version = l.version + 1, number = l.number + numbers,
		at = greatest(l.at, clock_timestamp())
	FROM relais.group g
	WHERE g.slug = take.slug AND l.group_id = g.id
	RETURNING l.group_id, g.slug, l.head, l.at, l.version, l.number INTO t.group_id, t.slug, t.seq, t.at, t.version, t.number;
	IF t.group_id IS NULL THEN
		PERFORM relais.refuse('not_found');
	END IF;
	SELECT array_agg(DISTINCT m.municipality_id) FILTER (WHERE a.role IN ('focal_point', 'contributor', 'coach') AND m.role <> 'observer'),
		array_agg(DISTINCT m.municipality_id) FILTER (WHERE a.role = 'focal_point' AND m.role <> 'observer'),
		count(a.person_id) > 0
	INTO t.acts_for, t.speaks_for, seen
	FROM relais.membership m JOIN relais.affiliation a USING (municipality_id)
	WHERE m.group_id = t.group_id AND m.ended_at IS NULL AND a.person_id = relais.self();
	SELECT m.municipality_id INTO t.hub FROM relais.membership m
	WHERE m.group_id = t.group_id AND m.role = 'hub' AND m.ended_at IS NULL;
	t.leads := relais.is_operator() OR EXISTS (
		SELECT FROM relais.affiliation a JOIN relais.group g USING (umbrella_id)
		WHERE g.id = t.group_id AND a.person_id = relais.self() AND a.role = 'coordinator');
	IF NOT t.leads AND NOT seen AND NOT t.group_id = ANY (relais.my_groups()) THEN
		PERFORM relais.refuse('not_found');
	ELSIF relais.only_group() IS NOT NULL THEN
		PERFORM relais.refuse('forbidden');     -- a feed's key is for reading
	END IF;
	t.acts_for := coalesce(t.acts_for, '{}');
	t.speaks_for := coalesce(t.speaks_for, '{}');
	RETURN t;
END
$$;

-- The coordinator of the lead umbrella publishes, and the hub's focal point.
CREATE FUNCTION relais.publishes(t relais.turn) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT t.leads OR t.hub = ANY (t.speaks_for)
$$;

-- The municipality a write is for: the named one, or the only one the person acts for.
-- Hub and coordinator may name another of the group (`others`); refuses otherwise.
CREATE FUNCTION relais.acting_for(t relais.turn, named text, others boolean) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	id int;
BEGIN
	IF named IS NULL THEN
		IF cardinality(t.acts_for) = 1 THEN
			RETURN t.acts_for[1];
		ELSIF cardinality(t.acts_for) > 1 AND t.hub = ANY (t.acts_for) THEN
			RETURN t.hub;
		END IF;
		PERFORM relais.refuse(CASE WHEN t.leads OR cardinality(t.acts_for) > 1 THEN 'municipality_needed' ELSE 'forbidden' END);
	END IF;
	SELECT m.municipality_id INTO id FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = t.group_id AND m.ended_at IS NULL AND m.role <> 'observer'
		AND (c.slug = named OR c.id = (SELECT o.id FROM relais.old_slug o WHERE o.kind = 'municipality' AND o.slug = named));
	IF id IS NULL THEN
		PERFORM relais.refuse('municipality_not_member');
	ELSIF NOT (id = ANY (t.acts_for) OR (others AND (t.leads OR t.hub = ANY (t.acts_for)))) THEN
		PERFORM relais.refuse('municipality_not_yours');
	END IF;
	RETURN id;
END
$$;

-- Writes the turn's event. What happens to an item that only its owners know, because it is
-- sensitive or was never published, is theirs alone.
CREATE FUNCTION relais.tell(t relais.turn, kind text, act text, number int, municipality_id int, audience int, detail jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
BEGIN
	INSERT INTO relais.event (group_id, seq, at, kind, act, number, municipality_id, person_id, audience, detail)
	VALUES (t.group_id, t.seq, t.at, kind, act, number, municipality_id, relais.actor(),
		CASE WHEN EXISTS (SELECT FROM relais.item i WHERE i.group_id = t.group_id AND i.number = number
			AND (i.sensitive OR i.published_at IS NULL)) THEN 2 ELSE audience END, detail);
END
$$;

-- A write's answer: what changed (group, version), where it is, and the value.
CREATE FUNCTION relais.answer(t relais.turn, location text, value jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('changed', jsonb_build_array(jsonb_build_array(t.group_id, t.version)),
		'location', location, 'value', value)
$$;

-- For changes that more than one group shows: raises their versions and says which. Whoever
-- takes several heads takes them in the order of the slugs' bytes, as the site's batches do, so
-- that no two wait for each other.
CREATE FUNCTION relais.touch(groups int[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	g int;
	v bigint;
	changed jsonb := '[]';
BEGIN
	FOR g IN SELECT x.id FROM relais.group x WHERE x.id = ANY (groups) ORDER BY x.slug COLLATE "C" LOOP
		UPDATE relais.group_log l SET version = l.version + 1, at = greatest(l.at, clock_timestamp())
		WHERE l.group_id = g RETURNING l.version INTO v;
		changed := changed || jsonb_build_array(jsonb_build_array(g, v));
	END LOOP;
	RETURN changed;
END
$$;
