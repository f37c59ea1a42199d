-- summary: a shopper does something, or the shop works an order off (login app_web_1)
-- columns: what
SELECT commerce_demo.shopper() AS what
