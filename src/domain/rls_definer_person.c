/* SPDX-License-Identifier: MIT */
/*
 * SECURITY DEFINER over the rows of persons, where tenants are something else: each sees his own
 * row of a table without a tenant, and a function that asks nobody shows or changes all of them.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* Whom the policies bind sees and changes his own rows there, and nobody else's. */
static bool is_of_persons(const struct judge *j, const struct table *t, size_t actor)
{
	enum { OTHERS = OPEN_PERSONAL | OPEN_ROLE };
	bool personal = false, named;

	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (!g->policy->permissive || !strchr("*r", g->policy->command) ||
		    !judge_applies(j, g->policy, &j->actors.v[actor], &named) ||
		    g->using_verdict.level == CLAUSE_NEVER)
			continue;
		if (g->using_verdict.level != CLAUSE_OPEN ||
		    g->using_verdict.reasons & ~(unsigned)OTHERS)
			return false;
		personal = personal || g->using_verdict.reasons & OPEN_PERSONAL;
	}
	return personal && t->bound[actor];
}

/* What it gives back is rows, or parts of them: not a number of them, nor yes or no. */
static bool gives_rows(const struct function *f)
{
	static const char *const one[] = { "boolean",	 "integer",	 "bigint",
					   "smallint",	 "numeric",	 "uuid",
					   "void",	 "SETOF uuid",	 "SETOF bigint",
					   "SETOF integer", NULL };

	for (size_t i = 0; one[i]; i++)
		if (f->result && strcmp(f->result, one[i]) == 0)
			return false;
	return f->result != NULL;
}

/* It changes rows that are there, as it is told. */
static bool changes_rows(const struct function *f)
{
	return f->arguments && *f->arguments &&
	       (find_word(f->body, "update") || find_word(f->body, "delete"));
}

static const struct table *persons_table(const struct judge *j, const struct function *f,
					 size_t actor)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (!table_tenant(t) && relation_is_table(t->r) && t->r->rls && !t->r->extension &&
		    mentions_relation(f->body, t->r) &&
		    !catalog_bound(j->catalog, f->owner_oid, t->r) && is_of_persons(j, t, actor))
			return t;
	}
	return NULL;
}

void rule_definer_person(struct judge *j, const struct function *f)
{
	const struct actor *a = code_executor(j, f);
	struct subject s = { .object = judge_function_name(j, f) };
	const struct table *t, *tenants;
	struct finding *found;

	if (!a || !f->security_definer || !f->body || f->extension || !j->in->profile ||
	    !f->result || strstr(f->result, "trigger") || !(gives_rows(f) || changes_rows(f)) ||
	    code_is_policys(j, f) || !code_is_blind(j, f) || code_asks_secret(j, f) ||
	    text_says_public(f->body) || text_says_public(f->name) ||
	    code_definer_fault(j, f, &tenants) ||
	    !(t = persons_table(j, f, (size_t)(a - j->actors.v))))
		return;
	s.role = a->role->name;
	found = judge_find(j, RULE_R65, &s,
			   "%s may call it, and it works on everybody's rows of %s, where each has "
			   "his own",
			   a->role->name, judge_name(j, t->r));
	if (found)
		found->severity = SEVERITY_HIGH;
	judge_evidence(j, found,
		       "SECURITY DEFINER, owner %s is bound by no policy; the body asks nobody who "
		       "he is",
		       f->owner);
	code_fix_execute(j, f);
	judge_fixed(j, found);
}
