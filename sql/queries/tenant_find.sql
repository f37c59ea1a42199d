-- summary: tenants whose id, short name or name a text means, best first
-- params: text:text limit:int
-- columns: id label slug
-- example: schema=commerce table=tenancy_tenants key=id label=name slug=slug
SELECT t.id, t.label, t.slug
  FROM (SELECT d.:"key"::text AS id, d.:"label"::text AS label, d.:"slug"::text AS slug
          FROM :"schema".:"table" AS d) AS t
 WHERE t.id = $1 OR lower(t.slug) = lower($1) OR strpos(lower(t.label), lower($1)) > 0
    OR strpos(lower(t.slug), lower($1)) > 0
 ORDER BY CASE WHEN t.id = $1 OR lower(t.slug) = lower($1) OR lower(t.label) = lower($1) THEN 0
               WHEN strpos(lower(t.label), lower($1)) = 1 OR strpos(lower(t.slug), lower($1)) = 1 THEN 1
               ELSE 2 END, t.label, t.id
 LIMIT $2::int
