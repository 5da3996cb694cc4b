-- Direct questions: a municipality asks the one that wrote a lesson, or one that applied it; question and
-- answer stay with the lesson.
--
-- Nobody is asked who does not wish it: the author is, unless it said never; who applied a lesson is, once it
-- said always. Who sees what: until it is answered, a question is for who asks, who is asked, the hub and the
-- lead umbrella; then for the group; for everybody who sees a public group only if the answer says so. What the
-- hub hid, with the reason, is again for those four alone. It is no event: no feed and no digest tells it.

SET ROLE relais_owner;

-- Without a row: author.
CREATE TABLE relais.inquiry_consent (
	municipality_id int PRIMARY KEY REFERENCES relais.municipality,
	consent         text CONSTRAINT inquiry_consent_known CHECK ((consent IN ('author', 'always', 'never')) IS TRUE)
);

CREATE TABLE relais.inquiry (
	group_id        int NOT NULL,
	inquiry         int NOT NULL,
	number          int NOT NULL,           -- of the lesson
	asker_id        int NOT NULL REFERENCES relais.municipality,
	municipality_id int NOT NULL REFERENCES relais.municipality,    -- who is asked
	question        text CONSTRAINT inquiry_question_prose CHECK ((relais.is_prose(question, 1000) AND btrim(question) <> '') IS TRUE),
	at              timestamptz NOT NULL,
	answer          text CONSTRAINT inquiry_answer_prose CHECK (relais.is_prose(answer, 4000) AND btrim(answer) <> ''),
	answered_at     timestamptz,
	open            boolean NOT NULL DEFAULT false, -- everybody who sees the group may read both
	hidden          text CONSTRAINT inquiry_hidden_prose CHECK (relais.is_prose(hidden, 2000) AND btrim(hidden) <> ''),
	PRIMARY KEY (group_id, inquiry),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
CREATE UNIQUE INDEX inquiry_waits_once ON relais.inquiry (group_id, number, asker_id, municipality_id) WHERE answer IS NULL;
CREATE INDEX inquiry_number ON relais.inquiry (group_id, number);
CREATE INDEX inquiry_asked ON relais.inquiry (municipality_id) WHERE answer IS NULL;

ALTER TABLE relais.inquiry_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.inquiry ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON relais.inquiry_consent FOR SELECT USING (true);
CREATE POLICY seen ON relais.inquiry FOR SELECT USING (
	(asker_id = ANY ((SELECT relais.my_municipalities())::int[]) OR municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
		OR group_id = ANY ((SELECT relais.my_hub_groups())::int[]) OR group_id = ANY ((SELECT relais.my_led_groups())::int[])
		OR answer IS NOT NULL AND hidden IS NULL AND (group_id = ANY ((SELECT relais.my_inner_groups())::int[])
			OR open AND group_id = ANY ((SELECT relais.my_groups())::int[])))
	AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = inquiry.group_id AND i.number = inquiry.number));
GRANT SELECT ON relais.inquiry_consent, relais.inquiry TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------

CREATE FUNCTION relais.may_be_asked(i relais.item, municipality_id int) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	wish text := coalesce((SELECT c.consent FROM relais.inquiry_consent c WHERE c.municipality_id = municipality_id), 'author');
BEGIN
	RETURN wish <> 'never'
		AND EXISTS (SELECT FROM relais.membership m WHERE m.group_id = i.group_id AND m.municipality_id = municipality_id AND m.ended_at IS NULL)
		AND (municipality_id = i.municipality_id OR wish = 'always' AND EXISTS (SELECT FROM relais.application a
			WHERE a.group_id = i.group_id AND a.number = i.number AND a.municipality_id = municipality_id
				AND a.status IN ('applied', 'adapted')));
END
$$;

-- Whom the reader may ask about a lesson, its author first.
CREATE FUNCTION relais.askable(i relais.item) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name) ORDER BY c.id <> i.municipality_id, c.name), '[]')
	FROM relais.municipality c
	WHERE i.status = 'published' AND (relais.may(i.group_id)->'municipalities'->0) IS NOT NULL
		AND (c.id = i.municipality_id OR c.id IN (SELECT x.municipality_id FROM relais.inquiry_consent x WHERE x.consent = 'always'))
		AND c.id <> ALL ((SELECT relais.my_municipalities())::int[]) AND relais.may_be_asked(i, c.id)
$$;

-- The direct questions on a lesson that the reader may see, oldest first.
CREATE FUNCTION relais.inquiries(group_id int, number int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('n', q.inquiry, 'question', q.question, 'at', q.at, 'answer', q.answer,
		'answered_at', q.answered_at, 'open', q.open, 'hidden', q.hidden, 'asker', relais.municipality_brief(q.asker_id),
		'asked', relais.municipality_brief(q.municipality_id),
		'mine', q.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]),
		'own', q.asker_id = ANY ((SELECT relais.my_municipalities())::int[])) ORDER BY q.inquiry), '[]')
	FROM relais.inquiry q WHERE q.group_id = inquiries.group_id AND q.number = inquiries.number
$$;

-- ---------------------------------------------------------------------------

-- municipality: who is asked; without one the author, or the only one there is to ask.
CREATE FUNCTION relais.inquiry_post(slug text, number int, municipality text, text text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	asked int;
	asker int;
	n int;
BEGIN
	t := relais.take(slug, 0, 0);
	SELECT * INTO i FROM relais.item x WHERE x.group_id = t.group_id AND x.number = inquiry_post.number AND x.kind = 'lesson';
	IF i.number IS NULL OR i.published_at IS NULL OR NOT relais.item_seen(i) THEN
		PERFORM relais.refuse('not_found');
	ELSIF cardinality(t.acts_for) = 0 THEN
		PERFORM relais.refuse('forbidden');
	ELSIF i.status <> 'published' THEN
		PERFORM relais.refuse('item_ended');
	END IF;
	SELECT c.id INTO asked FROM relais.municipality c
	WHERE c.slug = coalesce(municipality, relais.askable(i)->0->>'slug') AND relais.may_be_asked(i, c.id);
	asker := (SELECT min(x) FROM unnest(t.acts_for) x WHERE x <> asked);
	IF asker IS NULL THEN
		PERFORM relais.refuse('inquiry_not_wished');
	END IF;
	n := (SELECT coalesce(max(q.inquiry), 0) + 1 FROM relais.inquiry q WHERE q.group_id = t.group_id);
	INSERT INTO relais.inquiry (group_id, inquiry, number, asker_id, municipality_id, question, at)
	VALUES (t.group_id, n, i.number, asker, asked, btrim(text), t.at);
	RETURN relais.answer(t, format('/groups/%s/lessons/%s#inquiry-%s', t.slug, i.number, n), jsonb_build_object('n', n));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- The question, for who may know of it: the policy again, for the functions that run as the owner.
CREATE FUNCTION relais.inquiry_at(t relais.turn, number int, n int) RETURNS relais.inquiry
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	q relais.inquiry;
	i relais.item;
BEGIN
	SELECT * INTO q FROM relais.inquiry x WHERE x.group_id = t.group_id AND x.number = inquiry_at.number AND x.inquiry = n;
	SELECT * INTO i FROM relais.item x WHERE x.group_id = t.group_id AND x.number = q.number;
	IF q.inquiry IS NULL OR NOT relais.item_seen(i) OR NOT (q.asker_id = ANY (t.acts_for) OR q.municipality_id = ANY (t.acts_for)
		OR t.leads OR coalesce(t.hub = ANY (t.acts_for), false) OR q.answer IS NOT NULL AND q.hidden IS NULL
			AND (q.open OR t.group_id = ANY (relais.my_inner_groups()))) THEN
		PERFORM relais.refuse('not_found');
	END IF;
	RETURN q;
END
$$;

-- Answers, or corrects the answer.
CREATE FUNCTION relais.inquiry_answer(slug text, number int, n int, text text, open boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	q relais.inquiry;
BEGIN
	t := relais.take(slug, 0, 0);
	q := relais.inquiry_at(t, number, n);
	IF NOT q.municipality_id = ANY (t.acts_for) OR q.hidden IS NOT NULL THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	UPDATE relais.inquiry x SET answer = coalesce(btrim(inquiry_answer.text), ''), answered_at = t.at,
		open = coalesce(inquiry_answer.open, false)
	WHERE x.group_id = t.group_id AND x.inquiry = q.inquiry;
	RETURN relais.answer(t, format('/groups/%s/lessons/%s#inquiry-%s', t.slug, number, n), jsonb_build_object('n', n));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Who answered takes the answer back, so that the question waits again; who asked takes a question back that
-- waits; who publishes in the group hides both, with the reason.
CREATE FUNCTION relais.inquiry_end(slug text, number int, n int, reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	q relais.inquiry;
BEGIN
	t := relais.take(slug, 0, 0);
	q := relais.inquiry_at(t, number, n);
	IF q.municipality_id = ANY (t.acts_for) AND q.answer IS NOT NULL AND reason IS NULL THEN
		UPDATE relais.inquiry x SET answer = NULL, answered_at = NULL, open = false WHERE x.group_id = t.group_id AND x.inquiry = n;
	ELSIF q.asker_id = ANY (t.acts_for) AND q.answer IS NULL AND reason IS NULL THEN
		DELETE FROM relais.inquiry x WHERE x.group_id = t.group_id AND x.inquiry = n;
	ELSIF relais.publishes(t) THEN
		UPDATE relais.inquiry x SET hidden = coalesce(btrim(reason), '') WHERE x.group_id = t.group_id AND x.inquiry = n;
	ELSE
		PERFORM relais.refuse('forbidden');
	END IF;
	RETURN relais.answer(t, format('/groups/%s/lessons/%s#inquiries', t.slug, number), jsonb_build_object('n', n));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- A focal point says whether their municipality may be asked.
CREATE FUNCTION relais.inquiry_consent_put(municipality text, consent text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	id int;
	mine boolean;
BEGIN
	SELECT c.id, EXISTS (SELECT FROM relais.affiliation a WHERE a.person_id = relais.self() AND a.municipality_id = c.id
		AND a.role = 'focal_point') INTO id, mine
	FROM relais.municipality c WHERE c.slug = inquiry_consent_put.municipality;
	IF id IS NULL THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT mine THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.inquiry_consent AS c VALUES (id, consent)
	ON CONFLICT ON CONSTRAINT inquiry_consent_pkey DO UPDATE SET consent = excluded.consent;
	RETURN jsonb_build_object('changed', '[]'::jsonb, 'location', '/me#asked', 'value', jsonb_build_object('consent', consent));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- What the reader's municipalities let themselves be asked; of a focal point.
CREATE FUNCTION relais.my_consents() RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('slug', m.slug, 'name', m.name, 'consent', coalesce(c.consent, 'author'),
		'author', coalesce(c.consent, 'author') = 'author', 'always', coalesce(c.consent = 'always', false),
		'never', coalesce(c.consent = 'never', false)) ORDER BY m.name), '[]')
	FROM relais.affiliation a JOIN relais.municipality m ON m.id = a.municipality_id
	LEFT JOIN relais.inquiry_consent c ON c.municipality_id = m.id
	WHERE a.person_id = relais.actor() AND a.role = 'focal_point'
$$;

-- ---------------------------------------------------------------------------
-- Export and restore

CREATE FUNCTION relais.export_inquiries(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('inquiry', q.inquiry, 'number', q.number, 'asker', relais.municipality_slug(q.asker_id),
		'municipality', relais.municipality_slug(q.municipality_id), 'question', q.question, 'at', q.at, 'answer', q.answer,
		'answered_at', q.answered_at, 'open', q.open, 'hidden', q.hidden)
	FROM relais.inquiry q WHERE q.group_id = g.id ORDER BY q.inquiry
$$;
CREATE FUNCTION relais.restore_inquiries(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.inquiry
	SELECT relais.group_named(l->>'group'), (l->>'inquiry')::int, (l->>'number')::int, a.id, m.id, l->>'question', (l->>'at')::timestamptz,
		l->>'answer', (l->>'answered_at')::timestamptz, (l->>'open')::boolean, l->>'hidden'
	FROM relais.log_lines(doc, 'inquiry') l JOIN relais.municipality a ON a.slug = l->>'asker'
	JOIN relais.municipality m ON m.slug = l->>'municipality'
$$;
CREATE FUNCTION relais.export_inquiry_consents() RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('municipality', m.slug, 'consent', c.consent)
	FROM relais.inquiry_consent c JOIN relais.municipality m ON m.id = c.municipality_id ORDER BY m.slug COLLATE "C"
$$;
CREATE FUNCTION relais.restore_inquiry_consents(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.inquiry_consent
	SELECT m.id, l->>'consent' FROM relais.log_lines(doc, 'inquiry_consent') l JOIN relais.municipality m ON m.slug = l->>'municipality'
$$;
INSERT INTO relais.log_kind SELECT 'inquiry', coalesce(max(k.place), 0) + 1, true, 'export_inquiries', 'restore_inquiries', 'relais.inquiry'
FROM relais.log_kind k;
INSERT INTO relais.log_kind SELECT 'inquiry_consent', coalesce(max(k.place), 0) + 1, false, 'export_inquiry_consents',
	'restore_inquiry_consents', 'relais.inquiry_consent' FROM relais.log_kind k;
