-- Webhooks: an umbrella's own systems are told what happens in its groups. Each event that the umbrella may know of is
-- posted to an address its coordinators name, signed, in order, from when the webhook was made on.
--
-- A webhook has a position in the log of each group. At most one delivery of it is in the outbox; the position moves when
-- that was delivered, so that nothing is skipped or comes before what was before it. What is paused or suspended keeps its
-- delivery, as suspended, and goes on with it. A delivery names its events: each try of it has the same key and content.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice', 'receipt', 'unreachable', 'websub_verify', 'websub',
		'webhook', 'webhook_stopped'));

CREATE OR REPLACE FUNCTION relais.is_push(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT kind IN ('websub_verify', 'websub', 'webhook')
$$;

-- The secret is needed to sign with. So nobody reads this table but the functions below, and export leaves it out.
CREATE TABLE relais.webhook (
	id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	umbrella_id int NOT NULL REFERENCES relais.umbrella,
	url         text CONSTRAINT webhook_url_form CHECK (relais.is_callback(url) IS TRUE),
	kinds       text[] CONSTRAINT webhook_kinds_known
	            CHECK (kinds <@ ARRAY['lesson', 'question', 'report', 'digest', 'member']),        -- NULL: all
	secret      text NOT NULL CHECK (secret ~ '^whsec_[A-Za-z0-9+/]{43}=$'),
	state       text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'suspended')),
	delivery_id bigint,                 -- the one that is to be delivered before any other
	made_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhook_umbrella ON relais.webhook (umbrella_id);
ALTER TABLE relais.webhook ENABLE ROW LEVEL SECURITY;

-- Up to where it was told of a group; without a row: up to when it was made.
CREATE TABLE relais.webhook_position (
	webhook_id int NOT NULL REFERENCES relais.webhook ON DELETE CASCADE,
	group_id   int NOT NULL REFERENCES relais.group,
	position   bigint NOT NULL,
	PRIMARY KEY (webhook_id, group_id)
);
CREATE INDEX webhook_position_group ON relais.webhook_position (group_id);
ALTER TABLE relais.webhook_position ENABLE ROW LEVEL SECURITY;

-- Its log is its deliveries: about has webhook, group, the first and last event told, and upto where the position goes.
CREATE INDEX delivery_webhook ON relais.delivery (((about->>'webhook')::int), id) WHERE kind = 'webhook';

-- ---------------------------------------------------------------------------
-- What an umbrella is told

-- The groups it leads, whose inside it sees, and those it is associated with.
CREATE FUNCTION relais.webhook_groups(w relais.webhook) RETURNS TABLE (group_id int, inside boolean, told bigint, head bigint)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT g.id, g.umbrella_id = w.umbrella_id, coalesce(p.position, (SELECT e.seq FROM relais.event e
			WHERE e.group_id = g.id AND e.at <= w.made_at ORDER BY e.seq DESC LIMIT 1), 0), l.head
	FROM relais.group g JOIN relais.group_log l ON l.group_id = g.id
	LEFT JOIN relais.webhook_position p ON p.webhook_id = w.id AND p.group_id = g.id
	WHERE g.umbrella_id = w.umbrella_id OR EXISTS (SELECT FROM relais.associate s WHERE s.group_id = g.id AND s.umbrella_id = w.umbrella_id)
$$;

-- The policy of events, for an umbrella; and what was asked for.
CREATE FUNCTION relais.webhook_tells(w relais.webhook, inside boolean, e relais.event) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT e.audience <= CASE WHEN inside THEN 1 ELSE 0 END AND (w.kinds IS NULL OR e.kind = ANY (w.kinds))
$$;

-- Those of first … last, as the group's log shows them (event_list): no reason, no note, no text but an open title.
CREATE FUNCTION relais.webhook_events(w relais.webhook, group_id int, inside boolean, first bigint, last bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', g.feed_id || '/' || e.seq, 'kind', e.kind, 'act', e.act, 'group', g.slug,
		'seq', e.seq, 'at', e.at, 'municipality', m.slug, 'object', e.number, 'object_kind', i.kind,
		'title', CASE WHEN NOT i.sensitive AND i.published_at IS NOT NULL AND i.status <> 'draft' THEN
			relais.title_of(jsonb_build_object('lang', i.lang, 'titles', coalesce(relais.item_titles(i.group_id, i.number), '{}'))) END,
		'status', e.detail->'status', 'role', e.detail->'role',
		'link', '/groups/' || g.slug || coalesce(CASE e.kind WHEN 'digest' THEN '/digests/' || (e.detail->>'number') WHEN 'member' THEN '/members/' || m.slug
			ELSE '/' || i.kind || 's/' || i.number || CASE e.kind WHEN 'report' THEN '#report-' || e.seq ELSE '' END END, ''))) ORDER BY e.seq)
	FROM relais.event e JOIN relais.group g ON g.id = e.group_id
	LEFT JOIN relais.municipality m ON m.id = e.municipality_id
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	WHERE e.group_id = webhook_events.group_id AND e.seq BETWEEN webhook_events.first AND webhook_events.last AND relais.webhook_tells(w, inside, e)
$$;

-- What is posted, and to whom. One that is paused is left as it is; of a group that is not the umbrella's any more nothing is told.
CREATE FUNCTION relais.letter_webhook(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	w relais.webhook;
	u relais.umbrella;
	events jsonb;
BEGIN
	SELECT * INTO w FROM relais.webhook x WHERE x.id = (d.about->>'webhook')::int;
	IF w.state = 'paused' THEN
		RETURN '{"error": "paused"}';
	END IF;
	SELECT * INTO u FROM relais.umbrella x WHERE x.id = w.umbrella_id;
	PERFORM set_config('app.lang', u.lang, true);
	SELECT relais.webhook_events(w, g.group_id, g.inside, (d.about->>'first')::bigint, (d.about->>'last')::bigint) INTO events
	FROM relais.webhook_groups(w) g WHERE g.group_id = (d.about->>'group')::int;
	RETURN CASE WHEN events IS NOT NULL THEN jsonb_build_object('url', w.url, 'secret', w.secret,
		'body', jsonb_build_object('umbrella', u.slug, 'events', events)) END;
END
$$;

CREATE FUNCTION relais.webhook_move(webhook_id int, group_id int, upto bigint) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.webhook_position AS p VALUES (webhook_move.webhook_id, webhook_move.group_id, webhook_move.upto)
	ON CONFLICT ON CONSTRAINT webhook_position_pkey DO UPDATE SET position = greatest(p.position, excluded.position)
$$;

-- Puts into the outbox what the next webhooks are behind, of the group where it happened first. {more}: there may be some left.
CREATE FUNCTION relais.webhook_due() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 100;           -- webhooks a step, events a delivery
	w relais.webhook;
	g record;
	news record;
	n int := 0;
BEGIN
	FOR w IN SELECT x.* FROM relais.webhook x WHERE x.state = 'active' AND x.delivery_id IS NULL
			AND EXISTS (SELECT FROM relais.webhook_groups(x) b WHERE b.told < b.head)
		ORDER BY x.id LIMIT most FOR NO KEY UPDATE SKIP LOCKED LOOP
		n := n + 1;
		FOR g IN SELECT b.* FROM relais.webhook_groups(w) b JOIN relais.event e ON e.group_id = b.group_id AND e.seq = b.told + 1
			ORDER BY e.at, b.group_id LOOP
			SELECT min(x.seq) AS first, max(x.seq) AS last, CASE WHEN count(*) = most THEN max(x.seq) ELSE g.head END AS upto INTO news
			FROM (SELECT e.seq FROM relais.event e WHERE e.group_id = g.group_id AND e.seq > g.told AND e.seq <= g.head
				AND relais.webhook_tells(w, g.inside, e) ORDER BY e.seq LIMIT most) x;
			IF news.first IS NULL THEN
				PERFORM relais.webhook_move(w.id, g.group_id, g.head);
			ELSE
				INSERT INTO relais.delivery (kind, about) VALUES ('webhook', jsonb_build_object('webhook', w.id, 'group', g.group_id,
					'first', news.first, 'last', news.last, 'upto', news.upto)) RETURNING id INTO w.delivery_id;
				UPDATE relais.webhook x SET delivery_id = w.delivery_id WHERE x.id = w.id;
				EXIT;
			END IF;
		END LOOP;
	END LOOP;
	RETURN jsonb_build_object('more', n = most);
END
$$;

-- What comes of the delivery it waits for. One that failed for five days, or for good (410), suspends it; when that is sent
-- again and arrives, it goes on. What was only sent again changes nothing of it. Who coordinates is told by mail when it is
-- suspended: nobody looks at a page every day.
CREATE FUNCTION relais.webhook_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF new.state = 'suspended' THEN
		WITH stopped AS (
			UPDATE relais.webhook w SET state = 'suspended' WHERE w.delivery_id = new.id AND w.state = 'active' RETURNING w.id, w.umbrella_id)
		INSERT INTO relais.delivery (kind, person_id, about)
		SELECT 'webhook_stopped', p.id, jsonb_build_object('stopped', s.id)
		FROM stopped s JOIN relais.affiliation a ON a.umbrella_id = s.umbrella_id AND a.role = 'coordinator'
		JOIN relais.person p ON p.id = a.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL;
	ELSE
		UPDATE relais.webhook w SET delivery_id = NULL, state = CASE w.state WHEN 'suspended' THEN 'active' ELSE w.state END
		WHERE w.delivery_id = new.id;
		IF FOUND THEN
			PERFORM relais.webhook_move((new.about->>'webhook')::int, (new.about->>'group')::int, (new.about->>'upto')::bigint);
		END IF;
	END IF;
	RETURN new;
END
$$;
CREATE TRIGGER webhook_ended BEFORE UPDATE OF state ON relais.delivery FOR EACH ROW
	WHEN (old.state = 'waiting' AND new.state <> 'waiting' AND new.kind = 'webhook') EXECUTE FUNCTION relais.webhook_ended();

-- The log is kept for thirty days; what a webhook waits for, until it is delivered.
CREATE FUNCTION relais.webhook_housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	n int;
BEGIN
	DELETE FROM relais.delivery d WHERE d.id = ANY (ARRAY(SELECT o.id FROM relais.delivery o
		WHERE o.kind = 'webhook' AND o.ended_at < now() - interval '30 days'
			AND NOT EXISTS (SELECT FROM relais.webhook w WHERE w.delivery_id = o.id) LIMIT most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('more', n = most);
END
$$;

-- ---------------------------------------------------------------------------
-- What its coordinators do with it

CREATE FUNCTION relais.webhook_post(umbrella text, url text, kinds jsonb, secret text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	u relais.umbrella;
	made int;
	refused text;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR NO KEY UPDATE;
	IF u.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF (SELECT count(*) FROM relais.webhook w WHERE w.umbrella_id = u.id) >= 20 THEN
		PERFORM relais.refuse('webhook_many');
	END IF;
	INSERT INTO relais.webhook (umbrella_id, url, kinds, secret)
	VALUES (u.id, url, nullif(ARRAY(SELECT jsonb_array_elements_text(kinds)), '{}'), secret) RETURNING id INTO made;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/webhooks/%s', u.slug, made),
		'value', jsonb_build_object('id', made, 'url', url));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- One for a change; what of it is in the outbox is locked before it, as by whoever counts a delivery.
CREATE FUNCTION relais.webhook_for_change(umbrella text, id int) RETURNS relais.webhook
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	u int;
	w relais.webhook;
BEGIN
	SELECT x.id INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	IF u IS NOT NULL AND NOT relais.coordinates(u) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	PERFORM FROM relais.delivery d WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = id AND d.state = 'waiting' ORDER BY d.id FOR NO KEY UPDATE;
	SELECT * INTO w FROM relais.webhook x WHERE x.id = id AND x.umbrella_id = u FOR UPDATE;
	IF w.id IS NULL THEN
		PERFORM relais.refuse('not_found');
	END IF;
	RETURN w;
END
$$;

CREATE FUNCTION relais.webhook_answer(umbrella text, w relais.webhook) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/webhooks/%s', umbrella, w.id),
		'value', jsonb_build_object('id', w.id, 'state', w.state))
$$;

-- Nothing goes out from here on; or (again) it goes on with what it waits for, as if never tried.
CREATE FUNCTION relais.webhook_pause(umbrella text, id int, again boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	w relais.webhook;
	refused text;
BEGIN
	w := relais.webhook_for_change(umbrella, id);
	w.state := CASE WHEN again THEN 'active' ELSE 'paused' END;
	UPDATE relais.webhook x SET state = w.state WHERE x.id = w.id;
	IF again THEN
		UPDATE relais.delivery d SET state = 'waiting', due_at = clock_timestamp(), since = clock_timestamp(), tries = 0, ended_at = NULL
		WHERE d.id = w.delivery_id AND d.state = 'suspended';
	ELSE
		UPDATE relais.delivery d SET state = 'suspended', ended_at = clock_timestamp()
		WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id AND d.state = 'waiting';
	END IF;
	RETURN relais.webhook_answer(umbrella, w);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- From the next try on it signs with this one.
CREATE FUNCTION relais.webhook_secret(umbrella text, id int, secret text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	w relais.webhook;
	refused text;
BEGIN
	w := relais.webhook_for_change(umbrella, id);
	UPDATE relais.webhook x SET secret = webhook_secret.secret WHERE x.id = w.id;
	RETURN relais.webhook_answer(umbrella, w);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- With its log.
CREATE FUNCTION relais.webhook_end(umbrella text, id int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	w relais.webhook;
	refused text;
BEGIN
	w := relais.webhook_for_change(umbrella, id);
	DELETE FROM relais.webhook x WHERE x.id = w.id;
	DELETE FROM relais.delivery d WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/webhooks', umbrella), 'value', '{}'::jsonb);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Sends a delivery of its log again, now, under its key; one that somebody has is being sent.
CREATE FUNCTION relais.webhook_again(umbrella text, id int, delivery bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	w relais.webhook;
	refused text;
BEGIN
	PERFORM FROM relais.delivery d WHERE d.id = delivery AND d.kind = 'webhook' AND (d.about->>'webhook')::int = id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		delivery := NULL;
	END IF;
	w := relais.webhook_for_change(umbrella, id);
	IF delivery IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF w.state <> 'active' THEN
		PERFORM relais.refuse('webhook_stopped');
	END IF;
	UPDATE relais.delivery d SET state = 'waiting', due_at = clock_timestamp(), since = clock_timestamp(), tries = 0, ended_at = NULL
	WHERE d.id = delivery AND NOT d.under_way;
	RETURN relais.webhook_answer(umbrella, w);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- Reading: for its coordinators; NULL for everybody else

-- answer, gone: what it was suspended for.
CREATE FUNCTION relais.webhook_brief(w relais.webhook) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('id', w.id, 'url', w.url, 'kinds', w.kinds, 'state', w.state, 'stopped', w.state <> 'active', 'made_at', w.made_at,
		'answer', d.answer, 'gone', coalesce(d.answer ~ '^HTTP 410 ', false))
	FROM (SELECT 1) one LEFT JOIN relais.delivery d ON d.id = w.delivery_id AND w.state = 'suspended'
$$;

CREATE FUNCTION relais.webhooks(umbrella text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT jsonb_build_object('umbrella', jsonb_build_object('slug', u.slug, 'name', u.name), 'webhooks',
		(SELECT coalesce(jsonb_agg(relais.webhook_brief(w) ORDER BY w.id), '[]') FROM relais.webhook w WHERE w.umbrella_id = u.id))
	FROM relais.umbrella u WHERE u.slug = webhooks.umbrella AND relais.coordinates(u.id)
$$;

-- With what was sent last: n names a delivery, key is its Idempotency-Key, again: it may be sent again.
CREATE FUNCTION relais.webhook_view(umbrella text, id int) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT relais.webhook_brief(w) || jsonb_build_object('umbrella', jsonb_build_object('slug', u.slug, 'name', u.name), 'deliveries',
		(SELECT coalesce(jsonb_agg(jsonb_build_object('n', d.id, 'key', d.message_id, 'group', g.slug, 'group_name', g.name,
				'first', d.about->'first', 'last', d.about->'last', 'several', d.about->'first' <> d.about->'last', 'state', d.state, 'made_at', d.made_at, 'ended_at', d.ended_at,
				'due_at', CASE WHEN d.state = 'waiting' AND NOT d.under_way THEN d.due_at END, 'tries', d.tries, 'answer', d.answer,
				'again', w.state = 'active' AND NOT d.under_way) ORDER BY d.id DESC), '[]')
			FROM (SELECT * FROM relais.delivery x WHERE x.kind = 'webhook' AND (x.about->>'webhook')::int = w.id ORDER BY x.id DESC LIMIT 30) d
			JOIN relais.group g ON g.id = (d.about->>'group')::int))
	FROM relais.webhook w JOIN relais.umbrella u ON u.id = w.umbrella_id
	WHERE u.slug = webhook_view.umbrella AND w.id = webhook_view.id AND relais.coordinates(u.id)
$$;

-- The mail to who coordinates. NULL: it goes on again, or is not theirs any more.
CREATE FUNCTION relais.letter_webhook_stopped(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('umbrella', u.slug, 'of', u.name, 'webhook', w.id, 'url', w.url, 'answer', b.brief->'answer', 'gone', b.brief->'gone')
	FROM relais.webhook w JOIN relais.umbrella u ON u.id = w.umbrella_id, LATERAL (SELECT relais.webhook_brief(w) AS brief) b
	WHERE w.id = (d.about->>'stopped')::int AND w.state = 'suspended' AND relais.coordinates(u.id)
$$;

REVOKE EXECUTE ON FUNCTION relais.letter_webhook_stopped, relais.webhook_groups, relais.webhook_tells, relais.webhook_events, relais.letter_webhook, relais.webhook_move,
	relais.webhook_due, relais.webhook_ended, relais.webhook_housekeep, relais.webhook_for_change, relais.webhook_answer, relais.webhook_brief
	FROM relais_site, relais_admin;
GRANT EXECUTE ON FUNCTION relais.webhook_due, relais.webhook_housekeep TO relais_courier;
