-- What stands before the first statement is only comment.

-- statement: lesson_get read
-- A lesson as its reader may see it.
SELECT to_json(l) FROM lesson l   
WHERE group_slug = :group
	AND number = :id::int AND (:group <> '' OR :id::int > 0);

-- statement: no_parameters read
SELECT 1

-- statement: lesson_post write
SELECT lesson_post(:title, :tags::text[]);
