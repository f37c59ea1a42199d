/* SPDX-License-Identifier: MIT */
/*
 * Code that others run and a login of the application may replace: functions of policies,
 * triggers, defaults, generated columns, constraints, indexes and event triggers, and what those
 * call; and languages whose code reaches past the database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
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

/* Functions that somebody may replace. */
struct owned {
	struct judge *j;
	const struct function **v;
	size_t n;
	struct map *reached; /* oid, as text, of what is run → struct reach */
};

/* kind, name: "policy", "own", where it is run for t; through: the function that does; NULL. */
static void judge_owner(struct owned *o, const struct table *t, const struct function *f,
			const char *kind, const char *name, const char *through)
{
	const struct actor *a = replacer(o->j, f, t->r->owner_oid);

	if (a)
		found_replaceable(o->j, f, a,
				  arena_printf(o->j->arena, "%s %s of %s runs it%s%s", kind, name,
					       judge_name(o->j, t->r), through ? " through " : "",
					       through ? through : ""),
				  t->r->owner);
}

/* Is what stands before `name` in text the name of g's schema? */
static bool in_schema(const char *text, const char *name, const struct function *g)
{
	size_t n = strlen(g->schema);

	name -= name > text && name[-1] == '"';
	if (name == text || name[-1] != '.')
		return false;
	name--;
	name -= name > text && name[-1] == '"';
	return (size_t)(name - text) >= n && strncmp(name - n, g->schema, n) == 0;
}

/* Does the text call g?  The server prints the schema always (printed); who writes a function may
 * leave it out, and means the only one of that name. */
static bool calls(const struct owned *o, const char *text, const struct function *g, bool printed)
{
	for (const char *at = text; at && (at = find_word(at, g->name)) != NULL; at++) {
		const char *after = at + strlen(g->name);
		bool bare = at == text || !strchr(".\"", at[-1]);

		if (after[strspn(after, "\" \t\n")] == '(' &&
		    (in_schema(text, at, g) ||
		     (bare && !printed &&
		      o->j->lookup.function(o->j->lookup.ctx, NULL, g->name) == g)))
			return true;
	}
	return false;
}

static void judge_text(struct owned *o, const struct table *t, const char *text, const char *kind,
		       const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (calls(o, text, o->v[i], true))
			judge_owner(o, t, o->v[i], kind, name, NULL);
}

/* Owned functions that something calls, also through others. */
struct reach {
	VEC(const struct function *) called;
	VEC(const struct function *) by; /* by which each of them is */
	struct map *seen;		 /* oids of functions that were looked into */
};

static bool is_owned(const struct owned *o, const struct function *f)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i] == f)
			return true;
	return false;
}

static void follow_calls(const struct owned *o, const struct function *f, struct reach *r)
{
	const struct catalog *c = o->j->catalog;
	char key[16];

	snprintf(key, sizeof key, "%u", f->oid);
	if (!f->body || map_has(r->seen, key))
		return;
	map_set(r->seen, key, r);
	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *g = catalog_function_at(c, i);

		if (g == f || g->extension || !calls(o, f->body, g, false))
			continue;
		if (is_owned(o, g)) {
			*VEC_PUSH(&r->called) = g;
			*VEC_PUSH(&r->by) = f;
		}
		follow_calls(o, g, r);
	}
}

/* One function is run by thousands of policies: what it reaches is found out once. */
static const struct reach *reach_of(struct owned *o, const struct function *f)
{
	struct reach *r;
	char key[16];

	snprintf(key, sizeof key, "%u", f->oid);
	r = map_get(o->reached, key);
	if (r)
		return r;
	r = xcalloc(1, sizeof *r);
	r->seen = map_new(NULL);
	follow_calls(o, f, r);
	map_free(&r->seen);
	map_set(o->reached, key, r);
	return r;
}

static void free_reach(void *p)
{
	struct reach *r = p;

	VEC_RELEASE(&r->called);
	VEC_RELEASE(&r->by);
	free(r);
}

/* f, and what it calls. */
static void judge_function(struct owned *o, const struct table *t, oid function, const char *kind,
			   const char *name)
{
	const struct function *f = catalog_function(o->j->catalog, function);
	const struct reach *r;

	if (!f || f->extension)
		return;
	judge_owner(o, t, f, kind, name, NULL);
	r = reach_of(o, f);
	for (size_t i = 0; i < r->called.len; i++)
		judge_owner(o, t, r->called.v[i], kind, name, r->by.v[i]->name);
}

static void rule_table_code(struct owned *o, const struct table *t)
{
	const struct relation *r = t->r;

	for (size_t i = 0; i < r->npolicies; i++)
		for (const oid *f = r->policies[i].functions; *f; f++)
			judge_function(o, t, *f, "policy", r->policies[i].name);
	for (size_t i = 0; i < r->ntriggers; i++)
		if (r->triggers[i].enabled != 'D')
			judge_function(o, t, r->triggers[i].function_oid, "trigger",
				       r->triggers[i].name);
	for (size_t i = 0; i < r->ncolumns; i++)
		judge_text(o, t, r->columns[i].default_expr,
			   r->columns[i].generated ? "generated column" : "the default of",
			   r->columns[i].name);
	for (size_t i = 0; i < r->nchecks; i++)
		judge_text(o, t, r->checks[i].definition, "constraint",
			   r->checks[i].name);
	for (size_t i = 0; i < r->nindexes; i++)
		judge_text(o, t, r->indexes[i].definition, "index", r->indexes[i].name);
}

/* Few logins own functions: these are sought in texts, and not each name of a text among all. */
static struct owned collect(struct judge *j)
{
	struct owned o = { .j = j,
			   .v = arena_array(j->arena, catalog_functions(j->catalog) + 1,
					    sizeof *o.v),
			   .reached = map_new(free_reach) };

	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);

		if (!f->extension && replacer(j, f, 0))
			o.v[o.n++] = f;
	}
	return o;
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
	struct owned owned;

	if (!profile_tenancies(j->in->profile))
		return;
	owned = collect(j);
	for (size_t i = 0; owned.n && i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && !t->r->extension && !t->r->temporary)
			rule_table_code(&owned, t);
	}
	map_free(&owned.reached);
	for (size_t i = 0; i < x->event_triggers.len; i++)
		rule_event_trigger(j, &x->event_triggers.v[i]);
	for (size_t i = 0; i < x->languages.len; i++)
		rule_language(j, &x->languages.v[i]);
}
