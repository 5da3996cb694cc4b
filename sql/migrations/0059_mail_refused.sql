-- What was understood and cannot be carried out is told with its reason; it was told as not understood. And a receipt says
-- each thing once.

SET ROLE relais_owner;

-- What somebody wrote of why it was interrupted, or is not for them, is their municipality's own: where it cannot be carried
-- out, they are told, and nobody else reads it.
CREATE FUNCTION relais.command_is_private(c jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
	SELECT c->>'verb' IN ('interrupted', 'not_for_us')
$$;

-- What a receipt says of what was refused; whoever reads for the group reads it. said NULL: nobody else reads it. NULL: it can only be
-- told as not understood.
CREATE FUNCTION relais.incoming_refused(g relais.group, number int, refused text, said text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF refused NOT IN ('item_ended', 'inquiry_waits_once', 'inquiry_not_wished', 'inquiry_long', 'municipality_needed', 'forbidden',
			'report_nothing_to_retract') THEN
		RETURN NULL;
	END IF;
	RETURN relais.letter_lesson(g, number) || jsonb_build_object('what', 'refused', refused, true, 'said', said, 'reader',
		CASE WHEN said IS NOT NULL THEN relais.message_post(g.id, said) END);
END
$$;

-- As 0052's; what was refused says why.
CREATE OR REPLACE FUNCTION relais.incoming_command(d relais.delivery, c jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	verb text := c->>'verb';
	lesson jsonb := relais.incoming_lesson(d, (c->>'slot')::int);
	g relais.group;
	i relais.item;
	answer jsonb;
	town text;
BEGIN
	SELECT * INTO g FROM relais.group x WHERE x.id = (lesson->>'group')::int;
	SELECT * INTO i FROM relais.item x WHERE x.group_id = g.id AND x.number = (lesson->>'number')::int;
	SELECT m.slug INTO town FROM relais.municipality m WHERE m.id = relais.answers_for(g.id);
	IF verb IN ('interested', 'planned', 'trying', 'applied', 'adapted', 'interrupted', 'not_for_us') THEN
		answer := relais.report_post(g.slug, 'lesson', i.number, verb, CASE WHEN verb <> 'adapted' OR length(c->>'note') > 500 THEN left(c->>'note', 2000) END,
			CASE WHEN verb = 'adapted' AND relais.is_line(c->>'note', 500) THEN c->>'note' END, c->>'reason', NULL, NULL, NULL, NULL, NULL, NULL, town, 'mail');
		IF answer ? 'error' THEN
			RETURN relais.incoming_refused(g, i.number, answer->>'error', CASE WHEN NOT relais.command_is_private(c) THEN relais.command_text(c) END);
		END IF;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'report', 'status', verb, 'group_id', g.id, 'note', nullif(left(c->>'note', 2000), ''),
			'changed', answer->'changed');
	ELSIF verb = 'question' AND g.id IS NOT NULL THEN
		answer := CASE WHEN length(c->>'note') > 1000 THEN '{"error": "inquiry_long"}' ELSE relais.inquiry_post(g.slug, i.number, NULL, c->>'note') END;
		IF answer ? 'error' THEN
			RETURN relais.incoming_refused(g, i.number, answer->>'error', relais.command_text(c));
		END IF;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'question', 'note', c->>'note', 'changed', answer->'changed');
	ELSIF verb = 'undo' THEN
		RETURN relais.incoming_undo();
	ELSIF verb IN ('stop', 'pause', 'resume', 'lang', 'cadence', 'subscribe') THEN
		RETURN relais.incoming_wish(d, c);
	ELSIF verb IN ('help', 'thanks') THEN
		RETURN jsonb_build_object('what', verb);
	END IF;
	RETURN NULL;
EXCEPTION WHEN integrity_constraint_violation THEN
	RETURN NULL;
END
$$;

-- As 0052's, but that no line is handed on twice; and with what is private, the rest of the mail is, which may go on with it.
CREATE OR REPLACE FUNCTION relais.incoming_carry_out(i relais.incoming, d relais.delivery, said jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	c jsonb;
	one jsonb := relais.incoming_answer(d, said);
	done jsonb := '[]';
	changed jsonb := '[]';
	unclear text;
	private boolean := false;
	reader text;
	before jsonb := relais.mail_state(relais.actor());
BEGIN
	IF one IS NOT NULL THEN
		changed := coalesce(one->'changed', '[]');
		done := jsonb_build_array(one - 'changed');
	ELSE
		unclear := said->>'rest';
		FOR c IN SELECT jsonb_array_elements(said->'commands') LOOP
			one := relais.incoming_command(d, c);
			changed := changed || coalesce(one->'changed', '[]');
			done := done || coalesce(one - 'changed', '[]');
			-- who asks for help may ask something by it
			IF one IS NULL OR c->>'verb' = 'help' AND c->>'note' <> '' THEN
				private := private OR relais.command_is_private(c);
				unclear := concat_ws(E'\n', nullif(unclear, ''), relais.command_text(c));
			END IF;
		END LOOP;
	END IF;
	unclear := nullif(btrim(left(unclear, 4000), E' \n'), '');
	IF unclear IS NOT NULL AND NOT private THEN
		reader := relais.message_post(coalesce(d.about->'parts'->0->>'group', d.about->>'group')::int, unclear);
	END IF;
	IF NOT EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' IN ('stop', 'pause', 'resume', 'language', 'cadence', 'subscribe')) THEN
		before := NULL;
	END IF;
	-- who only says thank you gets no answer
	IF unclear IS NOT NULL OR done = '[]' OR EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' <> 'thanks') THEN
		PERFORM relais.receipt_post(relais.actor(), done <> '[]', jsonb_build_object('done', done, 'unclear', unclear, 'reader', reader, 'of', d.id,
			'empty', done = '[]' AND unclear IS NULL, 'answers', said->'message_id',
			'help', EXISTS (SELECT FROM jsonb_array_elements(done) x WHERE x->>'what' = 'help'),
			'subject', nullif(regexp_replace(left(said->>'subject', 300), '^((re|aw|antw|rép|fwd?|tr|doorst) ?: *)+', '', 'i'), ''))
			|| CASE WHEN before IS NULL THEN '{}' ELSE jsonb_build_object('before', before) END);
	END IF;
	RETURN changed;
END
$$;

-- As 0052's; of several wishes of one mail, what holds after the last; what is quoted is quoted in all its lines.
CREATE OR REPLACE FUNCTION relais.letter_receipt(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('answers', d.about->'answers', 'subject', d.about->'subject', 'unclear', replace(d.about->>'unclear', E'\n', E'\n> '), 'reader', d.about->'reader',
		'empty', d.about->'empty', 'confirm', d.about->'confirm', 'from', d.about->'from', 'of', d.about->'of',
		'help', d.about->'help', 'wished', d.about ? 'before',
		'done', (SELECT jsonb_agg(x || jsonb_build_object(x->>'what', true, 'said', replace(x->>'said', E'\n', E'\n> ')) ORDER BY n) FROM jsonb_array_elements(d.about->'done') WITH ORDINALITY o (x, n)
			WHERE x->>'what' NOT IN ('cadence', 'subscribe') OR n = (SELECT max(l.n) FROM jsonb_array_elements(d.about->'done') WITH ORDINALITY l (y, n)
				WHERE l.y->>'what' IN ('cadence', 'subscribe'))))
$$;

REVOKE EXECUTE ON FUNCTION relais.command_is_private, relais.incoming_refused FROM relais_site, relais_admin;
