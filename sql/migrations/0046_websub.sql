-- WebSub (W3C Recommendation of 23 January 2018): a program that reads a feed and can be reached is sent it when
-- there is something new in it. Who asks is verified by a question at the address it named; only its answer makes,
-- renews or ends a subscription, so that nobody can do so for somebody else.
--
-- A subscription's position is how far of the group's log it was sent. It moves when the feed was delivered, up to
-- what the log had when that delivery was taken; so nothing is skipped, and what happens meanwhile is gathered.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice', 'receipt', 'websub_verify', 'websub'));

-- Goes to an address of the web, and to nobody in person.
CREATE FUNCTION relais.is_push(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT kind IN ('websub_verify', 'websub')
$$;

-- An address that can be pushed to: without a user, without a fragment.
CREATE FUNCTION relais.is_callback(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT t ~* '^https?://([a-z0-9]([a-z0-9_.-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?][!$-~]*)?$' AND length(t) <= 2000
$$;

CREATE FUNCTION relais.callback_host(t text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT lower(substring(t FROM '^[^/]*//(\[[^]]*\]|[^/?:]*)'))
$$;

-- A topic is a feed's address as its reader has it, with the key of a private one: the question to its reader and
-- fetching the feed need it. So nobody reads these tables but the functions below, and export leaves them out.
CREATE TABLE relais.websub (
	id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	topic       text NOT NULL,
	group_id    int NOT NULL REFERENCES relais.group,
	ending      text NOT NULL,
	lang        text,                   -- NULL: the key's person's, or English
	kinds       jsonb,                  -- NULL: all
	token_id    int REFERENCES relais.access_token ON DELETE CASCADE,       -- of the key; NULL: the group is public
	callback    text NOT NULL,
	secret      text,
	method      text NOT NULL,
	position    bigint NOT NULL,
	sending     bigint,                 -- up to where the feed goes that is being delivered
	waits       boolean NOT NULL DEFAULT false,     -- a delivery of it is in the outbox
	lease_until timestamptz NOT NULL,
	verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT websub_once UNIQUE (topic, callback)
);
CREATE INDEX websub_group ON relais.websub (group_id);
CREATE INDEX websub_token ON relais.websub (token_id);
CREATE INDEX websub_host ON relais.websub (relais.callback_host(callback));
ALTER TABLE relais.websub ENABLE ROW LEVEL SECURITY;

-- What was asked in the last day, verified or not.
CREATE TABLE relais.websub_request (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	mode        text CONSTRAINT websub_mode_known CHECK ((mode IN ('subscribe', 'unsubscribe')) IS TRUE),
	topic       text CONSTRAINT websub_topic_form CHECK ((topic ~ '^https?://[!-~]+$' AND length(topic) <= 400) IS TRUE),
	group_id    int NOT NULL REFERENCES relais.group,
	ending      text NOT NULL CHECK (ending IN ('.atom', '.rss', '.json')),
	lang        text CHECK (relais.is_lang(lang)),
	kinds       jsonb,
	token_id    int REFERENCES relais.access_token ON DELETE CASCADE,
	callback    text CONSTRAINT websub_callback_form CHECK (relais.is_callback(callback) IS TRUE),
	secret      text CONSTRAINT websub_secret_length CHECK (octet_length(secret) < 200),
	method      text CONSTRAINT websub_signature_known CHECK ((method IN ('sha256', 'sha1')) IS TRUE),
	lease       int NOT NULL,           -- seconds
	peer        text,                   -- address that asked
	position    bigint NOT NULL,
	at          timestamptz NOT NULL DEFAULT clock_timestamp(),
	verified_at timestamptz,
	ended_at    timestamptz
);
CREATE INDEX websub_request_host ON relais.websub_request (relais.callback_host(callback), at);
CREATE INDEX websub_request_peer ON relais.websub_request (peer, at);
CREATE INDEX websub_request_at ON relais.websub_request (at);
CREATE INDEX websub_request_token ON relais.websub_request (token_id);
ALTER TABLE relais.websub_request ENABLE ROW LEVEL SECURITY;

-- From here on this transaction reads as whoever has that key, or (NULL) as anybody; does a group's feed open to them?
CREATE FUNCTION relais.feed_opens(group_id int, token int) RETURNS boolean
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	p int;
BEGIN
	IF token IS NOT NULL THEN
		SELECT t.person_id INTO p FROM relais.access_token t JOIN relais.person n ON n.id = t.person_id
		WHERE t.id = token AND t.kind = 'feed' AND t.group_id = feed_opens.group_id AND t.ended_at IS NULL AND t.expires_at > now()
			AND n.ended_at IS NULL;
	END IF;
	PERFORM set_config('app.actor', coalesce(p::text, ''), true), set_config('app.group', CASE WHEN p IS NOT NULL THEN feed_opens.group_id::text ELSE '' END, true);
	RETURN (token IS NULL OR p IS NOT NULL) AND feed_opens.group_id = ANY (relais.my_groups());
END
$$;

-- ---------------------------------------------------------------------------
-- Asking

-- Whoever asks is asked back, within the hour, and may ask sixty times an hour for one host that does not confirm, three
-- hundred times from one address; a host has a thousand subscriptions. So the hub is no hammer for others to swing.
CREATE FUNCTION relais.websub_often(mode text, topic text, callback text, peer text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT (SELECT count(*) FROM relais.websub_request r WHERE relais.callback_host(r.callback) = relais.callback_host(websub_often.callback)
			AND r.at > clock_timestamp() - interval '1 hour' AND r.verified_at IS NULL) >= 60
		OR (SELECT count(*) FROM relais.websub_request r WHERE r.peer = websub_often.peer AND r.at > clock_timestamp() - interval '1 hour') >= 300
		OR websub_often.mode = 'subscribe'
			AND NOT EXISTS (SELECT FROM relais.websub w WHERE w.topic = websub_often.topic AND w.callback = websub_often.callback)
			AND (SELECT count(*) FROM relais.websub w WHERE relais.callback_host(w.callback) = relais.callback_host(websub_often.callback)) >= 1000
$$;

-- A request to the hub. slug, ending, lang, kinds, key (its hash): what the topic says. A later one on the same takes
-- the place of one that is not verified yet.
CREATE FUNCTION relais.websub_ask(mode text, topic text, slug text, ending text, lang text, kinds jsonb, key text, callback text, lease int,
	secret text, method text, peer text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	g int;
	token int;
	request bigint;
	before text := current_setting('app.actor', true);
	opens boolean;
	refused text;
BEGIN
	SELECT x.id INTO g FROM relais.group x WHERE x.slug = slug;
	IF key IS NOT NULL THEN
		SELECT t.id INTO token FROM relais.access_token t WHERE t.kind = 'feed' AND t.group_id = g AND t.hash = relais.unhex(key);
	END IF;
	opens := g IS NOT NULL AND (key IS NULL OR token IS NOT NULL) AND relais.feed_opens(g, token);
	PERFORM set_config('app.actor', coalesce(before, ''), true), set_config('app.group', '', true);
	IF NOT opens THEN
		PERFORM relais.refuse('websub_topic_known');
	ELSIF relais.websub_often(mode, topic, callback, peer) THEN
		PERFORM relais.refuse('websub_often');
	END IF;
	UPDATE relais.websub_request r SET ended_at = clock_timestamp(), secret = NULL
	WHERE relais.callback_host(r.callback) = relais.callback_host(callback) AND r.topic = topic AND r.callback = callback AND r.ended_at IS NULL;
	INSERT INTO relais.websub_request (mode, topic, group_id, ending, lang, kinds, token_id, callback, secret, method, lease, peer, position)
	SELECT mode, topic, g, ending, lang, kinds, token, callback, secret, method, least(greatest(coalesce(nullif(lease, 0), 864000), 3600), 2592000), peer, l.head
	FROM relais.group_log l WHERE l.group_id = g
	RETURNING id INTO request;
	INSERT INTO relais.delivery (kind, about) VALUES ('websub_verify', jsonb_build_object('request', request));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', '{}'::jsonb);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- What is sent

-- The question whether somebody wants this; or that a subscription is no more (denied).
CREATE FUNCTION relais.letter_websub_verify(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT d.about->'denied' || '{"mode": "denied"}' WHERE d.about ? 'denied' AND d.tries <= 4 AND d.made_at > clock_timestamp() - interval '1 hour'
	UNION ALL
	SELECT jsonb_build_object('mode', r.mode, 'topic', r.topic, 'url', r.callback, 'lease', r.lease)
	FROM relais.websub_request r
	WHERE r.id = (d.about->>'request')::bigint AND r.ended_at IS NULL AND d.tries <= 4 AND r.at > clock_timestamp() - interval '1 hour'
$$;

-- Where the feed is to be fetched, and to whom it goes. A group that has another address now is fetched there.
CREATE FUNCTION relais.letter_websub(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	w relais.websub;
BEGIN
	SELECT * INTO w FROM relais.websub x WHERE x.id = (d.about->>'websub')::int AND x.lease_until > clock_timestamp();
	IF w.id IS NULL OR NOT relais.feed_opens(w.group_id, w.token_id) THEN
		RETURN NULL;
	END IF;
	UPDATE relais.websub x SET sending = (SELECT l.head FROM relais.group_log l WHERE l.group_id = w.group_id) WHERE x.id = w.id;
	RETURN jsonb_build_object('topic', w.topic, 'url', w.callback, 'secret', w.secret, 'method', w.method,
		'fetch', '/groups/' || (SELECT g.slug FROM relais.group g WHERE g.id = w.group_id) || '/feed' || w.ending || coalesce(substring(w.topic FROM '\?.*'), ''));
END
$$;

-- Whom it goes to; NULL: to nobody in person, or to nobody any more.
CREATE FUNCTION relais.recipient(d relais.delivery) RETURNS relais.person
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT p.* FROM relais.person p WHERE p.id = d.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL
$$;

-- As delivery_claim() was, in the order in which they were made, and what goes to nobody in person has no `to`. What is pushed is taken apart from mail, so that
-- addresses that answer slowly hold up none.
CREATE FUNCTION relais.claim(most int, lease int, push boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	d relais.delivery;
	p relais.person;
	said jsonb;
	list jsonb := '[]';
	taken int := 0;
BEGIN
	FOR d IN WITH taken AS (
			UPDATE relais.delivery x SET turn = x.turn + 1, tries = x.tries + 1, due_at = clock_timestamp() + make_interval(secs => lease)
			WHERE x.id = ANY (ARRAY(SELECT w.id FROM relais.delivery w WHERE w.state = 'waiting' AND w.due_at <= clock_timestamp()
				AND relais.is_push(w.kind) = push ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED))
			RETURNING x.*)
		SELECT t.* FROM taken t ORDER BY t.id LOOP
		taken := taken + 1;
		p := relais.recipient(d);
		said := CASE WHEN p.id IS NOT NULL OR push THEN relais.letter(d, p) END;
		IF said IS NULL OR said ? 'error' THEN
			UPDATE relais.delivery x SET state = CASE WHEN said IS NULL THEN 'dropped' ELSE 'suspended' END, ended_at = clock_timestamp(),
				answer = left(said->>'error', 500) WHERE x.id = d.id;
		ELSE
			list := list || jsonb_build_object('id', d.id, 'turn', d.turn, 'kind', d.kind, 'message_id', d.message_id, 'made_at', d.made_at,
				'to', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'lang', p.lang,
					'zone', p.time_zone, 'demo', p.demo) END, 'letter', said);
		END IF;
	END LOOP;
	RETURN jsonb_build_object('taken', taken, 'deliveries', list);
END
$$;

CREATE OR REPLACE FUNCTION relais.delivery_claim(most int, lease int) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	SELECT relais.claim(most, lease, false)
$$;

CREATE FUNCTION relais.push_claim(most int, lease int) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
	SELECT relais.claim(most, lease, true)
$$;

-- ---------------------------------------------------------------------------
-- What comes of it

-- Ends a subscription whose feed does not open any more, and tells its callback so.
CREATE FUNCTION relais.websub_deny(w relais.websub) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.websub x WHERE x.id = w.id;
	IF FOUND THEN
		INSERT INTO relais.delivery (kind, about) VALUES ('websub_verify', jsonb_build_object('denied', jsonb_build_object(
			'topic', w.topic, 'url', w.callback, 'reason', 'This feed does not open any more: its key or the membership behind it has ended.')));
	END IF;
END
$$;

-- An answered question makes, renews or ends a subscription.
CREATE FUNCTION relais.websub_verified(request bigint) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	r relais.websub_request;
BEGIN
	UPDATE relais.websub_request x SET verified_at = clock_timestamp() WHERE x.id = request AND x.ended_at IS NULL RETURNING * INTO r;
	IF r.mode = 'unsubscribe' THEN
		DELETE FROM relais.websub w WHERE w.topic = r.topic AND w.callback = r.callback;
	ELSIF r.mode = 'subscribe' THEN
		INSERT INTO relais.websub AS w (topic, group_id, ending, lang, kinds, token_id, callback, secret, method, position, lease_until)
		VALUES (r.topic, r.group_id, r.ending, r.lang, r.kinds, r.token_id, r.callback, r.secret, r.method, r.position,
			clock_timestamp() + make_interval(secs => r.lease))
		ON CONFLICT ON CONSTRAINT websub_once DO UPDATE SET group_id = excluded.group_id, token_id = excluded.token_id, secret = excluded.secret,
			method = excluded.method, lease_until = excluded.lease_until, verified_at = excluded.verified_at,
			-- a topic can name another group only by its slug, which is given once
			position = CASE WHEN w.group_id = excluded.group_id THEN w.position ELSE excluded.position END;
	END IF;
END
$$;

-- A delivery by WebSub that ended. One that was given up, or was refused for good (410), ends the subscription; nothing of it
-- is kept to be replayed.
CREATE FUNCTION relais.websub_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	w relais.websub;
BEGIN
	IF new.kind = 'websub_verify' THEN
		IF new.state = 'delivered' THEN
			PERFORM relais.websub_verified((new.about->>'request')::bigint);
		END IF;
		UPDATE relais.websub_request r SET ended_at = clock_timestamp(), secret = NULL WHERE r.id = (new.about->>'request')::bigint AND r.ended_at IS NULL;
		new.about := new.about - 'denied';
	ELSIF new.state = 'delivered' THEN
		UPDATE relais.websub x SET position = greatest(x.position, x.sending), waits = false WHERE x.id = (new.about->>'websub')::int;
	ELSE
		SELECT * INTO w FROM relais.websub x WHERE x.id = (new.about->>'websub')::int;
		IF new.state = 'dropped' AND w.lease_until > clock_timestamp() THEN
			PERFORM relais.websub_deny(w);
		ELSE
			DELETE FROM relais.websub x WHERE x.id = w.id;
		END IF;
	END IF;
	IF new.state = 'suspended' THEN
		new.state := 'dropped';
	END IF;
	RETURN new;
END
$$;
CREATE TRIGGER websub_ended BEFORE UPDATE OF state ON relais.delivery FOR EACH ROW
	WHEN (old.state = 'waiting' AND new.state <> 'waiting' AND new.kind IN ('websub_verify', 'websub')) EXECUTE FUNCTION relais.websub_ended();

-- Is there in (position, upto] what this subscription's feed shows to its reader, whom feed_opens() has set?
CREATE FUNCTION relais.websub_news(w relais.websub, upto bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT EXISTS (SELECT FROM relais.event e
		WHERE e.group_id = w.group_id AND e.seq > w.position AND e.seq <= websub_news.upto AND (w.kinds IS NULL OR w.kinds ? e.kind)
			AND relais.is_entry(e, coalesce(w.lang, (SELECT p.lang FROM relais.person p WHERE p.id = relais.actor()), 'en'))
			AND (e.audience = 0 OR e.audience = 1 AND w.group_id = ANY (relais.my_inner_groups())))
$$;

-- Puts into the outbox what is new, once it has been quiet for five seconds, or after a minute. {more}: there may be some left.
CREATE FUNCTION relais.websub_due() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 100;
	w relais.websub;
	head bigint;
	n int := 0;
BEGIN
	FOR w IN SELECT x.* FROM relais.websub x JOIN relais.group_log l USING (group_id)
			JOIN relais.event newest ON newest.group_id = x.group_id AND newest.seq = l.head
			JOIN relais.event oldest ON oldest.group_id = x.group_id AND oldest.seq = x.position + 1
		WHERE x.position < l.head AND NOT x.waits
			AND (newest.at <= clock_timestamp() - interval '5 seconds' OR oldest.at <= clock_timestamp() - interval '1 minute')
		ORDER BY x.id LIMIT most FOR NO KEY UPDATE OF x SKIP LOCKED LOOP
		n := n + 1;
		SELECT l.head INTO head FROM relais.group_log l WHERE l.group_id = w.group_id;
		IF NOT relais.feed_opens(w.group_id, w.token_id) THEN
			PERFORM relais.websub_deny(w);
		ELSIF relais.websub_news(w, head) THEN
			UPDATE relais.websub x SET waits = true WHERE x.id = w.id;
			INSERT INTO relais.delivery (kind, about) VALUES ('websub', jsonb_build_object('websub', w.id));
		ELSE
			UPDATE relais.websub x SET position = head WHERE x.id = w.id;
		END IF;
	END LOOP;
	PERFORM set_config('app.actor', '', true), set_config('app.group', '', true);
	RETURN jsonb_build_object('more', n = most);
END
$$;

-- Ends what is over, or does not open any more, of the next subscriptions behind `after`. {more, after}: where to go on.
CREATE FUNCTION relais.websub_check(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 200;
	w relais.websub;
	n int := 0;
BEGIN
	FOR w IN SELECT * FROM relais.websub x WHERE x.id > coalesce(after, 0) ORDER BY x.id LIMIT most FOR NO KEY UPDATE SKIP LOCKED LOOP
		n := n + 1;
		IF w.lease_until <= clock_timestamp() THEN
			DELETE FROM relais.websub x WHERE x.id = w.id;
		ELSIF NOT relais.feed_opens(w.group_id, w.token_id) THEN
			PERFORM relais.websub_deny(w);
		END IF;
	END LOOP;
	PERFORM set_config('app.actor', '', true), set_config('app.group', '', true);
	RETURN jsonb_build_object('more', n = most, 'after', w.id);
END
$$;

-- What is past keeping: requests of the day before, deliveries of the week before.
CREATE FUNCTION relais.websub_housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	n int;
BEGIN
	DELETE FROM relais.websub_request r WHERE r.at < now() - interval '1 day' AND r.ended_at IS NOT NULL;
	DELETE FROM relais.delivery d WHERE d.id = ANY (ARRAY(SELECT o.id FROM relais.delivery o
		WHERE o.ended_at < now() - interval '7 days' AND o.kind IN ('websub_verify', 'websub') LIMIT most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('more', n = most);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.claim, relais.recipient, relais.push_claim, relais.is_push, relais.feed_opens, relais.websub_often, relais.letter_websub_verify, relais.letter_websub, relais.websub_deny,
	relais.websub_verified, relais.websub_ended, relais.websub_news, relais.websub_due, relais.websub_check, relais.websub_housekeep FROM relais_site, relais_admin;
GRANT EXECUTE ON FUNCTION relais.push_claim, relais.websub_due, relais.websub_check, relais.websub_housekeep TO relais_courier;
