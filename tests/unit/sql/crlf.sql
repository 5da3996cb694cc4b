-- statement: dos read
SELECT :a,
  :b;
