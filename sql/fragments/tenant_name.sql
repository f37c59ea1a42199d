-- SPDX-License-Identifier: MIT
-- What people call a tenant: its short name in the directory.

-- fragment: label
(SELECT d.:"name"::pg_catalog.text FROM :directory AS d WHERE :is)

-- fragment: called
COALESCE(:name, :value::pg_catalog.text)

-- fragment: known
COALESCE(CASE WHEN a.atttypid = CAST(:'type' AS pg_catalog.regtype) THEN :name END, v.tenant)

-- fragment: unknown
v.tenant
