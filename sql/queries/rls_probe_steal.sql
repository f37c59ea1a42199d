-- summary: every row that can be updated without being read made one's own
UPDATE :"schema".:"table" t SET :"tenant" = CAST(:'own' AS :type)
