-- Reports, what they add up to, and uptake.

SET ROLE relais_owner;

-- The codes of the packed rows: a status's place here. 0 is silence.
CREATE FUNCTION relais.statuses() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT ARRAY['interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us']
$$;
CREATE FUNCTION relais.status_code(status text) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
	RETURN coalesce(array_position(relais.statuses(), status), 0);
END
$$;
CREATE FUNCTION relais.reasons() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT ARRAY['political', 'budget', 'staff', 'connectivity', 'timing', 'no_need', 'other']
$$;
CREATE FUNCTION relais.reason_code(reason text) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
	RETURN coalesce(array_position(relais.reasons(), reason), 0);
END
$$;

-- What everybody may know of a public group: who tries, applied, adapted.
CREATE FUNCTION relais.is_open_status(status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT status IN ('trying', 'applied', 'adapted')
$$;

-- Only ever added; seq is its event's. retracts: the report that an undo takes back.
CREATE TABLE relais.report (
	group_id        int NOT NULL,
	seq             bigint NOT NULL,
	number          int NOT NULL,           -- of the lesson or question
	municipality_id int NOT NULL REFERENCES relais.municipality,
	status          text CONSTRAINT report_status_known
	                CHECK ((relais.status_code(status) > 0 OR status = 'retracted') IS TRUE),
	adaptation      text CONSTRAINT report_adaptation_line CHECK (relais.is_line(adaptation, 500)),
	evidence        text CONSTRAINT report_evidence_line CHECK (relais.is_line(evidence, 2000)),
	services        text[] NOT NULL DEFAULT '{}' CONSTRAINT report_services_lines CHECK (relais.are_lines(services, 100, 20)),
	told_to         text[] NOT NULL DEFAULT '{}' CONSTRAINT report_told_to_known
	                CHECK (told_to <@ ARRAY['college', 'council', 'citizens', 'schools', 'press', 'other']),
	occurred_on     text CONSTRAINT report_occurred_on_date CHECK (relais.is_partial_date(occurred_on)),
	ask_again_on    date,
	via             text CONSTRAINT report_via_known CHECK (via IN ('phone', 'whatsapp', 'meeting', 'mail', 'import')),
	recorded_by     int REFERENCES relais.person,   -- somebody of hub or umbrella, for the municipality
	retracts        bigint,
	undone          boolean NOT NULL DEFAULT false, -- taken back since
	PRIMARY KEY (group_id, seq),
	FOREIGN KEY (group_id, seq) REFERENCES relais.event,
	FOREIGN KEY (group_id, number) REFERENCES relais.item,
	CONSTRAINT report_adaptation_fits CHECK (adaptation IS NULL OR relais.is_open_status(status))
);
CREATE INDEX report_application ON relais.report (group_id, number, municipality_id, seq);

-- Apart, because fewer may see them. audience: own, umbrella, group, public.
CREATE TABLE relais.report_note (
	group_id        int NOT NULL,
	seq             bigint NOT NULL,
	municipality_id int NOT NULL,
	note            text NOT NULL CONSTRAINT report_note_prose CHECK (relais.is_prose(note, 2000)),
	audience        text NOT NULL CONSTRAINT report_audience_known CHECK (audience IN ('own', 'umbrella', 'group', 'public')),
	PRIMARY KEY (group_id, seq),
	FOREIGN KEY (group_id, seq) REFERENCES relais.report
);
CREATE TABLE relais.report_reason (
	group_id        int NOT NULL,
	seq             bigint NOT NULL,
	municipality_id int NOT NULL,
	reason          text NOT NULL CONSTRAINT report_reason_known CHECK (relais.reason_code(reason) > 0),
	audience        text NOT NULL CONSTRAINT report_audience_known CHECK (audience IN ('own', 'umbrella', 'group', 'public')),
	PRIMARY KEY (group_id, seq),
	FOREIGN KEY (group_id, seq) REFERENCES relais.report
);

-- One municipality × one lesson or question: its latest report that was not taken back.
CREATE TABLE relais.application (
	group_id        int NOT NULL,
	number          int NOT NULL,
	municipality_id int NOT NULL,
	status          text NOT NULL,
	seq             bigint NOT NULL,
	at              timestamptz NOT NULL,
	PRIMARY KEY (group_id, number, municipality_id),
	FOREIGN KEY (group_id, seq) REFERENCES relais.report
) WITH (fillfactor = 70);

-- The two readings kept with each report, so that uptake never counts rows: how many members
-- and partners stand at a status, counts[status_code], and who. Place p of the group is
-- character p of statuses and of reasons, bytes 4p-3 … 4p of ats (Unix seconds, big-endian).
-- Read only by functions that know who may see what.
CREATE TABLE relais.uptake_row (
	group_id int NOT NULL,
	number   int NOT NULL,
	counts   int[] NOT NULL CHECK (0 <= ALL (counts) AND cardinality(counts) = 7),
	statuses text NOT NULL,
	reasons  text NOT NULL,
	ats      bytea NOT NULL,
	PRIMARY KEY (group_id, number)
) WITH (fillfactor = 50);
ALTER TABLE relais.uptake_row ALTER statuses SET COMPRESSION lz4, ALTER reasons SET COMPRESSION lz4, ALTER ats SET COMPRESSION lz4;

ALTER TABLE relais.report ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.report_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.report_reason ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.application ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.uptake_row ENABLE ROW LEVEL SECURITY;

-- With the item it is on; who is not of the group sees what stands, and is open.
CREATE POLICY inside ON relais.report FOR SELECT USING ((group_id = ANY ((SELECT relais.my_inner_groups())::int[])
		OR group_id = ANY ((SELECT relais.my_groups())::int[]) AND relais.is_open_status(status) AND NOT undone)
	AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = report.group_id AND i.number = report.number));
CREATE POLICY inside ON relais.application FOR SELECT USING ((group_id = ANY ((SELECT relais.my_inner_groups())::int[])
		OR group_id = ANY ((SELECT relais.my_groups())::int[]) AND relais.is_open_status(status))
	AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = application.group_id AND i.number = application.number));
-- One's own; what was widened, with the report it stands with.
CREATE POLICY widened ON relais.report_note FOR SELECT USING (
	municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
	OR (audience = 'public' AND group_id = ANY ((SELECT relais.my_groups())::int[])
		OR audience IN ('public', 'group') AND group_id = ANY ((SELECT relais.my_inner_groups())::int[])
		OR audience IN ('public', 'group', 'umbrella') AND group_id = ANY ((SELECT relais.my_led_groups())::int[]))
	AND EXISTS (SELECT FROM relais.report r WHERE r.group_id = report_note.group_id AND r.seq = report_note.seq));
CREATE POLICY widened ON relais.report_reason FOR SELECT USING (
	municipality_id = ANY ((SELECT relais.my_municipalities())::int[])
	OR (group_id = ANY ((SELECT relais.my_led_groups())::int[])
		OR audience = 'public' AND group_id = ANY ((SELECT relais.my_groups())::int[])
		OR audience IN ('public', 'group') AND group_id = ANY ((SELECT relais.my_inner_groups())::int[]))
	AND EXISTS (SELECT FROM relais.report r WHERE r.group_id = report_reason.group_id AND r.seq = report_reason.seq));
GRANT SELECT ON relais.report, relais.report_note, relais.report_reason, relais.application TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------

-- The counts with one municipality moved; 0: from or to where nothing is counted.
CREATE FUNCTION relais.counts_moved(counts int[], before int, after int) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF before > 0 THEN
		counts[before] := counts[before] - 1;
	END IF;
	IF after > 0 THEN
		counts[after] := counts[after] + 1;
	END IF;
	RETURN counts;
END
$$;

-- Places a status in the two readings. before, after: NULL is silence. counts: whether
-- the municipality counts in uptake (members and partners do).
CREATE FUNCTION relais.uptake_set(group_id int, number int, place int, before text, after text, reason text,
	at timestamptz, counts boolean) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	seconds text := lpad(to_hex(CASE WHEN after IS NULL THEN 0 ELSE extract(epoch FROM at)::bigint END), 8, '0');
	code int := relais.status_code(after);
	counted_before int := CASE WHEN counts THEN relais.status_code(before) ELSE 0 END;
	counted int := CASE WHEN counts THEN code ELSE 0 END;
BEGIN
	INSERT INTO relais.uptake_row AS u
	VALUES (group_id, number, relais.counts_moved('{0,0,0,0,0,0,0}', 0, counted), rpad('', place - 1, '0') || code,
		rpad('', place - 1, '0') || relais.reason_code(reason), decode(repeat('00000000', place - 1) || seconds, 'hex'))
	ON CONFLICT ON CONSTRAINT uptake_row_pkey DO UPDATE SET
		counts = relais.counts_moved(u.counts, counted_before, counted),
		statuses = overlay(rpad(u.statuses, greatest(length(u.statuses), place), '0') PLACING code::text FROM place),
		reasons = overlay(rpad(u.reasons, greatest(length(u.reasons), place), '0') PLACING relais.reason_code(reason)::text FROM place),
		ats = overlay(u.ats || decode(repeat('00000000', greatest(place - length(u.ats) / 4, 0)), 'hex')
			PLACING decode(seconds, 'hex') FROM 4 * place - 3);
END
$$;

-- Makes the latest report that was not taken back count.
CREATE FUNCTION relais.application_settle(group_id int, number int, municipality_id int) RETURNS text
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	before relais.application;
	latest record;
	m relais.membership;
BEGIN
	SELECT * INTO before FROM relais.application a
	WHERE a.group_id = group_id AND a.number = number AND a.municipality_id = municipality_id;
	SELECT r.seq, r.status, e.at, w.reason INTO latest
	FROM relais.report r JOIN relais.event e USING (group_id, seq)
	LEFT JOIN relais.report_reason w USING (group_id, seq)
	WHERE r.group_id = group_id AND r.number = number AND r.municipality_id = municipality_id AND r.status <> 'retracted'
		AND NOT r.undone
	ORDER BY r.seq DESC LIMIT 1;
	IF latest.seq IS NULL THEN
		DELETE FROM relais.application a
		WHERE a.group_id = group_id AND a.number = number AND a.municipality_id = municipality_id;
	ELSE
		INSERT INTO relais.application AS a
		VALUES (group_id, number, municipality_id, latest.status, latest.seq, latest.at)
		ON CONFLICT ON CONSTRAINT application_pkey DO UPDATE SET status = latest.status, seq = latest.seq, at = latest.at;
	END IF;
	SELECT * INTO m FROM relais.membership x WHERE x.group_id = group_id AND x.municipality_id = municipality_id;
	PERFORM relais.uptake_set(group_id, number, m.place, before.status, latest.status, latest.reason, latest.at,
		m.role IN ('member', 'partner') AND m.ended_at IS NULL);
	RETURN latest.status;
END
$$;

-- What came of a lesson or a question in one municipality. Only status is needed; the
-- status `retracted` takes the latest report back. Hub and coordinator may report what
-- another municipality told them, and say by which way (via).
CREATE FUNCTION relais.report_post(slug text, kind text, number int, status text, note text, adaptation text, reason text,
	audience text, evidence text, services jsonb, told_to jsonb, occurred_on text, ask_again_on text, municipality text, via text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	who int;
	back relais.application;
	reach text;
	now_is text;
BEGIN
	t := relais.take(slug, 1, 0);
	who := relais.acting_for(t, municipality, true);
	SELECT * INTO i FROM relais.item x WHERE x.group_id = t.group_id AND x.number = report_post.number AND x.kind = report_post.kind;
	IF i.number IS NULL OR i.published_at IS NULL OR NOT relais.item_seen(i) THEN
		PERFORM relais.refuse('not_found');
	ELSIF i.status = 'withdrawn' AND status <> 'retracted' THEN
		PERFORM relais.refuse('item_ended');
	ELSIF NOT who = ANY (t.acts_for) AND via IS NULL THEN
		PERFORM relais.refuse('report_via_needed');
	ELSIF reason IS NOT NULL AND status NOT IN ('interrupted', 'not_for_us') THEN
		PERFORM relais.refuse('report_reason_fits');
	ELSIF length(ask_again_on) <> 10 OR NOT relais.is_partial_date(ask_again_on) THEN
		PERFORM relais.refuse('report_ask_again_on_date');
	END IF;
	IF status = 'retracted' THEN
		SELECT * INTO back FROM relais.application a
		WHERE a.group_id = t.group_id AND a.number = i.number AND a.municipality_id = who;
		IF back.seq IS NULL THEN
			PERFORM relais.refuse('report_nothing_to_retract');
		END IF;
		UPDATE relais.report r SET undone = true WHERE r.group_id = t.group_id AND r.seq = back.seq;
	END IF;
	reach := coalesce(audience, CASE WHEN coalesce(back.status, status) IN ('interrupted', 'not_for_us') THEN 'own' ELSE 'group' END);
	-- whoever could read a report learns that it was taken back
	PERFORM relais.tell(t, 'report', CASE WHEN back.seq IS NULL THEN 'reported' ELSE 'retracted' END, i.number, who,
		CASE WHEN relais.is_open_status(coalesce(back.status, status)) THEN 0 ELSE 1 END,
		jsonb_strip_nulls(jsonb_build_object('status', status, 'via', via, 'recorded', CASE WHEN NOT who = ANY (t.acts_for) THEN true END)));
	INSERT INTO relais.report VALUES (t.group_id, t.seq, i.number, who, status, nullif(btrim(adaptation), ''), nullif(btrim(evidence), ''),
		ARRAY(SELECT btrim(e) FROM jsonb_array_elements_text(services) e), ARRAY(SELECT e FROM jsonb_array_elements_text(told_to) e),
		occurred_on, ask_again_on::date, via, CASE WHEN NOT who = ANY (t.acts_for) THEN relais.actor() END, back.seq);
	IF coalesce(btrim(note), '') <> '' THEN
		INSERT INTO relais.report_note VALUES (t.group_id, t.seq, who, note, reach);
	END IF;
	IF reason IS NOT NULL THEN
		INSERT INTO relais.report_reason VALUES (t.group_id, t.seq, who, reason, reach);
	END IF;
	now_is := relais.application_settle(t.group_id, i.number, who);
	RETURN relais.answer(t, format('/groups/%s/%ss/%s', t.slug, kind, i.number) || '#report-' || t.seq,
		jsonb_build_object('seq', t.seq, 'status', status, 'application', coalesce(now_is, 'silent'),
			'municipality', (SELECT m.slug FROM relais.municipality m WHERE m.id = who)));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- ---------------------------------------------------------------------------
-- The counts from the rows, for a member that joins again, leaves or changes its role,
-- and for the test that compares.

CREATE FUNCTION relais.uptake_recount(group_id int) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	UPDATE relais.uptake_row u SET counts = ARRAY(
		SELECT (SELECT count(*) FROM relais.application a JOIN relais.membership m USING (group_id, municipality_id)
			WHERE a.group_id = u.group_id AND a.number = u.number AND a.status = s.status
				AND m.role IN ('member', 'partner') AND m.ended_at IS NULL)
		FROM unnest(relais.statuses()) WITH ORDINALITY s (status, code) ORDER BY s.code)
	WHERE u.group_id = uptake_recount.group_id;
$$;

-- The packed text with everything but the given places blanked out.
CREATE FUNCTION relais.only_places(packed text, places int[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	p int;
	kept text := repeat('0', length(packed));
BEGIN
	FOREACH p IN ARRAY places LOOP
		IF p <= length(packed) THEN
			kept := overlay(kept PLACING substr(packed, p, 1) FROM p);
		END IF;
	END LOOP;
	RETURN kept;
END
$$;

-- The times of what everybody may know, in hexadecimal; the others blanked out.
CREATE FUNCTION relais.open_times(u relais.uptake_row) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT string_agg(CASE WHEN substr(u.statuses, p, 1) IN ('3', '4', '5') THEN encode(substr(u.ats, 4 * p - 3, 4), 'hex')
		ELSE '00000000' END, '' ORDER BY p) FROM generate_series(1, length(u.statuses)) p
$$;

-- How many of a group count in uptake, and may report on each lesson.
CREATE FUNCTION relais.reached(group_id int) RETURNS int
LANGUAGE sql STABLE AS $$
	SELECT count(*)::int FROM relais.membership m
	WHERE m.group_id = reached.group_id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
$$;

-- May who is not of the group be told that so many (n) stand at one status that is not open, of
-- those that stand at none that is (others)? From five on, and not of all of them: that would say it of each.
CREATE FUNCTION relais.is_told(n bigint, others bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT n >= 5 AND n < others
$$;

-- The counts of a lesson or question, without those that are not for who is not of the group (`inner_`).
CREATE FUNCTION relais.counts_told(counts int[], reached int, inner_ boolean) RETURNS int[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT ARRAY(SELECT CASE WHEN inner_ OR relais.is_open_status(s.status)
		OR relais.is_told(s.n, reached - counts[3] - counts[4] - counts[5]) THEN coalesce(s.n, 0) ELSE 0 END
		FROM unnest(relais.statuses(), counts) WITH ORDINALITY s (status, n, code) ORDER BY s.code)
$$;

-- The same of all lessons together. Who knows the sum and what is told of some lessons knows it of
-- the others together: so it is asked of these whether they may be told.
CREATE FUNCTION relais.lesson_counts(group_id int, inner_ boolean) RETURNS int[]
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
	members int := relais.reached(group_id);
BEGIN
	IF inner_ THEN
		RETURN (SELECT ARRAY[sum(u.counts[1]), sum(u.counts[2]), sum(u.counts[3]), sum(u.counts[4]), sum(u.counts[5]),
				sum(u.counts[6]), sum(u.counts[7])]::int[]
			FROM relais.uptake_row u JOIN relais.item i USING (group_id, number)
			WHERE u.group_id = lesson_counts.group_id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive);
	END IF;
	RETURN (WITH lesson AS MATERIALIZED (
			SELECT coalesce(u.counts, '{0,0,0,0,0,0,0}') AS counts,
				members - coalesce(u.counts[3] + u.counts[4] + u.counts[5], 0) AS others
			FROM relais.item i LEFT JOIN relais.uptake_row u USING (group_id, number)
			WHERE i.group_id = lesson_counts.group_id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive)
		SELECT ARRAY(SELECT CASE WHEN relais.is_open_status(s.status) OR x.untold = 0 OR relais.is_told(x.untold, x.others)
				THEN x.n ELSE 0 END
			FROM unnest(relais.statuses()) WITH ORDINALITY s (status, code), LATERAL (
				SELECT coalesce(sum(l.counts[s.code]), 0) AS n,
					coalesce(sum(l.counts[s.code]) FILTER (WHERE NOT relais.is_told(l.counts[s.code], l.others)), 0) AS untold,
					sum(l.others) FILTER (WHERE NOT relais.is_told(l.counts[s.code], l.others)) AS others
				FROM lesson l) x ORDER BY s.code)::int[]);
END
$$;

-- Counts as {status: n}.
CREATE FUNCTION relais.counts_shown(counts int[]) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_object_agg(s.status, n), '{}') FROM unnest(relais.statuses(), counts) s (status, n) WHERE n > 0
$$;

-- Lessons by number, with the title for the reader out of what everybody may read.
CREATE FUNCTION relais.uptake_lessons(group_id int, numbers int[])
RETURNS TABLE (number int, title text, lang text, published_at timestamptz)
LANGUAGE sql STABLE AS $$
	SELECT i.number, x.title, x.lang, i.published_at
	FROM relais.item i, LATERAL (SELECT t.title, t.lang FROM relais.item_text t
		WHERE t.group_id = i.group_id AND t.number = i.number AND t.lang IN (i.lang, relais.lang()) AND NOT t.sensitive
		ORDER BY (t.lang = relais.lang()) DESC, t.revision DESC LIMIT 1) x
	WHERE i.group_id = uptake_lessons.group_id AND i.number = ANY (numbers)
$$;

-- A group's uptake as its reader may see it, 50 lessons a page, newest first:
-- {"lessons", "municipalities", "rows": [{"lesson", "statuses", "reasons", "ats"}],
-- "totals": {status: n}, "more"}. NULL: no such group for this reader. The rows are
-- packed; the site unfolds them into cells. Who is not of the group or its lead umbrella
-- sees who tries, applied and adapted; of the rest the numbers that are told (is_told()).
CREATE FUNCTION relais.uptake(slug text, before int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	g relais.group;
	inner_ boolean;
	leads boolean;
	own int[];              -- places of the reader's municipalities
	numbers int[];
	more boolean;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = uptake.slug AND x.id = ANY (relais.my_groups());
	IF g.id IS NULL THEN
		RETURN NULL;
	END IF;
	inner_ := g.id = ANY (relais.my_inner_groups());
	leads := g.id = ANY (relais.my_led_groups());
	own := ARRAY(SELECT m.place FROM relais.membership m
		WHERE m.group_id = g.id AND m.municipality_id = ANY ((SELECT relais.my_municipalities())::int[]));
	numbers := ARRAY(SELECT i.number FROM relais.item i
		WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive AND (before IS NULL OR i.number < before)
		ORDER BY i.number DESC LIMIT 51);
	more := cardinality(numbers) > 50;
	numbers := numbers[1:50];
	RETURN json_build_object(
		'group', relais.group_brief(g),         -- with its version, which covers the answer
		'lessons', (SELECT coalesce(json_agg(json_build_object('id', l.number, 'title', l.title, 'lang', l.lang)
				ORDER BY l.number DESC), '[]')
			FROM relais.uptake_lessons(g.id, numbers) l),
		'municipalities', (SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'role', m.role, 'place', m.place)
				ORDER BY m.place), '[]')
			FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
			WHERE m.group_id = g.id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL),
		'rows', (SELECT coalesce(json_agg(json_build_object('lesson', u.number,
				'statuses', CASE WHEN inner_ THEN u.statuses ELSE translate(u.statuses, '1267', '0000') END,
				'reasons', CASE WHEN leads THEN u.reasons WHEN inner_ THEN relais.only_places(u.reasons, own) ELSE '' END,
				'ats', CASE WHEN inner_ THEN encode(u.ats, 'hex') ELSE relais.open_times(u) END) ORDER BY u.number DESC), '[]')
			FROM relais.uptake_row u WHERE u.group_id = g.id AND u.number = ANY (numbers)),
		'totals', relais.counts_shown(relais.lesson_counts(g.id, inner_)),
		'more', CASE WHEN more THEN numbers[50] END);
END
$$;
