-- A correction of a lesson may say why, as a question's rewording does: its history shows it; and it may
-- take out a summary or the conditions.

SET ROLE relais_owner;

-- Seen with the revision it is of.
CREATE TABLE relais.correction (
	group_id int NOT NULL,
	number   int NOT NULL,
	revision int NOT NULL,
	reason   text CONSTRAINT correction_reason_prose CHECK ((reason <> '' AND relais.is_prose(reason, 2000)) IS TRUE),
	PRIMARY KEY (group_id, number, revision),
	FOREIGN KEY (group_id, number, revision) REFERENCES relais.item_revision
);
ALTER TABLE relais.correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON relais.correction FOR SELECT USING (
	EXISTS (SELECT FROM relais.item_revision v WHERE v.group_id = correction.group_id AND v.number = correction.number
		AND v.revision = correction.revision));
GRANT SELECT ON relais.correction TO relais_site, relais_admin;

CREATE FUNCTION relais.export_corrections(g relais.group) RETURNS SETOF jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('number', c.number, 'revision', c.revision, 'reason', c.reason)
	FROM relais.correction c WHERE c.group_id = g.id ORDER BY c.number, c.revision
$$;
CREATE FUNCTION relais.restore_corrections(doc jsonb) RETURNS void
LANGUAGE sql SET search_path = '' AS $$
	INSERT INTO relais.correction
	SELECT relais.group_named(l->>'group'), (l->>'number')::int, (l->>'revision')::int, l->>'reason'
	FROM relais.log_lines(doc, 'correction') l
$$;
INSERT INTO relais.log_kind SELECT 'correction', coalesce(max(k.place), 0) + 1, true, 'export_corrections', 'restore_corrections', 'relais.correction'
FROM relais.log_kind k;

-- The lesson's text in a language: a correction in its own, with its reason, else a
-- translation of revision `of` of the original.
CREATE FUNCTION relais.lesson_text_put(slug text, number int, edit int, lang text, title text, summary text, body text,
	html text, conditions text, of int, reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	n int;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'lesson', number, edit, lang <> (SELECT x.lang FROM relais.item x
		WHERE x.group_id = t.group_id AND x.number = lesson_text_put.number));
	IF i.status = 'withdrawn' THEN
		PERFORM relais.refuse('item_ended');
	ELSIF lang = i.lang AND i.status = 'published' THEN
		PERFORM relais.change_published(t, i);
	END IF;
	-- who leaves summary or conditions empty has taken them out
	n := relais.text_add(t, i, lang, of, title, coalesce(summary, ''), body, html, coalesce(conditions, ''), NULL);
	IF lang = i.lang THEN
		INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, '', NULL, false, i.municipality_id,
			relais.actor(), t.at, NULL);
		INSERT INTO relais.correction SELECT t.group_id, i.number, n, lesson_text_put.reason WHERE lesson_text_put.reason <> '';
	END IF;
	PERFORM relais.tell(t, 'lesson', CASE WHEN lang = i.lang THEN 'corrected' ELSE 'translated' END, i.number,
		i.municipality_id, 0, jsonb_build_object('lang', lang, 'revision', n));
	RETURN relais.answer(t, format('/groups/%s/lessons/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'lang', lang, 'revision', n, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Without a reason, as the import of groups calls it.
CREATE OR REPLACE FUNCTION relais.lesson_text_put(slug text, number int, edit int, lang text, title text, summary text, body text,
	html text, conditions text, of int)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN relais.lesson_text_put(slug, number, edit, lang, title, summary, body, html, conditions, of, NULL);
END
$$;
