/* SPDX-License-Identifier: MIT */
/*
 * rls_clause_priv.h - what the parts of the judge of conditions share: its logic (rls_clause.c),
 * comparisons (rls_compare.c), sub-queries (rls_subquery.c), all other conditions
 * (rls_switch.c), functions (rls_inline.c, rls_plpgsql.c), and where values come from
 * (rls_value.c), which the rules about settings and speed (rls_look.c) use as well.
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
/* The body of a PL/pgSQL function as the text of one SQL expression; NULL where it cannot be
 * (rls_plpgsql.c). */
const char *plpgsql_expression(struct arena *arena, const char *body);
/* A function whose body is known to say the same to every session.  One value of its may be what
 * all share, such as the house's own tenant; what a sub-query selects of it is a set of many. */
bool clause_is_blind(const struct clause_context *c, const struct expr *call);
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

/* Does e, inside the sub-query s, read the policy's own row? */
bool clause_reads_row(const struct clause_context *c, const struct subquery *s,
		      const struct expr *e);
struct binding clause_bind(const struct clause_context *c, const struct expr *e);
/* Does any relation of the sub-query carry a tenant, so that leaving the row out is a slip and
 * not an administrator's switch? */
bool clause_sub_has_tenant(const struct clause_context *c, const struct subquery *s);
/* What it finds is the row's own tenant, whatever it looks at. */
bool clause_captures(const struct clause_context *c, const struct subquery *s);
/* False only if every relation is known and one has no row-level security. */
bool clause_sub_protected(const struct clause_context *c, const struct subquery *s);

/* "Is he an owner?", of a list of members by which one may be an owner of any tenant, and no
 * word for those who work for all of them. */
bool clause_asks_any_tenant(const struct clause_context *c, const struct expr *e);
/* Some column = a literal, among conditions that are joined by AND: one row by its name. */
bool clause_names_row(const struct expr *where);
/* ( SELECT email FROM people WHERE … ): one value that no two rows share. */
bool clause_finds_unique(const struct clause_context *c, const struct subquery *s);
/* A condition on columns of the row alone, one of which is named for what is public. */
bool clause_says_public(const struct expr *e);

/* ---- verdicts ---- */

static inline struct clause_verdict clause_verdict(enum clause_level level, unsigned reasons,
						   const struct expr *arm)
{
	return (struct clause_verdict){ .level = level, .reasons = reasons, .arm = arm };
}
/* At least one of them. */
struct clause_verdict clause_either(struct clause_verdict a, struct clause_verdict b);

/* The literal that e is below its casts; NULL. */
const struct expr *clause_literal(const struct expr *e);
/* The id of one tenant: not of those that mean nobody or everybody ("public", 0). */
bool clause_is_one_tenant(const struct expr *e);
/* Is it a comparison of the login's name with literals, and does it hold for this one
 * (rls_login.c)? */
bool clause_is_login_test(const struct expr *e);
bool clause_admits_login(const struct expr *e, const char *login);
/* e compares the tenant of the row with other. */
struct clause_verdict clause_compare_tenant(const struct clause_context *c,
					    const struct expr *e, const struct expr *other);
struct clause_verdict clause_operator(const struct clause_context *c, const struct expr *e);
/* The same with its contrary; false: the operator has none that is known. */
bool clause_contrary(const struct clause_context *c, const struct expr *e,
		     struct clause_verdict *out);
struct clause_verdict clause_any(const struct clause_context *c, const struct expr *e);
struct clause_verdict clause_null_test(const struct clause_context *c, const struct expr *e);

/* A column of the row is among what the sub-query finds. */
struct clause_verdict clause_by_key(const struct clause_context *c, const struct expr *e);
struct clause_verdict clause_subquery(const struct clause_context *c, const struct expr *e);
/* An operator or = ANY between what a sub-query finds and constants; false: it is none. */
bool clause_scalar(const struct clause_context *c, const struct expr *e,
		   struct clause_verdict *out);
/* ( SELECT … ) IS NOT NULL; false: it is none. */
bool clause_found(const struct clause_context *c, const struct expr *e,
		  struct clause_verdict *out);

/* personal, "column = who", was found to be about a person (OPEN_PERSONAL): does e, in a sub-query
 * such as one of memberships, go by the same one? */
bool clause_asks_person(const struct clause_context *c, const struct expr *personal,
			const struct expr *e);
/* A condition that does not compare the tenant. */
struct clause_verdict clause_other(const struct clause_context *c, const struct expr *e);
struct clause_verdict clause_function(const struct clause_context *c, const struct expr *e);
/* Claims of a token are checked by whoever sets them, other settings by nobody. */
bool clause_is_claim(const char *setting);
/* Of a request: whoever sends it says so. */
bool clause_is_request(const char *setting);
/* Who has signed in has this claim, or can get it; it says nothing about whom. */
bool clause_common_claim(const char *word);
/* A setting is read somewhere in e. */
bool clause_reads_setting(const struct clause_context *c, const struct expr *e);

#endif
