-- summary: the steps that make the demo's data at a scale; weights are of their time (superuser of the demo's server)
-- params: scale:int
-- columns: step title weight
SELECT p.step, p.title, p.weight FROM commerce_demo.plan($1) AS p ORDER BY p.step
