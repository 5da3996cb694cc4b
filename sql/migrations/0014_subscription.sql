-- Subscriptions: who wants a group's news by mail, how often. Delivered by the courier.

SET ROLE relais_owner;

CREATE TABLE relais.subscription (
	person_id int NOT NULL REFERENCES relais.person,
	group_id  int NOT NULL REFERENCES relais.group,
	cadence   text CONSTRAINT subscription_cadence_known
	          CHECK ((cadence IN ('at_once', 'daily', 'weekly', 'fortnightly', 'monthly', 'paused')) IS TRUE),
	weekday   int CONSTRAINT subscription_weekday CHECK (weekday BETWEEN 1 AND 7),     -- ISO: 1 is Monday
	hour      int CONSTRAINT subscription_hour CHECK (hour BETWEEN 0 AND 23),          -- in the person's time zone
	lang      text CONSTRAINT subscription_lang_code CHECK (relais.is_lang(lang)),     -- NULL: the person's
	kinds     text[] CONSTRAINT subscription_kinds_known
	          CHECK (kinds <@ ARRAY['lesson', 'question', 'report', 'digest']),        -- NULL: all
	position  bigint NOT NULL,              -- of the group's log, up to which they were told
	CONSTRAINT subscription_once PRIMARY KEY (person_id, group_id)
);
CREATE INDEX subscription_group ON relais.subscription (group_id);

ALTER TABLE relais.subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON relais.subscription FOR SELECT USING (person_id = (SELECT relais.self()) OR (SELECT relais.is_operator()));
GRANT SELECT ON relais.subscription TO relais_site, relais_admin;

-- Subscribes to a group from now on, or changes how. It changes nothing that others see.
CREATE FUNCTION relais.subscription_put(slug text, cadence text, weekday int, hour int, lang text, kinds jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	g int;
BEGIN
	SELECT x.id INTO g FROM relais.group x WHERE x.slug = subscription_put.slug AND x.id = ANY (relais.my_groups());
	IF g IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF relais.self() IS NULL THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.subscription AS s
	SELECT relais.self(), g, subscription_put.cadence, subscription_put.weekday, subscription_put.hour, subscription_put.lang,
		nullif(ARRAY(SELECT jsonb_array_elements_text(subscription_put.kinds)), '{}'), l.head
	FROM relais.group_log l WHERE l.group_id = g
	ON CONFLICT ON CONSTRAINT subscription_once DO UPDATE SET cadence = excluded.cadence, weekday = excluded.weekday,
		hour = excluded.hour, lang = excluded.lang, kinds = excluded.kinds;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/groups/%s/subscriptions', slug),
		'value', jsonb_build_object('group', slug, 'cadence', cadence));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.subscription_end(slug text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM relais.subscription s USING relais.group g
	WHERE g.id = s.group_id AND g.slug = subscription_end.slug AND s.person_id = relais.self();
	IF NOT FOUND THEN
		RETURN '{"error": "not_found"}';
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/groups/' || slug, 'value', '{}'::jsonb);
END
$$;
