-- summary: index columns of protected tables that no leakproof operator can search
-- columns: relation index position family
WITH leaky AS (
	SELECT oc.oid AS opclass, f.opfname
	FROM pg_catalog.pg_opclass oc
	JOIN pg_catalog.pg_opfamily f ON f.oid = oc.opcfamily
	JOIN pg_catalog.pg_am am ON am.oid = oc.opcmethod
	JOIN pg_catalog.pg_amop ao ON ao.amopfamily = f.oid AND ao.amoplefttype = oc.opcintype
		AND ao.amoppurpose = 's'
		AND (am.amname NOT IN ('btree', 'hash', 'brin') OR ao.amoprighttype = oc.opcintype)
	JOIN pg_catalog.pg_operator op ON op.oid = ao.amopopr
	JOIN pg_catalog.pg_proc pr ON pr.oid = op.oprcode
	GROUP BY oc.oid, f.opfname
	HAVING NOT pg_catalog.bool_or(pr.proleakproof)
)
SELECT i.indrelid AS relation, x.relname AS index, k.position, leaky.opfname AS family
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relrowsecurity
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
CROSS JOIN LATERAL pg_catalog.unnest(i.indclass) WITH ORDINALITY k (opclass, position)
JOIN leaky ON leaky.opclass = k.opclass
WHERE NOT i.indisunique AND NOT i.indisexclusion AND NOT c.relispartition
