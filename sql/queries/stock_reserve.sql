-- summary: goods are promised to an order for a time
-- params: balance_id:bigint order_ref:text quantity:int ttl:interval reason:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_reserve($1, $2, $3, $4, $5) AS r
