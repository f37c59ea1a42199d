-- summary: a relay claims messages, publishes them, sometimes in vain (login relay_1)
-- params: relay:text batch:int
-- columns: what
SELECT commerce_demo.relay($1, $2) AS what
