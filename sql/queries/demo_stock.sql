-- summary: goods come, go, are counted and moved (login app_web_1)
-- columns: what
SELECT commerce_demo.stock() AS what
