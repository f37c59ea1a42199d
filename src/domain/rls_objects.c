/* SPDX-License-Identifier: MIT */
/*
 * What has rights, and no policies: large objects, and settings of the server.
 */
#include <string.h>

#include "rls_priv.h"

/* An application that works as the role, or as a member of it; role 0: everybody. */
static const struct actor *works_as(const struct judge *j, oid role)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (a->application &&
		    (!role || a->role->oid == role ||
		     catalog_inherits(j->catalog, a->role->oid, role)))
			return a;
	}
	return NULL;
}

static void rule_owned(struct judge *j, const struct rls_large *x, const struct actor *a)
{
	struct subject s = { .object = x->name, .role = a->role->name };
	struct finding *f;

	f = judge_find(j, RULE_R54, &s,
		       "%s owns large objects: for whichever tenant it works, it reads and "
		       "changes them all, for no policy is asked",
		       x->name);
	judge_evidence(j, f, "pg_largeobject_metadata: %lld of them", x->n);
	judge_choose(j, f,
		     "keep them as bytea in a table with policies, or under a role whose "
		     "functions ask whose session this is",
		     NULL, NULL);
	judge_fixed(j, f);
}

static void rule_granted(struct judge *j, const struct rls_large *x, const struct actor *a)
{
	const char *whom = x->role ? x->name : "PUBLIC";
	struct subject s = { .object = whom, .role = a->role->name };
	struct fix v = { .object = x->objects, .role = x->role ? x->name : NULL };
	struct finding *f;

	f = judge_find(j, RULE_R54, &s,
		       "%s may reach large objects of another: no policy says of which tenants",
		       a->role->name);
	judge_evidence(j, f, "pg_largeobject_metadata: %lld are granted to %s", x->n,
		       whom);
	judge_fix(j, x->role ? "revoke_large" : "revoke_large_public", &v);
	judge_fixed(j, f);
}

static void rule_compat(struct judge *j, const struct rls_large *x)
{
	struct subject s = { .object = "lo_compat_privileges" };
	struct finding *f = judge_find(j, RULE_R54, &s,
				       "every session reads and changes every large object");

	judge_evidence(j, f, "lo_compat_privileges is on, and there are %lld", x->n);
	if (f)
		f->severity = SEVERITY_HIGH;
	judge_fix(j, "no_lo_compat", &(struct fix){ .name = x->name });
	judge_fixed(j, f);
}

static void rule_large(struct judge *j, const struct rls_large *x)
{
	const struct actor *a = works_as(j, x->role);

	if (a && x->kind == 'o')
		rule_owned(j, x, a);
	else if (a && x->kind == 'g')
		rule_granted(j, x, a);
	else if (a && x->kind == 'c')
		rule_compat(j, x);
}

static void rule_parameter(struct judge *j, const struct rls_parameter *x)
{
	const struct actor *a = works_as(j, x->role);
	struct subject s = { .object = x->role ? x->name : "PUBLIC",
			     .policy = x->parameter,
			     .role = a ? a->role->name : NULL };
	struct fix v = { .name = x->parameter, .role = x->role ? x->name : NULL };
	struct finding *f;

	if (!a)
		return;
	f = judge_find(j, RULE_R55, &s, "%s may set %s: %s", a->role->name, x->parameter,
		       strcmp(x->parameter, "session_replication_role") == 0
			       ? "no trigger and no foreign key is asked any more"
			       : "it reaches past what the database grants");
	judge_evidence(j, f, "pg_parameter_acl: granted to %s", x->role ? x->name : "PUBLIC");
	if (f)
		f->policy = NULL;
	judge_fix(j, x->role ? "revoke_parameter" : "revoke_parameter_public", &v);
	judge_fixed(j, f);
}

void rules_objects(struct judge *j)
{
	const struct rls_extras *x = j->in->extras;

	if (!profile_tenancies(j->in->profile))
		return;
	for (size_t i = 0; i < x->large.len; i++)
		rule_large(j, &x->large.v[i]);
	for (size_t i = 0; i < x->parameters.len; i++)
		rule_parameter(j, &x->parameters.v[i]);
}
