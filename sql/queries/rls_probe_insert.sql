-- summary: a copy of an own row for another tenant
INSERT INTO :"schema".:"table" (:columns)
SELECT :values FROM :"schema".:"table" t WHERE :condition LIMIT 1
