-- SPDX-License-Identifier: MIT
-- Which rows are a tenant's; src/domain/tenant_path.c puts them together.

-- fragment: parent
EXISTS (SELECT FROM :relation AS :"parent" WHERE :condition)

-- fragment: link
 AND :condition
