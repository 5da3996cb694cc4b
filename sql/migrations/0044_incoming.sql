-- What comes in by mail: kept as it came before the mail server is told that we have it, then read by a courier
-- (incoming_claim), which says what it understood (incoming_act). All that follows from one mail is one transaction.
--
-- Its recipient says whose it is: reply+SIGNED@… or bounce+SIGNED@…, with the delivery that it answers. From another
-- address than that person's it only counts once they say that it was them. What no person wrote is never answered.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice', 'receipt'));

CREATE TABLE relais.incoming (
	id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	recipient text NOT NULL CHECK (length(recipient) <= 320),
	sender    text NOT NULL CHECK (length(sender) <= 320),
	message   bytea NOT NULL CHECK (length(message) <= 1048576),
	at        timestamptz NOT NULL DEFAULT clock_timestamp(),
	state     text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'asked', 'suspended')),
	due_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
	turn      int NOT NULL DEFAULT 0,
	understood jsonb,                               -- of one that waits for its person to say that it was them
	outcome   text
);
CREATE INDEX incoming_due ON relais.incoming (due_at) WHERE state = 'waiting';
ALTER TABLE relais.incoming ENABLE ROW LEVEL SECURITY;

-- message: in base64. {id}
CREATE FUNCTION relais.incoming_post(recipient text, sender text, message text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	made bigint;
	refused text;
BEGIN
	INSERT INTO relais.incoming (recipient, sender, message) VALUES (recipient, sender, decode(message, 'base64')) RETURNING id INTO made;
	RETURN jsonb_build_object('id', made);
EXCEPTION WHEN integrity_constraint_violation THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Some to read, for a lease, as of the outbox. One that three couriers did not come to the end of is left for
-- somebody to look at.
CREATE FUNCTION relais.incoming_claim(most int, lease int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	list jsonb;
BEGIN
	UPDATE relais.incoming x SET state = 'suspended', outcome = 'could not be read' WHERE x.state = 'waiting' AND x.turn >= 3 AND x.due_at <= clock_timestamp();
	WITH taken AS (
		UPDATE relais.incoming x SET turn = x.turn + 1, due_at = clock_timestamp() + make_interval(secs => lease)
		WHERE x.id = ANY (ARRAY(SELECT w.id FROM relais.incoming w WHERE w.state = 'waiting' AND w.due_at <= clock_timestamp()
			ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED))
		RETURNING x.*)
	SELECT jsonb_agg(jsonb_build_object('id', i.id, 'turn', i.turn, 'recipient', i.recipient, 'sender', i.sender, 'message', encode(i.message, 'base64'))) INTO list
	FROM taken i;
	RETURN coalesce(list, '[]');
END
$$;

-- ---------------------------------------------------------------------------
-- What a mail means

-- The lesson that a command is about: of the slot it names, or the only one of the mail. {group, number}; NULL: none or several.
CREATE FUNCTION relais.incoming_lesson(d relais.delivery, slot int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT CASE WHEN count(*) = 1 THEN min(jsonb_build_object('group', p->'group', 'number', i->2)::text)::jsonb END
	FROM jsonb_array_elements(d.about->'parts') p, jsonb_array_elements(p->'items') i
	WHERE jsonb_typeof(i->1) = 'number' AND (incoming_lesson.slot = 0 OR (i->>1)::int = incoming_lesson.slot)
$$;

-- Carries one command out as the acting person. What came of it, for the receipt: {what, …}; NULL: it could not be.
CREATE FUNCTION relais.incoming_command(d relais.delivery, c jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	verb text := c->>'verb';
	lesson jsonb := relais.incoming_lesson(d, (c->>'slot')::int);
	g relais.group;
	i relais.item;
	answer jsonb;
	town text;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (lesson->>'group')::int;
	SELECT * INTO i FROM relais.item x WHERE x.group_id = g.id AND x.number = (lesson->>'number')::int;
	SELECT m.slug INTO town FROM relais.municipality m WHERE m.id = relais.answers_for(g.id);
	IF verb IN ('interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us') THEN
		answer := relais.report_post(g.slug, 'lesson', i.number, verb, CASE WHEN verb <> 'adapted' OR length(c->>'note') > 500 THEN left(c->>'note', 2000) END,
			CASE WHEN verb = 'adapted' AND relais.is_line(c->>'note', 500) THEN c->>'note' END, c->>'reason', NULL, NULL, NULL, NULL, NULL, NULL, town, 'mail');
		IF answer ? 'error' THEN
			RETURN NULL;
		END IF;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'report', 'status', verb, 'group_id', g.id, 'note', nullif(c->>'note', ''),
			'changed', answer->'changed');
	ELSIF verb = 'question' AND g.id IS NOT NULL THEN
		answer := relais.inquiry_post(g.slug, i.number, NULL, left(c->>'note', 1000));
		IF answer ? 'error' THEN
			RETURN NULL;
		END IF;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'question', 'note', c->>'note', 'changed', answer->'changed');
	ELSIF verb = 'undo' THEN
		SELECT x.slug, r.number INTO g.slug, i.number FROM relais.report r JOIN relais.event e USING (group_id, seq) JOIN relais.group x ON x.id = r.group_id
		WHERE e.person_id = relais.actor() AND r.via = 'mail' AND NOT r.undone AND r.status <> 'retracted' AND e.at > clock_timestamp() - interval '24 hours'
		ORDER BY e.at DESC LIMIT 1;
		answer := relais.report_post(g.slug, 'lesson', i.number, 'retracted', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			(SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for((SELECT x.id FROM relais.group x WHERE x.slug = g.slug))), 'mail');
		IF answer ? 'error' THEN
			RETURN NULL;
		END IF;
		SELECT * INTO g FROM relais.group x WHERE x.slug = g.slug;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'undone', 'changed', answer->'changed');
	ELSIF verb = 'stop' THEN
		DELETE FROM relais.subscription x WHERE x.person_id = relais.actor();
	ELSIF verb IN ('pause', 'resume') THEN
		UPDATE relais.mail_clock x SET paused_until = CASE verb WHEN 'pause' THEN current_date + coalesce(nullif((c->>'days')::int, 0), 28) END
		WHERE x.person_id = relais.actor();
	ELSIF verb = 'lang' THEN
		UPDATE relais.person x SET lang = c->>'value' WHERE x.id = relais.actor();
	ELSIF verb = 'cadence' THEN
		UPDATE relais.subscription x SET cadence = c->>'value' WHERE x.person_id = relais.actor();
	ELSIF verb NOT IN ('help', 'thanks') THEN
		RETURN NULL;
	END IF;
	RETURN jsonb_build_object('what', verb, 'until', (SELECT max(x.paused_until) FROM relais.mail_clock x WHERE x.person_id = relais.actor()), 'value', c->'value');
EXCEPTION WHEN integrity_constraint_violation THEN
	RETURN NULL;
END
$$;

-- Carries out what a mail of the acting person says, tells them, and hands to the hub what was not understood.
CREATE FUNCTION relais.incoming_carry_out(i relais.incoming, d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	c jsonb;
	one jsonb;
	done jsonb := '[]';
	changed jsonb := '[]';
	unclear text := said->>'rest';
	hub int;
BEGIN
	FOR c IN SELECT jsonb_array_elements(said->'commands') LOOP
		one := relais.incoming_command(d, c);
		changed := changed || coalesce(one->'changed', '[]');
		done := done || coalesce(one - 'changed', '[]');
		IF one IS NULL THEN
			unclear := concat_ws(E'\n', nullif(unclear, ''), c->>'line', nullif(c->>'note', ''));
		END IF;
	END LOOP;
	unclear := nullif(btrim(left(unclear, 4000), E' \n'), '');
	IF unclear IS NOT NULL THEN
		SELECT m.municipality_id INTO hub FROM relais.membership m
		WHERE m.group_id = (d.about->'parts'->0->>'group')::int AND m.role = 'hub' AND m.ended_at IS NULL;
		PERFORM relais.notice_municipality(hub, jsonb_build_object('what', 'message', 'group', d.about->'parts'->0->'group', 'text', unclear, 'from', relais.actor()));
	END IF;
	-- who only says thank you gets no answer
	IF unclear IS NOT NULL OR done = '[]' OR EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' <> 'thanks') THEN
		INSERT INTO relais.delivery (kind, person_id, about) VALUES ('receipt', relais.actor(), jsonb_build_object('done', done, 'unclear', unclear,
			'empty', done = '[]' AND unclear IS NULL, 'answers', said->'message_id',
			'subject', nullif(regexp_replace(left(said->>'subject', 300), '^((re|aw|antw|rép|fwd?|tr|doorst) ?: *)+', '', 'i'), '')));
	END IF;
	RETURN changed;
END
$$;

-- A mail of ours that did not arrive: for good, or not yet.
CREATE FUNCTION relais.incoming_bounce(d relais.delivery, said jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	r jsonb;
BEGIN
	FOR r IN SELECT jsonb_array_elements(said->'bounce') LOOP
		IF r->>'action' = 'failed' THEN
			UPDATE relais.delivery x SET state = 'suspended', ended_at = clock_timestamp(), answer = left(concat_ws(' ', r->>'status', r->>'diagnostic'), 500)
			WHERE x.id = d.id AND x.state = 'delivered';
			RETURN 'bounced';
		END IF;
	END LOOP;
	RETURN 'a report';
END
$$;

-- What a courier read in a mail: {from, message_id, subject, automatic, bounce: [{action, status, diagnostic}] or null,
-- commands: [{slot, verb, reason, value, days, note, line}], rest}. {changed}
CREATE FUNCTION relais.incoming_act(id bigint, turn int, said jsonb) RETURNS jsonb
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
	SELECT * INTO p FROM relais.person x WHERE x.id = d.person_id;
	IF said->'bounce' <> 'null' THEN
		outcome := CASE WHEN d.id IS NULL THEN 'a report of no mail of ours' ELSE relais.incoming_bounce(d, said) END;
	ELSIF said->>'automatic' IS NOT NULL THEN
		outcome := 'automatic: ' || (said->>'automatic');
	ELSIF p.id IS NULL THEN
		outcome := 'to no address of ours';
	ELSIF lower(said->>'from') IS DISTINCT FROM lower(p.email) THEN
		result := 'asked';
		outcome := 'from another address';
		INSERT INTO relais.delivery (kind, person_id, about) VALUES ('receipt', p.id, jsonb_build_object('confirm', i.id, 'from', said->'from', 'answers', NULL));
	ELSE
		PERFORM set_config('app.actor', p.id::text, true), set_config('app.group', '', true), set_config('app.lang', p.lang, true);
		changed := relais.incoming_carry_out(i, d, said);
		PERFORM set_config('app.actor', '', true);
	END IF;
	UPDATE relais.incoming x SET state = result, outcome = left(outcome, 200), understood = CASE WHEN result = 'asked' THEN said END WHERE x.id = i.id;
	RETURN jsonb_build_object('changed', changed);
END
$$;

-- It was them: what a mail from another address said counts now.
CREATE FUNCTION relais.incoming_confirm(token text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	i relais.incoming;
	d relais.delivery;
	before text;
	changed jsonb := '[]';
BEGIN
	SELECT * INTO i FROM relais.incoming x WHERE s.purpose = 'c' AND x.id = s.object[1]::bigint FOR UPDATE;
	IF i.id IS NULL THEN
		RETURN '{"error": "not_found"}';
	ELSIF i.state = 'asked' THEN
		SELECT * INTO d FROM relais.delivery x WHERE x.id = (relais.signed(lower(substring(i.recipient FROM '\+([^@]+)@')))).object[1]::bigint;
		before := relais.act_as(s.person);
		changed := relais.incoming_carry_out(i, d, i.understood);
		PERFORM set_config('app.actor', coalesce(before, ''), true);
		UPDATE relais.incoming x SET state = 'done', understood = NULL WHERE x.id = i.id;
	END IF;
	RETURN jsonb_build_object('changed', changed, 'location', '/c/' || token, 'value', '{}'::jsonb);
END
$$;

CREATE FUNCTION relais.confirm_view(token text) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	i relais.incoming;
BEGIN
	SELECT * INTO i FROM relais.incoming x WHERE s.purpose = 'c' AND x.id = s.object[1]::bigint;
	RETURN json_build_object('bad', i.id IS NULL, 'waits', i.state = 'asked', 'from', i.understood->>'from', 'name', (SELECT p.name FROM relais.person p WHERE p.id = s.person),
		'lines', (SELECT json_agg(c->>'line') FROM jsonb_array_elements(i.understood->'commands') c), 'rest', nullif(i.understood->>'rest', ''));
END
$$;

-- The receipt of what was understood.
CREATE FUNCTION relais.letter_receipt(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('answers', d.about->'answers', 'subject', d.about->'subject', 'unclear', d.about->'unclear', 'empty', d.about->'empty',
		'confirm', d.about->'confirm', 'from', d.about->'from',
		'done', (SELECT jsonb_agg(x || jsonb_build_object(x->>'what', true)) FROM jsonb_array_elements(d.about->'done') x))
$$;

-- A message that came by mail, among the notices.
CREATE FUNCTION relais.letter_message(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('message', true, 'text', d.about->'text', 'by', p.name, 'email', p.email, 'group', relais.group_brief(g), 'list', g.slug,
		'municipality', (SELECT string_agg(m.name, ', ') FROM relais.affiliation a JOIN relais.municipality m ON m.id = a.municipality_id WHERE a.person_id = p.id))
	FROM relais.person p, relais.group g WHERE p.id = (d.about->>'from')::int AND g.id = (d.about->>'group')::int
$$;

-- What is past keeping of what came in.
CREATE FUNCTION relais.incoming_housekeep() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	most CONSTANT int := 1000;
	n int;
BEGIN
	DELETE FROM relais.incoming x WHERE x.id = ANY (ARRAY(SELECT o.id FROM relais.incoming o WHERE o.state <> 'waiting'
		AND o.at < now() - interval '30 days' LIMIT most));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN jsonb_build_object('more', n = most);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.incoming_post, relais.incoming_claim, relais.incoming_lesson, relais.incoming_command, relais.incoming_carry_out,
	relais.incoming_bounce, relais.incoming_act, relais.letter_receipt, relais.letter_message, relais.incoming_housekeep FROM relais_site, relais_admin;
GRANT EXECUTE ON FUNCTION relais.incoming_post TO relais_courier, relais_admin;
GRANT EXECUTE ON FUNCTION relais.incoming_claim, relais.incoming_act, relais.incoming_housekeep TO relais_courier;
