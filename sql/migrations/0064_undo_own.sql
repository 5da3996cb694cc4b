-- Undoing takes back one's own answer, and no other that stands since: not a colleague's, nor that of a municipality one came to.

SET ROLE relais_owner;

-- As 0052's; where another answer stands since, that is told.
CREATE OR REPLACE FUNCTION relais.incoming_undo() RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	r record;
	w relais.delivery;
	g relais.group;
	answer jsonb;
BEGIN
	SELECT e.group_id, e.number, e.at, e.seq, x.municipality_id INTO r FROM relais.report x JOIN relais.event e USING (group_id, seq)
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
	IF g.id IS NOT NULL AND NOT EXISTS (SELECT FROM relais.application a WHERE a.group_id = g.id AND a.number = r.number AND a.seq = r.seq
			AND a.municipality_id = r.municipality_id AND r.municipality_id = relais.answers_for(g.id)) THEN
		RETURN relais.incoming_refused(g, r.number, 'report_nothing_to_retract', NULL);
	END IF;
	answer := relais.report_post(g.slug, 'lesson', r.number, 'retracted', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		(SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for(g.id)), 'mail');
	RETURN CASE WHEN NOT answer ? 'error' THEN relais.letter_lesson(g, r.number) || jsonb_build_object('what', 'undone', 'changed', answer->'changed') END;
END
$$;

-- As 0042's.
CREATE OR REPLACE FUNCTION relais.act_undo(token text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	s relais.signed := relais.signed(token);
	before text;
	answer jsonb := '{"error": "report_nothing_to_retract"}';
BEGIN
	IF s.purpose IS DISTINCT FROM 'r' THEN
		RETURN '{"error": "not_found"}';
	ELSIF relais.act_done(s) IS NULL THEN
		RETURN answer;
	END IF;
	before := relais.act_as(s.person);
	IF EXISTS (SELECT FROM relais.application a WHERE a.group_id = s.object[1]::int AND a.seq = relais.act_done(s)
			AND a.municipality_id = relais.answers_for(a.group_id)) THEN
		answer := relais.report_post((SELECT g.slug FROM relais.group g WHERE g.id = s.object[1]::int), 'lesson', s.object[2]::int, 'retracted', NULL, NULL, NULL,
			NULL, NULL, NULL, NULL, NULL, NULL, (SELECT m.slug FROM relais.municipality m WHERE m.id = relais.answers_for(s.object[1]::int)), 'mail');
	END IF;
	PERFORM set_config('app.actor', coalesce(before, ''), true);
	RETURN CASE WHEN answer ? 'error' THEN answer ELSE answer || jsonb_build_object('location', '/a/' || token) END;
END
$$;
