-- summary: goods moved to another warehouse; tells of the balance there
-- params: balance_id:bigint to_warehouse:bigint quantity:int reason:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_transfer($1, $2, $3, $4) AS r
