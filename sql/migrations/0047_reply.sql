-- Every mail to a person can be answered: what a reply says of a lesson is about the lessons of the mail that it answers, also of a
-- reminder or a notice; a reply to a receipt counts as one to the mail before it; one to a question is its answer.
-- And what was not understood finds a reader, or its writer is told that it did not.

SET ROLE relais_owner;

-- What a mail asks about: slot is the number that it gives to a lesson; open: still without an answer when it is a reminder's.
CREATE FUNCTION relais.delivery_lessons(d relais.delivery) RETURNS TABLE (slot int, group_id int, number int, open boolean)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT (i->>1)::int, (p->>'group')::int, (i->>2)::int, true
	FROM jsonb_array_elements(d.about->'parts') p, jsonb_array_elements(p->'items') i
	WHERE d.kind = 'mailing' AND jsonb_typeof(i->1) = 'number'
	UNION ALL
	SELECT x.place::int, n.group_id, x.number,
		EXISTS (SELECT FROM relais.silences(n.group_id) s WHERE s.municipality_id = n.municipality_id AND s.number = x.number)
	FROM relais.nudge n, unnest(n.lessons) WITH ORDINALITY x (number, place)
	WHERE d.kind = 'nudge' AND n.group_id = (d.about->>'group')::int AND n.municipality_id = (d.about->>'municipality')::int
		AND n.day = (d.about->>'day')::date
	UNION ALL
	SELECT 1, (d.about->>'group')::int, coalesce(r.number, q.number), true
	FROM (VALUES (1)) one LEFT JOIN relais.report r ON r.group_id = (d.about->>'group')::int AND r.seq = (d.about->>'seq')::bigint
		LEFT JOIN relais.inquiry q ON q.group_id = (d.about->>'group')::int AND q.inquiry = (d.about->>'inquiry')::int
	WHERE d.kind = 'notice' AND coalesce(r.number, q.number) IS NOT NULL
$$;

-- The lesson that a command is about: of the slot it names, or the only one of the mail. {group, number}; NULL: none or several.
CREATE OR REPLACE FUNCTION relais.incoming_lesson(d relais.delivery, slot int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT CASE WHEN count(*) = 1 THEN min(jsonb_build_object('group', l.group_id, 'number', l.number)::text)::jsonb END
	FROM relais.delivery_lessons(d) l
	WHERE CASE incoming_lesson.slot WHEN 0 THEN l.open ELSE l.slot = incoming_lesson.slot END
$$;

-- As 0040's, with the number that a reply may name.
CREATE OR REPLACE FUNCTION relais.letter_nudge(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH silent AS (
		SELECT l.number, l.slot, row_number() OVER (ORDER BY l.slot) AS place FROM relais.delivery_lessons(d) l WHERE l.open
	)
	SELECT jsonb_build_object('by', coalesce(h.name, u.name), 'municipality', m.name, 'group', relais.group_brief(g), 'list', g.slug,
		'lessons', (SELECT jsonb_agg(jsonb_build_object('place', s.slot, 'title', relais.title_of(jsonb_build_object('lang', i.lang,
				'titles', relais.item_titles(i.group_id, i.number)))) ORDER BY s.place)
			FROM silent s JOIN relais.item i ON i.group_id = g.id AND i.number = s.number WHERE s.place <= 10),
		'more', (SELECT nullif(greatest(count(*) - 10, 0), 0) FROM silent))
	FROM relais.nudge n JOIN relais.group g ON g.id = n.group_id JOIN relais.umbrella u ON u.id = g.umbrella_id
	JOIN relais.municipality m ON m.id = n.municipality_id LEFT JOIN relais.municipality h ON h.id = n.hub_id
	WHERE n.group_id = (d.about->>'group')::int AND n.municipality_id = (d.about->>'municipality')::int AND n.day = (d.about->>'day')::date
		AND EXISTS (SELECT FROM silent)
		AND d.person_id IN (SELECT r.person_id FROM relais.nudge_readers(n.municipality_id) r)
$$;

-- Hands what was not understood to the people of the group's hub, or where there are none but its writer, to the coordinators of its
-- lead umbrella. The name of the body that gets it; NULL: nobody does.
CREATE FUNCTION relais.message_post(group_id int, text text) RETURNS text
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	about jsonb := jsonb_build_object('what', 'message', 'group', group_id, 'text', text, 'from', relais.actor());
	hub relais.municipality;
	u relais.umbrella;
BEGIN
	SELECT x.* INTO hub FROM relais.membership m JOIN relais.municipality x ON x.id = m.municipality_id
	WHERE m.group_id = message_post.group_id AND m.role = 'hub' AND m.ended_at IS NULL
		AND EXISTS (SELECT FROM relais.nudge_readers(x.id) r WHERE r.person_id <> relais.actor());
	IF hub.id IS NOT NULL THEN
		PERFORM relais.notice_municipality(hub.id, about);
		RETURN hub.name;
	END IF;
	SELECT x.* INTO u FROM relais.group g JOIN relais.umbrella x ON x.id = g.umbrella_id WHERE g.id = message_post.group_id;
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT DISTINCT 'notice', p.id, about FROM relais.person p JOIN relais.affiliation a ON a.person_id = p.id
	WHERE a.umbrella_id = u.id AND a.role = 'coordinator' AND p.ended_at IS NULL AND p.email IS NOT NULL AND p.id <> relais.actor();
	RETURN CASE WHEN FOUND THEN u.name END;
END
$$;

-- Tells a person what came of their mail, unless that goes on and on: a program that answers each answer, and does not say that it
-- is one, is so left alone. `heard`: something was understood.
CREATE FUNCTION relais.receipt_post(person_id int, heard boolean, about jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT 'receipt', receipt_post.person_id, receipt_post.about || jsonb_build_object('heard', heard)
	WHERE (SELECT count(*) FROM relais.delivery d WHERE d.kind = 'receipt' AND d.person_id = receipt_post.person_id
			AND d.made_at > clock_timestamp() - interval '1 hour' AND (heard OR NOT coalesce((d.about->>'heard')::boolean, false)))
		< CASE WHEN heard THEN 60 ELSE 5 END
$$;

-- A reply to a question that the acting person's municipality was asked; NULL: the mail is none, or orders something.
CREATE FUNCTION relais.incoming_answer(d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	g relais.group;
	q relais.inquiry;
	answer jsonb;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (d.about->>'group')::int;
	SELECT * INTO q FROM relais.inquiry x WHERE x.group_id = g.id AND x.inquiry = (d.about->>'inquiry')::int AND d.kind = 'notice' AND d.about->>'what' = 'asked';
	IF q.inquiry IS NULL OR coalesce(said->>'text', '') = '' OR (said->>'rest' = '' AND NOT EXISTS (SELECT FROM jsonb_array_elements(said->'commands') c
			WHERE c->>'verb' NOT IN ('stop', 'pause', 'resume', 'help', 'undo', 'lang', 'cadence', 'thanks'))) THEN
		RETURN NULL;
	END IF;
	answer := relais.inquiry_answer(g.slug, q.number, q.inquiry, left(said->>'text', 4000), NULL);
	IF answer ? 'error' THEN
		RETURN NULL;
	END IF;
	RETURN relais.letter_lesson(g, q.number) || jsonb_build_object('what', 'answer', 'inquiry', q.inquiry, 'note', left(said->>'text', 4000), 'changed', answer->'changed');
END
$$;

-- Carries out what a mail of the acting person says, tells them, and hands on what was not understood.
CREATE OR REPLACE FUNCTION relais.incoming_carry_out(i relais.incoming, d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	c jsonb;
	one jsonb := relais.incoming_answer(d, said);
	done jsonb := '[]';
	changed jsonb := '[]';
	unclear text;
	reader text;
BEGIN
	IF one IS NOT NULL THEN
		changed := coalesce(one->'changed', '[]');
		done := jsonb_build_array(one - 'changed');
	ELSE
		unclear := said->>'rest';
		FOR c IN SELECT jsonb_array_elements(said->'commands') LOOP
			one := relais.incoming_command(d, c);
			changed := changed || coalesce(one->'changed', '[]');
			done := done || coalesce(one - 'changed', '[]');
			IF one IS NULL THEN
				unclear := concat_ws(E'\n', nullif(unclear, ''), c->>'line', nullif(c->>'note', ''));
			END IF;
		END LOOP;
	END IF;
	unclear := nullif(btrim(left(unclear, 4000), E' \n'), '');
	IF unclear IS NOT NULL THEN
		reader := relais.message_post(coalesce(d.about->'parts'->0->>'group', d.about->>'group')::int, unclear);
	END IF;
	-- who only says thank you gets no answer
	IF unclear IS NOT NULL OR done = '[]' OR EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' <> 'thanks') THEN
		PERFORM relais.receipt_post(relais.actor(), done <> '[]', jsonb_build_object('done', done, 'unclear', unclear, 'reader', reader, 'of', d.id,
			'empty', done = '[]' AND unclear IS NULL, 'answers', said->'message_id',
			'subject', nullif(regexp_replace(left(said->>'subject', 300), '^((re|aw|antw|rép|fwd?|tr|doorst) ?: *)+', '', 'i'), '')));
	END IF;
	RETURN changed;
END
$$;

-- As 0044's, but that a mail to a delivery that is past keeping is still its person's.
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

-- As 0044's, with who reads what was not understood, and the delivery that an answer to the receipt is about.
CREATE OR REPLACE FUNCTION relais.letter_receipt(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('answers', d.about->'answers', 'subject', d.about->'subject', 'unclear', d.about->'unclear', 'reader', d.about->'reader',
		'empty', d.about->'empty', 'confirm', d.about->'confirm', 'from', d.about->'from', 'of', d.about->'of',
		'done', (SELECT jsonb_agg(x || jsonb_build_object(x->>'what', true)) FROM jsonb_array_elements(d.about->'done') x))
$$;

REVOKE EXECUTE ON FUNCTION relais.delivery_lessons, relais.message_post, relais.receipt_post, relais.incoming_answer FROM relais_site, relais_admin;
