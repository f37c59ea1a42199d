-- summary: the warehouse of a code
-- params: code:text
-- columns: id
SELECT w.id
  FROM commerce.inventory_warehouses AS w
 WHERE w.code = $1
 LIMIT 1
