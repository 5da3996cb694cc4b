-- A question's further owners, and a question split into two or more.

SET ROLE relais_owner;

-- Whose question it also is, or (gone) is no longer. An owner's focal point adds and takes out, and who publishes in
-- the group; but an owner reads what is sensitive, and so only an owner may share that. Its writer stays an owner.
CREATE FUNCTION relais.owner_put(slug text, number int, municipality text, gone boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	m int;
	is_owner boolean;
BEGIN
	t := relais.take(slug, 1, 0);
	i := relais.item_for_change(t, 'question', number, NULL, false);
	IF i.status NOT IN ('draft', 'published') THEN
		PERFORM relais.refuse('item_ended');
	END IF;
	PERFORM relais.change_published(t, i);
	SELECT c.id INTO m FROM relais.municipality c JOIN relais.membership s ON s.municipality_id = c.id
	WHERE c.slug = municipality AND s.group_id = t.group_id AND (gone OR s.ended_at IS NULL AND s.role <> 'observer');
	is_owner := EXISTS (SELECT FROM relais.item_owner o WHERE o.group_id = t.group_id AND o.number = i.number AND o.municipality_id = m);
	IF gone AND NOT is_owner THEN
		PERFORM relais.refuse('not_found');
	ELSIF gone AND m = i.municipality_id THEN
		PERFORM relais.refuse('owner_writer_stays');
	ELSIF m IS NULL THEN
		PERFORM relais.refuse('municipality_not_member');
	ELSIF is_owner AND NOT gone THEN
		PERFORM relais.refuse('owner_once');
	ELSIF NOT gone AND NOT relais.owns(t.group_id, i.number) AND EXISTS (SELECT FROM relais.item_text x
			WHERE x.group_id = t.group_id AND x.number = i.number AND x.sensitive) THEN
		PERFORM relais.refuse('owner_sensitive');
	END IF;
	IF gone THEN
		DELETE FROM relais.priority p USING relais.subquestion s WHERE s.group_id = t.group_id AND s.number = i.number
			AND p.group_id = s.group_id AND p.subquestion = s.subquestion AND p.municipality_id = m;
		DELETE FROM relais.item_owner o WHERE o.group_id = t.group_id AND o.number = i.number AND o.municipality_id = m;
	ELSE
		INSERT INTO relais.item_owner VALUES (t.group_id, i.number, m);
	END IF;
	UPDATE relais.item x SET edit = x.edit + 1, updated_at = t.at WHERE x.group_id = t.group_id AND x.number = i.number;
	-- told as its writer's: of what is its owners' alone, who no longer is one is not to keep an event
	PERFORM relais.tell(t, 'question', CASE WHEN gone THEN 'disowned' ELSE 'owned' END, i.number, i.municipality_id, 0,
		jsonb_build_object('owner', municipality));
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'municipality', municipality, 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;

-- Splits a question: a new one for each text, in its language, of its owners, and as far along as it is; it ends itself
-- and says where it goes on, and why. What only its owners know goes on being theirs alone.
CREATE FUNCTION relais.question_split(slug text, number int, edit int, texts jsonb, reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_variable
DECLARE
	t relais.turn;
	refused text;
	i relais.item;
	text_of text;
	secret boolean;
	made int[] := '{}';
	n int := coalesce(jsonb_array_length(texts), 0);
BEGIN
	t := relais.take(slug, 1 + n, n);
	i := relais.item_for_change(t, 'question', number, edit, false);
	IF i.status NOT IN ('draft', 'published') THEN
		PERFORM relais.refuse('item_ended');
	ELSIF n < 2 THEN
		PERFORM relais.refuse('split_in_two');
	END IF;
	PERFORM relais.change_published(t, i);
	secret := relais.owns(t.group_id, i.number) AND relais.text_sensitive(i, i.lang, i.revision);
	t.seq := t.seq - n;
	t.number := t.number - n;
	FOR text_of IN SELECT e FROM jsonb_array_elements_text(texts) WITH ORDINALITY x (e, k) ORDER BY k LOOP
		t.number := t.number + 1;
		PERFORM relais.item_add(t, 'question', i.status, i.lang, i.municipality_id, text_of, NULL, NULL, NULL, NULL, NULL);
		INSERT INTO relais.descent VALUES (t.group_id, t.number, i.number, 'split');
		INSERT INTO relais.item_owner SELECT t.group_id, t.number, o.municipality_id FROM relais.item_owner o
			WHERE o.group_id = t.group_id AND o.number = i.number ON CONFLICT DO NOTHING;
		IF secret THEN
			UPDATE relais.item_text x SET sensitive = true WHERE x.group_id = t.group_id AND x.number = t.number;
			UPDATE relais.item_revision x SET sensitive = true WHERE x.group_id = t.group_id AND x.number = t.number;
		END IF;
		PERFORM relais.tell(t, 'question', CASE i.status WHEN 'draft' THEN 'drafted' ELSE 'asked' END, t.number, i.municipality_id, 0, NULL);
		made := made || t.number;
		t.seq := t.seq + 1;
	END LOOP;
	UPDATE relais.item x SET status = 'split', edit = x.edit + 1, updated_at = t.at, reason = question_split.reason
	WHERE x.group_id = t.group_id AND x.number = i.number;
	PERFORM relais.tell(t, 'question', 'split', i.number, i.municipality_id, CASE WHEN secret THEN 2 ELSE 0 END, NULL);
	RETURN relais.answer(t, format('/groups/%s/questions/%s', t.slug, i.number),
		jsonb_build_object('id', i.number, 'status', 'split', 'into', to_jsonb(made), 'edit', i.edit + 1, 'seq', t.seq));
EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'RL001' THEN
	GET STACKED DIAGNOSTICS refused = CONSTRAINT_NAME;
	RETURN jsonb_build_object('error', refused);
END
$$;
