-- statement: glossary_get read
-- The words are the catalogues'; nothing of it is in the database.
SELECT '{}'::json
