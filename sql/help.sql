-- statement: help_get read
-- Text alone; nothing of it is in the database.
SELECT '{}'::json
