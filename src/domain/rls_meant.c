/* SPDX-License-Identifier: MIT */
/*
 * A policy that names its role is meant for it, but for slips that only look like a choice.
 */
#include <string.h>

#include "rls_priv.h"

bool judge_is_anybody(const struct actor *a)
{
	static const char *const words[] = { "anon", "guest", "visitor", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strstr(a->role->name, words[i]))
			return true;
	return false;
}

/* A person's own rows: its column is compared with who asks. */
static bool is_of_person(const struct judged *g)
{
	unsigned reasons = g->using_verdict.reasons;

	return reasons == OPEN_PERSONAL || reasons == (OPEN_PERSON | OPEN_NO_TENANT);
}

/* Elsewhere policies (by its name) hold it in its tenant: a name alone is no trust. */
static bool holds(const struct judge *j, const struct actor *a, bool by_name)
{
	size_t held = 0, free = 0;

	for (size_t i = 0; i < j->ntables; i++)
		for (size_t p = 0; p < j->tables[i].r->npolicies; p++) {
			const struct judged *g = &j->tables[i].policies[p];
			bool named = false;

			if (!g->policy->permissive || !table_tenant(&j->tables[i]) ||
			    !judge_applies(j, g->policy, a, &named) ||
			    !(by_name ? named : j->tables[i].rights[a - j->actors.v]))
				continue;
			held += g->using_verdict.level == CLAUSE_OWN;
			free += g->using_verdict.level == CLAUSE_OPEN && !is_of_person(g);
		}
	return held && held >= free;
}

/* The same, once for each actor: every open policy asks it. */
static bool is_held(const struct judge *j, const struct actor *a, bool by_name)
{
	enum held *known = &j->held[2 * (size_t)(a - j->actors.v) + by_name];

	if (*known == HELD_UNASKED)
		*known = holds(j, a, by_name) ? HELD_YES : HELD_NO;
	return *known == HELD_YES;
}

/* Some column of what was made to be known to few: a token by which a link is found. */
static bool shows_secret(const struct judge *j, const struct table *t, const struct actor *a)
{
	for (size_t i = 0; i < t->r->ncolumns; i++)
		if (column_is_secret(t->r, &t->r->columns[i]) &&
		    catalog_column_rights(j->catalog, a->role->oid, t->r, &t->r->columns[i]) &
			    RIGHT_SELECT)
			return true;
	return false;
}

bool judge_is_meant(const struct judge *j, const struct table *t, const struct judged *g,
		    const struct actor *a, unsigned reasons)
{
	if (judge_is_anybody(a))
		return !(reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)) &&
		       !(reasons == OPEN_NO_TENANT && strchr("*r", g->policy->command) &&
			 shows_secret(j, t, a));
	/* Every row is a choice where it is said, and none where a condition was to choose. */
	if (reasons == OPEN_TAUTOLOGY)
		return !is_held(j, a, false);
	return reasons & OPEN_TRUE || !is_held(j, a, true);
}
