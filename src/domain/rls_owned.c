/* SPDX-License-Identifier: MIT */
/*
 * Code that others run and a login of the application may replace: functions of policies,
 * triggers and event triggers; and languages whose code reaches past the database.
 */
#include "rls_priv.h"

/* Who owns f, directly or by inheritance, and does not own what `beside` does; NULL: nobody.
 * An owner of the table itself is told elsewhere (R03, R05). */
static const struct actor *replacer(const struct judge *j, const struct function *f, oid beside)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if ((a->application || a->reached) && !a->trusted && !a->bypasses &&
		    catalog_inherits(j->catalog, a->role->oid, f->owner_oid) &&
		    !(beside && catalog_inherits(j->catalog, a->role->oid, beside)))
			return a;
	}
	return NULL;
}

/* what: "policy own of shop.orders runs it"; owner: whose it should be. */
static void found_replaceable(struct judge *j, const struct function *f, const struct actor *a,
			      const char *what, const char *owner)
{
	struct subject s = { .object = judge_function_name(j, f), .role = a->role->name };
	struct finding *x;

	x = judge_find(j, RULE_R56, &s, "%s owns it and may replace it, and %s",
		       a->role->name, what);
	judge_evidence(j, x, "pg_proc.proowner is %s", f->owner);
	if (f->security_definer)
		judge_choose(j, x,
			     "it runs with its owner's rights: give it to an owner whose rights "
			     "are meant, that nobody logs in as",
			     NULL, NULL);
	else
		judge_fix(j, "function_owner",
			  &(struct fix){ .object = code_function_sql(j, f), .role = owner });
	judge_fixed(j, x);
}

static void judge_owner(struct judge *j, const struct table *t, oid function, const char *kind,
			const char *name)
{
	const struct function *f = catalog_function(j->catalog, function);
	const struct actor *a = f && !f->extension ? replacer(j, f, t->r->owner_oid) : NULL;

	if (a)
		found_replaceable(j, f, a,
				  arena_printf(j->arena, "%s %s of %s runs it", kind, name,
					       judge_name(j, t->r)),
				  t->r->owner);
}

static void rule_table_code(struct judge *j, const struct table *t)
{
	for (size_t i = 0; i < t->r->npolicies; i++)
		for (const oid *o = t->r->policies[i].functions; *o; o++)
			judge_owner(j, t, *o, "policy", t->r->policies[i].name);
	for (size_t i = 0; i < t->r->ntriggers; i++)
		if (t->r->triggers[i].enabled != 'D')
			judge_owner(j, t, t->r->triggers[i].function_oid, "trigger",
				    t->r->triggers[i].name);
}

static void rule_event_trigger(struct judge *j, const struct rls_event_trigger *x)
{
	const struct function *f = catalog_function(j->catalog, x->function);
	const struct actor *a = f && !f->extension ? replacer(j, f, 0) : NULL;

	if (a)
		found_replaceable(j, f, a,
				  arena_printf(j->arena,
					       "event trigger %s runs it as whoever changes the "
					       "schema",
					       x->name),
				  x->owner);
}

/* Somebody of the application to whom it was granted (0: everybody). */
static const struct actor *granted(const struct judge *j, oid grantee)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (a->application && !a->bypasses &&
		    (!grantee || catalog_inherits(j->catalog, a->role->oid, grantee)))
			return a;
	}
	return NULL;
}

static void rule_language(struct judge *j, const struct rls_language *x)
{
	const struct actor *a = granted(j, x->grantee);
	struct subject s = { .object = x->function ? x->function : x->name,
			     .role = a ? a->role->name : NULL };
	struct fix v = { .object = x->function, .name = x->name, .role = x->grantee_name };
	struct finding *f;

	if (!a)
		return;
	f = x->function
		    ? judge_find(j, RULE_R57, &s,
				 "%s may call it, and %s runs as the server itself: its files, "
				 "programs and every table",
				 a->role->name, x->name)
		    : judge_find(j, RULE_R57, &s,
				 "%s may write functions in it, which run as the server itself",
				 a->role->name);
	judge_evidence(j, f, "%s is granted to %s",
		       x->function ? "EXECUTE" : "lanpltrusted is true, and USAGE",
		       x->grantee ? x->grantee_name : "PUBLIC");
	if (x->function)
		judge_fix(j, x->grantee ? "function_revoke_role" : "function_revoke", &v);
	else
		judge_fix(j, x->grantee ? "revoke_language" : "revoke_language_public", &v);
	judge_fixed(j, f);
}

void rules_owned(struct judge *j)
{
	const struct rls_extras *x = j->in->extras;

	if (!profile_tenancies(j->in->profile))
		return;
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && !t->r->extension && !t->r->temporary)
			rule_table_code(j, t);
	}
	for (size_t i = 0; i < x->event_triggers.len; i++)
		rule_event_trigger(j, &x->event_triggers.v[i]);
	for (size_t i = 0; i < x->languages.len; i++)
		rule_language(j, &x->languages.v[i]);
}
