-- What waits to go out, and how that went: the outbox. A row is written in the transaction of what it
-- tells, so it is as certain as that.
--
-- A courier takes some (delivery_claim), commits, delivers, and says how it went (delivery_done); no
-- transaction is open meanwhile. Taking moves due_at ahead by a lease: until then nobody else takes it, and
-- after it anybody, for the taker may be dead. Each taking raises the turn; whoever comes with an older one is
-- too late and changes nothing. So everything is delivered at least once, and if a courier dies between
-- delivering and saying so, twice, under the same Message-ID.

DO $$
DECLARE
	r text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'relais_courier') THEN
		CREATE ROLE relais_courier NOLOGIN;
	END IF;
	IF NOT pg_has_role('relais_courier', 'MEMBER') THEN
		EXECUTE format('GRANT relais_courier TO %I', current_user);
	END IF;
	-- whoever runs the site runs the courier too
	FOR r IN SELECT m.member::regrole FROM pg_auth_members m WHERE m.roleid = 'relais_site'::regrole
			AND NOT pg_has_role(m.member, 'relais_courier', 'MEMBER') LOOP
		EXECUTE format('GRANT relais_courier TO %s', r);
	END LOOP;
END
$$;

SET ROLE relais_owner;
GRANT USAGE ON SCHEMA relais TO relais_courier;
GRANT EXECUTE ON FUNCTION relais.begin_request, relais.replayed, relais.remember TO relais_courier;

CREATE TABLE relais.delivery (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	message_id uuid NOT NULL DEFAULT gen_random_uuid(),
	kind       text NOT NULL CHECK (kind IN ('sign_in', 'invitation', 'nudge')),
	person_id  int REFERENCES relais.person,
	about      jsonb NOT NULL DEFAULT '{}',
	state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'suspended', 'dropped')),
	due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
	turn       int NOT NULL DEFAULT 0,
	tries      int NOT NULL DEFAULT 0,
	made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
	since      timestamptz NOT NULL DEFAULT clock_timestamp(),      -- tried since then; later than made_at for what was replayed
	ended_at   timestamptz,
	answer     text                                 -- the last that the other side said
);
CREATE INDEX delivery_due ON relais.delivery (due_at) WHERE state = 'waiting';
CREATE INDEX delivery_person ON relais.delivery (person_id, kind, made_at);
CREATE INDEX delivery_kind ON relais.delivery (kind, made_at);
CREATE INDEX delivery_ended ON relais.delivery USING brin (ended_at);
ALTER TABLE relais.delivery ENABLE ROW LEVEL SECURITY;

-- ---------------------------------------------------------------------------
-- The courier's turn

-- What a delivery is about, for its template; NULL: there is nothing to say any more. One of its own for
-- each kind, by name.
CREATE FUNCTION relais.letter_sign_in(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('next', d.about->'next', 'group', NULL)
	WHERE d.made_at > clock_timestamp() - interval '1 day'
$$;

-- About an invitation that still stands.
CREATE FUNCTION relais.letter_invitation(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('role', i.role, 'by', b.name, 'days', 14,
		'of', coalesce((SELECT u.name FROM relais.umbrella u WHERE u.id = i.umbrella_id), (SELECT m.name FROM relais.municipality m WHERE m.id = i.municipality_id)))
	FROM relais.invitation i LEFT JOIN relais.person b ON b.id = i.invited_by
	WHERE i.id = (d.about->>'invitation')::int AND i.used_at IS NULL AND i.ended_at IS NULL
$$;

-- About what a municipality is still silent on, of what it was reminded of.
CREATE FUNCTION relais.letter_nudge(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH silent AS (
		SELECT x.number, row_number() OVER (ORDER BY x.place) AS place
		FROM relais.nudge n, unnest(n.lessons) WITH ORDINALITY x (number, place)
		WHERE n.group_id = (d.about->>'group')::int AND n.municipality_id = (d.about->>'municipality')::int AND n.day = (d.about->>'day')::date
			AND EXISTS (SELECT FROM relais.silences(n.group_id) s WHERE s.municipality_id = n.municipality_id AND s.number = x.number)
	)
	SELECT jsonb_build_object('by', coalesce(h.name, u.name), 'municipality', m.name, 'group', relais.group_brief(g), 'list', g.slug,
		'lessons', (SELECT jsonb_agg(jsonb_build_object('title', relais.title_of(jsonb_build_object('lang', i.lang,
				'titles', relais.item_titles(i.group_id, i.number)))) ORDER BY s.place)
			FROM silent s JOIN relais.item i ON i.group_id = g.id AND i.number = s.number WHERE s.place <= 10),
		'more', (SELECT nullif(greatest(count(*) - 10, 0), 0) FROM silent))
	FROM relais.nudge n JOIN relais.group g ON g.id = n.group_id JOIN relais.umbrella u ON u.id = g.umbrella_id
	JOIN relais.municipality m ON m.id = n.municipality_id LEFT JOIN relais.municipality h ON h.id = n.hub_id
	WHERE n.group_id = (d.about->>'group')::int AND n.municipality_id = (d.about->>'municipality')::int AND n.day = (d.about->>'day')::date
		AND EXISTS (SELECT FROM silent)
		AND d.person_id IN (SELECT r.person_id FROM relais.nudge_readers(n.municipality_id) r)
$$;

-- Its letter, as its reader may see it in their language. What cannot be made is kept from the others: it is
-- suspended under the name of its error.
CREATE FUNCTION relais.letter(d relais.delivery, p relais.person) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	said jsonb;
BEGIN
	PERFORM set_config('app.actor', coalesce(p.id::text, ''), true), set_config('app.group', '', true), set_config('app.lang', p.lang, true);
	EXECUTE format('SELECT relais.%I($1)', 'letter_' || d.kind) INTO said USING d;
	RETURN said;
EXCEPTION WHEN OTHERS THEN
	RETURN jsonb_build_object('error', SQLSTATE || ' ' || SQLERRM);
END
$$;

-- Takes up to `most` that are due, for so many seconds. The answer's list has who gets each, and its letter;
-- what needs none any more is dropped here.
CREATE FUNCTION relais.delivery_claim(most int, lease int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	d relais.delivery;
	p relais.person;
	said jsonb;
	list jsonb := '[]';
	taken int := 0;
BEGIN
	FOR d IN
		UPDATE relais.delivery x SET turn = x.turn + 1, tries = x.tries + 1, due_at = clock_timestamp() + make_interval(secs => lease)
		WHERE x.id = ANY (ARRAY(SELECT w.id FROM relais.delivery w WHERE w.state = 'waiting' AND w.due_at <= clock_timestamp()
			ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED))
		RETURNING x.* LOOP
		taken := taken + 1;
		SELECT * INTO p FROM relais.person x WHERE x.id = d.person_id AND x.ended_at IS NULL AND x.email IS NOT NULL;
		said := CASE WHEN p.id IS NOT NULL THEN relais.letter(d, p) END;
		IF said IS NULL OR said ? 'error' THEN
			UPDATE relais.delivery x SET state = CASE WHEN said IS NULL THEN 'dropped' ELSE 'suspended' END, ended_at = clock_timestamp(),
				answer = left(said->>'error', 500) WHERE x.id = d.id;
		ELSE
			list := list || jsonb_build_object('id', d.id, 'turn', d.turn, 'kind', d.kind, 'message_id', d.message_id, 'made_at', d.made_at,
				'to', jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'lang', p.lang, 'zone', p.time_zone, 'demo', p.demo), 'letter', said);
		END IF;
	END LOOP;
	RETURN jsonb_build_object('taken', taken, 'deliveries', list);
END
$$;

-- How long until the next try: a minute, doubled each time, at most four hours, a quarter more or less.
CREATE FUNCTION relais.backoff(tries int) RETURNS interval
LANGUAGE sql VOLATILE SET search_path = '' AS $$
	SELECT least(interval '1 minute' * 2 ^ least(backoff.tries - 1, 10), interval '4 hours') * (0.75 + random() / 2)
$$;

-- How it went: [{id, turn, outcome, answer}]; outcome delivered, later (tried again, for five days), refused
-- (suspended until somebody replays it), dropped.
CREATE FUNCTION relais.delivery_done(results jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	n int;
BEGIN
	UPDATE relais.delivery d SET
		state = s.state, answer = coalesce(left(r.answer, 500), d.answer),
		due_at = CASE WHEN s.state = 'waiting' THEN clock_timestamp() + relais.backoff(d.tries) ELSE d.due_at END,
		ended_at = CASE WHEN s.state <> 'waiting' THEN clock_timestamp() END
	FROM jsonb_to_recordset(results) r (id bigint, turn int, outcome text, answer text), relais.delivery w,
		LATERAL (SELECT CASE r.outcome WHEN 'delivered' THEN 'delivered' WHEN 'dropped' THEN 'dropped'
			WHEN 'later' THEN CASE WHEN w.since > clock_timestamp() - interval '5 days' THEN 'waiting' ELSE 'suspended' END
			ELSE 'suspended' END AS state) s
	WHERE d.id = r.id AND w.id = d.id AND d.turn = r.turn AND d.state = 'waiting';
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('counted', n);
END
$$;

-- The hash of a code for a delivery that is under way: a quarter of an hour, once.
CREATE FUNCTION relais.delivery_code(delivery bigint, turn int, code text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
	SELECT 'code', decode(delivery_code.code, 'hex'), d.person_id, clock_timestamp() + interval '15 minutes'
	FROM relais.delivery d WHERE d.id = delivery_code.delivery AND d.turn = delivery_code.turn AND d.state = 'waiting'
		AND d.kind IN ('sign_in', 'invitation');
	RETURN jsonb_build_object('made', FOUND);
END
$$;

-- What is past keeping. `more`: there may be some left.
CREATE FUNCTION relais.deliveries_housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	n int;
BEGIN
	DELETE FROM relais.delivery d WHERE d.id = ANY (ARRAY(SELECT o.id FROM relais.delivery o
		WHERE o.ended_at < now() - CASE WHEN o.kind = 'sign_in' THEN interval '1 day' ELSE interval '1 year' END AND o.state <> 'suspended' LIMIT most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('more', n = most);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.letter_sign_in, relais.letter_invitation, relais.letter_nudge, relais.letter, relais.delivery_claim,
	relais.backoff, relais.delivery_done, relais.delivery_code, relais.deliveries_housekeep FROM relais_site, relais_admin;
GRANT EXECUTE ON FUNCTION relais.delivery_claim, relais.delivery_done, relais.delivery_code, relais.deliveries_housekeep TO relais_courier;

-- ---------------------------------------------------------------------------
-- What goes out

-- Whoever reads for a municipality gets its reminder.
CREATE FUNCTION relais.nudge_sent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT 'nudge', r.person_id, jsonb_build_object('group', n.group_id, 'municipality', n.municipality_id, 'day', n.day)
	FROM made n, relais.nudge_readers(n.municipality_id) r
	WHERE n.at >= transaction_timestamp();  -- what was restored was sent by the hub before
	RETURN NULL;
END
$$;
CREATE TRIGGER sent AFTER INSERT ON relais.nudge REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION relais.nudge_sent();

-- Whoever was invited and has no way in yet gets a link of their own, beside the code that may be passed on.
CREATE FUNCTION relais.invitation_sent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT 'invitation', i.person_id, jsonb_build_object('invitation', i.id) FROM made i
	WHERE i.token_id IS NOT NULL AND i.used_at IS NULL AND i.ended_at IS NULL;
	RETURN NULL;
END
$$;
CREATE TRIGGER sent AFTER INSERT ON relais.invitation REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION relais.invitation_sent();

-- ---------------------------------------------------------------------------
-- Signing in by mail

-- Asks for a link: by address, or by the code of an older link. Nothing of the answer, nor the time that it
-- takes, says whether anybody has that address: the same row is written, and dropped at once where nobody does.
-- Nobody is sent more than three in a quarter of an hour.
CREATE FUNCTION relais.sign_in_mail(email text, code text, next text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	p int;
	waits boolean;
BEGIN
	SELECT x.id INTO p FROM relais.person x WHERE x.ended_at IS NULL AND (lower(x.email) = lower(sign_in_mail.email)
		OR sign_in_mail.email IS NULL AND x.id = (SELECT t.person_id FROM relais.access_token t WHERE t.kind = 'code' AND t.hash = relais.unhex(sign_in_mail.code)));
	waits := p IS NOT NULL AND (SELECT count(*) FROM relais.delivery d WHERE d.person_id = coalesce(p, 0) AND d.kind = 'sign_in'
		AND d.made_at > clock_timestamp() - interval '15 minutes') < 3;
	INSERT INTO relais.delivery (kind, person_id, about, state, ended_at)
	VALUES ('sign_in', p, jsonb_build_object('next', sign_in_mail.next), CASE WHEN waits THEN 'waiting' ELSE 'dropped' END,
		CASE WHEN NOT waits THEN clock_timestamp() END);
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/sign-in/sent', 'value', '{}'::jsonb);
END
$$;

-- Does a code still let in? good; old: it did once; NULL: nobody knows it.
CREATE FUNCTION relais.code_state(code text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT CASE WHEN t.ended_at IS NULL AND t.expires_at > clock_timestamp() THEN 'good' ELSE 'old' END
	FROM relais.access_token t WHERE t.kind = 'code' AND t.hash = relais.unhex(code_state.code)
$$;

-- With a code, whichever way it came: what else waits for this person to come in is done with.
CREATE OR REPLACE FUNCTION relais.sign_in(code text, session text, days int)
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
	UPDATE relais.invitation i SET used_at = clock_timestamp()
	WHERE i.person_id = p AND i.token_id IS NOT NULL AND i.used_at IS NULL AND i.ended_at IS NULL;
	PERFORM relais.codes_end(p);
	INSERT INTO relais.access_token (kind, hash, person_id, expires_at)
	VALUES ('session', decode(session, 'hex'), p, now() + make_interval(days => days));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/inbox', 'value', jsonb_build_object('person', p));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
