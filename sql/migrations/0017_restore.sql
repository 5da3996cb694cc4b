-- Restore: makes the hub of an export again in an empty database, with its numbers and times.
-- Files say what they say (0016), lines of the log the rest. Nothing is told anew: the rows
-- themselves are written, and the readings kept beside them are made from the reports.

SET ROLE relais_owner;

-- The log's lines of one kind.
CREATE FUNCTION relais.log_lines(doc jsonb, kind text) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT l FROM jsonb_array_elements(doc->'log') l WHERE l->>'type' = log_lines.kind
$$;

CREATE FUNCTION relais.group_named(slug text) RETURNS int
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT g.id FROM relais.group g WHERE g.slug = group_named.slug
$$;

CREATE FUNCTION relais.person_of(key text) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	id int;
BEGIN
	SELECT p.id INTO id FROM relais.person p WHERE relais.person_key(p) = person_of.key;
	IF id IS NULL AND key IS NOT NULL THEN
		PERFORM relais.refuse('restore_incomplete');
	END IF;
	RETURN id;
END
$$;

-- The items' files: {"kind", "number", …} of each group.
CREATE FUNCTION relais.restored_items(doc jsonb) RETURNS TABLE (group_id int, number int, kind text, o jsonb)
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT relais.group_named(d->>'slug'), (o->>'number')::int, o->>'kind', o
	FROM jsonb_array_elements(doc->'groups') d, jsonb_array_elements(d->'items') o
$$;

CREATE FUNCTION relais.restore_groups(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.group (slug, name, description, visibility, lang, umbrella_id, programme_id, feed_id, created_at)
	SELECT d->>'slug', d#>>'{group,name}', coalesce(d#>>'{group,body}', ''), d#>>'{group,visibility}', d#>>'{group,lang}',
		(SELECT u.id FROM relais.umbrella u WHERE u.slug = d#>>'{group,umbrella}'),
		(SELECT p.id FROM relais.programme p WHERE p.slug = d#>>'{group,programme}'),
		(l->>'feed_id')::uuid, (l->>'created_at')::timestamptz
	FROM jsonb_array_elements(doc->'groups') d
	JOIN relais.log_lines(doc, 'group') WITH ORDINALITY x (l, k) ON l->>'group' = d->>'slug' ORDER BY k;

	INSERT INTO relais.associate
	SELECT relais.group_named(d->>'slug'), u.id FROM jsonb_array_elements(doc->'groups') d, jsonb_array_elements_text(d#>'{group,associated}') a
	JOIN relais.umbrella u ON u.slug = a;

	INSERT INTO relais.group_log (group_id, head, version, number, place, floor, at)
	SELECT relais.group_named(l->>'group'), (l->>'head')::bigint, (l->>'version')::bigint, (l->>'number')::int, (l->>'place')::int,
		(l->>'floor')::bigint, (l->>'at')::timestamptz
	FROM relais.log_lines(doc, 'group') l;

	INSERT INTO relais.membership (group_id, municipality_id, role, place, since, ended_at)
	SELECT relais.group_named(l->>'group'), m.id, coalesce(l->>'role', f->>'role'), (l->>'place')::int, coalesce(l->>'since', f->>'since'),
		(l->>'ended_at')::timestamptz
	FROM relais.log_lines(doc, 'member') l JOIN relais.municipality m ON m.slug = l->>'municipality'
	LEFT JOIN (SELECT d->>'slug' AS slug, f FROM jsonb_array_elements(doc->'groups') d, jsonb_array_elements(d->'members') f) x
		ON x.slug = l->>'group' AND f->>'municipality' = l->>'municipality';

	INSERT INTO relais.old_slug
	SELECT l->>'kind', l->>'slug', CASE l->>'kind' WHEN 'municipality' THEN relais.municipality_named(l->>'now', 'restore_incomplete')
		WHEN 'group' THEN relais.group_named(l->>'now') ELSE (SELECT u.id FROM relais.umbrella u WHERE u.slug = l->>'now') END
	FROM relais.log_lines(doc, 'old_slug') l;
$$;

CREATE FUNCTION relais.restore_items(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.item (group_id, number, kind, status, lang, revision, edit, municipality_id, feed_id, created_at, published_at,
		updated_at, occurred_on, reason)
	SELECT i.group_id, i.number, i.kind, i.o->>'status', i.o->>'lang', (l->>'revision')::int, (l->>'edit')::int,
		relais.municipality_named(coalesce(i.o->>'by', i.o->'owners'->>0), 'restore_incomplete'),
		(l->>'feed_id')::uuid, (l->>'created_at')::timestamptz, (l->>'published_at')::timestamptz, (l->>'updated_at')::timestamptz,
		coalesce(i.o->>'on', i.o#>>'{revisions,0,on}'), i.o->>'reason'
	FROM relais.restored_items(doc) i
	JOIN relais.log_lines(doc, 'item') l ON relais.group_named(l->>'group') = i.group_id AND (l->>'number')::int = i.number;

	INSERT INTO relais.item_owner
	SELECT i.group_id, i.number, m.id FROM relais.restored_items(doc) i,
		jsonb_array_elements_text(coalesce(i.o->'owners', jsonb_build_array(i.o->'by'))) w JOIN relais.municipality m ON m.slug = w;

	-- of a lesson the newest text of each language stands in its file; of a question every wording
	INSERT INTO relais.item_text (group_id, number, lang, revision, of, title, summary, body, html, conditions, sensitive, at)
	SELECT t.group_id, t.number, t.lang, t.revision, (t.l->>'of')::int,
		coalesce(t.l->>'title', CASE WHEN t.kind = 'question' AND t.lang = t.o->>'lang' THEN t.o->'revisions'->(t.revision - 1)->>'text' END,
			f.o->>'title', f.o->>'text'),
		coalesce(t.l->>'summary', f.o->>'summary', ''), coalesce(t.l->>'body', f.o->>'body', ''),
		coalesce(t.l->>'html', f.o->>'html', ''), coalesce(t.l->>'conditions', f.o->>'conditions', ''),
		coalesce((t.l->>'sensitive')::boolean, false), (t.l->>'at')::timestamptz
	FROM (SELECT i.*, l, l->>'lang' AS lang, (l->>'revision')::int AS revision,
			(l->>'revision')::int = max((l->>'revision')::int) OVER (PARTITION BY i.group_id, i.number, l->>'lang') AS newest
		FROM relais.restored_items(doc) i
		JOIN relais.log_lines(doc, 'text') l ON relais.group_named(l->>'group') = i.group_id AND (l->>'number')::int = i.number) t,
	LATERAL (SELECT CASE WHEN t.newest THEN CASE WHEN t.lang = t.o->>'lang' THEN t.o ELSE t.o->'translations'->t.lang END END AS o) f;

	INSERT INTO relais.item_revision (group_id, number, revision, reason, trigger, sensitive, municipality_id, person_id, at, occurred_on)
	SELECT i.group_id, i.number, (l->>'revision')::int, coalesce(r.o->>'reason', ''), r.o->>'trigger', coalesce((r.o->>'sensitive')::boolean, false),
		relais.municipality_named(coalesce(l->>'municipality', r.o->>'by'), 'restore_incomplete'), relais.person_of(l->>'person'),
		(l->>'at')::timestamptz, coalesce(l->>'on', r.o->>'on')
	FROM relais.restored_items(doc) i
	JOIN relais.log_lines(doc, 'revision') l ON relais.group_named(l->>'group') = i.group_id AND (l->>'number')::int = i.number,
	LATERAL (SELECT i.o->'revisions'->((l->>'revision')::int - 1) AS o) r;
$$;

-- What hangs on questions and lessons.
CREATE FUNCTION relais.restore_parts(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.problem (group_id, number, problem, text)
	SELECT i.group_id, i.number, n.number::int, i.o->'problems'->>(n.k - 1)::int
	FROM relais.restored_items(doc) i
	JOIN relais.log_lines(doc, 'item') l ON relais.group_named(l->>'group') = i.group_id AND (l->>'number')::int = i.number,
	jsonb_array_elements_text(l->'problems') WITH ORDINALITY n (number, k);

	INSERT INTO relais.we_too
	SELECT relais.group_named(l->>'group'), (l->>'problem')::int, m.id, (l->>'at')::timestamptz
	FROM relais.log_lines(doc, 'we_too') l JOIN relais.municipality m ON m.slug = l->>'municipality';

	INSERT INTO relais.subquestion (group_id, number, subquestion, text)
	SELECT i.group_id, i.number, n.number::int, i.o->'subquestions'->(n.k - 1)::int->>'text'
	FROM relais.restored_items(doc) i
	JOIN relais.log_lines(doc, 'item') l ON relais.group_named(l->>'group') = i.group_id AND (l->>'number')::int = i.number,
	jsonb_array_elements_text(l->'subquestions') WITH ORDINALITY n (number, k);

	INSERT INTO relais.priority
	SELECT i.group_id, s.subquestion, m.id, p.value
	FROM relais.restored_items(doc) i
	JOIN (SELECT x.*, row_number() OVER (PARTITION BY x.group_id, x.number ORDER BY x.subquestion) AS k FROM relais.subquestion x) s
		ON s.group_id = i.group_id AND s.number = i.number,
	LATERAL jsonb_each_text(i.o->'subquestions'->(s.k - 1)::int->'priorities') p JOIN relais.municipality m ON m.slug = p.key;

	INSERT INTO relais.descent
	SELECT i.group_id, i.number, p::int, w.how FROM relais.restored_items(doc) i,
		(VALUES ('merged', 'merged_from'), ('split', 'split_from')) w (how, key), jsonb_array_elements_text(i.o->w.key) p;

	INSERT INTO relais.lesson (group_id, number, cost, source, sdgs)
	SELECT i.group_id, i.number, i.o->>'cost', i.o->>'source', ARRAY(SELECT s::int FROM jsonb_array_elements_text(i.o->'sdgs') s)
	FROM relais.restored_items(doc) i WHERE i.kind = 'lesson';
	-- sub-questions are named by their place in their question, which they have by now
	SELECT relais.lesson_parts(i.group_id, i.number, i.o->'questions', (SELECT jsonb_agg(relais.subquestion_named(i.group_id, s))
		FROM jsonb_array_elements_text(i.o->'subquestions') s), i.o->'links')
	FROM relais.restored_items(doc) i WHERE i.kind = 'lesson';
$$;

CREATE FUNCTION relais.restore_events(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.event (group_id, seq, at, kind, act, number, municipality_id, person_id, audience, detail)
	SELECT relais.group_named(l->>'group'), (l->>'seq')::bigint, (l->>'at')::timestamptz, l->>'kind', l->>'act', (l->>'number')::int,
		relais.municipality_named(l->>'municipality', 'restore_incomplete'), relais.person_of(l->>'person'),
		(l->>'audience')::smallint, nullif(l->'detail', 'null')
	FROM relais.log_lines(doc, 'event') l;

	INSERT INTO relais.report (group_id, seq, number, municipality_id, status, adaptation, evidence, services, told_to, occurred_on,
		ask_again_on, via, recorded_by, retracts, undone)
	SELECT relais.group_named(l->>'group'), (l->>'seq')::bigint, (l->>'number')::int,
		relais.municipality_named(l->>'municipality', 'restore_incomplete'), l->>'status', l->>'adaptation', l->>'evidence',
		ARRAY(SELECT jsonb_array_elements_text(l->'services')), ARRAY(SELECT jsonb_array_elements_text(l->'told_to')),
		l->>'occurred_on', (l->>'ask_again_on')::date, l->>'via', relais.person_of(l->>'recorded_by'), (l->>'retracts')::bigint,
		(l->>'undone')::boolean
	FROM relais.log_lines(doc, 'report') l;
	INSERT INTO relais.report_note
	SELECT r.group_id, r.seq, r.municipality_id, l->>'note', l->>'note_audience'
	FROM relais.log_lines(doc, 'report') l JOIN relais.report r ON r.group_id = relais.group_named(l->>'group') AND r.seq = (l->>'seq')::bigint
	WHERE l ? 'note';
	INSERT INTO relais.report_reason
	SELECT r.group_id, r.seq, r.municipality_id, l->>'reason', l->>'reason_audience'
	FROM relais.log_lines(doc, 'report') l JOIN relais.report r ON r.group_id = relais.group_named(l->>'group') AND r.seq = (l->>'seq')::bigint
	WHERE l ? 'reason';
	SELECT relais.application_settle(a.group_id, a.number, a.municipality_id)
	FROM (SELECT DISTINCT r.group_id, r.number, r.municipality_id FROM relais.report r) a;

	INSERT INTO relais.subscription (person_id, group_id, cadence, weekday, hour, lang, kinds, position)
	SELECT relais.person_of(l->>'person'), relais.group_named(l->>'group'), l->>'cadence', (l->>'weekday')::int, (l->>'hour')::int, l->>'lang',
		CASE WHEN l ? 'kinds' THEN ARRAY(SELECT jsonb_array_elements_text(l->'kinds')) END, (l->>'position')::bigint
	FROM relais.log_lines(doc, 'subscription') l;
$$;

CREATE FUNCTION relais.restore_digests(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.digest (umbrella_id, n, status, edit, drafted_at, approved_at, approved_by)
	SELECT u.id, (l->>'n')::int, l->>'status', (l->>'edit')::int, (l->>'drafted_at')::timestamptz, (l->>'approved_at')::timestamptz,
		relais.person_of(l->>'approved_by')
	FROM relais.log_lines(doc, 'digest') l JOIN relais.umbrella u ON u.slug = l->>'umbrella';
	INSERT INTO relais.digest_section (umbrella_id, n, group_id, after, upto, items, waiting)
	SELECT u.id, (l->>'n')::int, relais.group_named(s->>'group'), (s->>'after')::bigint, (s->>'upto')::bigint, s->'items', s->'waiting'
	FROM relais.log_lines(doc, 'digest') l JOIN relais.umbrella u ON u.slug = l->>'umbrella', jsonb_array_elements(l->'sections') s;
	INSERT INTO relais.digest_text (umbrella_id, n, group_id, lang, text, html)
	SELECT u.id, (l->>'n')::int, relais.group_named(s->>'group'), t.key, t.value, s->'html'->>t.key
	FROM relais.log_lines(doc, 'digest') l JOIN relais.umbrella u ON u.slug = l->>'umbrella', jsonb_array_elements(l->'sections') s,
		jsonb_each_text(s->'texts') t;
	UPDATE relais.umbrella u SET digests = d.n
	FROM (SELECT x.umbrella_id, max(x.n) AS n FROM relais.digest x WHERE x.status = 'approved' GROUP BY 1) d WHERE u.id = d.umbrella_id;
$$;

-- Whether each line and file has become a row: none named what the others do not have.
CREATE FUNCTION relais.restored_wholly(doc jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(bool_and(r.n = (SELECT count(*) FROM relais.log_lines(doc, r.kind))), false)
		AND (SELECT count(*) FROM relais.restored_items(doc)) = (SELECT count(*) FROM relais.item)
		AND jsonb_array_length(doc->'groups') = (SELECT count(*) FROM relais.group)
		AND (SELECT count(d#>>'{group,programme}') FROM jsonb_array_elements(doc->'groups') d) = (SELECT count(programme_id) FROM relais.group)
		AND (SELECT coalesce(sum(jsonb_array_length(d#>'{group,associated}')), 0) FROM jsonb_array_elements(doc->'groups') d)
			= (SELECT count(*) FROM relais.associate)
	FROM (SELECT 'group' AS kind, count(*) AS n FROM relais.group
		UNION ALL SELECT 'member', count(*) FROM relais.membership
		UNION ALL SELECT 'old_slug', count(*) FROM relais.old_slug
		UNION ALL SELECT 'item', count(*) FROM relais.item
		UNION ALL SELECT 'text', count(*) FROM relais.item_text
		UNION ALL SELECT 'revision', count(*) FROM relais.item_revision
		UNION ALL SELECT 'we_too', count(*) FROM relais.we_too
		UNION ALL SELECT 'event', count(*) FROM relais.event
		UNION ALL SELECT 'report', count(*) FROM relais.report
		UNION ALL SELECT 'subscription', count(*) FROM relais.subscription
		UNION ALL SELECT 'digest', count(*) FROM relais.digest) r
$$;

-- doc: as import() takes it, and "log": the lines of log.jsonl; html beside every body.
CREATE FUNCTION relais.restore(doc jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	refused text;
	kept text;
	found text;
	so_far jsonb;
BEGIN
	IF NOT relais.is_operator() THEN
		PERFORM relais.refuse('forbidden');
	ELSIF EXISTS (SELECT FROM relais.umbrella) OR EXISTS (SELECT FROM relais.municipality) OR EXISTS (SELECT FROM relais.person) THEN
		PERFORM relais.refuse('hub_not_empty');
	END IF;
	so_far := relais.import_bodies('{"problems": [], "added": {}, "changed": {}}', doc);
	PERFORM relais.restore_groups(doc), relais.restore_items(doc), relais.restore_parts(doc), relais.restore_events(doc),
		relais.restore_digests(doc);
	IF NOT relais.restored_wholly(doc) THEN
		PERFORM relais.refuse('restore_incomplete');
	END IF;
	RETURN jsonb_build_object('changed', relais.versions_since('{}'), 'value', jsonb_build_object('added', so_far->'added' || jsonb_build_object(
		'groups', (SELECT count(*) FROM relais.group), 'lessons', (SELECT count(*) FROM relais.lesson),
		'questions', (SELECT count(*) FROM relais.item i WHERE i.kind = 'question'), 'reports', (SELECT count(*) FROM relais.report),
		'events', (SELECT count(*) FROM relais.event), 'digests', (SELECT count(*) FROM relais.digest))));
EXCEPTION WHEN SQLSTATE 'RL002' THEN
	GET STACKED DIAGNOSTICS found = PG_EXCEPTION_DETAIL;
	RETURN jsonb_build_object('problems', found::jsonb);
WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	-- where a line names what there is not, a value is missing that has to be there
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME, kept = COLUMN_NAME;
	RETURN jsonb_build_object('error', CASE WHEN kept <> '' OR refused LIKE '%fkey' THEN 'restore_incomplete' ELSE refused END);
END
$$;
REVOKE EXECUTE ON FUNCTION relais.restore FROM relais_site;
