/* SPDX-License-Identifier: MIT */
/*
 * Functions that reach rows with other rights than the caller's; rls_beside.c has the triggers,
 * rules and pipes that do.
 */
#include <ctype.h>
#include <string.h>

#include "rls_priv.h"

static const struct actor *executor(const struct judge *j, const struct function *f)
{
	const struct actor *found = NULL;

	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (a->trusted || a->bypasses || a->role->oid == f->owner_oid ||
		    !catalog_may_execute(j->catalog, a->role->oid, f))
			continue;
		if (a->application)
			return a;
		found = found ? found : a;
	}
	return found;
}

/* The body calls g. */
static bool calls(const struct function *f, const struct function *g)
{
	for (const char *at = f->body; (at = find_word(at, g->name)) != NULL; at++) {
		const char *after = at + strlen(g->name);

		if (after[strspn(after, " \t\n\"")] == '(')
			return true;
	}
	return false;
}

/* Does the function look at who asks: the setting, the login, the tenant column or a helper
 * that does? */
static bool looks_at_tenant(const struct judge *j, const struct function *f)
{
	static const char *const signs[] = { "current_setting", "session_user",
					     "current_user",	"auth.uid",
					     "auth.jwt",	"SESSION_USER",
					     "CURRENT_USER",	NULL };

	for (size_t i = 0; signs[i]; i++)
		if (strstr(f->body, signs[i]))
			return true;
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if ((y->column && mentions_word(f->body, y->column)) ||
		    (y->setting && strstr(f->body, y->setting)))
			return true;
	}
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (g != f && g->body && strstr(g->body, "current_setting") && calls(f, g))
			return true;
	}
	return false;
}

/* The first tenant table that the body names and whose policies do not bind the owner. */
const struct table *code_unbound_mention(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && !t->directory && relation_is_table(t->r) &&
		    mentions_word(f->body, t->r->name) &&
		    !catalog_bound(j->catalog, f->owner_oid, t->r))
			return t;
	}
	return NULL;
}

static void fix_execute(struct judge *j, const struct function *f, const char *name)
{
	if (!f->acl) {
		judge_fix(j, "function_revoke", &(struct fix){ .object = name });
		return;
	}
	for (size_t i = 0; i < f->acl->n; i++) {
		const struct grant *g = &f->acl->v[i];
		const struct role *role =
			g->grantee ? catalog_role_oid(j->catalog, g->grantee) : NULL;

		if (g->grantee != f->owner_oid && (!g->grantee || role))
			judge_fix(j, role ? "function_revoke_role" : "function_revoke",
				  &(struct fix){ .object = name,
						 .role = role ? role->name : NULL });
	}
}

/* "schema"."name"(argument types) as SQL takes it. */
const char *code_function_sql(struct judge *j, const struct function *f)
{
	struct buf out = BUF_INIT;

	sql_qualified(&out, f->schema, f->name);
	buf_addf(&out, "(%s)", f->arguments ? f->arguments : "");
	const char *text = arena_strdup(j->arena, out.data);

	buf_release(&out);
	return text;
}

static bool returns_trigger(const struct function *f)
{
	return f->result &&
	       (strcmp(f->result, "trigger") == 0 || strcmp(f->result, "event_trigger") == 0);
}

/* Signs that the function asks whose session this is, directly or by a helper. */
bool code_asks_session(const struct judge *j, const struct function *f)
{
	static const char *const signs[] = {
		"current_setting", "session_user", "current_user", "uid", "jwt", NULL
	};

	for (size_t i = 0; signs[i]; i++)
		if (find_word(f->body, signs[i]))
			return true;
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (g != f && !g->extension && calls(f, g))
			return true;
	}
	return false;
}

/* Names of the parameters, "$1" too: the one that the tenant column is compared with. */
static const char *tenant_parameter(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		for (const char *at = f->body; y->column && (at = find_word(at, y->column));
		     at++) {
			const char *s = at + strlen(y->column);
			size_t n;

			s += strspn(s, " \t\n");
			if (*s++ != '=')
				continue;
			s += strspn(s, " \t\n");
			n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$");
			if (*s == '$' ||
			    (n && s[n] != '.' && s[n] != '(' && f->arguments &&
			     find_word(f->arguments, arena_strndup(j->arena, s, n))))
				return arena_strndup(j->arena, s, n);
		}
	}
	return NULL;
}

/* The parameter is compared with the tenant column and asked nothing else: what the function
 * wants to know of the session ("is anybody signed in?") it asks in statements of their own. */
static bool is_unchecked(struct judge *j, const struct function *f, const char *parameter)
{
	const char *s = f->body, *begin = find_word(s, "begin");

	if (strcmp(f->language, "plpgsql") != 0 || !begin || *parameter == '$')
		return false;
	for (s = begin; *s;) {
		size_t n = strcspn(s, ";");
		const struct function part = { .body = arena_strndup(j->arena, s, n),
					       .name = f->name,
					       .arguments = f->arguments };
		const char *at = find_word(part.body, parameter);

		if (at && (code_asks_session(j, &part) || !tenant_parameter(j, &part) ||
			   find_word(at + 1, parameter)))
			return false;
		s += n + (s[n] == ';');
	}
	return true;
}

/* EXECUTE of a text that is put together without quoting, from what the caller gave. */
static bool runs_callers_text(struct judge *j, const struct function *f)
{
	const char *run = find_word(f->body, "execute"), *end = run ? strchr(run, ';') : NULL;
	const char *a = f->arguments ? f->arguments : "";
	const char *text;

	if (!end)
		return false;
	text = arena_strndup(j->arena, run, (size_t)(end - run));
	if (!strstr(text, "||") || strstr(f->body, "quote_") || strstr(text, "format"))
		return false;
	while (*a) {
		size_t n = strcspn(a, " ,");

		if (a[n] == ' ' && mentions_word(text, arena_strndup(j->arena, a, n)))
			return true;
		a += strcspn(a, ",");
		a += strspn(a, ", ");
	}
	return false;
}

/* A column of the source that is one of the function's parameters. */
static bool is_parameter(const struct function *f, const struct expr *e)
{
	return e->kind == EXPR_COLUMN && !e->qualifier &&
	       (*e->name == '$' || (f->arguments && find_word(f->arguments, e->name)));
}

struct parameters {
	const struct function *f;
	bool any, other;
};

static bool seek_parameters(void *ctx, const struct expr *e, int depth)
{
	struct parameters *p = ctx;
	bool is = is_parameter(p->f, e);

	p->any = p->any || is;
	p->other = p->other || depth > 0 || e->kind == EXPR_CALL || e->kind == EXPR_IDENTITY ||
		   (e->kind == EXPR_COLUMN && !is);
	return true;
}

/* "tenant = mine OR p_all": an arm that says only what the caller says. */
static bool opened_by_caller(const struct function *f, const struct expr *e)
{
	for (size_t i = 0; e && e->kind == EXPR_AND && i < e->n; i++)
		if (opened_by_caller(f, e->args[i]))
			return true;
	for (size_t i = 0; e && e->kind == EXPR_OR && i < e->n; i++) {
		struct parameters p = { .f = f };

		expr_walk(e->args[i], seek_parameters, &p);
		if (p.any && !p.other)
			return true;
	}
	return false;
}

static bool is_not_named(void *ctx, const struct expr *e, int depth)
{
	(void)depth;
	return e->kind != EXPR_COLUMN || strcmp(e->name, ctx) != 0;
}

static bool query_opened_by_caller(struct judge *j, const struct function *f,
				   const struct table *t)
{
	const char *s = f->body, *end = s + strlen(s);
	const struct expr *e;

	while (end > s && strchr("; \t\r\n", end[-1]))
		end--;
	if (!t || strcmp(f->language, "sql") != 0)
		return false;
	e = expr_parse_source(j->arena, arena_printf(j->arena, "(%.*s\n)", (int)(end - s), s));
	for (const struct subquery *q = e->kind == EXPR_SUBQUERY ? e->sub : NULL; q;
	     q = q->more)
		for (size_t i = 0; i < q->nconditions; i++) {
			bool tenant = t->tenant && !expr_walk(q->conditions[i].e, is_not_named,
							      (void *)(uintptr_t)t->tenant);

			if (tenant && opened_by_caller(f, q->conditions[i].e))
				return true;
		}
	return false;
}

static const char *definer_fault(struct judge *j, const struct function *f,
				 const struct table **t)
{
	*t = code_unbound_mention(j, f);
	if (*t && !looks_at_tenant(j, f))
		return "the body names neither tenant nor setting";
	const char *parameter = *t ? tenant_parameter(j, f) : NULL;

	if (parameter && (!code_asks_session(j, f) || is_unchecked(j, f, parameter)))
		return "whoever calls it says which tenant";
	if (query_opened_by_caller(j, f, *t))
		return "its caller can open the condition on the tenant";
	for (size_t i = 0; !*t && i < j->ntables; i++)
		if (table_tenant(&j->tables[i]) && relation_is_table(j->tables[i].r) &&
		    !catalog_bound(j->catalog, f->owner_oid, j->tables[i].r))
			*t = &j->tables[i];
	if (*t && runs_callers_text(j, f))
		return "it runs text of its caller's";
	return NULL;
}

static void rule_definer(struct judge *j, const struct function *f)
{
	const struct actor *a = executor(j, f);
	struct subject s = { .object = judge_function_name(j, f),
			     .role = a ? a->role->name : NULL };
	const char *fault;
	const struct table *t;
	struct finding *found;

	if (!a || !f->body || returns_trigger(f) || !(fault = definer_fault(j, f, &t)))
		return;
	found = judge_find(j, RULE_R65, &s,
			   "%s may call it, and it works on all tenants' rows of %s",
			   a->role->name, judge_name(j, t->r));
	judge_evidence(j, found, "SECURITY DEFINER, owner %s is bound by no policy; %s",
		       f->owner, fault);
	fix_execute(j, f, code_function_sql(j, f));
	judge_fixed(j, found);
}

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

static void rule_search_path(struct judge *j, const struct function *f)
{
	const struct actor *a = executor(j, f);
	const char *path = pinned_path(f), *name = judge_function_name(j, f);
	struct subject s = { .object = name, .role = a ? a->role->name : NULL };
	struct finding *found;

	if (!a)
		return;
	if (path && safe_path(path)) {
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

	if (path) {
		buf_addf(&fixed, "%s, pg_temp", path);
	} else {
		buf_adds(&fixed, "pg_catalog, ");
		sql_ident(&fixed, f->schema);
		buf_adds(&fixed, ", pg_temp");
	}
	judge_fix(j, "search_path",
		  &(struct fix){ .object = code_function_sql(j, f), .other = fixed.data });
	judge_fixed(j, found);
	buf_release(&fixed);
}

/* ---- the tenant set for the session ---- */

/* set_config('app.tenant_id', …, false): true for the tenant's setting and a literal false. */
static bool sets_session(const char *body, const char *setting)
{
	for (const char *s = body; (s = strstr(s, "set_config")) != NULL; s += 10) {
		const char *open = strchr(s, '('), *p;
		const char *last = open;
		int depth = 0;
		bool quoted = false, named = false;

		for (p = open; p && *p; p++) {
			if (*p == '\'')
				quoted = !quoted;
			if (quoted && strncmp(p + 1, setting, strlen(setting)) == 0)
				named = true;
			if (!quoted && *p == ',' && depth == 1)
				last = p;
			depth += !quoted && *p == '(';
			if (!quoted && *p == ')' && --depth == 0)
				break;
		}
		if (!p || !*p || !named)
			continue;
		last += 1 + strspn(last + 1, " \t\n");
		if (strncmp(last, "is_local", 8) == 0) /* is_local => false */
			last += 8 + strspn(last + 8, " \t\n=:>");
		if (strncmp(last, "false", 5) == 0 || strncmp(last, "FALSE", 5) == 0)
			return true;
	}
	return false;
}

static bool word_like(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* SET app.tenant_id in the text of a function, without LOCAL. */
static bool sets_by_command(const char *body, const char *setting)
{
	for (const char *s = body; (s = find_word(s, setting)) != NULL; s++) {
		const char *end = s, *start, *after = s + strlen(setting);

		after += strspn(after, " \t\n");
		if (*after != '=' && find_word(after, "to") != after) /* a hint, a comment */
			continue;
		while (end > body && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t'))
			end--;
		for (start = end; start > body && word_like(start[-1]);)
			start--;
		if (end - start == 3 && find_word(start, "set") == start)
			return true;
		if (end - start == 7 && find_word(start, "session") == start)
			return true;
	}
	return false;
}

static void rule_session(struct judge *j, const struct function *f)
{
	for (size_t i = 0; f->body && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		struct subject s = { .object = judge_function_name(j, f) };

		if (!y->setting || !(sets_session(f->body, y->setting) ||
				     sets_by_command(f->body, y->setting)))
			continue;
		judge_evidence(
			j,
			judge_find(j, RULE_R67, &s,
				   "%s sets %s for the whole session: behind a pooler "
				   "the next request inherits the tenant",
				   f->name, y->setting),
			"set_config with is_local false, or SET without LOCAL"); /* not SQL */
	}
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

void rules_code(struct judge *j)
{
	if (profile_tenancies(j->in->profile) == 0) {
		struct subject s = { .object = catalog_database(j->catalog) };

		judge_find(j, RULE_R90, &s,
			   "no tenancy was found here, so nothing can be said about isolation: "
			   "name the tenant column in the profile");
		return;
	}
	rule_self_declared(j);
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);

		if (f->extension)
			continue;
		rule_leakproof(j, f);
		rule_session(j, f);
		if (!f->security_definer)
			continue;
		rule_definer(j, f);
		rule_search_path(j, f);
	}
	rules_beside(j);
}
