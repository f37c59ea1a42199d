-- summary: tables that subscriptions of this database fill, and whose they are
-- columns: subscription owner relation
SELECT s.subname AS subscription, pg_catalog.pg_get_userbyid(s.subowner) AS owner, r.srrelid AS relation
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_subscription_rel AS r ON r.srsubid = s.oid
 ORDER BY 1, 3
