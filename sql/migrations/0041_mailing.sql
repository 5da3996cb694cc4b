-- Mailings: one person's mail over all the groups they follow, by their cadence. Each tells of a
-- subscription's log from its position to a later one, which is the new position in the same
-- transaction: nothing is told twice, nothing is skipped.
--
--   at_once       half an hour after the last thing that happened, at most four after the first
--   daily, weekly, monthly   at the hour and on the weekday (monthly: its first in the month) in the person's zone
--   fortnightly   the umbrella's digests: when one is approved, on the weekday and at the hour that follow;
--                 tells what the digest does, and no more

SET ROLE relais_owner;

-- A subscription's time: when the next mailing is due (NULL: by what happens), and until when there is none.
CREATE TABLE relais.mail_clock (
	person_id    int NOT NULL,
	group_id     int NOT NULL,
	next_at      timestamptz,
	paused_until date,
	PRIMARY KEY (person_id, group_id),
	FOREIGN KEY (person_id, group_id) REFERENCES relais.subscription ON DELETE CASCADE
);
CREATE INDEX mail_clock_next ON relais.mail_clock (next_at);
ALTER TABLE relais.mail_clock ENABLE ROW LEVEL SECURITY;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing'));

-- The person's zone, or that of the group's lead umbrella.
CREATE FUNCTION relais.mail_zone(person_id int, group_id int) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(p.time_zone, u.time_zone) FROM relais.person p, relais.group g JOIN relais.umbrella u ON u.id = g.umbrella_id
	WHERE p.id = mail_zone.person_id AND g.id = mail_zone.group_id
$$;

-- The first moment after `after` that fits; without a weekday and an hour: Mondays, seven o'clock, but of what
-- follows the digest the moment itself. NULL: no such cadence.
CREATE FUNCTION relais.next_mailing(cadence text, weekday int, hour int, zone text, after timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	day date := (next_mailing.after AT TIME ZONE zone)::date;
	moment timestamptz;
	fits boolean;
BEGIN
	IF cadence = 'fortnightly' AND weekday IS NULL AND hour IS NULL THEN
		RETURN next_mailing.after;
	ELSIF next_mailing.after IS NULL OR zone IS NULL OR cadence NOT IN ('daily', 'weekly', 'fortnightly', 'monthly') THEN
		RETURN NULL;
	END IF;
	LOOP
		moment := (day + make_interval(hours => coalesce(hour, 7))) AT TIME ZONE zone;
		fits := CASE cadence WHEN 'daily' THEN true WHEN 'fortnightly' THEN weekday IS NULL OR extract(isodow FROM day) = weekday
			ELSE extract(isodow FROM day) = coalesce(weekday, 1) AND (cadence = 'weekly' OR extract(day FROM day) <= 7) END;
		IF fits AND moment > next_mailing.after THEN
			RETURN moment;
		END IF;
		day := day + 1;
	END LOOP;
END
$$;

-- A subscription that is made or changed gets its next time.
CREATE FUNCTION relais.subscription_clock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.mail_clock AS c VALUES (new.person_id, new.group_id, CASE WHEN new.cadence NOT IN ('at_once', 'fortnightly') THEN
		relais.next_mailing(new.cadence, new.weekday, new.hour, relais.mail_zone(new.person_id, new.group_id), clock_timestamp()) END)
	ON CONFLICT ON CONSTRAINT mail_clock_pkey DO UPDATE SET next_at = excluded.next_at;
	RETURN NULL;
END
$$;
CREATE TRIGGER clock AFTER INSERT OR UPDATE OF cadence, weekday, hour ON relais.subscription
	FOR EACH ROW EXECUTE FUNCTION relais.subscription_clock();
INSERT INTO relais.mail_clock SELECT s.person_id, s.group_id, CASE WHEN s.cadence NOT IN ('at_once', 'fortnightly') THEN
	relais.next_mailing(s.cadence, s.weekday, s.hour, relais.mail_zone(s.person_id, s.group_id), clock_timestamp()) END
FROM relais.subscription s;

-- ---------------------------------------------------------------------------
-- What there is to tell

-- What a section or mailing tells of (after, upto]: the last event of each kind on a lesson or question,
-- the last standing report of each municipality on each.
CREATE FUNCTION relais.section_events(group_id int, after bigint, upto bigint) RETURNS SETOF relais.event
LANGUAGE sql STABLE SET search_path = '' AS $$
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
		AND (i.status IS DISTINCT FROM 'withdrawn' OR t.act = 'withdrawn')
$$;

CREATE OR REPLACE FUNCTION relais.section_items(group_id int, after bigint, upto bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'act', e.act, 'number', e.number,
		'object_kind', i.kind, 'titles', relais.item_titles(i.group_id, i.number), 'lang', i.lang,
		'summary', CASE WHEN e.kind = 'lesson' THEN (SELECT nullif(t.summary, '') FROM relais.item_text t
			WHERE t.group_id = i.group_id AND t.number = i.number AND t.lang = i.lang AND NOT t.sensitive
			ORDER BY t.revision DESC LIMIT 1) END,
		'municipality', relais.municipality_brief(e.municipality_id), 'status', r.status, 'adaptation', r.adaptation,
		'note', n.note, 'note_audience', n.audience, 'reason', w.reason, 'reason_audience', w.audience,
		'because', CASE WHEN e.act = 'reworded' THEN nullif(v.reason, '') END,
		'audience', e.audience)) ORDER BY e.seq DESC)
	FROM relais.section_events(group_id, after, upto) e
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	LEFT JOIN relais.report r ON e.kind = 'report' AND r.group_id = e.group_id AND r.seq = e.seq
	LEFT JOIN relais.report_note n ON n.group_id = r.group_id AND n.seq = r.seq AND n.audience <> 'own'
	LEFT JOIN relais.report_reason w ON w.group_id = r.group_id AND w.seq = r.seq
	LEFT JOIN relais.item_revision v ON e.act = 'reworded' AND v.group_id = e.group_id AND v.number = e.number
		AND v.revision = (e.detail->>'revision')::int AND NOT v.sensitive
$$;

-- The newest approved digest that tells of a group beyond `after`.
CREATE FUNCTION relais.digest_beyond(group_id int, after bigint) RETURNS TABLE (umbrella_id int, n int, upto bigint, approved_at timestamptz)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT s.umbrella_id, s.n, s.upto, d.approved_at FROM relais.digest_section s JOIN relais.digest d USING (umbrella_id, n)
	WHERE s.group_id = digest_beyond.group_id AND s.upto > digest_beyond.after AND d.status = 'approved' ORDER BY s.upto DESC LIMIT 1
$$;

-- How far a subscription's log is to be told now; NULL: it is not its time.
CREATE FUNCTION relais.mailing_upto(s relais.subscription, c relais.mail_clock) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	l relais.group_log;
	d record;
BEGIN
	IF s.cadence = 'paused' OR c.paused_until > (now() AT TIME ZONE relais.mail_zone(s.person_id, s.group_id))::date
		OR c.next_at > clock_timestamp() THEN
		RETURN NULL;
	END IF;
	SELECT * INTO l FROM relais.group_log x WHERE x.group_id = s.group_id;
	IF s.cadence = 'fortnightly' THEN
		SELECT * INTO d FROM relais.digest_beyond(s.group_id, s.position);
		RETURN CASE WHEN relais.next_mailing(s.cadence, s.weekday, s.hour, relais.mail_zone(s.person_id, s.group_id), d.approved_at)
			<= clock_timestamp() THEN d.upto END;
	ELSIF s.cadence = 'at_once' THEN
		RETURN (SELECT l.head FROM relais.event n, relais.event o
			WHERE n.group_id = s.group_id AND n.seq = l.head AND o.group_id = s.group_id AND o.seq = s.position + 1
				AND (n.at <= clock_timestamp() - interval '30 minutes' OR o.at <= clock_timestamp() - interval '4 hours'));
	END IF;
	RETURN l.head;
END
$$;

-- What of (position, upto] the asking person is told, the newest first: not what they or their municipality did,
-- nor a lesson that it answered already, nor what an approved digest left out.
CREATE FUNCTION relais.mailing_items(s relais.subscription, upto bigint) RETURNS TABLE (seq bigint, kind text, number int)
LANGUAGE sql STABLE SET search_path = '' AS $$
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
	ORDER BY e.seq DESC
$$;

-- The municipality for which the asking person answers in a group; NULL: for none that is counted there, or
-- for several, which a link cannot tell apart.
CREATE FUNCTION relais.answers_for(group_id int) RETURNS int
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT min(m.municipality_id) FROM relais.membership m
	WHERE m.group_id = answers_for.group_id AND m.ended_at IS NULL AND m.role IN ('member', 'partner', 'hub')
		AND m.municipality_id = ANY (relais.my_municipalities())
	HAVING count(*) = 1
$$;

-- One group's part of a mailing, and the subscription's new position; NULL if there is nothing to tell.
CREATE FUNCTION relais.mailing_part(s relais.subscription, upto bigint, slots int) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	items jsonb;
	answers boolean := relais.answers_for(s.group_id) IS NOT NULL;
BEGIN
	-- an answer has the number of its lesson in the mail
	SELECT jsonb_agg(jsonb_build_array(i.seq, CASE WHEN i.slotted THEN slots + i.place END, i.number) ORDER BY i.seq DESC) INTO items
	FROM (SELECT x.seq, x.number, x.kind = 'lesson' AND answers AS slotted,
			count(*) FILTER (WHERE x.kind = 'lesson') OVER (ORDER BY x.seq DESC) AS place
		FROM relais.mailing_items(s, upto) x) i;
	UPDATE relais.subscription x SET position = greatest(x.position, upto) WHERE x.person_id = s.person_id AND x.group_id = s.group_id;
	UPDATE relais.mail_clock c SET next_at = relais.next_mailing(s.cadence, s.weekday, s.hour, relais.mail_zone(s.person_id, s.group_id), clock_timestamp())
	WHERE c.person_id = s.person_id AND c.group_id = s.group_id AND c.next_at IS NOT NULL;
	RETURN CASE WHEN items IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object('group', s.group_id, 'after', s.position, 'upto', upto,
		'digest', (SELECT max((e.detail->>'number')::int) FROM jsonb_array_elements(items) i JOIN relais.event e
			ON e.group_id = s.group_id AND e.seq = (i->>0)::bigint AND e.kind = 'digest'))) || jsonb_build_object('items', items) END;
END
$$;

-- Puts into the outbox what is due to the next person behind `after` (NULL: to the first). One that somebody else
-- has in hand is passed over. {more, after}: where to go on.
CREATE FUNCTION relais.mailing_due(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	who int;
	p relais.person;
	s relais.subscription;
	upto bigint;
	part jsonb;
	parts jsonb := '[]';
	slots int := 0;
BEGIN
	SELECT x.person_id INTO who FROM relais.subscription x JOIN relais.mail_clock c USING (person_id, group_id)
	WHERE x.person_id > coalesce(mailing_due.after, 0) AND x.cadence <> 'paused' AND (c.next_at IS NULL OR c.next_at <= clock_timestamp())
		-- one with a time of its own goes on to the next also where there is nothing to tell
		AND relais.mailing_upto(x, c) >= x.position + CASE WHEN c.next_at IS NULL THEN 1 ELSE 0 END
	ORDER BY x.person_id LIMIT 1;
	SELECT * INTO p FROM relais.person x WHERE x.id = who AND x.ended_at IS NULL AND x.email IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED;
	IF p.id IS NULL THEN
		RETURN jsonb_build_object('more', who IS NOT NULL, 'after', who);
	END IF;
	PERFORM set_config('app.actor', p.id::text, true), set_config('app.group', '', true);
	-- a group that is not seen any more is told nothing of
	FOR s IN SELECT x.* FROM relais.subscription x WHERE x.person_id = p.id AND x.group_id = ANY (relais.my_groups()) ORDER BY x.group_id LOOP
		SELECT relais.mailing_upto(s, c) INTO upto FROM relais.mail_clock c WHERE c.person_id = p.id AND c.group_id = s.group_id;
		part := CASE WHEN upto IS NOT NULL THEN relais.mailing_part(s, upto, slots) END;
		IF part IS NOT NULL THEN
			slots := slots + (SELECT count(*) FROM jsonb_array_elements(part->'items') i WHERE jsonb_typeof(i->1) = 'number');
			parts := parts || part;
		END IF;
	END LOOP;
	IF parts <> '[]' THEN
		INSERT INTO relais.delivery (kind, person_id, about) VALUES ('mailing', p.id, jsonb_build_object('parts', parts));
	END IF;
	PERFORM set_config('app.actor', '', true);
	RETURN jsonb_build_object('more', true, 'after', who);
END
$$;

-- ---------------------------------------------------------------------------
-- The letter

-- Whom it names, and the parts whose subscription still stands: leaving takes effect at once.
CREATE FUNCTION relais.letter_mailing(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('list', CASE WHEN count(*) = 1 THEN min(g.slug) END,
		'group', CASE WHEN count(*) = 1 THEN jsonb_build_object('name', min(g.name)) END,
		'parts', jsonb_agg(jsonb_build_object('group', g.id, 'slug', g.slug, 'name', g.name, 'version', l.version, 'lang', coalesce(s.lang, relais.lang()),
			'inside', g.id = ANY (relais.my_inner_groups()), 'leads', g.id = ANY (relais.my_led_groups()),
			'municipality', (SELECT m.name FROM relais.municipality m WHERE m.id = relais.answers_for(g.id)),
			'items', p.part->'items') ORDER BY p.place))
	FROM jsonb_array_elements(d.about->'parts') WITH ORDINALITY p (part, place)
	JOIN relais.group g ON g.id = (p.part->>'group')::int JOIN relais.group_log l ON l.group_id = g.id
	JOIN relais.subscription s ON s.group_id = g.id AND s.person_id = d.person_id AND s.cadence <> 'paused'
	JOIN relais.mail_clock c ON c.person_id = s.person_id AND c.group_id = s.group_id
	WHERE g.id = ANY (relais.my_groups()) AND (c.paused_until > current_date) IS NOT TRUE
	HAVING count(*) > 0
$$;

-- A lesson's text of today, as everybody of the group may read it.
CREATE FUNCTION relais.mail_lesson(item jsonb, group_id int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('title', t.title, 'title_lang', t.lang, 'summary', t.summary, 'body', t.body, 'html', jsonb_build_object('html', t.html),
		'conditions', t.conditions, 'text_lang', t.lang)
	FROM relais.item i, LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) t
	WHERE i.group_id = mail_lesson.group_id AND i.number = (item->>'number')::int AND item->>'kind' = 'lesson' AND item->>'act' <> 'withdrawn'
$$;

-- A digest's announcement: its number, and what hub and coordinator wrote.
CREATE FUNCTION relais.mail_digest(e relais.event) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('seq', e.seq, 'kind', 'digest', 'act', e.act, 'n', e.detail->'number', 'umbrella', e.detail->'umbrella', 'slug', e.detail->'slug',
		'text', (SELECT jsonb_build_object('html', x.html) FROM relais.digest_text x JOIN relais.umbrella u ON u.id = x.umbrella_id
			WHERE u.slug = e.detail->>'slug' AND x.n = (e.detail->>'number')::int AND x.group_id = e.group_id AND x.lang = relais.lang()),
		'markdown', (SELECT x.text FROM relais.digest_text x JOIN relais.umbrella u ON u.id = x.umbrella_id
			WHERE u.slug = e.detail->>'slug' AND x.n = (e.detail->>'number')::int AND x.group_id = e.group_id AND x.lang = relais.lang()))
$$;

-- What a group's events say, in a language, to whoever is inside or leads: a list in the order asked for; null
-- for what is not told any more.
CREATE FUNCTION relais.mail_items(group_id int, seqs jsonb, lang text, inside boolean, leads boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	e relais.event;
	item jsonb;
	list jsonb := '[]';
	number bigint;
BEGIN
	PERFORM set_config('app.lang', lang, true);
	FOR number IN SELECT jsonb_array_elements_text(seqs) LOOP
		SELECT * INTO e FROM relais.event x WHERE x.group_id = group_id AND x.seq = number;
		IF e.kind = 'digest' THEN
			item := relais.mail_digest(e);
		ELSE
			item := relais.section_item(relais.section_items(group_id, number - 1, number)->0, inside, leads);
			item := item || coalesce(relais.mail_lesson(item, group_id), '{}');
		END IF;
		list := list || coalesce(item, 'null');
	END LOOP;
	RETURN list;
END
$$;

-- ---------------------------------------------------------------------------
-- Links that act without signing in

-- What signs them: HMAC-SHA256 (RFC 2104), with the secret's pads made once. A key signs for half a year; what
-- it signed is believed as long as the key is kept.
CREATE TABLE relais.signing_key (
	id      int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	secret  bytea NOT NULL CHECK (length(secret) = 32),
	inner_  bytea NOT NULL,
	outer_  bytea NOT NULL,
	made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE relais.signing_key ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION relais.hmac_pad(secret bytea, with_ int) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
	pad bytea := secret || decode(repeat('00', 64 - length(secret)), 'hex');
BEGIN
	FOR i IN 0..63 LOOP
		pad := set_byte(pad, i, get_byte(pad, i) # with_);
	END LOOP;
	RETURN pad;
END
$$;

-- The key to sign with; a new one where there is none, or it is half a year old. {id, secret}, in hexadecimal.
CREATE FUNCTION relais.signing_key(secret text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	k relais.signing_key;
	fresh bytea := decode(signing_key.secret, 'hex');
BEGIN
	LOCK TABLE relais.signing_key IN SHARE ROW EXCLUSIVE MODE;      -- two couriers that start at once sign with one
	SELECT * INTO k FROM relais.signing_key x WHERE x.made_at > now() - interval '180 days' ORDER BY x.id DESC LIMIT 1;
	IF k.id IS NULL THEN
		INSERT INTO relais.signing_key (secret, inner_, outer_) VALUES (fresh, relais.hmac_pad(fresh, 54), relais.hmac_pad(fresh, 92)) RETURNING * INTO k;
		DELETE FROM relais.signing_key x WHERE x.made_at < now() - interval '2 years';
	END IF;
	RETURN jsonb_build_object('id', k.id, 'secret', encode(k.secret, 'hex'));
END
$$;

CREATE TYPE relais.signed AS (
	purpose text,
	person  int,
	object  text[],
	expired boolean
);

-- What a signed text says: purpose.person.object….day.key.mac, where day (since 1970) is its last and mac the first
-- 16 bytes. NULL: nobody of us signed it, or its person has left.
CREATE FUNCTION relais.signed(token text) RETURNS relais.signed
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	part text[] := string_to_array(token, '.');
	n int := cardinality(part);
	k relais.signing_key;
	s relais.signed;
BEGIN
	IF n < 5 OR length(token) > 200 OR token !~ '^[a-z]+(\.[a-z0-9_]+)+$' OR part[n - 1] !~ '^\d{1,9}$' OR part[n - 2] !~ '^\d{1,6}$'
		OR part[2] !~ '^\d{1,9}$' THEN
		RETURN NULL;
	END IF;
	SELECT * INTO k FROM relais.signing_key x WHERE x.id = part[n - 1]::int;
	-- compared by their hashes, so that the time it takes says nothing of how many bytes fit
	IF k.id IS NULL OR sha256(convert_to(part[n], 'UTF8')) <> sha256(convert_to(left(encode(sha256(k.outer_ || sha256(k.inner_
			|| convert_to(array_to_string(part[1:n - 1], '.'), 'UTF8'))), 'hex'), 32), 'UTF8'))
		OR NOT EXISTS (SELECT FROM relais.person p WHERE p.id = part[2]::int AND p.ended_at IS NULL) THEN
		RETURN NULL;
	END IF;
	s.purpose := part[1];
	s.person := part[2]::int;
	s.object := part[3:n - 3];
	s.expired := part[n - 2]::int < floor(extract(epoch FROM now()) / 86400);
	RETURN s;
END
$$;

REVOKE EXECUTE ON FUNCTION relais.next_mailing, relais.mailing_upto, relais.mailing_items, relais.mailing_part, relais.mailing_due, relais.letter_mailing,
	relais.mail_lesson, relais.mail_digest, relais.mail_items, relais.hmac_pad, relais.signing_key, relais.signed FROM relais_site, relais_admin;
GRANT EXECUTE ON FUNCTION relais.mailing_due, relais.mail_items, relais.signing_key TO relais_courier;

-- ---------------------------------------------------------------------------
-- Export and restore: the clock; keys stay behind.

CREATE FUNCTION relais.export_clocks(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('person', relais.person_named(c.person_id), 'next_at', c.next_at, 'paused_until', c.paused_until)
	FROM relais.mail_clock c WHERE c.group_id = g.id ORDER BY c.person_id
$$;
CREATE FUNCTION relais.restore_clocks(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE relais.mail_clock c SET next_at = (l->>'next_at')::timestamptz, paused_until = (l->>'paused_until')::date
	FROM relais.log_lines(doc, 'clock') l WHERE c.group_id = relais.group_named(l->>'group') AND c.person_id = relais.person_of(l->>'person')
$$;
INSERT INTO relais.log_kind SELECT 'clock', coalesce(max(k.place), 0) + 1, true, 'export_clocks', 'restore_clocks', 'relais.mail_clock'
FROM relais.log_kind k;
