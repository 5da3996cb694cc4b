-- The donor's report ends by itself with today where its umbrella body is; in the hours between midnight there and midnight
-- of the machine it lacked what was reported that day.

SET ROLE relais_owner;

-- As 0018's; start, finish NULL: this year so far.
CREATE OR REPLACE FUNCTION relais.donor_report(umbrella text, start text, finish text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	IF u.id IS NULL OR NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	finish := coalesce(finish, to_char(now() AT TIME ZONE u.time_zone, 'YYYY-MM-DD'));
	start := coalesce(start, left(finish, 4) || '-01-01');
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'from', start, 'to', finish,
		'groups', (SELECT coalesce(json_agg(relais.donor_group(g, u.time_zone, start, finish) ORDER BY g.name), '[]')
			FROM relais.group g WHERE g.umbrella_id = u.id));
END
$$;
