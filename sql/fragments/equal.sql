-- SPDX-License-Identifier: MIT
-- That a column has a value; src/domain/equal.c.

-- fragment: is
:"row".:"column" :sign :value

-- fragment: sign_in
OPERATOR(:"schema".:sign)

-- Of a composite type a parameter without its name would be any row.
-- fragment: typed
CAST(:value AS :type)

-- fragment: column
:"row".:"column"
