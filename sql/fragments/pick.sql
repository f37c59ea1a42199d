-- SPDX-License-Identifier: MIT
-- What narrows the records that a foreign key may refer to: the other columns of the key.

-- fragment: and
 AND :condition
