-- summary: a colleague saves a better product, guarded by its version (login support_ben)
-- columns: what
SELECT commerce_demo.colleague() AS what
