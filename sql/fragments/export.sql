-- SPDX-License-Identifier: MIT
-- Rows as statements, for exports and copies (src/command/format.c).

-- fragment: insert
INSERT INTO :relation (:columns):overriding VALUES (:values);

-- fragment: overriding
 OVERRIDING SYSTEM VALUE
