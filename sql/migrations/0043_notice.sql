-- Notices: short mails to who has to do something now, or should know: a question to answer and its answer, what was
-- reported in one's name, a digest that is drafted, was sent by itself, or is held.
--
-- The umbrella's flow: a digest is drafted when it is due and its coordinators and hubs are told. Three days after
-- that it goes out by itself, without the sections of groups that hold theirs; those wait for the next one, and its
-- coordinators are told.

SET ROLE relais_owner;

ALTER TABLE relais.delivery DROP CONSTRAINT delivery_kind_check, ADD CONSTRAINT delivery_kind_check
	CHECK (kind IN ('sign_in', 'invitation', 'nudge', 'mailing', 'notice'));

-- What happens to a group's section that nobody approved in time; without a row: it is sent as drafted.
CREATE TABLE relais.digest_policy (
	group_id    int PRIMARY KEY REFERENCES relais.group,
	at_deadline text CONSTRAINT digest_policy_known CHECK ((at_deadline IN ('send', 'hold')) IS TRUE)
);
ALTER TABLE relais.digest_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY lead ON relais.digest_policy FOR SELECT USING (group_id = ANY ((SELECT relais.my_led_groups())::int[]));
GRANT SELECT ON relais.digest_policy TO relais_site, relais_admin;

-- Drafts of which it was told that they are held, so that it is told once.
CREATE TABLE relais.digest_held (
	umbrella_id int NOT NULL,
	n           int NOT NULL,
	PRIMARY KEY (umbrella_id, n),
	FOREIGN KEY (umbrella_id, n) REFERENCES relais.digest ON DELETE CASCADE
);
ALTER TABLE relais.digest_held ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION relais.digest_policy_put(slug text, at_deadline text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
BEGIN
	t := relais.take(slug, 0, 0);
	IF NOT t.leads THEN
		PERFORM relais.refuse('forbidden');
	END IF;
	INSERT INTO relais.digest_policy VALUES (t.group_id, at_deadline)
	ON CONFLICT ON CONSTRAINT digest_policy_pkey DO UPDATE SET at_deadline = excluded.at_deadline;
	RETURN relais.answer(t, format('/groups/%s/settings', t.slug), jsonb_build_object('at_deadline', at_deadline));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

CREATE FUNCTION relais.export_digest_policies(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('at_deadline', p.at_deadline) FROM relais.digest_policy p WHERE p.group_id = g.id
$$;
CREATE FUNCTION relais.restore_digest_policies(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.digest_policy SELECT relais.group_named(l->>'group'), l->>'at_deadline' FROM relais.log_lines(doc, 'digest_policy') l
$$;
INSERT INTO relais.log_kind SELECT 'digest_policy', coalesce(max(k.place), 0) + 1, true, 'export_digest_policies', 'restore_digest_policies', 'relais.digest_policy'
FROM relais.log_kind k;

-- ---------------------------------------------------------------------------
-- Notices

-- Everybody who acts for a municipality.
CREATE FUNCTION relais.notice_municipality(municipality_id int, about jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT 'notice', r.person_id, about || jsonb_build_object('municipality', notice_municipality.municipality_id)
	FROM relais.nudge_readers(notice_municipality.municipality_id) r
	WHERE r.person_id IS DISTINCT FROM relais.actor()
$$;

-- An umbrella's coordinators, and if asked the focal points of the hubs in a digest.
CREATE FUNCTION relais.notice_umbrella(umbrella_id int, n int, what text, hubs boolean, more jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.delivery (kind, person_id, about)
	SELECT DISTINCT 'notice', p.id, more || jsonb_build_object('what', what, 'umbrella', notice_umbrella.umbrella_id, 'n', notice_umbrella.n)
	FROM relais.person p JOIN relais.affiliation a ON a.person_id = p.id
	WHERE p.ended_at IS NULL AND p.email IS NOT NULL AND (a.umbrella_id = notice_umbrella.umbrella_id AND a.role = 'coordinator'
		OR hubs AND a.role = 'focal_point' AND EXISTS (SELECT FROM relais.digest_section s JOIN relais.membership m USING (group_id)
			WHERE s.umbrella_id = notice_umbrella.umbrella_id AND s.n = notice_umbrella.n AND m.role = 'hub' AND m.ended_at IS NULL
				AND m.municipality_id = a.municipality_id))
$$;

-- What was reported in a municipality's name by hub or coordinator; questions and answers.
CREATE FUNCTION relais.report_recorded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	PERFORM relais.notice_municipality(new.municipality_id, jsonb_build_object('what', 'recorded', 'group', new.group_id, 'seq', new.seq));
	RETURN NULL;
END
$$;
CREATE TRIGGER recorded AFTER INSERT ON relais.report FOR EACH ROW
	WHEN (new.recorded_by IS NOT NULL AND new.via IS DISTINCT FROM 'import' AND new.status <> 'retracted') EXECUTE FUNCTION relais.report_recorded();

CREATE FUNCTION relais.inquiry_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF new.answer IS NULL THEN
		PERFORM relais.notice_municipality(new.municipality_id, jsonb_build_object('what', 'asked', 'group', new.group_id, 'inquiry', new.inquiry));
	ELSE
		PERFORM relais.notice_municipality(new.asker_id, jsonb_build_object('what', 'answered', 'group', new.group_id, 'inquiry', new.inquiry));
	END IF;
	RETURN NULL;
END
$$;
-- not those of a restored hub: a question is made in this transaction, an answer comes to one that is there
CREATE TRIGGER asked AFTER INSERT ON relais.inquiry FOR EACH ROW WHEN (new.at >= transaction_timestamp()) EXECUTE FUNCTION relais.inquiry_told();
CREATE TRIGGER answered AFTER UPDATE OF answer ON relais.inquiry FOR EACH ROW
	WHEN (new.answer IS NOT NULL AND old.answer IS NULL) EXECUTE FUNCTION relais.inquiry_told();

CREATE FUNCTION relais.letter_lesson(g relais.group, number int) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('list', g.slug, 'group', relais.group_brief(g), 'number', i.number, 'kind', i.kind, 'title', t.title)
	FROM relais.item i, LATERAL relais.text_for(i.group_id, i.number, i.lang, relais.lang()) t
	WHERE i.group_id = g.id AND i.number = letter_lesson.number
$$;

-- NULL where it is settled already.
CREATE FUNCTION relais.letter_notice(d relais.delivery) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	what text := d.about->>'what';
	g relais.group;
	r relais.report;
	q relais.inquiry;
	said jsonb;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (d.about->>'group')::int;
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
REVOKE EXECUTE ON FUNCTION relais.notice_municipality, relais.notice_umbrella, relais.letter_lesson, relais.letter_notice FROM relais_site, relais_admin;

-- ---------------------------------------------------------------------------
-- The digest's flow

-- Publishes a draft, whoever asks; its event's number for each group is in `changed`. The umbrella and the digest are locked.
CREATE FUNCTION relais.digest_publish(u relais.umbrella, d relais.digest) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	s relais.digest_section;
	t relais.turn;
	told int := 0;
	changed jsonb := '[]';
BEGIN
	-- several heads: in the order of touch()
	FOR s IN SELECT x.* FROM relais.digest_section x JOIN relais.group g ON g.id = x.group_id
			WHERE x.umbrella_id = u.id AND x.n = d.n ORDER BY g.slug COLLATE "C" LOOP
		UPDATE relais.group_log l SET version = l.version + 1, at = greatest(l.at, clock_timestamp()) WHERE l.group_id = s.group_id
		RETURNING l.group_id, l.version INTO t.group_id, t.version;
		PERFORM relais.section_compose(u.id, d.n, s.group_id, s.after, s.upto);
		IF EXISTS (SELECT FROM relais.digest_section x WHERE x.umbrella_id = u.id AND x.n = d.n AND x.group_id = s.group_id) THEN
			UPDATE relais.group_log l SET head = l.head + 1 WHERE l.group_id = s.group_id RETURNING l.head, l.at INTO t.seq, t.at;
			PERFORM relais.tell(t, 'digest', 'approved', NULL, NULL, 0,
				jsonb_build_object('umbrella', u.name, 'slug', u.slug, 'number', d.n));
			told := told + 1;
		END IF;
		changed := changed || jsonb_build_array(jsonb_build_array(t.group_id, t.version));
	END LOOP;
	IF told = 0 THEN
		PERFORM relais.refuse('digest_empty');
	END IF;
	UPDATE relais.digest x SET status = 'approved', approved_at = clock_timestamp(), approved_by = relais.actor(), edit = x.edit + 1
	WHERE x.umbrella_id = u.id AND x.n = d.n;
	UPDATE relais.umbrella x SET digests = d.n WHERE x.id = u.id;
	RETURN changed;
END
$$;

CREATE OR REPLACE FUNCTION relais.digest_approve(umbrella text, digest int, edit int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	refused text;
	u relais.umbrella;
	d relais.digest;
	changed jsonb;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella FOR UPDATE;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest FOR UPDATE;
	IF u.id IS NULL OR d.n IS NULL OR d.status = 'draft' AND NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('not_found');
	ELSIF NOT relais.coordinates(u.id) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF d.status <> 'draft' THEN
		PERFORM relais.refuse('digest_approved');
	ELSIF edit IS NOT NULL AND edit <> d.edit THEN
		PERFORM relais.refuse('edit_outdated');
	END IF;
	changed := relais.digest_publish(u, d);
	RETURN jsonb_build_object('changed', changed, 'location', format('/umbrellas/%s/digests/%s', u.slug, d.n),
		'value', jsonb_build_object('n', d.n, 'status', 'approved', 'edit', d.edit + 1));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- When a draft that is due goes out by itself.
CREATE FUNCTION relais.digest_deadline(u relais.umbrella) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.digest_due_at(u) + interval '3 days'
$$;

-- The draft that is due has its coordinators and hubs told of it.
CREATE OR REPLACE FUNCTION relais.digests_due(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	made int;
BEGIN
	SELECT * INTO u FROM relais.umbrella x
	WHERE x.id > coalesce(digests_due.after, 0) AND relais.digest_due_at(x) <= now()
		AND NOT EXISTS (SELECT FROM relais.digest d WHERE d.umbrella_id = x.id AND d.status = 'draft')
	ORDER BY x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
	IF u.id IS NOT NULL THEN
		made := relais.digest_compose(u);
	END IF;
	IF made IS NOT NULL THEN
		PERFORM relais.notice_umbrella(u.id, made, 'digest_drafted', true, '{}');
	END IF;
	RETURN jsonb_build_object('more', u.id IS NOT NULL, 'after', u.id, 'drafted', made);
END
$$;

-- Sends the next draft whose deadline has passed, of the umbrellas behind `after`: as it is drafted, without the
-- sections of groups that hold theirs. One with a time set for it waits for that.
CREATE FUNCTION relais.deadlines_due(after int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
	held int[];
	changed jsonb := '[]';
BEGIN
	SELECT x.* INTO u FROM relais.umbrella x
	WHERE x.id > coalesce(deadlines_due.after, 0) AND relais.digest_deadline(x) <= now()
		AND EXISTS (SELECT FROM relais.digest y WHERE y.umbrella_id = x.id AND y.status = 'draft'
			AND NOT EXISTS (SELECT FROM relais.digest_held h WHERE h.umbrella_id = y.umbrella_id AND h.n = y.n)
			AND NOT EXISTS (SELECT FROM relais.digest_schedule s WHERE s.umbrella_id = y.umbrella_id AND s.n = y.n AND s.refused IS NULL))
	ORDER BY x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.status = 'draft' FOR UPDATE;
	IF d.n IS NULL THEN
		RETURN jsonb_build_object('more', u.id IS NOT NULL, 'after', u.id, 'changed', changed);
	END IF;
	held := ARRAY(SELECT s.group_id FROM relais.digest_section s JOIN relais.digest_policy p USING (group_id)
		WHERE s.umbrella_id = u.id AND s.n = d.n AND p.at_deadline = 'hold');
	IF EXISTS (SELECT FROM relais.digest_section s WHERE s.umbrella_id = u.id AND s.n = d.n AND s.group_id <> ALL (held)) THEN
		DELETE FROM relais.digest_section s WHERE s.umbrella_id = u.id AND s.n = d.n AND s.group_id = ANY (held);
		changed := relais.digest_publish(u, d);
		PERFORM relais.notice_umbrella(u.id, d.n, 'digest_sent', false, jsonb_build_object('held', to_jsonb(held)));
	ELSE
		INSERT INTO relais.digest_held VALUES (u.id, d.n);
		PERFORM relais.notice_umbrella(u.id, d.n, 'digest_held', false, jsonb_build_object('held', to_jsonb(held)));
	END IF;
	RETURN jsonb_build_object('more', true, 'after', u.id, 'changed', changed);
EXCEPTION WHEN SQLSTATE 'RL001' THEN
	-- nothing of it is left to tell: it is drafted anew when something is
	DELETE FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = d.n;
	RETURN jsonb_build_object('more', true, 'after', u.id, 'changed', '[]'::jsonb);
END
$$;
REVOKE EXECUTE ON FUNCTION relais.digest_publish, relais.digest_deadline FROM relais_site, relais_admin;

-- ---------------------------------------------------------------------------
-- What came of an approved digest's mails

-- Of a group's section: {delivered, waiting, suspended, answered}, in persons. answered: who reported by mail since.
CREATE FUNCTION relais.digest_mails(g relais.group, n int, since timestamptz) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT json_build_object('delivered', count(*) FILTER (WHERE d.state = 'delivered'), 'waiting', count(*) FILTER (WHERE d.state = 'waiting'),
		'delayed', count(*) FILTER (WHERE d.state = 'waiting' AND d.answer IS NOT NULL), 'suspended', count(*) FILTER (WHERE d.state = 'suspended'),
		'answered', count(*) FILTER (WHERE EXISTS (SELECT FROM relais.event e JOIN relais.report r USING (group_id, seq)
			WHERE e.group_id = g.id AND e.kind = 'report' AND e.person_id = d.person_id AND e.at >= d.made_at AND r.via = 'mail')))
	FROM relais.delivery d
	WHERE d.kind = 'mailing' AND d.made_at >= since AND d.state <> 'dropped'
		AND d.about->'parts' @> jsonb_build_array(jsonb_build_object('group', g.id, 'digest', n))
$$;
REVOKE EXECUTE ON FUNCTION relais.digest_mails FROM relais_site, relais_admin;

CREATE OR REPLACE FUNCTION relais.digest_recipients(umbrella text, digest int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	u relais.umbrella;
	d relais.digest;
BEGIN
	SELECT * INTO u FROM relais.umbrella x WHERE x.slug = umbrella;
	SELECT * INTO d FROM relais.digest x WHERE x.umbrella_id = u.id AND x.n = digest;
	IF d.n IS NULL OR NOT relais.coordinates(u.id) THEN
		RETURN NULL;
	END IF;
	RETURN json_build_object('umbrella', json_build_object('slug', u.slug, 'name', u.name), 'n', d.n, 'draft', d.status = 'draft',
		'persons', (SELECT count(DISTINCT f.person_id) FROM relais.digest_followers(u.id, d.n) f),
		'sections', (SELECT coalesce(json_agg((relais.group_recipients(g, u.id, d.n)::jsonb
				|| jsonb_build_object('mails', CASE WHEN d.status = 'approved' THEN relais.digest_mails(g, d.n, d.approved_at) END)) ORDER BY g.name), '[]')
			FROM relais.digest_section s JOIN relais.group g ON g.id = s.group_id WHERE s.umbrella_id = u.id AND s.n = d.n));
END
$$;
