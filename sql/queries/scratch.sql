-- summary: what :sql runs, as the person wrote it
-- example: statement=VALUES(1)
:statement
