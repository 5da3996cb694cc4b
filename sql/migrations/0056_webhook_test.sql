-- A webhook's address and kinds can be changed; and it can be tried, by a delivery that tells of nothing.

SET ROLE relais_owner;

-- A delivery keeps what was asked for when it was made, so that each try of it has the same content.
UPDATE relais.delivery d SET about = d.about || jsonb_build_object('kinds', w.kinds) FROM relais.webhook w
WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id;

-- As 0049's, with the kinds.
CREATE OR REPLACE FUNCTION relais.webhook_due() RETURNS jsonb
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
					'first', news.first, 'last', news.last, 'upto', news.upto, 'kinds', w.kinds)) RETURNING id INTO w.delivery_id;
				UPDATE relais.webhook x SET delivery_id = w.delivery_id WHERE x.id = w.id;
				EXIT;
			END IF;
		END LOOP;
	END LOOP;
	RETURN jsonb_build_object('more', n = most);
END
$$;

-- As 0049's, with the kinds; a test is sent in any state, for it is asked for.
CREATE OR REPLACE FUNCTION relais.letter_webhook(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	w relais.webhook;
	u relais.umbrella;
	events jsonb;
BEGIN
	SELECT * INTO w FROM relais.webhook x WHERE x.id = (d.about->>'webhook')::int;
	SELECT * INTO u FROM relais.umbrella x WHERE x.id = w.umbrella_id;
	IF d.about ? 'test' THEN
		RETURN jsonb_build_object('url', w.url, 'secret', w.secret, 'body', jsonb_build_object('umbrella', u.slug, 'events', jsonb_build_array(
			jsonb_build_object('id', 'test/' || d.id, 'kind', 'test', 'act', 'sent', 'at', d.made_at, 'link', format('/umbrellas/%s/webhooks/%s', u.slug, w.id)))));
	ELSIF w.state = 'paused' THEN
		RETURN '{"error": "paused"}';
	END IF;
	IF d.about ? 'kinds' THEN
		w.kinds := (SELECT array_agg(k) FROM jsonb_array_elements_text(CASE jsonb_typeof(d.about->'kinds') WHEN 'array' THEN d.about->'kinds' ELSE '[]' END) k);
	END IF;
	PERFORM set_config('app.lang', u.lang, true);
	SELECT relais.webhook_events(w, g.group_id, g.inside, (d.about->>'first')::bigint, (d.about->>'last')::bigint) INTO events
	FROM relais.webhook_groups(w) g WHERE g.group_id = (d.about->>'group')::int;
	RETURN CASE WHEN events IS NOT NULL THEN jsonb_build_object('url', w.url, 'secret', w.secret,
		'body', jsonb_build_object('umbrella', u.slug, 'events', events)) END;
END
$$;

-- As 0049's, with tests, which are of no group.
CREATE OR REPLACE FUNCTION relais.webhook_view(umbrella text, id int) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT relais.webhook_brief(w) || jsonb_build_object('umbrella', jsonb_build_object('slug', u.slug, 'name', u.name), 'deliveries',
		(SELECT coalesce(jsonb_agg(jsonb_build_object('n', d.id, 'key', d.message_id, 'test', d.about ? 'test', 'group', g.slug, 'group_name', g.name,
				'first', d.about->'first', 'last', d.about->'last', 'several', coalesce(d.about->'first' <> d.about->'last', false), 'state', d.state, 'made_at', d.made_at, 'ended_at', d.ended_at,
				'due_at', CASE WHEN d.state = 'waiting' AND NOT d.under_way THEN d.due_at END, 'tries', d.tries, 'answer', d.answer,
				'again', w.state = 'active' AND NOT d.under_way) ORDER BY d.id DESC), '[]')
			FROM (SELECT * FROM relais.delivery x WHERE x.kind = 'webhook' AND (x.about->>'webhook')::int = w.id ORDER BY x.id DESC LIMIT 30) d
			LEFT JOIN relais.group g ON g.id = (d.about->>'group')::int))
	FROM relais.webhook w JOIN relais.umbrella u ON u.id = w.umbrella_id
	WHERE u.slug = webhook_view.umbrella AND w.id = webhook_view.id AND relais.coordinates(u.id)
$$;

-- Another address holds from the next try on, which is now; other kinds from the next delivery on. NULL leaves what is; no kinds: all.
CREATE FUNCTION relais.webhook_change(umbrella text, id int, url text, kinds jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	w relais.webhook;
	refused text;
BEGIN
	w := relais.webhook_for_change(umbrella, id);
	UPDATE relais.webhook x SET url = coalesce(webhook_change.url, x.url),
		kinds = CASE WHEN webhook_change.kinds IS NULL THEN x.kinds ELSE nullif(ARRAY(SELECT jsonb_array_elements_text(webhook_change.kinds)), '{}') END
	WHERE x.id = w.id;
	IF url IS DISTINCT FROM w.url THEN
		UPDATE relais.delivery d SET due_at = clock_timestamp(), since = clock_timestamp(), tries = 0
		WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id AND d.state = 'waiting' AND NOT d.under_way;
	END IF;
	RETURN relais.webhook_answer(umbrella, w);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A delivery whose only event says that it is a test. It holds nothing up, and nothing waits for it; one that still waits goes out now.
CREATE FUNCTION relais.webhook_test(umbrella text, id int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	most CONSTANT int := 10;            -- an hour
	w relais.webhook;
	refused text;
BEGIN
	w := relais.webhook_for_change(umbrella, id);
	IF EXISTS (SELECT FROM relais.delivery d WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id AND d.about ? 'test' AND d.state = 'waiting') THEN
		UPDATE relais.delivery d SET due_at = clock_timestamp(), since = clock_timestamp(), tries = 0
		WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id AND d.about ? 'test' AND d.state = 'waiting' AND NOT d.under_way;
	ELSIF (SELECT count(*) FROM relais.delivery d WHERE d.kind = 'webhook' AND (d.about->>'webhook')::int = w.id AND d.about ? 'test'
			AND d.made_at > clock_timestamp() - interval '1 hour') >= most THEN
		PERFORM relais.refuse('webhook_test_often');
	ELSE
		INSERT INTO relais.delivery (kind, about) VALUES ('webhook', jsonb_build_object('webhook', w.id, 'test', true));
	END IF;
	RETURN relais.webhook_answer(umbrella, w);
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
