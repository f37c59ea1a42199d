-- summary: every row that can be deleted without being read
DELETE FROM :"schema".:"table"
