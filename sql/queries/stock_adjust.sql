-- summary: a count corrected the balance by a difference
-- params: balance_id:bigint difference:int reason:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_adjust($1, $2, $3) AS r
