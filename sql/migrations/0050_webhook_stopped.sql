-- Who coordinates an umbrella is told by mail when one of its webhooks is suspended: nobody looks at a page every day.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice', 'receipt', 'unreachable', 'websub_verify', 'websub',
		'webhook', 'webhook_stopped'));

-- NULL: it goes on again, or is not theirs any more.
CREATE FUNCTION relais.letter_webhook_stopped(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('umbrella', u.slug, 'of', u.name, 'webhook', w.id, 'url', w.url, 'answer', b.brief->'answer', 'gone', b.brief->'gone')
	FROM relais.webhook w JOIN relais.umbrella u ON u.id = w.umbrella_id, LATERAL (SELECT relais.webhook_brief(w) AS brief) b
	WHERE w.id = (d.about->>'stopped')::int AND w.state = 'suspended' AND relais.coordinates(u.id)
$$;

-- As 0049's, and tells.
CREATE OR REPLACE FUNCTION relais.webhook_ended() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF new.state = 'suspended' THEN
		WITH stopped AS (
			UPDATE relais.webhook w SET state = 'suspended' WHERE w.delivery_id = new.id AND w.state = 'active' RETURNING w.id, w.umbrella_id)
		INSERT INTO relais.delivery (kind, person_id, about)
		SELECT 'webhook_stopped', p.id, jsonb_build_object('stopped', s.id)
		FROM stopped s JOIN relais.affiliation a ON a.umbrella_id = s.umbrella_id AND a.role = 'coordinator'
		JOIN relais.person p ON p.id = a.person_id AND p.ended_at IS NULL AND p.email IS NOT NULL;
	ELSE
		UPDATE relais.webhook w SET delivery_id = NULL, state = CASE w.state WHEN 'suspended' THEN 'active' ELSE w.state END
		WHERE w.delivery_id = new.id;
		IF FOUND THEN
			PERFORM relais.webhook_move((new.about->>'webhook')::int, (new.about->>'group')::int, (new.about->>'upto')::bigint);
		END IF;
	END IF;
	RETURN new;
END
$$;

REVOKE EXECUTE ON FUNCTION relais.letter_webhook_stopped FROM relais_site, relais_admin;
