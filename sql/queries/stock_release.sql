-- summary: a reservation is withdrawn
-- params: reservation_id:bigint reason:text
-- columns: balance_id movement_id on_hand reserved available
SELECT r.balance_id, r.movement_id, r.on_hand, r.reserved, r.available
  FROM commerce.stock_release($1, $2) AS r
