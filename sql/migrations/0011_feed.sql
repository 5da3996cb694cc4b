-- Feeds: a reading of the log.
--
-- An entry is an event that tells readers something: a lesson published, corrected, or
-- translated into the feed's language; a question asked or reworded; a report; a digest.
-- Entries about the same lesson or question share its stored id, so a reader shows the
-- newest. Archive pages (RFC 5005) hold 20 entries each, numbered from the oldest, in the
-- text of their time; so a full page never changes, except that what was withdrawn or
-- taken back since is left out.

SET ROLE relais_owner;

-- Is the event an entry in a feed of that language?
CREATE FUNCTION relais.is_entry(e relais.event, lang text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE e.kind
		WHEN 'lesson' THEN e.act IN ('published', 'corrected') OR e.act = 'translated' AND e.detail->>'lang' = lang
		WHEN 'question' THEN e.act IN ('asked', 'reworded') OR e.act = 'translated' AND e.detail->>'lang' = lang
		WHEN 'report' THEN e.act = 'reported'
		WHEN 'digest' THEN e.act = 'approved'
		ELSE false END
$$;

-- One entry, as its reader may see it; NULL for what was withdrawn or taken back. A rewording is
-- shown in its own language: a translation of it comes later, as an entry of its own.
CREATE FUNCTION relais.feed_entry(e relais.event, lang text) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (
		SELECT CASE
		WHEN e.kind = 'digest' THEN json_build_object('kind', e.kind, 'act', e.act, 'is_digest', true, 'seq', e.seq, 'at', e.at,
			'number', e.detail->>'number', 'umbrella', e.detail->>'umbrella', 'umbrella_slug', e.detail->>'slug')
		WHEN i.number IS NULL OR i.status = 'withdrawn' OR x.title IS NULL THEN NULL
		WHEN e.kind = 'report' THEN (
			SELECT json_build_object('kind', e.kind, 'act', e.act, 'is_report', true, 'seq', e.seq, 'at', e.at,
				'object', e.number, 'object_kind', i.kind, 'title', x.title, 'lang', x.lang, 'status', r.status,
				'municipality', relais.municipality_brief(e.municipality_id), 'adaptation', r.adaptation, 'note', n.note)
			FROM relais.report r LEFT JOIN relais.report_note n USING (group_id, seq)
			WHERE r.group_id = e.group_id AND r.seq = e.seq AND NOT r.undone)
		ELSE json_build_object('kind', e.kind, 'act', e.act, 'is_item', true, 'seq', e.seq, 'at', e.at, 'object', e.number,
			'object_kind', i.kind, 'item_id', i.feed_id, 'title', x.title, 'summary', x.summary, 'html', json_build_object('html', x.html),
			'body', x.body, 'lang', x.lang, 'published_at', i.published_at,
			'municipality', relais.municipality_brief(e.municipality_id), 'reason', v.reason, 'reworded', e.act = 'reworded')
		END
		FROM (SELECT 1) one
		LEFT JOIN relais.item i ON i.group_id = e.group_id AND i.number = e.number
		LEFT JOIN LATERAL (SELECT t.* FROM relais.item_text t
			WHERE t.group_id = i.group_id AND t.number = i.number AND t.at <= e.at
			AND t.lang IN (i.lang, CASE WHEN e.act <> 'reworded' THEN feed_entry.lang END)
			ORDER BY (t.lang = feed_entry.lang) DESC, t.revision DESC LIMIT 1) x ON true
		LEFT JOIN relais.item_revision v ON e.act = 'reworded' AND v.group_id = e.group_id AND v.number = e.number
			AND v.revision = (e.detail->>'revision')::int);
END
$$;

CREATE FUNCTION relais.feed(slug text, kinds jsonb, archive int) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
	g relais.group;
	lang text := relais.lang();
	total int;
	entries json;
	page int := archive;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.slug = feed.slug;
	IF g.id IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT count(*) INTO total FROM relais.event e
	WHERE e.group_id = g.id AND (kinds IS NULL OR kinds ? e.kind) AND relais.is_entry(e, lang);
	IF page IS NULL THEN
		-- the newest of each lesson and question
		SELECT json_agg(relais.feed_entry(e, lang) ORDER BY e.seq DESC) INTO entries FROM (
			SELECT DISTINCT ON (CASE WHEN w.kind IN ('lesson', 'question') THEN w.number ELSE -w.seq END) w.* FROM (
				SELECT * FROM relais.event e WHERE e.group_id = g.id AND (kinds IS NULL OR kinds ? e.kind)
					AND relais.is_entry(e, lang) ORDER BY e.seq DESC LIMIT 20) w
			ORDER BY CASE WHEN w.kind IN ('lesson', 'question') THEN w.number ELSE -w.seq END, w.seq DESC) e;
	ELSIF page < 1 OR page * 20 > total THEN
		RETURN NULL;
	ELSE
		SELECT json_agg(relais.feed_entry(e, lang) ORDER BY e.seq DESC) INTO entries FROM (
			SELECT * FROM relais.event e WHERE e.group_id = g.id AND (kinds IS NULL OR kinds ? e.kind)
				AND relais.is_entry(e, lang) ORDER BY e.seq LIMIT 20 OFFSET (page - 1) * 20) e;
	END IF;
	RETURN json_build_object('group', relais.group_brief(g), 'slug', g.slug, 'name', g.name, 'description', g.description,
		'lang', lang, 'feed_id', g.feed_id, 'created_at', g.created_at, 'archive', archive,
		'entries', coalesce(entries, '[]'),
		-- pages before and after; the current document follows on the last full page
		'prev', CASE WHEN page IS NULL THEN CASE WHEN total > 20 THEN total / 20 END WHEN page > 1 THEN page - 1 END,
		'next', CASE WHEN page IS NOT NULL AND (page + 1) * 20 <= total THEN page + 1 END);
END
$$;
