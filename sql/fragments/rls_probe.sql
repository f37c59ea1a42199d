-- SPDX-License-Identifier: MIT
-- Pieces of the probes' statements.

-- fragment: key
t.:"column"::text
-- fragment: equals
t.:"column" = CAST(:'value' AS :type)
-- fragment: differs
t.:"column" IS DISTINCT FROM CAST(:'value' AS :type)
-- fragment: column
t.:"column"
-- fragment: value
CAST(:'value' AS :type)
-- fragment: joined
p.:"parent" = t.:"column"
