-- SPDX-License-Identifier: MIT
-- What an outbox's columns say about a message m; src/domain/outbox_sql.c puts the pieces together.

-- fragment: column
m.:"column"

-- fragment: is_null
m.:"column" IS NULL

-- fragment: not_null
m.:"column" IS NOT NULL

-- fragment: flag
m.:"column"

-- fragment: no_flag
NOT m.:"column"

-- Where nobody said yet, it is NULL.
-- fragment: not_flag
m.:"column" IS NOT TRUE

-- fragment: zero
m.:"column" = 0

-- fragment: not_zero
m.:"column" <> 0

-- fragment: is
m.:"column" :sign :label

-- fragment: in
m.:"column" IN (:labels)

-- IN knows no schema of "="; a list of plain strings is of text, which an enum is not.
-- fragment: any
m.:"column" :sign ANY (ARRAY[:labels])

-- fragment: any_enum
m.:"column" :sign ANY (CAST(ARRAY[:labels] AS :type[]))

-- fragment: any_text
m.:"column"::pg_catalog.text = ANY (ARRAY[:labels])

-- fragment: leased
m.:"column" > pg_catalog.now()

-- fragment: not_leased
(m.:"column" IS NULL OR m.:"column" <= pg_catalog.now())

-- fragment: hidden
(m.:"column" > pg_catalog.now() AND m.:"attempts" > 0)

-- fragment: not_hidden
(m.:"column" <= pg_catalog.now() OR m.:"attempts" = 0)

-- fragment: tried
m.:"column" > 0

-- fragment: exhausted
m.:"column" >= m.:"max"

-- fragment: not_exhausted
m.:"column" < m.:"max"

-- fragment: some_left
m.:"column" > 0

-- fragment: none_left
m.:"column" <= 0

-- fragment: utc
(m.:"column" AT TIME ZONE 'UTC')

-- fragment: local
(m.:"column"::pg_catalog.timestamptz)

-- fragment: epoch_s
pg_catalog.to_timestamp(m.:"column")

-- fragment: epoch_ms
pg_catalog.to_timestamp(m.:"column" / 1000.0)

-- fragment: epoch
pg_catalog.to_timestamp(CASE WHEN m.:"column" > 100000000000 THEN m.:"column" / 1000.0 ELSE m.:"column" END)

-- fragment: all
true

-- fragment: exists
EXISTS (SELECT FROM :"schema".:"relation" AS e WHERE e.:"from" = m.:"to")

-- fragment: and
AND

-- fragment: or
OR
