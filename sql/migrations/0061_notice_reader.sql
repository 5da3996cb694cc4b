-- A notice that waits, or is sent again, goes only to who still acts for the body that it is for.

SET ROLE relais_owner;

-- For a municipality, or what nobody understood for the coordinators of a group's lead umbrella; what a digest's notice says its
-- readers find on its page.
CREATE FUNCTION relais.notice_is_theirs(d relais.delivery, umbrella_id int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT CASE WHEN d.about ? 'municipality' THEN d.person_id IN (SELECT r.person_id FROM relais.nudge_readers((d.about->>'municipality')::int) r)
		WHEN d.about->>'what' = 'message' THEN EXISTS (SELECT FROM relais.affiliation a
			WHERE a.person_id = d.person_id AND a.umbrella_id = notice_is_theirs.umbrella_id AND a.role = 'coordinator')
		ELSE true END
$$;

-- As 0043's.
CREATE OR REPLACE FUNCTION relais.letter_notice(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	what text := d.about->>'what';
	g relais.group;
	r relais.report;
	q relais.inquiry;
	said jsonb;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (d.about->>'group')::int;
	IF NOT relais.notice_is_theirs(d, g.umbrella_id) THEN
		RETURN NULL;
	END IF;
	IF what = 'message' THEN
		RETURN relais.letter_message(d);
	ELSIF what = 'recorded' THEN
		SELECT * INTO r FROM relais.report x WHERE x.group_id = g.id AND x.seq = (d.about->>'seq')::bigint AND NOT x.undone;
		said := relais.letter_lesson(g, r.number) || jsonb_build_object('status', r.status, 'via', r.via,
			'by', (SELECT p.name FROM relais.person p WHERE p.id = r.recorded_by),
			'municipality', (SELECT m.name FROM relais.municipality m WHERE m.id = r.municipality_id));
	ELSIF what IN ('asked', 'answered') THEN
		SELECT * INTO q FROM relais.inquiry x WHERE x.group_id = g.id AND x.inquiry = (d.about->>'inquiry')::int AND x.hidden IS NULL
			AND (x.answer IS NULL) = (what = 'asked');
		said := relais.letter_lesson(g, q.number) || jsonb_build_object('inquiry', q.inquiry, 'question', q.question, 'answer', q.answer,
			'by', (SELECT m.name FROM relais.municipality m WHERE m.id = CASE what WHEN 'asked' THEN q.asker_id ELSE q.municipality_id END));
	ELSE
		SELECT jsonb_build_object('umbrella', jsonb_build_object('slug', u.slug, 'name', u.name), 'n', x.n, 'days', 3,
			'sections', (SELECT jsonb_agg(jsonb_build_object('slug', y.slug, 'name', y.name) ORDER BY y.name)
				FROM relais.digest_section s JOIN relais.group y ON y.id = s.group_id WHERE s.umbrella_id = u.id AND s.n = x.n),
			'held', (SELECT jsonb_agg(jsonb_build_object('name', y.name) ORDER BY y.name) FROM relais.group y WHERE d.about->'held' @> to_jsonb(y.id)),
			'coordinates', relais.coordinates(u.id))
		INTO said
		FROM relais.digest x JOIN relais.umbrella u ON u.id = x.umbrella_id
		WHERE u.id = (d.about->>'umbrella')::int AND x.n = (d.about->>'n')::int AND (x.status = 'approved') = (what = 'digest_sent');
	END IF;
	RETURN said || jsonb_build_object(what, true);
END
$$;

REVOKE EXECUTE ON FUNCTION relais.notice_is_theirs FROM relais_site, relais_admin;
