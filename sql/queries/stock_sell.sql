-- summary: a reservation became a sale
-- params: reservation_id:bigint reason:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_sell($1, $2) AS r
