/* SPDX-License-Identifier: MIT */
/*
 * profile_source.h - the value that a policy compares a column with, followed to the setting,
 * the list of members or the login that it comes from: through casts, calls, a few functions'
 * bodies and steps into JSON, as far as these are plain.
 */
#ifndef DOMAIN_PROFILE_SOURCE_H
#define DOMAIN_PROFILE_SOURCE_H

#include "base/buf.h"
#include "domain/policy_expr.h"
#include "profile_priv.h"

/* Begun with p and policy (NULL: of a view) and an empty path, which the caller releases; texts
 * are the profile's or of what was given. */
struct source {
	struct profile *p;
	const struct policy *policy;
	const char *setting, *cast, *function;
	const char
		*key; /* what the function that is followed is told: claim('tenant'); or NULL */
	struct buf path;
	bool membership, identity;
	bool asked; /* the rows that decide are looked up by who asks: a setting, or the login */
	bool by_login; /* … by the name of the login */
	const char *reads; /* the only relation that they are in; NULL: several, or not known */
	bool made; /* a call makes the value out of the setting: string_to_array, split_part */
	int depth;
};

/* Where does this value come from?  Casts are noted: the outermost is what the column is
 * compared as. */
void source_resolve(struct source *s, const struct expr *e);
/* is_member(organization_id), same_tenant(tenant_id): the comparison stands in the function;
 * with what? */
void source_of_question(struct source *s, const struct expr *call);
/* Does the name of the login choose the sub-query's rows? */
bool source_asks_login(const struct subquery *sub);

#endif
