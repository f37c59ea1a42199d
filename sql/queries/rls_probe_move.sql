-- summary: an own row given to another tenant
UPDATE :"schema".:"table" t SET :"tenant" = CAST(:'other' AS :type) WHERE :condition
