-- What somebody began to write in a form and has not sent: theirs alone, on whichever device they
-- go on with it. It is no event and no item: nobody else learns of it, and it is not exported.

SET ROLE relais_owner;

CREATE TABLE relais.draft (
	person_id int NOT NULL REFERENCES relais.person,
	group_id  int NOT NULL REFERENCES relais.group,
	place     text NOT NULL CONSTRAINT draft_place_form        -- the page below the group's: "lessons/new"
	          CHECK (place ~ '^[a-z]{1,20}(/[a-z0-9-]{1,40}){1,4}$'),
	form      text CONSTRAINT draft_form_name CHECK ((form ~ '^[a-z_]{1,40}$') IS TRUE),
	key       text CONSTRAINT draft_key_form CHECK ((length(key) BETWEEN 1 AND 255) IS TRUE),  -- the form's Idempotency-Key
	content   text CONSTRAINT draft_content_length CHECK ((length(content) <= 250000) IS TRUE),        -- as the form would be sent
	at        timestamptz NOT NULL,
	CONSTRAINT draft_once PRIMARY KEY (person_id, group_id, place)
);
ALTER TABLE relais.draft ALTER content SET COMPRESSION lz4;

ALTER TABLE relais.draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON relais.draft FOR SELECT USING (person_id = (SELECT relais.self()));
GRANT SELECT ON relais.draft TO relais_site, relais_admin;

-- Keeps it. What was sent with this key meanwhile, perhaps from another window, is not kept again: "sent".
CREATE FUNCTION relais.draft_put(slug text, place text, form text, key text, content text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	g int;
	sent boolean;
BEGIN
	SELECT x.id INTO g FROM relais.group x WHERE x.slug = draft_put.slug AND x.id = ANY (relais.my_groups());
	IF g IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF relais.self() IS NULL OR relais.only_group() IS NOT NULL THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	sent := EXISTS (SELECT FROM relais.idempotency i WHERE i.person_id = relais.self() AND i.key = draft_put.key);
	IF NOT sent THEN
		INSERT INTO relais.draft AS d VALUES (relais.self(), g, coalesce(place, ''), form, key, content, clock_timestamp())
		ON CONFLICT ON CONSTRAINT draft_once DO UPDATE SET form = excluded.form, key = excluded.key,
			content = excluded.content, at = excluded.at;
	END IF;
	DELETE FROM relais.draft d WHERE d.person_id = relais.self() AND (d.at < now() - interval '180 days'
		OR EXISTS (SELECT FROM relais.idempotency i WHERE i.person_id = d.person_id AND i.key = d.key));
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/groups/%s/%s', slug, place),
		'value', jsonb_build_object('place', place, 'sent', sent));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.draft_end(slug text, place text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.draft d USING relais.group g
	WHERE g.id = d.group_id AND g.slug = draft_end.slug AND d.person_id = relais.self() AND d.place = draft_end.place;
	IF NOT FOUND THEN
		RETURN '{"error": "not_found"}';
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/groups/%s/%s', slug, place), 'value', '{}'::jsonb);
END
$$;

-- What the reader left unsent there; NULL if nothing, or if it was sent.
CREATE FUNCTION relais.draft_at(group_id int, place text) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT json_build_object('form', d.form, 'place', d.place, 'key', d.key, 'content', d.content, 'at', d.at)
	FROM relais.draft d
	WHERE d.person_id = relais.self() AND d.group_id = draft_at.group_id AND d.place = draft_at.place
		AND NOT EXISTS (SELECT FROM relais.idempotency i WHERE i.person_id = d.person_id AND i.key = d.key)
$$;

-- Also what people left unsent half a year ago.
CREATE OR REPLACE FUNCTION relais.housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	answers int;
	tokens int;
	drafts int;
BEGIN
	DELETE FROM relais.idempotency i WHERE i.ctid = ANY (ARRAY(
		SELECT o.ctid FROM relais.idempotency o WHERE o.at < now() - interval '30 days' LIMIT most));
	GET DIAGNOSTICS answers = ROW_COUNT;
	DELETE FROM relais.access_token a WHERE a.ctid = ANY (ARRAY(
		SELECT o.ctid FROM relais.access_token o WHERE coalesce(o.ended_at, o.expires_at) < now() - interval '30 days' LIMIT most));
	GET DIAGNOSTICS tokens = ROW_COUNT;
	DELETE FROM relais.draft d WHERE d.ctid = ANY (ARRAY(
		SELECT o.ctid FROM relais.draft o WHERE o.at < now() - interval '180 days'
			OR EXISTS (SELECT FROM relais.idempotency i WHERE i.person_id = o.person_id AND i.key = o.key) LIMIT most));
	GET DIAGNOSTICS drafts = ROW_COUNT;
	RETURN jsonb_build_object('more', answers = most OR tokens = most OR drafts = most);
END
$$;
