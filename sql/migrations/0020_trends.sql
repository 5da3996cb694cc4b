-- Uptake beside the matrix: how far the lessons came, when, how fast and where; why not; and where
-- it is silent. Where things stand is read from the packed rows, only what happened when from the
-- reports. Members and partners count; days and months are the lead umbrella's.

SET ROLE relais_owner;

CREATE FUNCTION relais.sum_of(counts int[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(sum(n), 0) FROM unnest(counts) n
$$;

-- How many came how far, each stage with those behind it; `interrupted` and `not_for_us` are
-- answers and no stage. Who is not of the group (`inner_`) gets a sum where each of its numbers is
-- told (counts: see counts_told()), and never how many answered, which would say who is silent.
CREATE FUNCTION relais.funnel(sent int, counts int[], inner_ boolean) RETURNS json
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT json_strip_nulls(json_build_object('sent', sent,
		'answered', CASE WHEN inner_ THEN relais.sum_of(counts) END,
		'interested', CASE WHEN inner_ OR counts[1] > 0 AND counts[2] > 0 THEN relais.sum_of(counts[1:5]) END,
		'planned', CASE WHEN inner_ OR counts[2] > 0 THEN relais.sum_of(counts[2:5]) END,
		'trying', relais.sum_of(counts[3:5]), 'applied', relais.sum_of(counts[4:5])))
$$;

-- The lower median of some days, and how many they are; of none there is no median.
CREATE FUNCTION relais.trials(days int[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT jsonb_build_object('median', percentile_disc(0.5) WITHIN GROUP (ORDER BY d), 'trials', count(*))
	FROM unnest(days) d
$$;

-- The first report of each open status, of each municipality on each lesson, that was not taken
-- back: {"months": [{month, trying, applied, adapted}], "days": {median, trials}, "lessons": {number:
-- {median, trials}}}. When it happened counts where that is known to the month (the day), and is
-- not after it was told; else when it was told. Who is
-- not of the group gets what stands: one who tried and then stopped would be told by the difference.
CREATE FUNCTION relais.trends_times(group_id int, numbers int[], zone text, inner_ boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH first AS (
		SELECT DISTINCT ON (r.number, r.municipality_id, r.status) r.number, r.municipality_id, r.status, r.occurred_on,
			to_char(e.at AT TIME ZONE zone, 'YYYY-MM-DD') AS told
		FROM relais.report r
		JOIN relais.event e USING (group_id, seq)
		JOIN relais.membership m ON m.group_id = r.group_id AND m.municipality_id = r.municipality_id
			AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
		JOIN relais.application a ON a.group_id = r.group_id AND a.number = r.number
			AND a.municipality_id = r.municipality_id AND (inner_ OR relais.is_open_status(a.status))
		WHERE r.group_id = trends_times.group_id AND r.number = ANY (numbers) AND relais.is_open_status(r.status)
			AND NOT r.undone
		ORDER BY r.number, r.municipality_id, r.status, r.seq
	), dated AS (
		SELECT number, municipality_id, status,
			left(CASE WHEN length(occurred_on) >= 7 AND left(occurred_on, 7) <= told THEN occurred_on ELSE told END, 7) AS month,
			CASE WHEN length(occurred_on) = 10 AND occurred_on <= told THEN occurred_on ELSE told END AS day
		FROM first
	), trial AS (
		SELECT d.number, greatest(min(d.day)::date - (i.published_at AT TIME ZONE zone)::date, 0) AS days
		FROM dated d JOIN relais.item i ON i.group_id = trends_times.group_id AND i.number = d.number
		GROUP BY d.number, d.municipality_id, i.published_at
	)
	SELECT jsonb_build_object(
		'months', (SELECT coalesce(jsonb_agg(x ORDER BY x.month), '[]')
			FROM (SELECT month, count(*) FILTER (WHERE status = 'trying') AS trying,
				count(*) FILTER (WHERE status = 'applied') AS applied, count(*) FILTER (WHERE status = 'adapted') AS adapted
				FROM dated GROUP BY month) x),
		'days', (SELECT relais.trials(array_agg(days)) FROM trial),
		'lessons', (SELECT coalesce(jsonb_object_agg(x.number, relais.trials(x.days)), '{}')
			FROM (SELECT number, array_agg(days) AS days FROM trial GROUP BY number) x))
$$;

-- The lessons, newest first: [{id, title, lang, published_at, funnel, days}].
CREATE FUNCTION relais.trends_lessons(group_id int, numbers int[], sent int, times jsonb, inner_ boolean) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('id', l.number, 'title', l.title, 'lang', l.lang,
		'published_at', l.published_at, 'funnel', relais.funnel(sent, relais.counts_told(u.counts, sent, inner_), inner_),
		'days', times->l.number::text) ORDER BY l.number DESC), '[]')
	FROM relais.uptake_lessons(trends_lessons.group_id, numbers) l
	LEFT JOIN relais.uptake_row u ON u.group_id = trends_lessons.group_id AND u.number = l.number
$$;

-- How many of the lessons each municipality tries, applied or adapted: what everybody may know.
CREATE FUNCTION relais.trends_map(group_id int, numbers int[]) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH packed AS MATERIALIZED (
		SELECT u.statuses FROM relais.uptake_row u WHERE u.group_id = trends_map.group_id AND u.number = ANY (numbers)
	)
	SELECT coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'department', c.department,
		'n', (SELECT count(*) FROM packed p WHERE substr(p.statuses, m.place, 1) IN ('3', '4', '5')))
		ORDER BY c.department NULLS LAST, c.name), '[]')
	FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
	WHERE m.group_id = trends_map.group_id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
$$;

-- Why it is interrupted, or not for them, where it stands so now: [{status, reason, n}]; no reason: none was given.
CREATE FUNCTION relais.trends_reasons(group_id int, numbers int[]) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT coalesce(json_agg(json_build_object('status', (relais.statuses())[x.status],
			'reason', (relais.reasons())[x.reason], 'n', x.n)
		ORDER BY x.status, x.n DESC, x.reason), '[]')
	FROM (SELECT substr(u.statuses, m.place, 1)::int AS status, substr(u.reasons, m.place, 1)::int AS reason, count(*) AS n
		FROM relais.uptake_row u JOIN relais.membership m USING (group_id)
		WHERE u.group_id = trends_reasons.group_id AND u.number = ANY (numbers) AND u.counts[6] + u.counts[7] > 0
			AND m.role IN ('member', 'partner') AND m.ended_at IS NULL AND substr(u.statuses, m.place, 1) IN ('6', '7')
		GROUP BY 1, 2) x
$$;

-- Who has not said a word for how long, in how many lessons: [{slug, name, days30, days60, days90}],
-- the longest silence first. It begins with the lesson, or with the municipality in the group.
CREATE FUNCTION relais.trends_silence(group_id int, numbers int[], zone text) RETURNS json
LANGUAGE sql STABLE SET search_path = '' AS $$
	WITH member AS (
		SELECT c.slug, c.name, m.place, coalesce((m.since || substr('-01-01', length(m.since) - 3))::date,
			(SELECT (max(e.at) AT TIME ZONE zone)::date FROM relais.event e WHERE e.group_id = m.group_id AND e.kind = 'member'
				AND e.act = 'joined' AND e.municipality_id = m.municipality_id)) AS since
		FROM relais.membership m JOIN relais.municipality c ON c.id = m.municipality_id
		WHERE m.group_id = trends_silence.group_id AND m.role IN ('member', 'partner') AND m.ended_at IS NULL
	), lesson AS MATERIALIZED (
		SELECT (i.published_at AT TIME ZONE zone)::date AS published, coalesce(u.statuses, '') AS statuses
		FROM relais.item i LEFT JOIN relais.uptake_row u USING (group_id, number)
		WHERE i.group_id = trends_silence.group_id AND i.number = ANY (numbers)
	), silent AS (
		SELECT m.slug, m.name, (now() AT TIME ZONE zone)::date - greatest(l.published, m.since) AS days
		FROM member m JOIN lesson l ON substr(l.statuses, m.place, 1) IN ('', '0')
	)
	SELECT coalesce(json_agg(x ORDER BY x.days90 DESC, x.days60 DESC, x.days30 DESC, x.name), '[]')
	FROM (SELECT slug, name, count(*) AS days30, count(*) FILTER (WHERE days >= 60) AS days60,
			count(*) FILTER (WHERE days >= 90) AS days90
		FROM silent WHERE days >= 30 GROUP BY slug, name) x
$$;

-- What a group's lessons came to, or one's: {"group", "lesson", "lessons_published", "municipalities",
-- "funnel", "lessons", "more", "months", "days", "map", "reasons", "silence"}; with `part` only that one.
-- NULL: no such group, lesson or part for this reader. It runs as the owner, and decides itself: what is
-- not open (see is_open_status()) goes to the group and its lead umbrella; silence to the hub and the
-- lead umbrella; reasons, by category, to the lead umbrella. Left out is what is not for the reader.
CREATE FUNCTION relais.trends(slug text, part text, lesson int, before int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	g relais.group;
	inner_ boolean;
	leads boolean;
	listens boolean;        -- may know who is silent
	zone text;
	numbers int[];
	page int[];
	members int;
	times jsonb;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = trends.slug AND x.id = ANY (relais.my_groups());
	inner_ := g.id = ANY (relais.my_inner_groups());
	leads := g.id = ANY (relais.my_led_groups());
	listens := leads OR g.id = ANY (relais.my_hub_groups());
	numbers := ARRAY(SELECT i.number FROM relais.item i
		WHERE i.group_id = g.id AND i.kind = 'lesson' AND i.status = 'published' AND NOT i.sensitive
			AND (lesson IS NULL OR i.number = lesson) ORDER BY i.number DESC);
	IF g.id IS NULL OR lesson IS NOT NULL AND numbers = '{}' OR part = 'reasons' AND NOT leads
		OR part = 'silence' AND NOT listens THEN
		RETURN NULL;
	END IF;
	page := ARRAY(SELECT n FROM unnest(numbers) n WHERE before IS NULL OR n < before ORDER BY n DESC LIMIT 25);
	zone := (SELECT u.time_zone FROM relais.umbrella u WHERE u.id = g.umbrella_id);
	members := relais.reached(g.id);
	IF part IS NULL OR part IN ('months', 'days') THEN
		times := relais.trends_times(g.id, numbers, zone, inner_);
	END IF;
	RETURN json_strip_nulls(json_build_object('group', relais.group_brief(g),
		'lesson', (SELECT json_build_object('id', l.number, 'title', l.title, 'lang', l.lang)
			FROM relais.uptake_lessons(g.id, ARRAY[lesson]) l),
		'lessons_published', cardinality(numbers), 'municipalities', members,
		'funnel', CASE WHEN part IS NULL OR part = 'funnel' THEN relais.funnel(members * cardinality(numbers),
			CASE WHEN lesson IS NULL THEN relais.lesson_counts(g.id, inner_)
			ELSE (SELECT relais.counts_told(u.counts, members, inner_) FROM relais.uptake_row u
				WHERE u.group_id = g.id AND u.number = lesson) END, inner_) END,
		'lessons', CASE WHEN part IS NULL OR part = 'days'
			THEN relais.trends_lessons(g.id, page, members, times->'lessons', inner_) END,
		'more', CASE WHEN (part IS NULL OR part = 'days') AND page[25] > numbers[cardinality(numbers)] THEN page[25] END,
		'months', CASE WHEN part IS NULL OR part = 'months' THEN times->'months' END,
		'days', CASE WHEN part IS NULL OR part = 'days' THEN times->'days' END,
		'map', CASE WHEN part IS NULL OR part = 'map' THEN relais.trends_map(g.id, numbers) END,
		'reasons', CASE WHEN leads AND (part IS NULL OR part = 'reasons') THEN relais.trends_reasons(g.id, numbers) END,
		'silence', CASE WHEN listens AND (part IS NULL OR part = 'silence')
			THEN relais.trends_silence(g.id, numbers, zone) END));
END
$$;
