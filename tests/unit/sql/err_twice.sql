-- statement: one read
SELECT 1;
-- statement: two read
SELECT 2;
-- statement: one write
SELECT 3;
