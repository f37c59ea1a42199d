-- summary: a consumer reads what was published: neo4j-projection or analytics (login relay_1)
-- params: consumer:text batch:int
-- columns: what
SELECT commerce_demo.consumer($1, $2) AS what
