-- What somebody began to write and has not sent is found again from their inbox.

SET ROLE relais_owner;

-- The reader's own, the latest first, of groups that they still see; what was sent is not unsent. Of a long text its beginning.
CREATE FUNCTION relais.unfinished() RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('group', json_build_object('slug', g.slug, 'name', g.name), 'place', d.place, 'form', d.form,
		'content', left(d.content, 20000), 'at', d.at) ORDER BY d.at DESC), '[]')
	FROM (SELECT * FROM relais.draft d WHERE d.person_id = relais.self() AND d.group_id = ANY (relais.my_groups())
			AND NOT EXISTS (SELECT FROM relais.idempotency i WHERE i.person_id = d.person_id AND i.key = d.key)
		ORDER BY d.at DESC LIMIT 20) d
	JOIN relais.group g ON g.id = d.group_id
$$;
