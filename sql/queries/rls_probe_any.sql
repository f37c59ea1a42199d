-- summary: up to three rows, where none should be visible
-- columns: found
SELECT :found AS found FROM :"schema".:"table" t LIMIT 3
