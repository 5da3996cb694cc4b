-- What was said too soon: a “we too” is taken back, a proposed lesson goes back to who proposed it.

SET ROLE relais_owner;

-- Takes a “we too” back; it may be said again.
CREATE FUNCTION relais.we_too_end(slug text, problem int, municipality text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	owner int;
	number int;
	count int;
BEGIN
	t := relais.take(slug, 1, 0);
	SELECT p.number, w.municipality_id INTO number, owner
	FROM relais.problem p JOIN relais.item i USING (group_id, number) JOIN relais.we_too w USING (group_id, problem)
	JOIN relais.municipality c ON c.id = w.municipality_id
	WHERE p.group_id = t.group_id AND p.problem = we_too_end.problem AND c.slug = we_too_end.municipality AND relais.item_seen(i);
	IF number IS NULL THEN
		PERFORM relais.refuse('not_found');
	END IF;
	PERFORM relais.acting_for(t, municipality, true);
	DELETE FROM relais.we_too w
	WHERE w.group_id = t.group_id AND w.problem = we_too_end.problem AND w.municipality_id = owner;
	SELECT count(*) INTO count FROM relais.we_too w WHERE w.group_id = t.group_id AND w.problem = we_too_end.problem;
	PERFORM relais.tell(t, 'question', 'we_too_ended', number, owner, 0, jsonb_build_object('problem', problem));
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, number),
		jsonb_build_object('id', problem, 'we_too', count, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- What a section tells of (after, upto]: the last event of each kind on a lesson or question,
-- the last standing report and “we too” of each municipality on each; NULL if there is nothing.
CREATE OR REPLACE FUNCTION relais.section_items(group_id int, after bigint, upto bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH told AS (
		SELECT DISTINCT ON (e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
				CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END) e.*
		FROM relais.event e
		WHERE e.group_id = section_items.group_id AND e.seq > section_items.after AND e.seq <= section_items.upto
			AND e.audience < 2
			AND CASE e.kind
				WHEN 'lesson' THEN e.act IN ('published', 'corrected', 'withdrawn')
				WHEN 'question' THEN e.act IN ('asked', 'reworded', 'dropped') OR e.act = 'we_too' AND EXISTS (SELECT FROM relais.we_too w
					WHERE w.group_id = e.group_id AND w.problem = (e.detail->>'problem')::int AND w.municipality_id = e.municipality_id)
				WHEN 'report' THEN e.act = 'reported' AND NOT EXISTS (SELECT FROM relais.report u
					WHERE u.group_id = e.group_id AND u.number = e.number AND u.municipality_id = e.municipality_id AND u.retracts = e.seq)
				WHEN 'member' THEN e.act IN ('joined', 'left')
				ELSE false END
		-- of a lesson published and corrected since, the publication is the news
		ORDER BY e.kind, e.number, CASE WHEN e.kind IN ('report', 'member') OR e.act = 'we_too' THEN e.municipality_id END,
			CASE WHEN e.kind = 'lesson' THEN '' ELSE e.act END, (e.act = 'published') DESC, e.seq DESC
	)
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'act', e.act, 'number', e.number,
		'object_kind', i.kind, 'titles', relais.item_titles(i.group_id, i.number), 'lang', i.lang,
		'summary', CASE WHEN e.kind = 'lesson' THEN (SELECT nullif(t.summary, '') FROM relais.item_text t
			WHERE t.group_id = i.group_id AND t.number = i.number AND t.lang = i.lang AND NOT t.sensitive
			ORDER BY t.revision DESC LIMIT 1) END,
		'municipality', relais.municipality_brief(e.municipality_id), 'status', r.status, 'adaptation', r.adaptation,
		'note', n.note, 'note_audience', n.audience, 'reason', w.reason, 'reason_audience', w.audience,
		'because', CASE WHEN e.act = 'reworded' THEN nullif(v.reason, '') END,
		'audience', e.audience)) ORDER BY e.seq DESC)
	FROM told e
	LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
	LEFT JOIN relais.report r ON e.kind = 'report' AND r.group_id = e.group_id AND r.seq = e.seq
	LEFT JOIN relais.report_note n ON n.group_id = r.group_id AND n.seq = r.seq AND n.audience <> 'own'
	LEFT JOIN relais.report_reason w ON w.group_id = r.group_id AND w.seq = r.seq
	LEFT JOIN relais.item_revision v ON e.act = 'reworded' AND v.group_id = e.group_id AND v.number = e.number
		AND v.revision = (e.detail->>'revision')::int AND NOT v.sensitive
	WHERE (e.number IS NULL OR relais.item_titles(i.group_id, i.number) IS NOT NULL)
		AND (i.status IS DISTINCT FROM 'withdrawn' OR e.act = 'withdrawn')
$$;

-- Changes what is not text; NULL leaves it. status moves a lesson on: draft → proposed or published,
-- proposed → published, any → withdrawn (with a reason). proposed → draft gives a proposal back: who
-- publishes does it with words for the proposer, which go once it is proposed again.
CREATE OR REPLACE FUNCTION relais.lesson_change(slug text, number int, edit int, status text, reason text, cost text, source text,
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
		OR becomes = 'draft' AND i.status = 'proposed'
		OR becomes = 'withdrawn' AND i.status IN ('published', 'proposed')) THEN
		PERFORM relais.refuse('status_from_here');
	ELSIF becomes = 'draft' AND i.status = 'proposed' AND coalesce(btrim(reason), '') = '' AND NOT i.municipality_id = ANY (t.acts_for) THEN
		PERFORM relais.refuse('item_reason_needed');
	END IF;
	UPDATE relais.item x SET status = becomes, edit = x.edit + 1, updated_at = t.at,
		published_at = coalesce(x.published_at, CASE WHEN becomes = 'published' THEN t.at END),
		reason = CASE WHEN becomes <> i.status AND becomes IN ('proposed', 'published') THEN NULL
			ELSE coalesce(nullif(btrim(lesson_change.reason), ''), x.reason) END
	WHERE x.group_id = t.group_id AND x.number = i.number;
	UPDATE relais.lesson x SET cost = coalesce(lesson_change.cost, x.cost), source = coalesce(lesson_change.source, x.source),
		sdgs = CASE WHEN lesson_change.sdgs IS NULL THEN x.sdgs
			ELSE ARRAY(SELECT DISTINCT e::int FROM jsonb_array_elements_text(lesson_change.sdgs) e ORDER BY 1) END
	WHERE x.group_id = t.group_id AND x.number = i.number;
	PERFORM relais.lesson_parts(t.group_id, i.number, questions, subquestions, links);
	PERFORM relais.tell(t, 'lesson', CASE WHEN becomes = i.status THEN 'changed' WHEN becomes = 'draft' THEN 'returned' ELSE becomes END, i.number,
		i.municipality_id, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/lessons/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'status', becomes, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
