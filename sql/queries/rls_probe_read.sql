-- summary: up to three rows that should not be visible
-- columns: found
SELECT :found AS found FROM :"schema".:"table" t WHERE :condition LIMIT 3
