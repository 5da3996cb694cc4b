-- A person whose mails come back is written to no more, once that happened on three days: who manages their role is told, and sees
-- it beside their name. What they miss waits: they get it when it is tried again, or they are heard of.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice', 'receipt', 'unreachable', 'websub_verify', 'websub'));

CREATE TABLE relais.mail_trouble (
	person_id  int PRIMARY KEY REFERENCES relais.person,
	days       int NOT NULL DEFAULT 1,              -- on which one came back
	last_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
	answer     text NOT NULL,                       -- what the other side said
	stopped_at timestamptz
);
ALTER TABLE relais.mail_trouble ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION relais.unreachable(person_id int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT EXISTS (SELECT FROM relais.mail_trouble t WHERE t.person_id = unreachable.person_id AND t.stopped_at IS NOT NULL)
$$;

-- For whoever manages their role: {since, answer}; NULL: mail comes to them as far as is known.
CREATE FUNCTION relais.trouble_brief(person_id int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('since', t.stopped_at, 'answer', t.answer) FROM relais.mail_trouble t
	WHERE t.person_id = trouble_brief.person_id AND t.stopped_at IS NOT NULL
$$;

-- A mail was refused, or came back: only what a mail server said counts, "550 5.1.1 no such mailbox", not what is wrong with us.
CREATE FUNCTION relais.mail_came_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.mail_trouble;
BEGIN
	INSERT INTO relais.mail_trouble AS x (person_id, answer) VALUES (new.person_id, new.answer)
	ON CONFLICT (person_id) DO UPDATE SET answer = excluded.answer, last_at = excluded.last_at,
		days = CASE WHEN x.last_at < excluded.last_at - interval '60 days' THEN 1
			WHEN x.last_at::date = excluded.last_at::date THEN x.days ELSE x.days + 1 END
	RETURNING * INTO t;
	IF t.days < 3 OR t.stopped_at IS NOT NULL THEN
		RETURN NULL;
	END IF;
	UPDATE relais.mail_trouble x SET stopped_at = clock_timestamp() WHERE x.person_id = t.person_id;
	-- who manages them: the coordinators of the umbrella, and of a contributor or observer the focal points
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT DISTINCT ON (p.id) 'unreachable', p.id, jsonb_build_object('affiliation', a.id)
	FROM relais.affiliation a LEFT JOIN relais.municipality m ON m.id = a.municipality_id
	JOIN relais.affiliation b ON b.role = 'coordinator' AND b.umbrella_id = coalesce(a.umbrella_id, m.umbrella_id)
		OR b.role = 'focal_point' AND b.municipality_id = a.municipality_id AND a.role IN ('contributor', 'observer')
	JOIN relais.person p ON p.id = b.person_id
	WHERE a.person_id = t.person_id AND p.id <> t.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL
	ORDER BY p.id, a.id;
	RETURN NULL;
END
$$;
CREATE TRIGGER came_back AFTER UPDATE OF state ON relais.delivery FOR EACH ROW
	WHEN (new.state = 'suspended' AND old.state <> 'suspended' AND new.person_id IS NOT NULL AND new.answer ~ '^[45](\d\d|\.\d+\.\d+)\M')
	EXECUTE FUNCTION relais.mail_came_back();

-- Who signs in, or writes back, is there.
CREATE FUNCTION relais.signed_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.mail_trouble t WHERE t.person_id = new.person_id;
	RETURN NULL;
END
$$;
CREATE TRIGGER signed_in AFTER INSERT ON relais.access_token FOR EACH ROW WHEN (new.kind = 'session') EXECUTE FUNCTION relais.signed_in();

CREATE FUNCTION relais.wrote_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.mail_trouble t WHERE t.person_id = (relais.signed(lower(substring(new.recipient FROM '\+([^@]+)@')))).person;
	RETURN NULL;
END
$$;
-- no outcome is noted of what its person wrote, from their own address
CREATE TRIGGER wrote_back AFTER UPDATE OF state ON relais.incoming FOR EACH ROW
	WHEN (old.state = 'waiting' AND new.state = 'done' AND new.outcome IS NULL) EXECUTE FUNCTION relais.wrote_back();

-- Lets mail go to a person again, by whoever manages their role.
CREATE FUNCTION relais.affiliation_mail(id int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	a relais.affiliation;
BEGIN
	a := relais.affiliation_for_change(affiliation_mail.id);
	DELETE FROM relais.mail_trouble t WHERE t.person_id = a.person_id;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/affiliations/' || a.id, 'value', relais.affiliation_brief(a));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- As 0028's, without those whom no mail reaches.
CREATE OR REPLACE FUNCTION relais.nudge_readers(municipality_id int) RETURNS TABLE (person_id int, lang text)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT DISTINCT p.id, p.lang FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id
	WHERE a.municipality_id = nudge_readers.municipality_id AND a.role IN ('focal_point', 'contributor') AND p.ended_at IS NULL
		AND NOT relais.unreachable(p.id)
$$;

-- As 0046's; those whom no mail reaches are only written to when they ask to sign in.
CREATE OR REPLACE FUNCTION relais.recipient(d relais.delivery) RETURNS relais.person
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT p.* FROM relais.person p WHERE p.id = d.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL
		AND (d.kind IN ('sign_in', 'invitation') OR NOT relais.unreachable(p.id))
$$;

-- As 0041's; the news of those whom no mail reaches wait.
CREATE OR REPLACE FUNCTION relais.mailing_due(after int) RETURNS jsonb
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
		AND NOT relais.unreachable(x.person_id)
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

-- As 0035's, with whom no mail reaches.
CREATE OR REPLACE FUNCTION relais.affiliation_view(id int) RETURNS json
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
		'of_umbrella', a.umbrella_id IS NOT NULL, 'unreachable', relais.trouble_brief(a.person_id), 'code_from_here', relais.manages_person(a.person_id)))::json;
END
$$;

CREATE OR REPLACE FUNCTION relais.people(umbrella text, municipality text) RETURNS json
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
		'people', (SELECT coalesce(json_agg(relais.affiliation_brief(a)::jsonb || jsonb_build_object('unreachable', relais.trouble_brief(p.id)) ORDER BY array_position(
				ARRAY['coordinator', 'focal_point', 'contributor', 'coach', 'observer'], a.role), p.name), '[]')
			FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id AND p.ended_at IS NULL
			WHERE a.umbrella_id = u.id OR a.municipality_id = m.id));
END
$$;

-- What whoever manages them is told; NULL: it is settled, or no longer theirs.
CREATE FUNCTION relais.letter_unreachable(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('affiliation', a.id, 'name', p.name, 'email', p.email, 'answer', t.answer,
		'of', coalesce((SELECT m.name FROM relais.municipality m WHERE m.id = a.municipality_id), (SELECT u.name FROM relais.umbrella u WHERE u.id = a.umbrella_id)))
	FROM relais.affiliation a JOIN relais.person p ON p.id = a.person_id JOIN relais.mail_trouble t ON t.person_id = p.id
	WHERE a.id = (d.about->>'affiliation')::int AND t.stopped_at IS NOT NULL AND relais.manages(a.umbrella_id, a.municipality_id, a.role)
$$;

REVOKE EXECUTE ON FUNCTION relais.unreachable, relais.trouble_brief, relais.mail_came_back, relais.letter_unreachable, relais.signed_in, relais.wrote_back FROM relais_site, relais_admin;
