-- A correction of a lesson may say why, as a question's rewording does: its history shows it; and it may
-- take out a summary or the conditions.

SET ROLE relais_owner;

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
		INSERT INTO relais.item_revision VALUES (t.group_id, i.number, n, coalesce(reason, ''), NULL, false, i.municipality_id,
			relais.actor(), t.at, NULL);
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
