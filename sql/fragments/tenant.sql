-- SPDX-License-Identifier: MIT
-- Which rows are a tenant's; src/domain/tenant_path.c puts them together.

-- fragment: own
:"row".:"column" = :param

-- fragment: parent
EXISTS (SELECT FROM :relation AS :"parent" WHERE :condition)

-- fragment: link
:"parent".:"to" = :"row".:"from" AND :condition
