/* SPDX-License-Identifier: MIT */
/*
 * How functions are declared: search_path, LEAKPROOF, what they set for the session.
 * rls_definer.c has what those with their owner's rights do, rls_beside.c the triggers, rules
 * and pipes.
 */
#include <ctype.h>
#include <string.h>

#include "rls_rooms.h"

/* ---- search_path ---- */

static const char *pinned_path(const struct function *f)
{
	if (!f->config)
		return NULL;
	for (const char *const *c = f->config; *c; c++)
		if (strncmp(*c, "search_path=", 12) == 0)
			return *c + 12;
	return NULL;
}

/* A path of only pg_catalog or nothing leaves nothing to put before it but temporary tables,
 * and those only for names without a schema. */
static bool safe_path(const char *path)
{
	const char *comma = strrchr(path, ','), *last = comma ? comma + 1 : path;

	while (*last == ' ' || *last == '"')
		last++;
	if (strncmp(last, "pg_temp", 7) == 0)
		return true;
	for (const char *p = path; *p;) {
		size_t n;

		p += strspn(p, " ,\"");
		n = strcspn(p, ",\"");
		if (n && strncmp(p, "pg_catalog", n) != 0)
			return false;
		p += n;
	}
	return true;
}

/* The first schema of the path in which the role may create objects of its own; NULL: none. */
static const char *writable_schema(struct judge *j, const char *path, const struct role *role)
{
	while (path && *path) {
		size_t n;
		const char *name;

		path += strspn(path, " ,\"");
		n = strcspn(path, ",\"");
		name = arena_strndup(j->arena, path, n);
		if (n && catalog_may_create(j->catalog, role->oid, name))
			return name;
		path += n;
	}
	return NULL;
}

static void fix_create(struct judge *j, const char *schema, const struct role *role)
{
	for (size_t i = 0; i < catalog_schemas(j->catalog); i++) {
		const struct schema *s = catalog_schema_at(j->catalog, i);

		for (size_t g = 0; strcmp(s->name, schema) == 0 && s->acl && g < s->acl->n;
		     g++) {
			const struct grant *x = &s->acl->v[g];
			const struct role *to =
				x->grantee ? catalog_role_oid(j->catalog, x->grantee) : NULL;
			struct fix v = { .name = schema, .role = to ? to->name : NULL };

			if (x->rights & SCHEMA_CREATE && x->grantee != s->owner_oid &&
			    (!to || catalog_inherits(j->catalog, role->oid, to->oid)))
				judge_fix(j, to ? "revoke_create" : "revoke_create_public", &v);
		}
	}
}

/* Whoever may create objects in a schema of the path chooses what the function finds. */
static void rule_path_writable(struct judge *j, const struct function *f, const struct actor *a)
{
	const char *path = pinned_path(f), *schema = writable_schema(j, path, a->role);
	struct subject s = { .object = judge_function_name(j, f), .role = a->role->name };
	struct finding *found;

	if (!schema || strstr(f->body ? f->body : "", "ATOMIC"))
		return;
	found = judge_find(
		j, RULE_R66, &s,
		"%s may create objects in %s, which %s looks into: it can put its own "
		"in the place of others",
		a->role->name, schema, f->name);
	judge_evidence(j, found, "SECURITY DEFINER, owner %s, search_path %s", f->owner, path);
	if (found)
		fix_create(j, schema, a->role);
	judge_fixed(j, found);
}

/* The word at *at, as the server folds it; *at goes behind it.  NULL: no name begins there. */
static const char *next_name(struct judge *j, const char **at)
{
	const char *begin = *at;
	bool quoted = *begin == '"';
	char *name;

	if (quoted) {
		*at = begin + 1 + strcspn(begin + 1, "\"");
		name = arena_strndup(j->arena, begin + 1, (size_t)(*at - begin - 1));
		*at += **at == '"';
		return name;
	}
	while (isalnum((unsigned char)**at) || **at == '_' || **at == '$' ||
	       (unsigned char)**at >= 0x80)
		++*at;
	if (*at == begin)
		return NULL;
	name = arena_strndup(j->arena, begin, (size_t)(*at - begin));
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

/* The next name of the body that stands without a schema; *at goes behind it.  NULL: no more. */
static const char *next_bare(struct judge *j, const struct function *f, const char **at)
{
	while (**at) {
		bool behind_dot = *at > f->body && (*at)[-1] == '.';
		const char *name;

		if (**at == '\'' || strncmp(*at, "--", 2) == 0) { /* what somebody is told */
			*at += 1 + strcspn(*at + 1, **at == '-' ? "\n" : "'");
			*at += **at != '\0';
			continue;
		}
		name = next_name(j, at);
		if (name && !behind_dot && **at != '.')
			return name;
		*at += !name;
	}
	return NULL;
}

/* Some relation is named without its schema: only there does the server look among temporary
 * objects (manual, CREATE FUNCTION, Writing SECURITY DEFINER Functions Safely).  What EXECUTE
 * runs is not known; a standard body (BEGIN ATOMIC) was bound when it was written. */
static bool names_bare(struct judge *j, const struct function *f)
{
	const char *at = f->body ? f->body : "", *name;

	if (find_word(at, "atomic"))
		return false;
	if (find_word(at, "execute"))
		return true;
	while ((name = next_bare(j, f, &at)) != NULL)
		if (j->lookup.relation(j, NULL, name))
			return true;
	return false;
}

/* ---- the path that a body without one is found by ---- */

struct way {
	struct judge *j;
	const struct function *f;
	const struct role *caller;
	VEC(const char *) looked; /* by the caller's settings, in order; then what else is found */
	size_t set;		  /* so many of them by the settings */
};

static bool is_schema(struct judge *j, const char *name)
{
	for (size_t i = 0; i < catalog_schemas(j->catalog); i++)
		if (strcmp(catalog_schema_at(j->catalog, i)->name, name) == 0)
			return true;
	return false;
}

/* "$user" is whose rights are in force: the owner's. */
static void look_into(struct way *w, const char *name)
{
	if (strcmp(name, "$user") == 0)
		name = w->f->owner;
	for (size_t i = 0; i < w->looked.len; i++)
		if (strcmp(w->looked.v[i], name) == 0)
			return;
	if (is_schema(w->j, name))
		*VEC_PUSH(&w->looked) = name;
}

/* What is set for the caller in this database goes before what is set for it everywhere, and that
 * before what is set for the database. */
static const char *path_setting(const struct judge *j, const struct role *caller)
{
	const char *path = NULL;
	int best = 0;

	for (size_t i = 0; i < catalog_settings(j->catalog); i++) {
		const struct setting *s = catalog_setting_at(j->catalog, i);
		int rank = (s->role ? 2 : 0) + (s->database ? 1 : 0);

		if (strcmp(s->name, "search_path") != 0 || rank <= best ||
		    (s->role && strcmp(s->role, caller->name) != 0) ||
		    (s->database && strcmp(s->database, catalog_database(j->catalog)) != 0))
			continue;
		path = s->value;
		best = rank;
	}
	return path;
}

static void look_by_settings(struct way *w)
{
	const char *set = path_setting(w->j, w->caller);
	const char *const *usual = catalog_search_path(w->j->catalog);

	while (set && *set) {
		const char *name = next_name(w->j, &set);

		if (name)
			look_into(w, name);
		set += !name;
	}
	for (; !path_setting(w->j, w->caller) && usual && *usual; usual++)
		look_into(w, *usual);
	w->set = w->looked.len;
}

/* Some column has a type of the schema whose name the body has, or is compared by its operators
 * where the body names its table. */
static bool has_type_of(struct way *w, const char *schema)
{
	size_t n = strlen(schema);

	for (size_t i = 0; i < w->j->ntables; i++) {
		const struct relation *r = w->j->tables[i].r;

		for (size_t c = 0; c < r->ncolumns; c++) {
			const struct column *x = &r->columns[c];
			bool typed = strncmp(x->type, schema, n) == 0 && x->type[n] == '.' &&
				     find_word(w->f->body, x->type + n + 1),
			     compared = x->operators && strcmp(x->operators, schema) == 0 &&
					find_word(w->f->body, r->name);

			if (typed || compared)
				return true;
		}
	}
	return false;
}

/* Is something of the schema named without it?  Of an extension's operators nobody knows. */
static bool is_looked_into(struct way *w, const char *schema)
{
	const char *at = w->f->body, *name;

	if (find_word(at, "execute") || has_type_of(w, schema))
		return true;
	while ((name = next_bare(w->j, w->f, &at)) != NULL)
		if (w->j->lookup.relation(w->j, schema, name) ||
		    w->j->lookup.function(w->j, schema, name))
			return true;
	for (size_t i = 0; i < catalog_functions(w->j->catalog); i++) {
		const struct function *f = catalog_function_at(w->j->catalog, i);

		if (f->extension && strcmp(f->schema, schema) == 0)
			return !catalog_may_create(w->j->catalog, w->caller->oid, schema);
	}
	return false;
}

/* Where the relation stands that no schema of the path has; NULL: one has it, or it is none. */
static const char *of_relation(struct way *w, const char *name)
{
	const struct relation *r = w->j->lookup.relation(w->j, w->f->schema, name);

	r = r ? r : w->j->lookup.relation(w->j, NULL, name);
	for (size_t i = 0; i < w->looked.len; i++)
		if (w->j->lookup.relation(w->j, w->looked.v[i], name))
			return NULL;
	return r ? r->schema : NULL;
}

/* The same of what is called. */
static const char *of_function(struct way *w, const char *name)
{
	const struct function *f = w->j->lookup.function(w->j, w->f->schema, name);

	f = f ? f : w->j->lookup.function(w->j, NULL, name);
	for (size_t i = 0; i < w->looked.len; i++)
		if (w->j->lookup.function(w->j, w->looked.v[i], name))
			return NULL;
	return f ? f->schema : NULL;
}

/* What the settings do not lead to is found where it stands, the function's own schema first. */
static void look_elsewhere(struct way *w)
{
	const char *at = w->f->body, *name;

	while ((name = next_bare(w->j, w->f, &at)) != NULL) {
		const char *schema = *at == '(' ? of_function(w, name) : NULL;

		schema = schema ? schema : of_relation(w, name);
		if (schema)
			look_into(w, schema);
	}
	if (find_word(w->f->body, "execute"))
		look_into(w, w->f->schema);
}

/* The body finds what it found, and nothing of the caller's: where he may create objects that is
 * taken from him. */
static void usual_path(struct judge *j, const struct function *f, const struct role *caller,
		       struct buf *out)
{
	struct way w = { .j = j, .f = f, .caller = caller };

	buf_adds(out, "pg_catalog");
	if (f->body) {
		look_by_settings(&w);
		look_elsewhere(&w);
	} else {
		look_into(&w, f->schema);
	}
	for (size_t i = 0; i < w.looked.len; i++) {
		if (i < w.set && !is_looked_into(&w, w.looked.v[i]))
			continue;
		buf_adds(out, ", ");
		sql_ident(out, w.looked.v[i]);
		if (catalog_may_create(j->catalog, caller->oid, w.looked.v[i]))
			fix_create(j, w.looked.v[i], caller);
	}
	buf_adds(out, ", pg_temp");
	VEC_RELEASE(&w.looked);
}

static void rule_search_path(struct judge *j, const struct function *f)
{
	const struct actor *a = code_executor(j, f);
	const char *path = pinned_path(f), *name = judge_function_name(j, f);
	struct subject s = { .object = name, .role = a ? a->role->name : NULL };
	struct finding *found;

	if (!a)
		return;
	if (path && (safe_path(path) || !names_bare(j, f))) {
		rule_path_writable(j, f, a);
		return;
	}
	found = judge_find(j, RULE_R66, &s,
			   path ? "temporary objects of the caller come before %s's: its "
				  "search_path does not end in pg_temp"
				: "the caller chooses which objects %s finds: it has no "
				  "search_path of its own",
			   f->name);
	judge_evidence(j, found, "SECURITY DEFINER, owner %s, %s", f->owner,
		       path ? path : "no search_path in proconfig");
	if (found && path)
		found->severity = SEVERITY_MEDIUM;
	struct buf fixed = BUF_INIT;

	if (path)
		buf_addf(&fixed, "%s, pg_temp", path);
	else
		usual_path(j, f, a->role, &fixed);
	judge_fix(j, "search_path",
		  &(struct fix){ .object = code_function_sql(j, f), .other = fixed.data });
	judge_fixed(j, found);
	buf_release(&fixed);
}

static void rule_leakproof(struct judge *j, const struct function *f)
{
	const char *name = judge_function_name(j, f);
	struct subject s = { .object = name };
	struct finding *found;

	if (!f->leakproof)
		return;
	found = judge_find(j, RULE_R74, &s,
			   "the planner may run it on rows of other tenants before the policy, "
			   "and what it prints or raises shows them");
	judge_evidence(j, found, "proleakproof, language %s", f->language);
	judge_fix(j, "function_not_leakproof",
		  &(struct fix){ .object = code_function_sql(j, f) });
	judge_fixed(j, found);
}

static void rule_self_declared(struct judge *j)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		struct subject s = { .object = catalog_database(j->catalog),
				     .policy = y->setting };

		if (y->setting)
			judge_find(j, RULE_R00, &s,
				   "whoever can run SQL can set %s to any tenant: policies by "
				   "setting stop the application's "
				   "mistakes, not people with a connection",
				   y->setting);
	}
}

/* Policies that nobody judges are no small matter: they look like isolation. */
static void rule_nothing_learned(struct judge *j, struct finding *f)
{
	enum { ANY_ACCESS = RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE };
	size_t n = 0;

	for (size_t i = 0; i < j->ntables; i++)
		n += j->tables[i].r->npolicies && !j->tables[i].r->extension &&
		     judge_reacher(j, &j->tables[i], ANY_ACCESS);
	if (!f || !n)
		return;
	f->severity = SEVERITY_LOW;
	judge_evidence(j, f, "%zu table%s that applications reach ha%s policies, of which none was "
			     "judged", n, n == 1 ? "" : "s", n == 1 ? "s" : "ve");
	judge_choose(j, f, "[tenancy] column = … in the profile says whose rows are whose", NULL,
		     NULL);
	judge_fixed(j, f);
}

/* Where each tenant has a schema, and its login: what crosses is told (rls_schemas.c). */
static void rule_no_tenancy(struct judge *j)
{
	struct subject s = { .object = catalog_database(j->catalog) };

	if (judge_rooms(j))
		return;
	if (profile_tenant_schemas(j->in->profile))
		judge_find(j, RULE_R90, &s,
			   "each tenant has a schema here and no login of its own: the application "
			   "chooses the schema, which no right or policy can judge");
	else
		rule_nothing_learned(j, judge_find(j, RULE_R90, &s,
						   "no tenancy was found here, so nothing can be "
						   "said about isolation: "
						   "name the tenant column in the profile"));
}

void rules_code(struct judge *j)
{
	if (profile_tenancies(j->in->profile) == 0) {
		rule_no_tenancy(j);
		return;
	}
	rule_self_declared(j);
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);

		if (f->extension)
			continue;
		rule_leakproof(j, f);
		rule_setter(j, f);
		if (!f->security_definer)
			continue;
		rule_definer(j, f);
		rule_definer_half(j, f);
		rule_definer_person(j, f);
		rule_definer_trusted(j, f);
		rule_search_path(j, f);
	}
	rules_beside(j);
}
