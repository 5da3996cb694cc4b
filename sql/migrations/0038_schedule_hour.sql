-- The hour of a schedule is one of its day, whoever sets it.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.digest_schedule(umbrella text, digest int, day date, hour int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	d relais.digest;
	moment timestamptz;
BEGIN
	d := relais.draft_of(umbrella, digest);
	IF relais.actor() IS NULL THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	IF hour NOT BETWEEN 0 AND 23 THEN
		PERFORM relais.refuse('digest_schedule_hour');
	END IF;
	SELECT (day + make_interval(hours => hour)) AT TIME ZONE u.time_zone INTO moment FROM relais.umbrella u WHERE u.id = d.umbrella_id;
	IF moment IS NULL OR moment <= clock_timestamp() THEN
		PERFORM relais.refuse('digest_schedule_past');
	END IF;
	INSERT INTO relais.digest_schedule AS s VALUES (d.umbrella_id, d.n, moment, relais.actor())
	ON CONFLICT ON CONSTRAINT digest_schedule_pkey DO UPDATE SET at = excluded.at, person_id = excluded.person_id, refused = NULL;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', format('/umbrellas/%s/digests/%s', umbrella, d.n),
		'value', jsonb_build_object('n', d.n, 'at', moment));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
