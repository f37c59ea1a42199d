/* SPDX-License-Identifier: MIT */
/*
 * equal.h - that a column of a row has a value, in SQL: by the equality of the column's type, wherever that is.
 *
 * A bare "=" is looked for in the search path.  Of a type of an extension whose schema is not there it would be that of
 * a type which it is cast to; of a varchar, an enum, an array or a domain it would be the one that anybody has made
 * there for the very type (PostgreSQL manual, "Operator Type Resolution"; CVE-2018-1058).
 */
#ifndef DOMAIN_EQUAL_H
#define DOMAIN_EQUAL_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "db/sql.h"

/* All append to out.  row: the alias of the column's relation; value: SQL. */
void equal_sql(struct buf *out, const struct sqlset *set, const char *row, const struct column *c, const char *value);
/* SQL that is no column, as what the column is. */
void equal_typed(struct buf *out, const struct sqlset *set, const struct column *c, const char *value);
/* … is the text parameter $param. */
void equal_param(struct buf *out, const struct sqlset *set, const char *row, const struct column *c, int param);
/* … is what the other column has. */
void equal_column(struct buf *out, const struct sqlset *set, const char *row, const struct column *c,
		  const char *other_row, const struct column *other);

/* The sign "=", "<", … of the type's comparisons; schema: column.operators, NULL: bare. */
void equal_sign(struct buf *out, const struct sqlset *set, const char *schema, const char *sign);

#endif
