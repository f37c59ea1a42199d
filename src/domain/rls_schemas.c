/* SPDX-License-Identifier: MIT */
/*
 * A schema for each tenant: rights, views, functions and keys that lead from one tenant's into
 * another's.
 */
#include <ctype.h>
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_rooms.h"

/* ---- rights that cross ---- */

/* Where its rights come from: taken from everybody but those who are at home there. */
static void fix_rights(const struct rooms *x, const struct dweller *d, const struct room *room)
{
	const struct schema *s = room->schema;

	for (size_t i = 0; s->acl && i < s->acl->n; i++) {
		const struct grant *g = &s->acl->v[i];
		const struct role *to = catalog_role_oid(x->j->catalog, g->grantee);
		struct fix v = { .name = room->name, .role = to ? to->name : NULL };

		if (g->grantee == s->owner_oid || (g->grantee && !to) ||
		    (to && !dweller_is(d, d->inherits, to->oid)))
			continue;
		judge_fix(x->j, to ? "revoke_schema" : "revoke_schema_public", &v);
	}
	for (size_t i = room->from; i < room->to; i++) {
		const struct relation *r = catalog_relation_at(x->j->catalog, i);

		if (r->owner_oid == d->role->oid)
			judge_fix(x->j, "owner",
				  &(struct fix){ .relation = r, .role = s->owner });
	}
}

/* Each role that a finding is about may have its rights from somewhere else. */
static void give_fix(const struct rooms *x, struct finding *f, const struct subject *s)
{
	struct judge *j = x->j;
	struct finding *old = f ? NULL : judge_found(j, RULE_R75, s);

	if (old && old->fix && j->fix.len && !strstr(old->fix, j->fix.data))
		old->fix = arena_printf(j->arena, "%s%s", old->fix, j->fix.data);
	judge_fixed(j, f);
}

static void rule_rights(const struct rooms *x, const struct dweller *d, const struct room *room)
{
	const struct relation *r = dweller_reaches(x->j, d, room);
	struct subject s = { .relation = r, .object = room->name, .role = d->role->name };
	struct finding *f;

	if (!r && !dweller_enters(d, room, SCHEMA_CREATE))
		return;
	f = r ? judge_find(x->j, RULE_R75, &s,
			   "%s, which is at home in %s, has rights on %s of another tenant",
			   d->role->name, d->home->name, judge_name(x->j, r))
	      : judge_find(x->j, RULE_R75, &s,
			   "%s, which is at home in %s, may put objects of its own where "
			   "another tenant looks for its",
			   d->role->name, d->home->name);
	judge_evidence(x->j, f, r ? "USAGE on the schema and rights in it"
				  : "CREATE on the schema"); /* not SQL */
	if (f && !r)
		f->severity = SEVERITY_HIGH;
	fix_rights(x, d, room);
	give_fix(x, f, &s);
}

/* One tenant's login is, or may become, another's. */
static void rule_memberships(const struct rooms *x, const struct dweller *d)
{
	for (size_t i = 1; i < d->all; i++) {
		const struct dweller *other = dweller_of(x, d->is[i]);
		struct subject s = { .role = d->role->name };
		struct finding *f;

		if (!other || other->home == d->home)
			continue;
		s.object = other->home->name;
		s.relation = dweller_reaches(x->j, d, other->home);
		f = judge_find(x->j, RULE_R75, &s,
			       i < d->inherits ? "%s, which is at home in %s, has all that %s has"
					       : "%s, which is at home in %s, may become %s",
			       d->role->name, d->home->name, other->role->name);
		judge_evidence(x->j, f, "pg_auth_members: %s is a member of %s", d->role->name,
			       other->role->name);
		if (f && i >= d->inherits)
			f->severity = SEVERITY_HIGH;
		judge_revoke_membership(x->j, d->role, other->role, f);
	}
}

static bool inherits_dweller(const struct rooms *x, const struct dweller *d,
			     const struct room *room)
{
	for (size_t i = 1; i < d->inherits; i++) {
		const struct dweller *other = dweller_of(x, d->is[i]);

		if (other && other->home == room)
			return true;
	}
	return false;
}

static void rules_dweller(const struct rooms *x, const struct dweller *d)
{
	rule_memberships(x, d);
	for (size_t i = 0; i < x->n; i++)
		if (d->home != &x->v[i] && !inherits_dweller(x, d, &x->v[i]))
			rule_rights(x, d, &x->v[i]);
}

/* What is yet to come. */
static void rule_coming(const struct rooms *x, const struct rls_default *d)
{
	const struct room *room = d->schema ? room_named(x, d->schema) : NULL;

	for (size_t i = 0; room && i < x->ndwellers; i++) {
		const struct dweller *who = &x->dwellers[i];
		struct subject s = { .object = room->name, .role = who->role->name };
		struct buf grantee = BUF_INIT;
		struct finding *f;

		if (who->home == room || !who->comes ||
		    (d->grantee && !dweller_is(who, who->inherits, d->grantee)) ||
		    !dweller_enters(who, room, SCHEMA_USAGE) || inherits_dweller(x, who, room) ||
		    judge_found(x->j, RULE_R75, &s))
			continue;
		f = judge_find(x->j, RULE_R75, &s,
			       "%s, which is at home in %s, is given rights on each new table "
			       "of %s there",
			       who->role->name, who->home->name, d->owner);
		judge_evidence(x->j, f, "pg_default_acl of %s, and USAGE on the schema", d->owner);
		if (f)
			f->severity = SEVERITY_MEDIUM;
		if (d->grantee)
			sql_ident(&grantee, d->grantee_name);
		else
			buf_adds(&grantee, "PUBLIC");
		judge_fix(x->j, "default_revoke",
			  &(struct fix){ .role = d->owner,
					 .name = d->schema,
					 .object = grantee.data });
		buf_release(&grantee);
		if (f)
			fix_rights(x, who, room);
		judge_fixed(x->j, f);
	}
}

/* ---- views and functions that read across ---- */

/* Does v read there with its owner's rights, also through views? */
static bool reads_there(const struct judge *j, const struct relation *v, const struct room *room,
			int depth)
{
	bool copies = v->kind == RELATION_MATVIEW ||
		      (v->kind == RELATION_VIEW && !v->security_invoker && !v->definition);

	for (const oid *o = v->reads; copies && o && *o; o++) {
		const struct relation *r = catalog_relation(j->catalog, *o);

		if (r && (strcmp(r->schema, room->name) == 0 ||
			  (depth > 0 && reads_there(j, r, room, depth - 1))))
			return true;
	}
	return false;
}

static void rule_view(const struct rooms *x, const struct relation *v, const struct room *room)
{
	for (size_t i = 0; i < x->ndwellers; i++) {
		const struct dweller *d = &x->dwellers[i];
		struct subject s = { .relation = v, .role = d->role->name };
		struct finding *f;

		if (d->home == room || !d->comes ||
		    !(catalog_rights(x->j->catalog, d->role->oid, v) & RIGHT_SELECT))
			continue;
		f = judge_find(x->j, RULE_R76, &s,
			       "%s, which is at home in %s, is shown what is in %s by it",
			       d->role->name, d->home->name, room->name);
		judge_evidence(x->j, f, "it reads as its owner, %s", v->owner);
		if (v->kind == RELATION_VIEW)
			judge_fix(x->j, "invoker", &(struct fix){ .relation = v });
		else if (f)
			judge_revoke(x->j, judge_table(x->j, v->oid), RIGHT_SELECT, "SELECT", f);
		judge_fixed(x->j, f);
	}
}

static void rule_views(const struct rooms *x)
{
	enum { DEEP = 8 };

	for (size_t i = 0; i < catalog_relations(x->j->catalog); i++) {
		const struct relation *v = catalog_relation_at(x->j->catalog, i);

		if ((v->kind != RELATION_VIEW && v->kind != RELATION_MATVIEW) || v->extension ||
		    !v->reads)
			continue;
		for (size_t n = 0; n < x->n; n++)
			if (strcmp(v->schema, x->v[n].name) != 0 &&
			    reads_there(x->j, v, &x->v[n], DEEP) &&
			    !view_gives_figures(x->j, v, 0))
				rule_view(x, v, &x->v[n]);
	}
}

/* The name that stands before at, quoted or not. */
static const char *name_before(struct judge *j, const char *text, const char *at)
{
	const char *end = at - (at > text && at[-1] == '"'), *s = end;

	while (s > text && (isalnum((unsigned char)s[-1]) || strchr("_$-", s[-1])))
		s--;
	return arena_strndup(j->arena, s, (size_t)(end - s));
}

/* A relation of another tenant's than `home` that the body names with its schema; NULL: none. */
static const struct relation *names_other(const struct rooms *x, const struct function *f,
					  const struct room *home)
{
	for (const char *dot = f->body; (dot = strchr(dot, '.')) != NULL; dot++) {
		const struct room *room = room_named(x, name_before(x->j, f->body, dot));
		const char *s = dot + 1 + (dot[1] == '"');

		if (!room || room == home)
			continue;
		for (size_t i = room->from; i < room->to; i++) {
			const struct relation *r = catalog_relation_at(x->j->catalog, i);
			size_t n = strlen(r->name);

			if (strncmp(s, r->name, n) == 0 && !isalnum((unsigned char)s[n]) &&
			    s[n] != '_')
				return r;
		}
	}
	return NULL;
}

/* Which schemas its owner may read: one says nothing of the others. */
static bool owner_goes_about(const struct rooms *x, const struct function *f)
{
	struct dweller owner = { .role = catalog_role_oid(x->j->catalog, f->owner_oid) };
	size_t n = 0;

	if (!owner.role || owner.role->superuser)
		return owner.role;
	dweller_selves(x, &owner);
	for (size_t i = 0; n < 2 && i < x->n; i++)
		n += dweller_reaches(x->j, &owner, &x->v[i]) != NULL;
	return n > 1;
}

static void found_function(const struct rooms *x, const struct function *f, const struct dweller *d,
			   const char *what)
{
	struct subject s = { .object = judge_function_name(x->j, f), .role = d->role->name };
	struct finding *found;

	found = judge_find(x->j, RULE_R76, &s, "%s, which is at home in %s, may call it, and %s",
			   d->role->name, d->home->name, what);
	judge_evidence(x->j, found, "SECURITY DEFINER, owner %s", f->owner);
	if (found)
		code_fix_execute(x->j, f);
	judge_fixed(x->j, found);
}

static void rule_function(const struct rooms *x, const struct function *f)
{
	struct subject s = { .object = judge_function_name(x->j, f) };
	const char *runs = code_runs_callers(x->j, f);
	bool goes_about = runs && owner_goes_about(x, f);

	if (code_looks_at_tenant(x->j, f) || judge_found(x->j, RULE_R65, &s))
		return;
	for (size_t i = 0; i < x->ndwellers; i++) {
		const struct dweller *d = &x->dwellers[i];
		const struct relation *r;

		if (!d->comes || !catalog_may_call(x->j->catalog, d->role->oid, f))
			continue;
		r = names_other(x, f, d->home);
		if (r)
			found_function(x, f, d,
				       arena_printf(x->j->arena, "it works on %s of another tenant",
						    judge_name(x->j, r)));
		else if (runs && goes_about)
			found_function(x, f, d, runs);
	}
}

/* ---- triggers ---- */

/* What one tenant writes sets it off, and it works in another's schema with its owner's rights. */
static void rule_trigger(const struct rooms *x, const struct relation *r,
			 const struct room *home, const struct trigger *t)
{
	const struct function *f = catalog_function(x->j->catalog, t->function_oid);
	const struct relation *to =
		f && f->security_definer && f->body ? names_other(x, f, home) : NULL;

	for (size_t i = 0; to && t->enabled != 'D' && i < x->ndwellers; i++) {
		const struct dweller *d = &x->dwellers[i];
		struct subject s = { .object = judge_function_name(x->j, f),
				     .role = d->role->name };
		struct finding *found;

		if (d->home != home || !d->comes ||
		    !(catalog_rights(x->j->catalog, d->role->oid, r) &
		      (RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE)))
			continue;
		found = judge_find(x->j, RULE_R76, &s,
				   "what %s writes to %s makes it work on %s of another tenant",
				   d->role->name, judge_name(x->j, r), judge_name(x->j, to));
		judge_evidence(x->j, found, "trigger %s; SECURITY DEFINER, owner %s", t->name,
			       f->owner);
		if (found)
			found->severity = SEVERITY_HIGH;
		judge_choose(x->j, found,
			     "let the trigger stay in its own tenant's schema, or drop it", NULL,
			     NULL);
		judge_fixed(x->j, found);
	}
}

static void rule_triggers(const struct rooms *x)
{
	for (size_t i = 0; i < x->n; i++)
		for (size_t n = x->v[i].from; n < x->v[i].to; n++) {
			const struct relation *r = catalog_relation_at(x->j->catalog, n);

			for (size_t k = 0; k < r->ntriggers; k++)
				rule_trigger(x, r, &x->v[i], &r->triggers[k]);
		}
}

/* ---- keys ---- */

static void rule_key(const struct rooms *x, const struct relation *r, const struct foreign_key *k)
{
	const struct relation *to = catalog_relation(x->j->catalog, k->to);
	const struct room *there = to ? room_named(x, to->schema) : NULL;
	struct subject s = { .relation = r };
	struct finding *f;

	if (!there || strcmp(r->schema, to->schema) == 0 || k->inherited)
		return;
	f = judge_find(x->j, RULE_R77, &s, "%s leads to %s, which is another tenant's", k->name,
		       judge_name(x->j, to));
	judge_evidence(x->j, f, "pg_constraint.confrelid of %s", k->name);
	judge_choose(x->j, f,
		     "rows may lean on the other tenant's: let the key lead to a table of its own "
		     "schema, or drop it",
		     "drop_constraint", &(struct fix){ .relation = r, .name = k->name });
	judge_fixed(x->j, f);
}

static void rule_keys(const struct rooms *x)
{
	for (size_t i = 0; i < x->n; i++)
		for (size_t n = x->v[i].from; n < x->v[i].to; n++) {
			const struct relation *r = catalog_relation_at(x->j->catalog, n);

			for (size_t k = 0; k < r->nreferences; k++)
				rule_key(x, r, r->references[k]);
		}
}

void rules_schemas(struct judge *j)
{
	const struct rooms *x = judge_rooms(j);

	if (j->rooms->n)
		rule_keys(j->rooms);
	if (!x)
		return;
	for (size_t i = 0; i < x->ndwellers; i++)
		if (x->dwellers[i].comes)
			rules_dweller(x, &x->dwellers[i]);
	for (size_t i = 0; i < j->in->extras->defaults.len; i++)
		rule_coming(x, &j->in->extras->defaults.v[i]);
	rule_views(x);
	rule_triggers(x);
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);

		if (f->security_definer && !f->extension && f->body)
			rule_function(x, f);
	}
}
