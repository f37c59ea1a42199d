-- summary: goods came in
-- params: balance_id:bigint quantity:int reason:text reference:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_receive($1, $2, $3, $4) AS r
