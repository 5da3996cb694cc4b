-- What a courier's file tells long after (services/courier/journal.h) may be of another database, with mails of the
-- same ids: a mail is known by its Message-ID too. And what a courier took and did not try, as it was told to stop, is given
-- back: due at once, and not counted as a try. It was waited for until the lease was over.

SET ROLE relais_owner;

-- As 0050's; left: given back, once. A courier of before, that still runs while the hub is brought up to date, does not tell Message-IDs.
CREATE OR REPLACE FUNCTION relais.delivery_done(results jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	ids CONSTANT bigint[] := ARRAY(SELECT (r->>'id')::bigint FROM jsonb_array_elements(results) r);
	n int;
BEGIN
	UPDATE relais.delivery d SET
		state = CASE r.outcome WHEN 'delivered' THEN 'delivered' WHEN 'dropped' THEN 'dropped' WHEN 'left' THEN 'waiting'
			WHEN 'later' THEN CASE WHEN d.since > clock_timestamp() - interval '5 days' THEN 'waiting' ELSE 'suspended' END
			ELSE 'suspended' END,
		answer = coalesce(left(r.answer, 500), d.answer),
		tries = d.tries - (r.outcome = 'left')::int,
		due_at = CASE WHEN r.outcome = 'left' THEN clock_timestamp()
			WHEN r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN clock_timestamp() + relais.backoff(d.tries)
			ELSE d.due_at END,
		ended_at = CASE WHEN r.outcome = 'left' OR r.outcome = 'later' AND d.since > clock_timestamp() - interval '5 days' THEN NULL
			ELSE clock_timestamp() END
	FROM jsonb_to_recordset(results) r (id bigint, message_id uuid, turn int, outcome text, answer text)
	WHERE d.id = ANY (ids) AND d.id = r.id AND (d.message_id = r.message_id OR r.message_id IS NULL) AND d.turn = r.turn AND d.state = 'waiting'
		AND (r.outcome <> 'left' OR d.under_way);
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('counted', n);
END
$$;
