-- How mails come is said by mail as on their page: how often, on which day, at which hour, about what, in which language, a pause
-- until a day, to begin, to leave. What an answer changed of it can be undone by one, for a day.

SET ROLE relais_owner;

-- The day that somebody named, after today: "2027-01-15", "--01-15", "2027-09", "--09" (its first), "w1" (the next Monday). NULL: there
-- is none, or it is past.
CREATE FUNCTION relais.day_named(said text, today date) RETURNS date
LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
	part text[] := regexp_match(said, '^(\d{4}|-)-(\d\d)(?:-(\d\d))?$');
	year int := coalesce(nullif(part[1], '-')::int, extract(year FROM today)::int);
	day date;
BEGIN
	IF said ~ '^w[1-7]$' THEN
		RETURN today + (substr(said, 2)::int - extract(isodow FROM today)::int + 6) % 7 + 1;
	END IF;
	day := make_date(year, part[2]::int, coalesce(part[3], '1')::int);
	IF part[1] = '-' AND day <= today THEN
		day := make_date(year + 1, part[2]::int, coalesce(part[3], '1')::int);
	END IF;
	RETURN CASE WHEN day > today THEN day END;
EXCEPTION WHEN datetime_field_overflow THEN
	RETURN NULL;
END
$$;

-- How a person's mails come; and so again. What they were told meanwhile is not told anew.
CREATE FUNCTION relais.mail_state(person_id int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('lang', p.lang, 'follows', (SELECT coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('paused_until', c.paused_until)), '[]')
		FROM relais.subscription s JOIN relais.mail_clock c USING (person_id, group_id) WHERE s.person_id = p.id))
	FROM relais.person p WHERE p.id = mail_state.person_id
$$;

CREATE FUNCTION relais.mail_restore(person_id int, before jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
BEGIN
	UPDATE relais.person p SET lang = before->>'lang' WHERE p.id = person_id;
	DELETE FROM relais.subscription s WHERE s.person_id = mail_restore.person_id
		AND NOT EXISTS (SELECT FROM jsonb_array_elements(before->'follows') f WHERE (f->>'group_id')::int = s.group_id);
	INSERT INTO relais.subscription AS s SELECT f.* FROM jsonb_populate_recordset(NULL::relais.subscription, before->'follows') f
	WHERE f.group_id = ANY (relais.my_groups())
	ON CONFLICT ON CONSTRAINT subscription_once DO UPDATE SET cadence = excluded.cadence, weekday = excluded.weekday, hour = excluded.hour,
		lang = excluded.lang, kinds = excluded.kinds;
	UPDATE relais.mail_clock c SET paused_until = (f->>'paused_until')::date FROM jsonb_array_elements(before->'follows') f
	WHERE c.person_id = mail_restore.person_id AND c.group_id = (f->>'group_id')::int;
END
$$;

-- The groups that a mail is about, of those that the acting person is in; of one about none, all they are in.
CREATE FUNCTION relais.delivery_groups(d relais.delivery) RETURNS SETOF int
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH about AS (
		SELECT (p->>'group')::int AS id FROM jsonb_array_elements(CASE WHEN jsonb_typeof(d.about->'parts') = 'array' THEN d.about->'parts' ELSE '[]' END) p
		UNION SELECT (d.about->>'group')::int
	)
	SELECT g FROM unnest(relais.my_inner_groups()) g
	WHERE g IN (SELECT a.id FROM about a) OR NOT EXISTS (SELECT FROM about a WHERE a.id = ANY (relais.my_inner_groups()))
$$;

-- What a command says of how the acting person's mails come: each thing that it names, of all groups they follow.
CREATE FUNCTION relais.mail_wish(c jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE relais.subscription s SET cadence = coalesce(c->>'value', s.cadence), weekday = coalesce(nullif((c->>'weekday')::int, 0), s.weekday),
		hour = coalesce(nullif((c->>'hour')::int, 0) % 24, s.hour), lang = CASE WHEN c->>'lang' IS NULL THEN s.lang END,
		kinds = CASE WHEN c->>'kinds' IS NULL THEN s.kinds WHEN c->>'kinds' <> 'all' THEN string_to_array(c->>'kinds', ',') END
	WHERE s.person_id = relais.actor();
	UPDATE relais.person p SET lang = c->>'lang' WHERE p.id = relais.actor() AND c->>'lang' IS NOT NULL
$$;

-- Follows the groups that a mail is about, by what was said of how; what is paused goes on.
CREATE FUNCTION relais.mail_follow(d relais.delivery, c jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.subscription AS s SELECT relais.actor(), l.group_id, 'fortnightly', NULL, NULL, NULL, NULL, l.head
	FROM relais.group_log l WHERE l.group_id IN (SELECT relais.delivery_groups(d))
	ON CONFLICT ON CONSTRAINT subscription_once DO NOTHING;
	UPDATE relais.subscription s SET cadence = 'fortnightly' WHERE s.person_id = relais.actor() AND s.cadence = 'paused';
	UPDATE relais.mail_clock x SET paused_until = NULL WHERE x.person_id = relais.actor();
	PERFORM relais.mail_wish(c);
END
$$;

-- What a person follows by mail, and how, for a receipt.
CREATE FUNCTION relais.mail_follows(person_id int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_agg(jsonb_build_object('name', g.name, 'cadence', s.cadence, 'weekday', CASE WHEN s.cadence NOT IN ('at_once', 'daily', 'paused')
			THEN s.weekday::text END, 'hour', CASE WHEN s.cadence NOT IN ('at_once', 'paused') THEN s.hour::text END,
		'kinds', (SELECT jsonb_agg(jsonb_build_object('kind', k, 'first', n = 1)) FROM unnest(s.kinds) WITH ORDINALITY x (k, n))) ORDER BY g.name)
	FROM relais.subscription s JOIN relais.group g ON g.id = s.group_id WHERE s.person_id = mail_follows.person_id
$$;

-- Undoes the newest thing that the acting person's mails did within a day: an answer to a lesson, or what they changed of their mails.
CREATE FUNCTION relais.incoming_undo() RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	r record;
	w relais.delivery;
	g relais.group;
	answer jsonb;
BEGIN
	SELECT e.group_id, e.number, e.at INTO r FROM relais.report x JOIN relais.event e USING (group_id, seq)
	WHERE e.person_id = relais.actor() AND x.via = 'mail' AND NOT x.undone AND x.status <> 'retracted' AND e.at > clock_timestamp() - interval '24 hours'
	ORDER BY e.at DESC LIMIT 1;
	SELECT * INTO w FROM relais.delivery x WHERE x.kind = 'receipt' AND x.person_id = relais.actor() AND x.about ? 'before'
		AND x.made_at > clock_timestamp() - interval '24 hours' ORDER BY x.made_at DESC, x.id DESC LIMIT 1;
	IF w.made_at > coalesce(r.at, '-infinity') THEN
		PERFORM relais.mail_restore(relais.actor(), w.about->'before');
		UPDATE relais.delivery x SET about = x.about - 'before' WHERE x.id = w.id;
		RETURN jsonb_build_object('what', 'as_before', 'follows', relais.mail_follows(relais.actor()));
	END IF;
	SELECT * INTO g FROM relais.group x WHERE x.id = r.group_id;
	answer := relais.report_post(g.slug, 'lesson', r.number, 'retracted', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		(SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for(g.id)), 'mail');
	RETURN CASE WHEN NOT answer ? 'error' THEN relais.letter_lesson(g, r.number) || jsonb_build_object('what', 'undone', 'changed', answer->'changed') END;
END
$$;

-- Does what a command says of how the acting person's mails come. For the receipt; NULL: it cannot be.
CREATE FUNCTION relais.incoming_wish(d relais.delivery, c jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	verb text := c->>'verb';
	until date := CASE WHEN c->>'until' IS NULL THEN least(current_date + coalesce(nullif((c->>'days')::int, 0), 28), current_date + 366)
		ELSE relais.day_named(c->>'until', current_date) END;
BEGIN
	IF verb <> 'subscribe' AND verb <> 'lang' AND NOT EXISTS (SELECT FROM relais.subscription x WHERE x.person_id = relais.actor()) THEN
		RETURN jsonb_build_object('what', 'follows_none');
	ELSIF verb = 'stop' THEN
		DELETE FROM relais.subscription x WHERE x.person_id = relais.actor();
	ELSIF verb = 'pause' AND until IS NULL THEN
		RETURN NULL;
	ELSIF verb IN ('pause', 'resume') THEN
		UPDATE relais.mail_clock x SET paused_until = CASE verb WHEN 'pause' THEN until END WHERE x.person_id = relais.actor();
	ELSIF verb = 'lang' THEN
		PERFORM relais.mail_wish(jsonb_build_object('lang', c->'value'));
	ELSIF verb = 'cadence' THEN
		PERFORM relais.mail_wish(c);
	ELSE
		PERFORM relais.mail_follow(d, c);
		IF NOT EXISTS (SELECT FROM relais.subscription x WHERE x.person_id = relais.actor()) THEN
			RETURN NULL;
		END IF;
	END IF;
	RETURN jsonb_build_object('what', CASE verb WHEN 'lang' THEN 'language' ELSE verb END, 'until', (SELECT max(x.paused_until) FROM relais.mail_clock x WHERE x.person_id = relais.actor()),
		'follows', CASE WHEN verb IN ('cadence', 'subscribe') THEN relais.mail_follows(relais.actor()) END);
END
$$;

-- As 0044's, with what is said of mails, and its undoing.
CREATE OR REPLACE FUNCTION relais.incoming_command(d relais.delivery, c jsonb) RETURNS jsonb
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
		RETURN relais.incoming_undo();
	ELSIF verb IN ('stop', 'pause', 'resume', 'lang', 'cadence', 'subscribe') THEN
		RETURN relais.incoming_wish(d, c);
	ELSIF verb IN ('help', 'thanks') THEN
		RETURN jsonb_build_object('what', verb);
	END IF;
	RETURN NULL;
EXCEPTION WHEN integrity_constraint_violation THEN
	RETURN NULL;
END
$$;

-- As 0047's: a reply to a question that the acting person's municipality was asked; NULL: the mail is none, or orders something.
CREATE OR REPLACE FUNCTION relais.incoming_answer(d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	g relais.group;
	q relais.inquiry;
	answer jsonb;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (d.about->>'group')::int;
	SELECT * INTO q FROM relais.inquiry x WHERE x.group_id = g.id AND x.inquiry = (d.about->>'inquiry')::int AND d.kind = 'notice' AND d.about->>'what' = 'asked';
	IF q.inquiry IS NULL OR coalesce(said->>'text', '') = '' OR (said->>'rest' = '' AND NOT EXISTS (SELECT FROM jsonb_array_elements(said->'commands') c
			WHERE c->>'verb' NOT IN ('stop', 'pause', 'resume', 'help', 'undo', 'lang', 'cadence', 'subscribe', 'thanks'))) THEN
		RETURN NULL;
	END IF;
	answer := relais.inquiry_answer(g.slug, q.number, q.inquiry, left(said->>'text', 4000), NULL);
	IF answer ? 'error' THEN
		RETURN NULL;
	END IF;
	RETURN relais.letter_lesson(g, q.number) || jsonb_build_object('what', 'answer', 'inquiry', q.inquiry, 'note', left(said->>'text', 4000), 'changed', answer->'changed');
END
$$;

-- As 0047's, and keeps how their mails came before: carries out what a mail of the acting person says, tells them, and hands on what was not understood.
CREATE OR REPLACE FUNCTION relais.incoming_carry_out(i relais.incoming, d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	c jsonb;
	one jsonb := relais.incoming_answer(d, said);
	done jsonb := '[]';
	changed jsonb := '[]';
	unclear text;
	reader text;
	before jsonb := relais.mail_state(relais.actor());
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
	IF NOT EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' IN ('stop', 'pause', 'resume', 'language', 'cadence', 'subscribe')) THEN
		before := NULL;
	END IF;
	-- who only says thank you gets no answer
	IF unclear IS NOT NULL OR done = '[]' OR EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' <> 'thanks') THEN
		PERFORM relais.receipt_post(relais.actor(), done <> '[]', jsonb_build_object('done', done, 'unclear', unclear, 'reader', reader, 'of', d.id,
			'empty', done = '[]' AND unclear IS NULL, 'answers', said->'message_id',
			'help', EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' = 'help'),
			'subject', nullif(regexp_replace(left(said->>'subject', 300), '^((re|aw|antw|rép|fwd?|tr|doorst) ?: *)+', '', 'i'), ''))
			|| CASE WHEN before IS NULL THEN '{}' ELSE jsonb_build_object('before', before) END);
	END IF;
	RETURN changed;
END
$$;

-- As 0047's, with whether it is the help, and whether it changed how mails come.
CREATE OR REPLACE FUNCTION relais.letter_receipt(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('answers', d.about->'answers', 'subject', d.about->'subject', 'unclear', d.about->'unclear', 'reader', d.about->'reader',
		'empty', d.about->'empty', 'confirm', d.about->'confirm', 'from', d.about->'from', 'of', d.about->'of',
		'help', d.about->'help', 'wished', d.about ? 'before',
		'done', (SELECT jsonb_agg(x || jsonb_build_object(x->>'what', true)) FROM jsonb_array_elements(d.about->'done') x))
$$;

REVOKE EXECUTE ON FUNCTION relais.day_named, relais.mail_state, relais.mail_restore, relais.delivery_groups, relais.mail_wish, relais.mail_follow,
	relais.mail_follows, relais.incoming_undo, relais.incoming_wish FROM relais_site, relais_admin;
