SELECT 'before any statement';
-- statement: empty read
-- Only comment.
-- statement: two_in_one read
SELECT 1; SELECT 2
-- statement: other_comment read
SELECT /* like this */ 1, $$dollars$$
