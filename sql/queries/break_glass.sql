-- summary: open the data of all tenants from the next transaction on, logged (souk_dba)
-- params: reason:text minutes:int
-- columns: expires_at
SELECT commerce.break_glass($1, $2) AS expires_at
