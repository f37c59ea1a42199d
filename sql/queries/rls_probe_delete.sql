-- summary: rows of another tenant deleted, by their keys
DELETE FROM :"schema".:"table" t WHERE :condition
