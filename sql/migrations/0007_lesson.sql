-- Writing lessons.

SET ROLE relais_owner;

-- What a lesson answers and links to; replaces what was there, but for what the writer cannot see.
CREATE FUNCTION relais.lesson_parts(group_id int, number int, questions jsonb, subquestions jsonb, links jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
	IF questions IS NOT NULL OR subquestions IS NOT NULL THEN
		IF EXISTS (SELECT FROM jsonb_array_elements_text(questions) q
				LEFT JOIN relais.item i ON i.group_id = lesson_parts.group_id AND i.number = q::int AND i.kind = 'question'
				WHERE NOT relais.item_seen(i)) THEN
			PERFORM relais.refuse('answers_question_known');
		ELSIF EXISTS (SELECT FROM jsonb_array_elements_text(subquestions) q
				LEFT JOIN relais.subquestion s ON s.group_id = lesson_parts.group_id AND s.subquestion = q::int
				LEFT JOIN relais.item i ON i.group_id = s.group_id AND i.number = s.number
				WHERE NOT relais.item_seen(i)) THEN
			PERFORM relais.refuse('answers_subquestion_known');
		END IF;
		DELETE FROM relais.lesson_answers a USING relais.item i
		WHERE a.group_id = lesson_parts.group_id AND a.number = lesson_parts.number
			AND i.group_id = a.group_id AND i.number = a.question AND relais.item_seen(i)
			AND CASE WHEN a.subquestion = 0 THEN questions IS NOT NULL ELSE subquestions IS NOT NULL END;
		INSERT INTO relais.lesson_answers (group_id, number, question)
		SELECT DISTINCT lesson_parts.group_id, lesson_parts.number, q::int FROM jsonb_array_elements_text(questions) q;
		INSERT INTO relais.lesson_answers (group_id, number, question, subquestion)
		SELECT DISTINCT lesson_parts.group_id, lesson_parts.number, s.number, s.subquestion
		FROM jsonb_array_elements_text(subquestions) q
		JOIN relais.subquestion s ON s.group_id = lesson_parts.group_id AND s.subquestion = q::int;
	END IF;
	IF links IS NOT NULL THEN
		DELETE FROM relais.link l WHERE l.group_id = lesson_parts.group_id AND l.number = lesson_parts.number;
		INSERT INTO relais.link (group_id, number, link, kind, url, title, bytes)
		SELECT lesson_parts.group_id, lesson_parts.number, n, coalesce(e->>'kind', 'page'), e->>'url',
			btrim(coalesce(nullif(e->>'title', ''), e->>'url')), (e->>'bytes')::bigint
		FROM jsonb_array_elements(links) WITH ORDINALITY x (e, n);
	END IF;
END
$$;

-- A lesson. status: draft; published (hub and coordinator), or proposed by a member. A
-- member who asks to publish has proposed.
CREATE FUNCTION relais.lesson_post(slug text, lang text, title text, summary text, body text, html text, conditions text,
	cost text, source text, sdgs jsonb, questions jsonb, subquestions jsonb, links jsonb, status text,
	municipality text, occurred_on text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	owner int;
	becomes text := status;
BEGIN
	t := relais.take(slug, 1, 1);
	IF status NOT IN ('draft', 'proposed', 'published') THEN
		PERFORM relais.refuse('item_status_known');
	END IF;
	owner := relais.acting_for(t, coalesce(municipality, CASE WHEN t.leads AND cardinality(t.acts_for) = 0 THEN
		(SELECT m.slug FROM relais.municipality m WHERE m.id = t.hub) END), true);
	IF status = 'published' AND NOT relais.publishes(t) THEN
		IF owner = t.hub THEN
			PERFORM relais.refuse('publish_needs_focal_point');
		END IF;
		becomes := 'proposed';
	END IF;
	PERFORM relais.item_add(t, 'lesson', becomes, lang, owner, title, summary, body, html, conditions, occurred_on);
	INSERT INTO relais.lesson VALUES (t.group_id, t.number, cost, source,
		coalesce(ARRAY(SELECT DISTINCT e::int FROM jsonb_array_elements_text(sdgs) e ORDER BY 1), '{}'));
	PERFORM relais.lesson_parts(t.group_id, t.number, questions, subquestions, links);
	PERFORM relais.tell(t, 'lesson', CASE becomes WHEN 'draft' THEN 'drafted' ELSE becomes END, t.number, owner, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/lessons/%s', t.slug, t.number),
		jsonb_build_object('id', t.number, 'revision', 1, 'edit', 1, 'seq', t.seq, 'status', becomes));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The lesson's text in a language: a correction in its own, else a translation of
-- revision `of` of the original.
CREATE FUNCTION relais.lesson_text_put(slug text, number int, edit int, lang text, title text, summary text, body text,
	html text, conditions text, of int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	n int;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'lesson', number, edit, lang <> (SELECT x.lang FROM relais.item x
		WHERE x.group_id = t.group_id AND x.number = lesson_text_put.number));
	IF i.status = 'withdrawn' THEN
		PERFORM relais.refuse('item_ended');
	ELSIF lang = i.lang AND i.status = 'published' THEN
		PERFORM relais.change_published(t, i);
	END IF;
	n := relais.text_add(t, i, lang, of, title, summary, body, html, conditions, NULL);
	IF lang = i.lang THEN
		INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, '', NULL, false, i.municipality_id,
			relais.actor(), t.at, NULL);
	END IF;
	PERFORM relais.tell(t, 'lesson', CASE WHEN lang = i.lang THEN 'corrected' ELSE 'translated' END, i.number,
		i.municipality_id, 0, jsonb_build_object('lang', lang, 'revision', n));
	RETURN relais.answer(t, format('/groups/%s/lessons/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'lang', lang, 'revision', n, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Changes what is not text; NULL leaves it. status moves a lesson on: draft → proposed
-- or published, proposed → published, any → withdrawn (with a reason).
CREATE FUNCTION relais.lesson_change(slug text, number int, edit int, status text, reason text, cost text, source text,
	sdgs jsonb, questions jsonb, subquestions jsonb, links jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	becomes text := status;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'lesson', number, edit, false);
	IF i.status = 'published' THEN
		PERFORM relais.change_published(t, i);
	ELSIF status = 'published' AND NOT relais.publishes(t) THEN
		becomes := 'proposed';
	END IF;
	becomes := coalesce(becomes, i.status);
	IF becomes <> i.status AND NOT (becomes = 'proposed' AND i.status = 'draft'
		OR becomes = 'published' AND i.status IN ('draft', 'proposed')
		OR becomes = 'withdrawn' AND i.status IN ('published', 'proposed')) THEN
		PERFORM relais.refuse('status_from_here');
	END IF;
	UPDATE relais.item x SET status = becomes, edit = x.edit + 1, updated_at = t.at,
		published_at = coalesce(x.published_at, CASE WHEN becomes = 'published' THEN t.at END),
		reason = coalesce(lesson_change.reason, x.reason)
	WHERE x.group_id = t.group_id AND x.number = i.number;
	UPDATE relais.lesson x SET cost = coalesce(lesson_change.cost, x.cost), source = coalesce(lesson_change.source, x.source),
		sdgs = CASE WHEN lesson_change.sdgs IS NULL THEN x.sdgs
			ELSE ARRAY(SELECT DISTINCT e::int FROM jsonb_array_elements_text(lesson_change.sdgs) e ORDER BY 1) END
	WHERE x.group_id = t.group_id AND x.number = i.number;
	PERFORM relais.lesson_parts(t.group_id, i.number, questions, subquestions, links);
	PERFORM relais.tell(t, 'lesson', CASE WHEN becomes <> i.status THEN becomes ELSE 'changed' END, i.number,
		i.municipality_id, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/lessons/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'status', becomes, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
