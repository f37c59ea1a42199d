/* SPDX-License-Identifier: MIT */
/*
 * rls_clause_priv.h - where values come from (rls_value.c), for the judge of conditions
 * (rls_clause.c) and the rules about settings and speed (rls_look.c).
 */
#ifndef DOMAIN_RLS_CLAUSE_PRIV_H
#define DOMAIN_RLS_CLAUSE_PRIV_H

#include "domain/rls_clause.h"

enum value {
	VALUE_LITERAL = 1 << 0,
	VALUE_SESSION = 1 << 1, /* a setting, or a function that tells about the session */
	VALUE_SELF = 1 << 2,	/* the tenant column of this row */
	VALUE_ROW = 1 << 3,	/* another column of this row */
	VALUE_PERSON = 1 << 4,	/* current_user … */
	VALUE_STORED = 1 << 5,	/* from another relation, by a sub-query */
	VALUE_UNBOUND = 1 << 6, /* from another relation, all of its rows */
	VALUE_ROLE = 1 << 7,	/* pg_has_role and its like */
	VALUE_OPAQUE = 1 << 8,
};

/* Qualifies columns of the policy's own row inside the body of a function that gets them, where
 * a relation may have the row's name. */
#define CLAUSE_ROW "\001row"

/* What a call of a user's function comes to: its body, which is one expression or query, with
 * the arguments in place of its parameters; inner: the context in which it holds.  NULL where
 * the body cannot be read as that. */
const struct expr *clause_inline(const struct clause_context *c, const struct expr *call,
				 struct clause_context *inner);
/* The source of such a function does not mention any of its parameters. */
bool clause_ignores_arguments(const struct clause_context *c, const struct expr *call);
/* The setting whose value e is, through casts, COALESCE, NULLIF and functions; NULL. */
const char *clause_setting(const struct clause_context *c, const struct expr *e);

/* depth: how many sub-queries are around e; 0: names without qualifier are the row's own
 * columns. */
bool clause_is_tenant(const struct clause_context *c, const struct expr *e, int depth);
bool clause_mentions_tenant(const struct clause_context *c, const struct expr *e);
/* A set of enum value. */
unsigned clause_values(const struct clause_context *c, const struct expr *e, int depth);
/* Of a call alone, without its arguments. */
unsigned clause_call_values(const struct clause_context *c, const struct expr *e);
/* Literals beside a setting are separators, paths and defaults: they do not decide. */
unsigned clause_deciding(unsigned values);

/* What ties a sub-query to the row and to the session. */
struct binding {
	const struct clause_context *c;
	const struct subquery *sub;
	bool row;    /* a column of the policy's own row is read */
	bool tenant; /* its tenant column */
	unsigned values;
};

struct binding clause_bind(const struct clause_context *c, const struct expr *e);
/* Does any relation of the sub-query carry a tenant, so that leaving the row out is a slip and
 * not an administrator's switch? */
bool clause_sub_has_tenant(const struct clause_context *c, const struct subquery *s);
/* False only if every relation is known and one has no row-level security. */
bool clause_sub_protected(const struct clause_context *c, const struct subquery *s);

#endif
