-- Questions and lessons: what both are (an item with texts per language and revision),
-- then what each has of its own.

SET ROLE relais_owner;

CREATE TABLE relais.item (
	group_id     int NOT NULL REFERENCES relais.group,
	number       int NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('question', 'lesson')),
	status       text CONSTRAINT item_status_known
	             CHECK ((status IN ('draft', 'proposed', 'published', 'withdrawn', 'merged', 'split', 'dropped')) IS TRUE),
	lang         text CONSTRAINT item_lang_code CHECK (relais.is_lang(lang) IS TRUE),      -- of the original
	revision     int NOT NULL DEFAULT 1,            -- of the original text
	edit         int NOT NULL DEFAULT 1,            -- rises with every change; what If-Match compares
	municipality_id int NOT NULL REFERENCES relais.municipality,    -- who wrote it
	feed_id      uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
	created_at   timestamptz NOT NULL,
	sensitive    boolean NOT NULL DEFAULT false,    -- no wording so far is for others than its owners
	published_at timestamptz,
	updated_at   timestamptz NOT NULL,
	occurred_on  text CONSTRAINT item_occurred_on_date CHECK (relais.is_partial_date(occurred_on)),
	reason       text CONSTRAINT item_reason_prose CHECK (relais.is_prose(reason, 2000)),   -- of the withdrawal
	PRIMARY KEY (group_id, number)
);
CREATE INDEX item_waiting ON relais.item (group_id) WHERE status IN ('draft', 'proposed');     -- the inbox

-- The municipalities whose question it is; the writer is one of them.
CREATE TABLE relais.item_owner (
	group_id        int NOT NULL,
	number          int NOT NULL,
	municipality_id int NOT NULL CONSTRAINT owner_municipality_known REFERENCES relais.municipality,
	PRIMARY KEY (group_id, number, municipality_id),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);

-- Every text ever published or drafted. title: a lesson's title, a question's wording.
-- html is body, rendered once when it was saved.
CREATE TABLE relais.item_text (
	group_id   int NOT NULL,
	number     int NOT NULL,
	lang       text NOT NULL CONSTRAINT text_lang_code CHECK (relais.is_lang(lang)),
	revision   int NOT NULL,                -- counts within the language
	of         int NOT NULL,                -- the original's revision that it says
	title      text CONSTRAINT text_title_line CHECK (relais.is_line(title, 1000) IS TRUE),
	summary    text NOT NULL DEFAULT '' CONSTRAINT text_summary_prose CHECK (relais.is_prose(summary, 1000)),
	body       text NOT NULL DEFAULT '' CONSTRAINT text_body_prose CHECK (relais.is_prose(body, 65536)),
	html       text NOT NULL DEFAULT '',
	conditions text NOT NULL DEFAULT '' CONSTRAINT text_conditions_prose CHECK (relais.is_prose(conditions, 4000)),
	sensitive  boolean NOT NULL DEFAULT false,
	at         timestamptz NOT NULL,
	PRIMARY KEY (group_id, number, lang, revision),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
ALTER TABLE relais.item_text ALTER body SET COMPRESSION lz4, ALTER html SET COMPRESSION lz4;

-- item.sensitive follows the original's wordings, whoever writes them.
CREATE FUNCTION relais.item_sensitivity() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	UPDATE relais.item i SET sensitive = NOT i.sensitive
	WHERE i.group_id = new.group_id AND i.number = new.number AND i.lang = new.lang
		AND i.sensitive = EXISTS (SELECT FROM relais.item_text t WHERE t.group_id = i.group_id AND t.number = i.number
			AND t.lang = i.lang AND NOT t.sensitive);
	RETURN NULL;
END
$$;
CREATE TRIGGER item_sensitivity AFTER INSERT OR UPDATE OF sensitive ON relais.item_text
	FOR EACH ROW EXECUTE FUNCTION relais.item_sensitivity();

-- Why the original was reworded, and what led to it. Revision 1 has neither.
CREATE TABLE relais.item_revision (
	group_id        int NOT NULL,
	number          int NOT NULL,
	revision        int NOT NULL,
	reason          text NOT NULL DEFAULT '' CONSTRAINT revision_reason_prose CHECK (relais.is_prose(reason, 2000)),
	trigger         text CONSTRAINT revision_trigger_known CHECK (trigger IN ('exchange', 'visit', 'lesson', 'own_trial')),
	sensitive       boolean NOT NULL DEFAULT false,
	municipality_id int NOT NULL REFERENCES relais.municipality,
	person_id       int REFERENCES relais.person,
	at              timestamptz NOT NULL,
	occurred_on     text CONSTRAINT revision_occurred_on_date CHECK (relais.is_partial_date(occurred_on)),
	PRIMARY KEY (group_id, number, revision),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);

-- The concrete problems behind a question, and who said "we too"; problems and
-- sub-questions are numbered in their group.
CREATE TABLE relais.problem (
	group_id int NOT NULL,
	number   int NOT NULL,
	problem  int NOT NULL,
	text     text CONSTRAINT problem_text_line CHECK (relais.is_line(text, 500) IS TRUE),
	PRIMARY KEY (group_id, problem),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
CREATE INDEX problem_question ON relais.problem (group_id, number);
CREATE TABLE relais.we_too (
	group_id        int NOT NULL,
	problem         int NOT NULL,
	municipality_id int NOT NULL REFERENCES relais.municipality,
	at              timestamptz NOT NULL,
	CONSTRAINT we_too_once PRIMARY KEY (group_id, problem, municipality_id),
	FOREIGN KEY (group_id, problem) REFERENCES relais.problem
);

CREATE TABLE relais.subquestion (
	group_id    int NOT NULL,
	number      int NOT NULL,
	subquestion int NOT NULL,
	text        text CONSTRAINT subquestion_text_line CHECK (relais.is_line(text, 500) IS TRUE),
	PRIMARY KEY (group_id, subquestion),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
CREATE INDEX subquestion_question ON relais.subquestion (group_id, number);
CREATE TABLE relais.priority (
	group_id        int NOT NULL,
	subquestion     int NOT NULL,
	municipality_id int NOT NULL REFERENCES relais.municipality,
	priority        text CONSTRAINT priority_known CHECK ((priority IN ('must', 'like', 'nice')) IS TRUE),
	PRIMARY KEY (group_id, subquestion, municipality_id),
	FOREIGN KEY (group_id, subquestion) REFERENCES relais.subquestion
);

-- Where a question comes from: `number` was merged from, or split from, `parent`.
CREATE TABLE relais.descent (
	group_id int NOT NULL,
	number   int NOT NULL,
	parent   int NOT NULL,
	how      text NOT NULL CONSTRAINT descent_known CHECK (how IN ('merged', 'split')),
	CONSTRAINT descent_once PRIMARY KEY (group_id, number, parent),
	CONSTRAINT descent_of_another CHECK (number <> parent),
	FOREIGN KEY (group_id, number) REFERENCES relais.item,
	CONSTRAINT descent_parent_known FOREIGN KEY (group_id, parent) REFERENCES relais.item
);
CREATE INDEX descent_parent ON relais.descent (group_id, parent);

CREATE TABLE relais.lesson (
	group_id int NOT NULL,
	number   int NOT NULL,
	cost     text CONSTRAINT lesson_cost_known CHECK (cost IN ('none', 'low', 'medium', 'high')),
	source   text CONSTRAINT lesson_source_known CHECK (source IN ('exchange', 'visit', 'own_trial')),
	sdgs     int[] NOT NULL DEFAULT '{}' CONSTRAINT lesson_sdgs_known
	         CHECK (sdgs <@ ARRAY[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17] AND cardinality(sdgs) <= 17),
	PRIMARY KEY (group_id, number),
	FOREIGN KEY (group_id, number) REFERENCES relais.item
);
-- The question a lesson answers, or only one of its sub-questions (else 0).
CREATE TABLE relais.lesson_answers (
	group_id    int NOT NULL,
	number      int NOT NULL,
	question    int NOT NULL,
	subquestion int NOT NULL DEFAULT 0,
	PRIMARY KEY (group_id, number, question, subquestion),
	FOREIGN KEY (group_id, number) REFERENCES relais.lesson,
	CONSTRAINT answers_question_known FOREIGN KEY (group_id, question) REFERENCES relais.item
);
CREATE INDEX lesson_answers_question ON relais.lesson_answers (group_id, question);
CREATE TABLE relais.link (
	group_id int NOT NULL,
	number   int NOT NULL,
	link     int NOT NULL,
	kind     text NOT NULL CONSTRAINT link_kind_known CHECK (kind IN ('page', 'document', 'video', 'other')),
	url      text CONSTRAINT link_url_form CHECK ((url ~ '^https?://[^[:space:][:cntrl:]"<>\\]+$' AND length(url) <= 2000) IS TRUE),
	title    text CONSTRAINT link_title_line CHECK (relais.is_line(title, 200) IS TRUE),
	bytes    bigint CONSTRAINT link_bytes_positive CHECK (bytes >= 0),
	PRIMARY KEY (group_id, number, link),
	FOREIGN KEY (group_id, number) REFERENCES relais.lesson
);

-- ---------------------------------------------------------------------------
-- Who sees them. What is sensitive from its first wording on, a draft, and a draft that was
-- dropped: its owners. A proposal: also the hub and the lead umbrella, which decide on it.
-- Everything below an item is seen with it; a sensitive revision by the owners alone.

ALTER TABLE relais.item ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.item_owner ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.item_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.item_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.problem ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.we_too ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.subquestion ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.priority ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.descent ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.lesson ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.lesson_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE relais.link ENABLE ROW LEVEL SECURITY;

-- Items of which the person is an owner. As the owner of the tables, because the
-- policies of item and item_owner would otherwise ask each other.
CREATE FUNCTION relais.owns(group_id int, number int) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	RETURN relais.is_operator() OR EXISTS (SELECT FROM relais.item_owner o
		WHERE o.group_id = owns.group_id AND o.number = owns.number AND o.municipality_id = ANY (relais.my_municipalities()));
END
$$;

-- What is a municipality's alone is also for those it shares the item with.
CREATE POLICY owners ON relais.event FOR SELECT USING (audience = 2 AND number IS NOT NULL AND relais.owns(group_id, number));
CREATE POLICY seen ON relais.item FOR SELECT USING (
	CASE
	WHEN NOT sensitive AND (status = 'published' OR published_at IS NOT NULL AND status <> 'draft')
		THEN group_id = ANY ((SELECT relais.my_groups())::int[])
	WHEN NOT sensitive AND status IN ('proposed', 'withdrawn') AND (group_id = ANY ((SELECT relais.my_hub_groups())::int[])
		OR group_id = ANY ((SELECT relais.my_led_groups())::int[])) THEN true
	ELSE relais.owns(group_id, number) END);
CREATE POLICY seen ON relais.item_owner FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = item_owner.group_id AND i.number = item_owner.number));
CREATE POLICY seen ON relais.item_text FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = item_text.group_id AND i.number = item_text.number)
	AND (NOT sensitive OR relais.owns(group_id, number)));
CREATE POLICY seen ON relais.item_revision FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = item_revision.group_id AND i.number = item_revision.number)
	AND (NOT sensitive OR relais.owns(group_id, number)));
CREATE POLICY seen ON relais.problem FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = problem.group_id AND i.number = problem.number));
CREATE POLICY seen ON relais.we_too FOR SELECT USING (
	EXISTS (SELECT FROM relais.problem p WHERE p.group_id = we_too.group_id AND p.problem = we_too.problem));
CREATE POLICY seen ON relais.subquestion FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = subquestion.group_id AND i.number = subquestion.number));
CREATE POLICY seen ON relais.priority FOR SELECT USING (
	EXISTS (SELECT FROM relais.subquestion s WHERE s.group_id = priority.group_id AND s.subquestion = priority.subquestion));
CREATE POLICY seen ON relais.descent FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = descent.group_id AND i.number = descent.number)
	AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = descent.group_id AND i.number = descent.parent));
CREATE POLICY seen ON relais.lesson FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = lesson.group_id AND i.number = lesson.number));
CREATE POLICY seen ON relais.lesson_answers FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = lesson_answers.group_id AND i.number = lesson_answers.number)
	AND EXISTS (SELECT FROM relais.item i WHERE i.group_id = lesson_answers.group_id AND i.number = lesson_answers.question));
CREATE POLICY seen ON relais.link FOR SELECT USING (
	EXISTS (SELECT FROM relais.item i WHERE i.group_id = link.group_id AND i.number = link.number));
GRANT SELECT ON relais.item, relais.item_owner, relais.item_text, relais.item_revision, relais.problem, relais.we_too,
	relais.subquestion, relais.priority, relais.descent, relais.lesson, relais.lesson_answers, relais.link
	TO relais_site, relais_admin;

-- ---------------------------------------------------------------------------
-- Reading

-- The text of an item for a reader of `wanted`: that language if there is one, else the
-- original; the newest that the reader may see.
CREATE FUNCTION relais.text_for(group_id int, number int, original text, wanted text) RETURNS relais.item_text
LANGUAGE sql STABLE AS $$
	SELECT t FROM relais.item_text t
	WHERE t.group_id = text_for.group_id AND t.number = text_for.number AND t.lang IN (original, wanted)
	ORDER BY (t.lang = wanted) DESC, t.revision DESC LIMIT 1
$$;

-- ---------------------------------------------------------------------------
-- Writing: what questions and lessons share

-- Is there the item, and may the person know of it? The policy again, for the functions that run as the owner.
CREATE FUNCTION relais.item_seen(i relais.item) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
	RETURN CASE
	WHEN i.number IS NULL THEN false
	WHEN NOT i.sensitive AND (i.status = 'published' OR i.published_at IS NOT NULL AND i.status <> 'draft') THEN true
	WHEN NOT i.sensitive AND i.status IN ('proposed', 'withdrawn') AND (i.group_id = ANY (relais.my_hub_groups())
		OR i.group_id = ANY (relais.my_led_groups())) THEN true
	ELSE relais.owns(i.group_id, i.number) END;
END
$$;

-- The item, locked with its group, for a change by one of its owners, the publisher, or
-- (translators) anybody who acts in the group. edit: what If-Match named; NULL: any.
CREATE FUNCTION relais.item_for_change(t relais.turn, kind text, number int, edit int, anybody boolean) RETURNS relais.item
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	i relais.item;
	mine boolean;
BEGIN
	SELECT * INTO i FROM relais.item x
	WHERE x.group_id = t.group_id AND x.number = item_for_change.number AND x.kind = item_for_change.kind;
	IF NOT relais.item_seen(i) THEN
		PERFORM relais.refuse('not_found');
	END IF;
	mine := relais.is_operator() OR EXISTS (SELECT FROM relais.item_owner o
		WHERE o.group_id = t.group_id AND o.number = i.number AND o.municipality_id = ANY (t.acts_for));
	IF NOT (mine OR relais.publishes(t) OR anybody AND cardinality(t.acts_for) > 0) THEN
		PERFORM relais.refuse('forbidden');
	ELSIF item_for_change.edit IS NOT NULL AND item_for_change.edit <> i.edit THEN
		PERFORM relais.refuse('edit_outdated');
	END IF;
	RETURN i;
END
$$;

-- What is published changes by a focal point of an owner, or by who publishes; a contributor drafts.
CREATE FUNCTION relais.change_published(t relais.turn, i relais.item) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF NOT (relais.publishes(t) OR EXISTS (SELECT FROM relais.item_owner o WHERE o.group_id = i.group_id AND o.number = i.number
			AND o.municipality_id = ANY (t.speaks_for))) THEN
		PERFORM relais.refuse('publish_needs_focal_point');
	END IF;
END
$$;

-- Adds an item with its first text; the row of its own kind is the caller's.
CREATE FUNCTION relais.item_add(t relais.turn, kind text, status text, lang text, owner int,
	title text, summary text, body text, html text, conditions text, occurred_on text) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	INSERT INTO relais.item (group_id, number, kind, status, lang, municipality_id, created_at, published_at, updated_at, occurred_on)
	VALUES (t.group_id, t.number, kind, status, lang, owner, t.at, CASE WHEN status = 'published' THEN t.at END, t.at, occurred_on);
	INSERT INTO relais.item_owner VALUES (t.group_id, t.number, owner);
	INSERT INTO relais.item_text (group_id, number, lang, revision, of, title, summary, body, html, conditions, at)
	VALUES (t.group_id, t.number, lang, 1, 1, btrim(title), coalesce(summary, ''), coalesce(body, ''), coalesce(html, ''),
		coalesce(conditions, ''), t.at);
	INSERT INTO relais.item_revision (group_id, number, revision, municipality_id, person_id, at, occurred_on)
	VALUES (t.group_id, t.number, 1, owner, relais.actor(), t.at, occurred_on);
END
$$;

-- A further text in any language. In the original's language it is a new revision of the
-- item; in another it says revision `of` of the original. sensitive: NULL is as sensitive as
-- what it translates or corrects, which is the newest that its writer sees. Gives the new
-- revision.
CREATE FUNCTION relais.text_add(t relais.turn, i relais.item, lang text, of int,
	title text, summary text, body text, html text, conditions text, sensitive boolean) RETURNS int
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	n int;
	before relais.item_text;
	original relais.item_text;
	mine boolean := relais.owns(i.group_id, i.number);
BEGIN
	SELECT coalesce(max(x.revision), 0) + 1 INTO n FROM relais.item_text x
	WHERE x.group_id = i.group_id AND x.number = i.number AND x.lang = text_add.lang;
	SELECT * INTO before FROM relais.item_text x
	WHERE x.group_id = i.group_id AND x.number = i.number AND x.lang = text_add.lang AND (mine OR NOT x.sensitive)
	ORDER BY x.revision DESC LIMIT 1;
	SELECT * INTO original FROM relais.item_text x
	WHERE x.group_id = i.group_id AND x.number = i.number AND x.lang = i.lang AND (mine OR NOT x.sensitive)
		AND (text_add.of IS NULL OR text_add.lang = i.lang OR x.revision = text_add.of)
	ORDER BY x.revision DESC LIMIT 1;
	IF original.revision IS NULL THEN
		PERFORM relais.refuse('text_of_known');
	END IF;
	INSERT INTO relais.item_text (group_id, number, lang, revision, of, title, summary, body, html, conditions, sensitive, at)
	VALUES (i.group_id, i.number, lang, n, CASE WHEN lang = i.lang THEN n ELSE original.revision END,
		btrim(title), coalesce(summary, before.summary, ''), coalesce(body, before.body, ''), coalesce(html, before.html, ''),
		coalesce(conditions, before.conditions, ''), coalesce(sensitive, original.sensitive), t.at);
	UPDATE relais.item x SET edit = x.edit + 1, updated_at = t.at,
		revision = CASE WHEN text_add.lang = i.lang THEN n ELSE x.revision END
	WHERE x.group_id = i.group_id AND x.number = i.number;
	RETURN n;
END
$$;

-- Is that text its owners' alone?
CREATE FUNCTION relais.text_sensitive(i relais.item, lang text, revision int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT x.sensitive FROM relais.item_text x WHERE x.group_id = i.group_id AND x.number = i.number
		AND x.lang = text_sensitive.lang AND x.revision = text_sensitive.revision
$$;
