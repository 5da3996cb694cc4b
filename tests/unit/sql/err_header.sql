-- statement: no_kind
SELECT 1
-- statement: odd_kind maybe
SELECT 1
-- statement: OddName read
SELECT 1
-- statement:
SELECT 1
-- statement: too many words
SELECT 1
