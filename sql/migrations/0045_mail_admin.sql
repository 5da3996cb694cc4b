-- What the operator sees of the outbox, and what may be sent again.

SET ROLE relais_owner;

-- Somebody has it: true from its taking until it is counted. Sent again meanwhile, it would go out twice.
ALTER TABLE relais.delivery ADD COLUMN under_way boolean NOT NULL DEFAULT false;

CREATE FUNCTION relais.mail_under_way() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	new.under_way := new.turn > old.turn AND new.state = 'waiting';
	RETURN new;
END
$$;
CREATE TRIGGER under_way BEFORE UPDATE ON relais.delivery FOR EACH ROW EXECUTE FUNCTION relais.mail_under_way();

-- What is suspended, and with `waiting` what is to be tried (again); some of it, and the id behind which there is more.
CREATE FUNCTION relais.mail_list(waiting boolean, after bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 500;
BEGIN
	IF NOT relais.is_operator() THEN
		RETURN '{"error": "forbidden"}';
	END IF;
	RETURN (SELECT jsonb_build_object('mails', coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'to', p.email, 'state', d.state,
			'under_way', d.under_way, 'made_at', d.made_at, 'since', d.since, 'due_at', CASE d.state WHEN 'waiting' THEN d.due_at END, 'tries', d.tries,
			'answer', d.answer) ORDER BY d.id), '[]'), 'next', CASE WHEN count(*) = most THEN max(d.id) END)
		FROM (SELECT * FROM relais.delivery x WHERE x.id > coalesce(mail_list.after, 0) AND (x.state = 'suspended' OR mail_list.waiting AND x.state = 'waiting')
			ORDER BY x.id LIMIT most) d LEFT JOIN relais.person p ON p.id = d.person_id);
END
$$;

-- Due now, as if never tried: those, or without ids all that are suspended or waiting. What somebody has is left to
-- them. Of ids all have to be there.
CREATE FUNCTION relais.mail_replay(ids bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	n int;
BEGIN
	IF NOT relais.is_operator() THEN
		RETURN '{"error": "forbidden"}';
	ELSIF (SELECT count(*) FROM relais.delivery d WHERE d.id = ANY (ids) AND d.state IN ('suspended', 'waiting'))
			< (SELECT count(DISTINCT i) FROM unnest(ids) i) THEN
		RETURN '{"error": "not_found"}';
	END IF;
	UPDATE relais.delivery d SET state = 'waiting', due_at = clock_timestamp(), tries = 0, since = clock_timestamp(), ended_at = NULL
	WHERE (ids IS NULL OR d.id = ANY (ids)) AND (d.state = 'suspended' OR d.state = 'waiting' AND NOT d.under_way);
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('replayed', n));
END
$$;
REVOKE EXECUTE ON FUNCTION relais.mail_list, relais.mail_replay FROM relais_site;
-- finds what is suspended among all that was delivered
CREATE INDEX delivery_suspended ON relais.delivery (id) WHERE state = 'suspended';
