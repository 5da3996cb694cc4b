-- What was understood and cannot be carried out is told with its reason; it was told as not understood.

SET ROLE relais_owner;

-- What a receipt says of it; whoever reads for the group reads it. NULL: it can only be told as not understood.
CREATE FUNCTION relais.incoming_refused(g relais.group, number int, refused text, said text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF refused NOT IN ('item_ended', 'inquiry_waits_once', 'inquiry_not_wished', 'municipality_needed', 'forbidden') THEN
		RETURN NULL;
	END IF;
	RETURN relais.letter_lesson(g, number) || jsonb_build_object('what', 'refused', refused, true, 'said', said, 'reader', relais.message_post(g.id, said));
END
$$;
REVOKE EXECUTE ON FUNCTION relais.incoming_refused FROM relais_site, relais_admin;

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
			RETURN relais.incoming_refused(g, i.number, answer->>'error', relais.command_text(c));
		END IF;
		RETURN relais.letter_lesson(g, i.number) || jsonb_build_object('what', 'report', 'status', verb, 'group_id', g.id, 'note', nullif(c->>'note', ''),
			'changed', answer->'changed');
	ELSIF verb = 'question' AND g.id IS NOT NULL THEN
		answer := relais.inquiry_post(g.slug, i.number, NULL, left(c->>'note', 1000));
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

-- As 0055's; what is quoted is quoted in all its lines.
CREATE OR REPLACE FUNCTION relais.letter_receipt(d relais.delivery) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT jsonb_build_object('answers', d.about->'answers', 'subject', d.about->'subject', 'unclear', replace(d.about->>'unclear', E'\n', E'\n> '), 'reader', d.about->'reader',
		'empty', d.about->'empty', 'confirm', d.about->'confirm', 'from', d.about->'from', 'of', d.about->'of',
		'help', d.about->'help', 'wished', d.about ? 'before',
		'done', (SELECT jsonb_agg(x || jsonb_build_object(x->>'what', true, 'said', replace(x->>'said', E'\n', E'\n> ')) ORDER BY n) FROM jsonb_array_elements(d.about->'done') WITH ORDINALITY o (x, n)
			WHERE x->>'what' NOT IN ('cadence', 'subscribe') OR n = (SELECT max(l.n) FROM jsonb_array_elements(d.about->'done') WITH ORDINALITY l (y, n)
				WHERE l.y->>'what' IN ('cadence', 'subscribe'))))
$$;
