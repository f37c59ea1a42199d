/* SPDX-License-Identifier: MIT */
/*
 * Roles that are tried because a finding names them: who gets past a table's policies though it
 * is not the application, and who can become somebody that no policy binds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_probe_priv.h"

/* first: of its target, whose probes follow each other; others may be the last ones. */
static bool is_planned(const struct probe_plan *p, size_t first, size_t target,
		       const struct role *role)
{
	const struct probe *v = p->probes.v;
	bool found = false;

	for (size_t i = first; i < p->probes.len && v[i].target == target && !found; i++)
		found = v[i].role == role;
	for (size_t i = p->probes.len; i-- > first && v[i].target == target && !found;)
		found = v[i].role == role;
	return found;
}

/* Whom a finding names as one who gets past, that role is tried too: owners, and those who have
 * not said who they are. */
static void plan_named(struct probe_plan *p)
{
	size_t *first = arena_array(p->arena, p->targets.len + 1, sizeof *first);

	for (size_t i = 0; i < p->targets.len; i++)
		first[i] = p->probes.len;
	for (size_t i = p->probes.len; i-- > 0;)
		first[p->probes.v[i].target] = i;
	for (size_t i = 0; p->findings && i < p->findings->list.len; i++) {
		const struct finding *f = &p->findings->list.v[i];
		const struct probe_target *t =
			f->role ? probe_target_named(p, f->object) : NULL;
		size_t target = t ? (size_t)(t - p->targets.v) : 0;
		const char *why;
		char *names, *rest;

		if (f->severity < SEVERITY_BLOCKER)
			break; /* they are sorted */
		if (!t || !probe_shows(f->id, &why))
			continue;
		names = xstrdup(f->role);
		for (char *n = strtok_r(names, ", ", &rest); n; n = strtok_r(NULL, ", ", &rest)) {
			const struct role *role = catalog_role(p->input->catalog, n);

			if (role && !is_planned(p, first[target], target, role))
				probe_plan_role(p, target, role, false);
		}
		free(names);
	}
}

/* A policy of the table is by name for a role that this one inherits. */
static bool inherits_policy(const struct probe_plan *p, const struct relation *r,
			    const struct role *role)
{
	for (size_t i = 0; i < r->npolicies; i++)
		for (const char *const *n = r->policies[i].roles; *n; n++) {
			const struct role *named = catalog_role(p->input->catalog, *n);

			if (named && catalog_inherits(p->input->catalog, role->oid, named->oid))
				return true;
		}
	return false;
}

/* The role above the policies that a login can become. */
static const struct role *power_of(const struct catalog *c, const struct role *login,
				   bool superuser)
{
	for (size_t i = 0; i < catalog_roles(c); i++) {
		const struct role *r = catalog_role_at(c, i);

		if (r != login && (superuser ? r->superuser : r->bypassrls) &&
		    catalog_can_set(c, login->oid, r->oid))
			return r;
	}
	return NULL;
}

/* What a role is said to see everywhere is tried on one table where it could. */
static void plan_power(struct probe_plan *p, const struct role *role,
		       const struct role *become, bool by_name)
{
	for (size_t i = 0; i < p->targets.len; i++) {
		const struct probe_target *t = &p->targets.v[i];
		struct probe *x;

		if (!probe_is_table(t->relation) || t->impossible || t->unread || !t->tenant ||
		    !t->relation->rls ||
		    !probe_has_right(p, t, PROBE_READ, become ? become : role) ||
		    (by_name && !inherits_policy(p, t->relation, role)))
			continue;
		x = probe_plan_one(p, i, PROBE_READ, role);
		x->beyond = true;
		x->become = become;
		if (become && x->outcome == PROBE_REFUSED) { /* the right is the other role's */
			x->decided = false;
			x->why = NULL;
		}
		if (become && strcmp(probe_identity(p), "role") == 0)
			probe_decide(x, PROBE_IMPOSSIBLE,
			       "only a superuser can be the login before it becomes the role");
		return;
	}
}

static void plan_powers(struct probe_plan *p)
{
	for (size_t i = 0; p->findings && i < p->findings->list.len; i++) {
		const struct finding *f = &p->findings->list.v[i];
		const struct role *role = catalog_role(p->input->catalog, f->object), *become;
		bool r41 = strncmp(f->id, "R41", 3) == 0, r42 = strncmp(f->id, "R42", 3) == 0;

		if (!role || f->severity == SEVERITY_INFO)
			continue; /* meant: a gateway, an operator */
		become = r41 || r42 ? power_of(p->input->catalog, role, r42) : NULL;
		if (become || strncmp(f->id, "R40", 3) == 0 || strncmp(f->id, "R53", 3) == 0)
			plan_power(p, role, become, false);
		else if (strncmp(f->id, "X04", 3) == 0)
			plan_power(p, role, NULL, true);
	}
}

void probe_plan_named(struct probe_plan *p)
{
	plan_named(p);
	plan_powers(p);
}
