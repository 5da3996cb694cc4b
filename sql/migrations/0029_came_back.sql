-- What came back, seen through: a report is acknowledged, and a lesson gets its conclusion, what the group as
-- a whole makes of it.

SET ROLE relais_owner;

-- Somebody of the hub or of the lead umbrella has read the report and says so. Seen with the report.
CREATE TABLE relais.acknowledgement (
	group_id  int NOT NULL,
	seq       bigint NOT NULL,
	person_id int NOT NULL REFERENCES relais.person,
	at        timestamptz NOT NULL,
	PRIMARY KEY (group_id, seq),
	FOREIGN KEY (group_id, seq) REFERENCES relais.report
);

-- One text a lesson, by whoever publishes in the group. Seen with the lesson.
CREATE TABLE relais.conclusion (
	group_id int NOT NULL,
	number   int NOT NULL,
	lang     text CONSTRAINT conclusion_lang_code CHECK (relais.is_lang(lang) IS TRUE),
	body     text CONSTRAINT conclusion_body_prose CHECK ((body <> '' AND relais.is_prose(body, 16384)) IS TRUE),
	html     text NOT NULL,
	person_id int REFERENCES relais.person,
	at       timestamptz NOT NULL,
	PRIMARY KEY (group_id, number),
	FOREIGN KEY (group_id, number) REFERENCES relais.lesson
);

ALTER TABLE relais.acknowledgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.conclusion ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON relais.acknowledgement FOR SELECT USING (
	EXISTS (SELECT FROM relais.report r WHERE r.group_id = acknowledgement.group_id AND r.seq = acknowledgement.seq));
CREATE POLICY seen ON relais.conclusion FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = conclusion.group_id AND i.number = conclusion.number));
GRANT SELECT ON relais.acknowledgement, relais.conclusion TO relais_site, relais_admin;

-- back: whether it was said on the page of all that came back, and goes on there.
CREATE FUNCTION relais.report_acknowledge(slug text, seq bigint, back boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	r relais.report;
	i relais.item;
BEGIN
	t := relais.take(slug, 0, 0);
	SELECT x.* INTO r FROM relais.report x WHERE x.group_id = t.group_id AND x.seq = report_acknowledge.seq AND NOT x.undone AND x.status <> 'retracted';
	SELECT x.* INTO i FROM relais.item x WHERE x.group_id = t.group_id AND x.number = r.number;
	-- first who may at all: to others a report that they may not see is like one that is not there
	IF NOT (t.leads OR t.hub = ANY (t.acts_for)) OR relais.self() IS NULL THEN
		PERFORM relais.refuse('forbidden');
	ELSIF NOT relais.item_seen(i) THEN
		PERFORM relais.refuse('not_found');
	END IF;
	INSERT INTO relais.acknowledgement VALUES (t.group_id, r.seq, relais.self(), t.at) ON CONFLICT DO NOTHING;
	RETURN relais.answer(t, CASE WHEN back THEN format('/groups/%s/came-back#report-%s', t.slug, r.seq)
		ELSE format('/groups/%s/%ss/%s#report-%s', t.slug, i.kind, i.number, r.seq) END,
		jsonb_build_object('id', r.seq, 'acknowledged', true));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- An empty text takes the conclusion away.
CREATE FUNCTION relais.conclusion_put(slug text, number int, lang text, body text, html text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'lesson', number, NULL, false);
	IF NOT relais.publishes(t) OR relais.self() IS NULL THEN
		PERFORM relais.refuse('forbidden');
	ELSIF i.status <> 'published' THEN
		PERFORM relais.refuse('item_ended');
	END IF;
	IF coalesce(body, '') = '' THEN
		DELETE FROM relais.conclusion c WHERE c.group_id = t.group_id AND c.number = i.number;
	ELSE
		INSERT INTO relais.conclusion AS c VALUES (t.group_id, i.number, coalesce(lang, i.lang), body, coalesce(html, ''), relais.self(), t.at)
		ON CONFLICT ON CONSTRAINT conclusion_pkey DO UPDATE SET lang = excluded.lang, body = excluded.body, html = excluded.html,
			person_id = excluded.person_id, at = excluded.at;
	END IF;
	PERFORM relais.tell(t, 'lesson', 'concluded', i.number, i.municipality_id, 0, NULL);
	RETURN relais.answer(t, format('/groups/%s/lessons/%s#conclusion', t.slug, i.number), jsonb_build_object('id', i.number, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- As before (0010), and whether it was acknowledged.
CREATE OR REPLACE FUNCTION relais.item_reports(group_id int, number int) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('seq', r.seq, 'at', e.at, 'municipality', relais.municipality_brief(r.municipality_id),
		'status', r.status, 'adaptation', r.adaptation, 'evidence', r.evidence, 'services', r.services, 'told_to', r.told_to,
		'occurred_on', r.occurred_on, 'ask_again_on', r.ask_again_on, 'via', r.via, 'recorded', r.recorded_by IS NOT NULL,
		'note', n.note, 'reason', w.reason, 'audience', coalesce(n.audience, w.audience), 'retracts', r.retracts,
		'mine', r.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]), 'acknowledged', k.at,
		'current', a.seq IS NOT NULL) ORDER BY r.seq DESC), '[]')
	FROM relais.report r
	JOIN relais.event e USING (group_id, seq)
	LEFT JOIN relais.report_note n USING (group_id, seq)
	LEFT JOIN relais.report_reason w USING (group_id, seq)
	LEFT JOIN relais.acknowledgement k USING (group_id, seq)
	LEFT JOIN relais.application a ON a.group_id = r.group_id AND a.number = r.number
		AND a.municipality_id = r.municipality_id AND a.seq = r.seq
	WHERE r.group_id = item_reports.group_id AND r.number = item_reports.number
$$;

-- ---------------------------------------------------------------------------
-- Export and restore

CREATE FUNCTION relais.export_acknowledgements(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('seq', k.seq, 'person', relais.person_named(k.person_id), 'at', k.at)
	FROM relais.acknowledgement k WHERE k.group_id = g.id ORDER BY k.seq
$$;
CREATE FUNCTION relais.restore_acknowledgements(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.acknowledgement
	SELECT relais.group_named(l->>'group'), (l->>'seq')::bigint, relais.person_of(l->>'person'), (l->>'at')::timestamptz
	FROM relais.log_lines(doc, 'acknowledgement') l
$$;

CREATE FUNCTION relais.export_conclusions(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('number', c.number, 'lang', c.lang, 'body', c.body, 'person', relais.person_named(c.person_id), 'at', c.at)
	FROM relais.conclusion c WHERE c.group_id = g.id ORDER BY c.number
$$;
CREATE FUNCTION relais.restore_conclusions(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.conclusion
	SELECT relais.group_named(l->>'group'), (l->>'number')::int, l->>'lang', l->>'body', l->>'html', relais.person_of(l->>'person'),
		(l->>'at')::timestamptz
	FROM relais.log_lines(doc, 'conclusion') l
$$;

INSERT INTO relais.log_kind
SELECT v.kind, m.place + v.n, true, 'export_' || v.kind || 's', 'restore_' || v.kind || 's', ('relais.' || v.kind)::regclass
FROM (SELECT coalesce(max(k.place), 0) AS place FROM relais.log_kind k) m,
	(VALUES (1, 'acknowledgement'), (2, 'conclusion')) v (n, kind);

-- Does the reader acknowledge what is reported in the group?
CREATE FUNCTION relais.receives(group_id int) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT group_id = ANY (relais.my_led_groups()) OR EXISTS (SELECT FROM relais.membership m
		WHERE m.group_id = receives.group_id AND m.role = 'hub' AND m.ended_at IS NULL
			AND m.municipality_id = ANY (relais.my_municipalities()))
$$;
