-- SPDX-License-Identifier: MIT
-- A function called with named arguments (the [action …] of a screen); src/command/action.c composes it.

-- fragment: call
SELECT r.* FROM :function(:arguments) AS r

-- fragment: argument
:"name" => CAST(:param AS :type)
