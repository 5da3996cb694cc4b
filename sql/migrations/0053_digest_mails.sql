-- Deliveries have a column named since, too: a digest's mails were compared with it instead of with its approval, so that most
-- were left out where making a row took over a microsecond.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.digest_mails(g relais.group, n int, since timestamptz) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('delivered', count(*) FILTER (WHERE d.state = 'delivered'), 'waiting', count(*) FILTER (WHERE d.state = 'waiting'),
		'delayed', count(*) FILTER (WHERE d.state = 'waiting' AND d.answer IS NOT NULL), 'suspended', count(*) FILTER (WHERE d.state = 'suspended'),
		'answered', count(*) FILTER (WHERE EXISTS (SELECT FROM relais.event e JOIN relais.report r USING (group_id, seq)
			WHERE e.group_id = g.id AND e.kind = 'report' AND e.person_id = d.person_id AND e.at >= d.made_at AND r.via = 'mail')))
	FROM relais.delivery d
	WHERE d.kind = 'mailing' AND d.made_at >= digest_mails.since AND d.state <> 'dropped'
		AND d.about->'parts' @> jsonb_build_array(jsonb_build_object('group', g.id, 'digest', digest_mails.n))
$$;
