-- A mail that its server handed in twice, as it had not heard that we have it, is acted on once: a question was asked twice, an
-- undo took back what was before. And a key outlives the last link that it signed.

SET ROLE relais_owner;

CREATE INDEX incoming_recipient ON relais.incoming (recipient);

-- As 0047's, without what came before. Without a Message-ID two mails may well be the same.
CREATE OR REPLACE FUNCTION relais.incoming_act(id bigint, turn int, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	i relais.incoming;
	s relais.signed;
	d relais.delivery;
	p relais.person;
	changed jsonb := '[]';
	result text := 'done';
	outcome text;
BEGIN
	SELECT * INTO i FROM relais.incoming x WHERE x.id = incoming_act.id AND x.turn = incoming_act.turn AND x.state = 'waiting' FOR UPDATE;
	IF i.id IS NULL THEN
		RETURN jsonb_build_object('changed', changed);
	END IF;
	s := relais.signed(lower(substring(i.recipient FROM '\+([^@]+)@')));
	SELECT * INTO d FROM relais.delivery x WHERE s.purpose = 'm' AND x.id = s.object[1]::bigint AND x.person_id = s.person;
	SELECT * INTO p FROM relais.person x WHERE s.purpose = 'm' AND x.id = s.person AND x.ended_at IS NULL;
	IF said->'bounce' <> 'null' THEN
		outcome := CASE WHEN d.id IS NULL THEN 'a report of no mail of ours' ELSE relais.incoming_bounce(d, said) END;
	ELSIF said->>'automatic' IS NOT NULL THEN
		outcome := 'automatic: ' || (said->>'automatic');
	ELSIF p.id IS NULL THEN
		outcome := 'to no address of ours';
	ELSIF said->>'message_id' <> '' AND EXISTS (SELECT FROM relais.incoming x
			WHERE x.recipient = i.recipient AND x.id < i.id AND x.state <> 'suspended' AND x.message = i.message) THEN
		outcome := 'came before';
	ELSIF lower(said->>'from') IS DISTINCT FROM lower(p.email) THEN
		result := 'asked';
		outcome := 'from another address';
		PERFORM relais.receipt_post(p.id, false, jsonb_build_object('confirm', i.id, 'from', said->'from', 'answers', NULL, 'of', d.id));
	ELSE
		PERFORM set_config('app.actor', p.id::text, true), set_config('app.group', '', true), set_config('app.lang', p.lang, true);
		changed := relais.incoming_carry_out(i, d, said);
		PERFORM set_config('app.actor', '', true);
	END IF;
	UPDATE relais.incoming x SET state = result, outcome = left(outcome, 200), understood = CASE WHEN result = 'asked' THEN said END WHERE x.id = i.id;
	RETURN jsonb_build_object('changed', changed);
END
$$;

-- As 0041's; a link to leave by is good for two years (services/courier/letter.c), and its key may be half a year old.
CREATE OR REPLACE FUNCTION relais.signing_key(secret text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	k relais.signing_key;
	fresh bytea := decode(signing_key.secret, 'hex');
BEGIN
	LOCK TABLE relais.signing_key IN SHARE ROW EXCLUSIVE MODE;      -- two couriers that start at once sign with one
	SELECT * INTO k FROM relais.signing_key x WHERE x.made_at > now() - interval '180 days' ORDER BY x.id DESC LIMIT 1;
	IF k.id IS NULL THEN
		INSERT INTO relais.signing_key (secret, inner_, outer_) VALUES (fresh, relais.hmac_pad(fresh, 54), relais.hmac_pad(fresh, 92)) RETURNING * INTO k;
		DELETE FROM relais.signing_key x WHERE x.made_at < now() - interval '3 years';
	END IF;
	RETURN jsonb_build_object('id', k.id, 'secret', encode(k.secret, 'hex'));
END
$$;
