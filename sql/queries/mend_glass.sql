-- summary: end what break_glass opened (souk_dba)
-- columns: closed
SELECT commerce.mend_glass() AS closed
