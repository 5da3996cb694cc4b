-- How the mail is: for relais doctor. And what came in by mail and could not be acted on three times is not out of the
-- world: the operator sees that there is some, and has it tried again.

SET ROLE relais_owner;

-- overdue, unread: for how many seconds the oldest is due that goes out, that came in; suspended, unacted: how many of each were given up.
CREATE FUNCTION relais.mail_health() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN jsonb_build_object(
		'overdue', (SELECT greatest(extract(epoch FROM clock_timestamp() - min(d.due_at)), 0)::bigint FROM relais.delivery d WHERE d.state = 'waiting'),
		'unread', (SELECT greatest(extract(epoch FROM clock_timestamp() - min(i.due_at)), 0)::bigint FROM relais.incoming i WHERE i.state = 'waiting'),
		'suspended', (SELECT count(*) FROM relais.delivery d WHERE d.state = 'suspended'),
		'unacted', (SELECT count(*) FROM relais.incoming i WHERE i.state = 'suspended'));
END
$$;
REVOKE EXECUTE ON FUNCTION relais.mail_health FROM relais_site;
CREATE INDEX incoming_suspended ON relais.incoming (id) WHERE state = 'suspended';

-- As 0045's; all: with what came in and was given up.
CREATE OR REPLACE FUNCTION relais.mail_replay(ids bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	n int;
	came int := 0;
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
	IF ids IS NULL THEN
		UPDATE relais.incoming i SET state = 'waiting', due_at = clock_timestamp(), turn = 0, outcome = NULL WHERE i.state = 'suspended';
		GET DIAGNOSTICS came = ROW_COUNT;
	END IF;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'value', jsonb_build_object('replayed', n + came));
END
$$;
