/* SPDX-License-Identifier: MIT */
/*
 * rls_clause.h - what one clause of a policy admits: only rows of the tenant that the session
 * is set to, or more, and why.
 *
 * Pure: an expression and a few look-ups in, a verdict out.  The rules of logic are applied to
 * the tree: one bound arm binds an AND; every arm of an OR must be bound; what is always false
 * admits nothing. Where the text cannot be judged (CLAUSE_UNKNOWN) nothing may be claimed about
 * it.
 */
#ifndef DOMAIN_RLS_CLAUSE_H
#define DOMAIN_RLS_CLAUSE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "catalog/catalog.h"
#include "domain/policy_expr.h"

enum clause_level {
	CLAUSE_NEVER,	/* admits no row */
	CLAUSE_OWN,	/* admits rows of the session's tenant only */
	CLAUSE_OPEN,	/* admits rows of other tenants: see reasons */
	CLAUSE_UNKNOWN, /* has parts that the parser does not know */
};

/* Why a clause is open; several may hold, for different arms. */
enum clause_reason {
	OPEN_TRUE = 1 << 0, /* the constant */
	OPEN_TAUTOLOGY =
		1 << 1, /* true for every row: tenant = tenant, 1 = 1, tenant IS NOT NULL */
	OPEN_NO_TENANT = 1 << 2, /* a condition that never looks at the tenant */
	OPEN_UNSET = 1 << 3,	 /* when the setting is missing or empty */
	OPEN_FALLBACK =
		1 << 4, /* compares the tenant with itself when the setting is missing */
	OPEN_NULL_TENANT = 1 << 5, /* rows without a tenant belong to everybody */
	OPEN_LITERAL = 1 << 6,	   /* one tenant's id is written into it */
	OPEN_PATTERN = 1 << 7,	   /* the setting is used as a pattern or a haystack */
	OPEN_UNBOUND = 1 << 8,	   /* a sub-query that does not look at the row */
	OPEN_SWITCH = 1 << 9,	   /* another setting opens it: any session can set it */
	OPEN_PERSON = 1 << 10,	   /* current_user or session_user decides */
	OPEN_ROLE = 1 << 11,	   /* membership in a role decides: cannot be forged */
	OPEN_PERSONAL = 1 << 13,   /* one person's rows, by another setting or function */
	OPEN_LOGIN = 1 << 14,	   /* current_user is compared with one name */
	OPEN_LIVE = 1 << 15, /* what is not deleted, which is no sign of being shared */
	OPEN_OTHERS = 1 << 16, /* a comparison of the tenant that holds for many: <>, < */
	OPEN_SHARED =
		1 << 12, /* shared rows: an OR arm on other columns beside the tenant's arm, or a
			    column that says which other tenant is given the row */
};

struct clause_verdict {
	enum clause_level level;
	unsigned reasons;
	bool own_arm;		/* open, but one OR arm is the tenant's condition */
	const struct expr *arm; /* the part that opens it */
};

struct clause_lookup {
	void *ctx;
	/* May return NULL: unknown. schema may be NULL. */
	const struct relation *(*relation)(void *ctx, const char *schema, const char *name);
	const struct function *(*function)(void *ctx, const char *schema, const char *name);
	/* The tenant column of a relation, or NULL. */
	const char *(*tenant)(void *ctx, const struct relation *r);
	/* Is this the tenant column of that relation? */
	bool (*is_tenant)(void *ctx, oid relation, int attnum);
	/* Do the policies of r bind this role?  Not asked for the caller. */
	bool (*bound)(void *ctx, oid role, const struct relation *r);
	/* Does the function say the same to every session, for it reads what no policy filters
	 * and asks nobody? */
	bool (*blind)(void *ctx, const struct function *f);
	struct map *bodies; /* of functions looked into, and of their calls; NULL: none is */
};

struct clause_context {
	const struct relation *relation;
	const char *tenant;  /* its tenant column; NULL: it hangs from a parent */
	const char *setting; /* the agreed setting; NULL: none is known */
	const char *claim;   /* its place in claims that the setting holds; NULL: it is no claim */
	bool by_login;	     /* no setting: each tenant is a role */
	const struct clause_lookup *lookup;
	struct arena *arena;
	oid reader; /* as whom sub-queries read: owner of a SECURITY DEFINER function; 0: the
		       caller */
	int nested; /* functions around this */
	const struct policy *policy; /* whose clause it is; NULL: of no policy */
};

/* e NULL (no clause): CLAUSE_NEVER. */
struct clause_verdict clause_judge(const struct clause_context *c, const struct expr *e);

/* What else a clause does, for the rules about settings, functions and speed. */
struct clause_facts {
	const char *setting; /* the first one that is read, functions followed one level */
	bool agreed;	     /* the agreed setting is read somewhere */
	bool one_argument;   /* current_setting('x') without missing_ok */
	bool empty_cast;     /* current_setting('x', true)::type without NULLIF */
	bool guarded;	     /* by a CASE that looks at the setting first */
	bool person;	     /* current_user and its like */
	bool own_by_setting; /* tenant compared with something that comes from a setting */
	bool bare_setting;   /* current_setting not inside ( SELECT … ) */
	bool bare_function;  /* a user's function that cannot be inlined, called for each row */
	bool row_function;   /* a user's function that gets a column of the row */
	bool volatile_function;
	bool wrapped_tenant; /* the tenant column is cast or an argument of a call in its
				comparison */
	bool bare_tenant;    /* the tenant column is compared as it is, too */
	const char *cast;    /* the type that the tenant's value is cast to, or NULL */
	const struct function *immutable; /* an IMMUTABLE function that reads a setting */
	const struct function *slow;	  /* the function meant by bare/row/volatile */
};
void clause_look(const struct clause_context *c, const struct expr *e,
		 struct clause_facts *out);

/* The first place where text has word as a word of its own, in any case; NULL. */
const char *find_word(const char *text, const char *word);

#endif
