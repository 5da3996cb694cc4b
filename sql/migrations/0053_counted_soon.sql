-- What was delivered is counted without waiting for the disk. A courier that dies loses nothing by it, nor is a mail ever
-- lost: where the database's machine dies, the mails that it had not written down yet go out again, under the same
-- Message-ID. They are one and a half hands of a courier at most: the next hand is taken with a commit that waits for the
-- disk, and so for all that was counted before.

SET ROLE relais_owner;

CREATE OR REPLACE FUNCTION relais.delivery_done(results jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	ids CONSTANT bigint[] := ARRAY(SELECT (r->>'id')::bigint FROM jsonb_array_elements(results) r);
	n int;
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	UPDATE relais.delivery d SET
		state = CASE r.outcome WHEN 'delivered' THEN 'delivered' WHEN 'dropped' THEN 'dropped'
			WHEN 'later' THEN CASE WHEN d.since > clock_timestamp() - interval '5 days' THEN 'waiting' ELSE 'suspended' END
			ELSE 'suspended' END,
		answer = coalesce(left(r.answer, 500), d.answer),
		due_at = CASE WHEN r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN clock_timestamp() + relais.backoff(d.tries)
			ELSE d.due_at END,
		ended_at = CASE WHEN r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN NULL ELSE clock_timestamp() END
	FROM jsonb_to_recordset(results) r (id bigint, turn int, outcome text, answer text)
	WHERE d.id = ANY (ids) AND d.id = r.id AND d.turn = r.turn AND d.state = 'waiting';
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('counted', n);
END
$$;
