/* SPDX-License-Identifier: MIT */
/*
 * audit.h - the row that a write leaves in the database's audit table, in its own transaction: either both are
 * there or neither is.  Which table that is the profile says; one of another shape is left alone.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "command/session.h"

/* The audit relation if its shape is the one that sql/queries/save_audit.sql writes and the role may; NULL. */
const struct relation *audit_relation(const struct session *s);

struct audit_row {
	const char *action;      /* "update", "receive" … */
	const char *entity_type; /* "schema.name" */
	const char *entity_id;   /* the key, without the tenant's part */
	const char *before, *after; /* JSON objects, or NULL */
	const char *reason;      /* or NULL */
	const char *save_id;     /* made here: evidence after a lost COMMIT */
};
/* Nothing where there is no audit. */
void audit_add(const struct session *s, struct txn *txn, const struct audit_row *row);

/* Text of a query with :"schema" and :"table" of rel; the caller frees. */
char *audit_query(const struct session *s, const char *name, const struct relation *rel);

#endif
