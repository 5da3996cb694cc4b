-- Writing questions.

SET ROLE relais_owner;

-- Adds problems (texts) and sub-questions ({text, priority}) to a question.
CREATE FUNCTION relais.question_parts(group_id int, number int, municipality_id int, problems jsonb, subquestions jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
	base int;
BEGIN
	IF problems IS NOT NULL THEN
		SELECT coalesce(max(p.problem), 0) INTO base FROM relais.problem p WHERE p.group_id = question_parts.group_id;
		INSERT INTO relais.problem (group_id, number, problem, text)
		SELECT question_parts.group_id, question_parts.number, base + n, btrim(e)
		FROM jsonb_array_elements_text(problems) WITH ORDINALITY x (e, n);
	END IF;
	IF subquestions IS NOT NULL THEN
		SELECT coalesce(max(s.subquestion), 0) INTO base FROM relais.subquestion s WHERE s.group_id = question_parts.group_id;
		INSERT INTO relais.subquestion (group_id, number, subquestion, text)
		SELECT question_parts.group_id, question_parts.number, base + n, btrim(e->>'text')
		FROM jsonb_array_elements(subquestions) WITH ORDINALITY x (e, n);
		INSERT INTO relais.priority (group_id, subquestion, municipality_id, priority)
		SELECT question_parts.group_id, base + n, question_parts.municipality_id, e->>'priority'
		FROM jsonb_array_elements(subquestions) WITH ORDINALITY x (e, n) WHERE e->>'priority' IS NOT NULL;
	END IF;
END
$$;

-- Asks a question. status: draft or published. parents: questions of the group that it
-- was merged from (how merged) or split from.
CREATE FUNCTION relais.question_post(slug text, lang text, text text, problems jsonb, subquestions jsonb, status text,
	municipality text, occurred_on text, how text, parents jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	owner int;
BEGIN
	t := relais.take(slug, 1, 1);
	owner := relais.acting_for(t, municipality, true);
	IF status NOT IN ('draft', 'published') THEN
		PERFORM relais.refuse('item_status_known');
	ELSIF status = 'published' AND NOT (owner = ANY (t.speaks_for) OR relais.publishes(t)) THEN
		PERFORM relais.refuse('publish_needs_focal_point');
	END IF;
	PERFORM relais.item_add(t, 'question', status, lang, owner, text, NULL, NULL, NULL, NULL, occurred_on);
	PERFORM relais.question_parts(t.group_id, t.number, owner, problems, subquestions);
	IF parents IS NOT NULL AND jsonb_array_length(parents) > 0 THEN
		PERFORM relais.question_descend(t, how, parents);
		IF status = 'published' THEN
			PERFORM relais.question_merge(t, t.number);
		END IF;
	END IF;
	PERFORM relais.tell(t, 'question', CASE status WHEN 'draft' THEN 'drafted' ELSE 'asked' END, t.number, owner, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, t.number),
		jsonb_build_object('id', t.number, 'revision', 1, 'edit', 1, 'seq', t.seq, 'status', status));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The new question's line of descent: whoever owns a parent owns it too.
CREATE FUNCTION relais.question_descend(t relais.turn, how text, parents jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	parent int;
	i relais.item;
BEGIN
	FOR parent IN SELECT DISTINCT p::int FROM jsonb_array_elements_text(parents) p ORDER BY 1 LOOP
		i := relais.item_for_change(t, 'question', parent, NULL, false);
		IF i.status NOT IN ('draft', 'published') THEN
			PERFORM relais.refuse('item_ended');
		END IF;
		INSERT INTO relais.descent VALUES (t.group_id, t.number, parent, coalesce(how, 'merged'));
		INSERT INTO relais.item_owner
		SELECT t.group_id, t.number, o.municipality_id FROM relais.item_owner o
		WHERE o.group_id = t.group_id AND o.number = parent ON CONFLICT DO NOTHING;
	END LOOP;
END
$$;

-- Once it is published, the questions it was merged from end.
CREATE FUNCTION relais.question_merge(t relais.turn, number int) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE relais.item x SET status = 'merged', edit = x.edit + 1, updated_at = t.at
	FROM relais.descent d
	WHERE d.group_id = t.group_id AND d.number = question_merge.number AND d.how = 'merged'
		AND x.group_id = d.group_id AND x.number = d.parent AND x.status IN ('draft', 'published')
$$;

-- Rewords a question, with the reason and what led to it. A sensitive revision stays
-- with its owners; the others go on reading the wording before.
CREATE FUNCTION relais.question_reword(slug text, number int, edit int, text text, reason text, trigger text,
	sensitive boolean, occurred_on text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	n int;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'question', number, edit, false);
	IF i.status NOT IN ('draft', 'published') THEN
		PERFORM relais.refuse('item_ended');
	ELSIF i.status = 'published' THEN
		PERFORM relais.change_published(t, i);
	END IF;
	n := relais.text_add(t, i, i.lang, NULL, text, NULL, NULL, NULL, NULL, coalesce(sensitive, false));
	INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, coalesce(reason, ''), trigger, coalesce(sensitive, false),
		coalesce((SELECT o.municipality_id FROM relais.item_owner o WHERE o.group_id = t.group_id AND o.number = i.number
			AND o.municipality_id = ANY (t.acts_for) LIMIT 1), i.municipality_id), relais.actor(), t.at, occurred_on);
	PERFORM relais.tell(t, 'question', 'reworded', i.number, i.municipality_id,
		CASE WHEN sensitive THEN 2 ELSE 0 END, jsonb_build_object('revision', n));
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'revision', n, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A translation of a question, or (in its own language) a correction without a reason.
CREATE FUNCTION relais.question_text_put(slug text, number int, edit int, lang text, text text, of int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	n int;
	secret boolean;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'question', number, edit, lang <> (SELECT x.lang FROM relais.item x
		WHERE x.group_id = t.group_id AND x.number = question_text_put.number));
	IF lang = i.lang AND i.status <> 'draft' THEN
		PERFORM relais.change_published(t, i);
	END IF;
	n := relais.text_add(t, i, lang, of, text, NULL, NULL, NULL, NULL, NULL);
	secret := relais.text_sensitive(i, lang, n);
	IF lang = i.lang THEN
		INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, '', NULL, secret, i.municipality_id,
			relais.actor(), t.at, NULL);
	END IF;
	PERFORM relais.tell(t, 'question', CASE WHEN lang = i.lang THEN 'corrected' ELSE 'translated' END, i.number,
		i.municipality_id, CASE WHEN secret THEN 2 ELSE 0 END,
		jsonb_build_object('lang', lang, 'revision', n));
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'lang', lang, 'revision', n, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Publishes a draft, or ends a question (dropped) with a reason.
CREATE FUNCTION relais.question_status(slug text, number int, edit int, status text, reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'question', number, edit, false);
	IF NOT ((i.status = 'draft' AND status = 'published') OR (i.status IN ('draft', 'published') AND status = 'dropped')) THEN
		PERFORM relais.refuse('status_from_here');
	END IF;
	PERFORM relais.change_published(t, i);
	UPDATE relais.item x SET status = question_status.status, edit = x.edit + 1, updated_at = t.at,
		published_at = coalesce(x.published_at, CASE WHEN question_status.status = 'published' THEN t.at END),
		reason = question_status.reason
	WHERE x.group_id = t.group_id AND x.number = i.number;
	IF status = 'published' THEN
		PERFORM relais.question_merge(t, i.number);
	END IF;
	PERFORM relais.tell(t, 'question', CASE status WHEN 'published' THEN 'asked' ELSE 'dropped' END, i.number,
		i.municipality_id, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'status', status, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- "We too": another municipality of the group has this problem.
CREATE FUNCTION relais.we_too_post(slug text, problem int, municipality text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	owner int;
	number int;
	count int;
BEGIN
	t := relais.take(slug, 1, 0);
	owner := relais.acting_for(t, municipality, true);
	SELECT p.number INTO number FROM relais.problem p JOIN relais.item i USING (group_id, number)
	WHERE p.group_id = t.group_id AND p.problem = we_too_post.problem AND i.published_at IS NOT NULL AND relais.item_seen(i);
	IF number IS NULL THEN
		PERFORM relais.refuse('not_found');
	END IF;
	INSERT INTO relais.we_too VALUES (t.group_id, problem, owner, t.at);
	SELECT count(*) INTO count FROM relais.we_too w WHERE w.group_id = t.group_id AND w.problem = we_too_post.problem;
	PERFORM relais.tell(t, 'question', 'we_too', number, owner, 0, jsonb_build_object('problem', problem));
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, number),
		jsonb_build_object('id', problem, 'we_too', count, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Each owner has its own priorities: how much a sub-question matters to it.
CREATE FUNCTION relais.priority_put(slug text, subquestion int, priority text, municipality text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	t relais.turn;
	refused text;
	owner int;
	i relais.item;
BEGIN
	t := relais.take(slug, 0, 0);
	SELECT x.* INTO i FROM relais.subquestion s JOIN relais.item x USING (group_id, number)
	WHERE s.group_id = t.group_id AND s.subquestion = subquestion;
	i := relais.item_for_change(t, 'question', i.number, NULL, false);
	owner := relais.acting_for(t, municipality, true);
	IF NOT EXISTS (SELECT FROM relais.item_owner o WHERE o.group_id = t.group_id AND o.number = i.number AND o.municipality_id = owner) THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.priority AS p VALUES (t.group_id, subquestion, owner, priority)
	ON CONFLICT ON CONSTRAINT priority_pkey DO UPDATE SET priority = excluded.priority;
	UPDATE relais.item x SET edit = x.edit + 1, updated_at = t.at WHERE x.group_id = t.group_id AND x.number = i.number;
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', subquestion, 'priority', priority, 'edit', i.edit + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
