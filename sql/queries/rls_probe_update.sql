-- summary: rows of another tenant changed, by their keys
UPDATE :"schema".:"table" t SET :"tenant" = t.:"tenant" WHERE :condition
