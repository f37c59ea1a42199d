/* SPDX-License-Identifier: MIT */
/*
 * SECURITY DEFINER: what a function reads and writes with its owner's rights, and whether it
 * asks of which tenant its caller is.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

typedef bool may(const struct catalog *c, oid role, const struct function *f);

static const struct actor *find_executor(const struct judge *j, const struct function *f,
					 may *may_do)
{
	const struct actor *found = NULL;

	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];

		if (a->trusted || a->bypasses || a->role->oid == f->owner_oid ||
		    !may_do(j->catalog, a->role->oid, f))
			continue;
		if (a->application)
			return a;
		found = found ? found : a;
	}
	return found;
}

const struct actor *code_executor(const struct judge *j, const struct function *f)
{
	return find_executor(j, f, catalog_may_execute);
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

/* It reads a setting, or calls what does. */
static bool reads_setting(const struct judge *j, const struct function *f, int depth)
{
	if (!f->body || strstr(f->body, "current_setting"))
		return f->body;
	for (size_t i = 0; depth > 0 && i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (g != f && !g->extension && calls(f, g) && reads_setting(j, g, depth - 1))
			return true;
	}
	return false;
}

/* ---- "is anybody signed in?" ---- */

/* Where the call begins that ends before `end`: app.person() or (SELECT auth.uid()), of the
 * session alone; NULL: it is none. */
static const char *session_call(const char *body, const char *end)
{
	const char *open = end, *s;
	int depth = 0;

	if (end == body || end[-1] != ')')
		return NULL;
	while (open > body && (depth || open == end)) {
		open--;
		depth += (*open == ')') - (*open == '(');
	}
	s = open + 1 + strspn(open + 1, " \t\n");
	for (const char *from = find_word(s, "from"); from && from < end;)
		return NULL;
	if (open > body && (isalnum((unsigned char)open[-1]) || strchr("_\"", open[-1]))) {
		if (*s != ')' && *s != '\'')
			return NULL; /* it is told something of the row or by the caller */
		while (open > body && (isalnum((unsigned char)open[-1]) ||
				       strchr("_.\"", open[-1]) || (signed char)open[-1] < 0))
			open--;
		return open;
	}
	return strncasecmp(s, "select", 6) == 0 ? open : NULL;
}

/* The body without its tests whether the session has a person at all: they tell nobody apart. */
static const char *without_null_tests(struct judge *j, const char *body)
{
	char *copy = arena_strdup(j->arena, body);

	for (const char *is = copy; (is = find_word(is, "is")) != NULL; is += 2) {
		const char *end = is, *null = is + 2 + strspn(is + 2, " \t\n"), *begin;

		while (end > copy && strchr(" \t\n", end[-1]))
			end--;
		if (strncasecmp(null, "not", 3) == 0)
			null += 3 + strspn(null + 3, " \t\n");
		begin = strncasecmp(null, "null", 4) == 0 ? session_call(copy, end) : NULL;
		if (begin)
			memset(copy + (begin - copy), ' ', (size_t)(end - begin));
	}
	return copy;
}

/* Where it runs with its owner's rights, current_user is the owner. */
static bool names_itself(const struct function *f, const char *sign)
{
	return f->security_definer && strcasecmp(sign, "current_user") == 0;
}

/* The body without what it only remarks: RAISE DEBUG '…', mine(). */
static const char *without_remarks(const struct judge *j, const struct function *f)
{
	static const char *const loud[] = { "debug", "log", "info", "notice", "warning", NULL };
	char *body = arena_strdup(j->arena, f->body);

	if (!f->language || strcmp(f->language, "plpgsql") != 0)
		return body;
	for (const char *raise = body; (raise = find_word(raise, "raise")) != NULL; raise++) {
		const char *level = raise + 5 + strspn(raise + 5, " \t\n");
		bool is_remark = false;

		for (size_t i = 0; loud[i]; i++)
			is_remark = is_remark || strncasecmp(level, loud[i], strlen(loud[i])) == 0;
		if (is_remark)
			memset(body + (raise - body), ' ', strcspn(raise, ";"));
	}
	return body;
}

/* Does the function look at who asks: the setting, the login, the tenant column or a helper
 * that does? */
bool code_looks_at_tenant(const struct judge *j, const struct function *whole)
{
	enum { HELPERS = 3 };
	struct function heard = *whole;
	const struct function *f = &heard;
	static const char *const signs[] = { "current_setting", "session_user",
					     "current_user",	"auth.uid",
					     "auth.jwt",	"SESSION_USER",
					     "CURRENT_USER",	NULL };

	if (whole->body)
		heard.body = without_remarks(j, whole);
	for (size_t i = 0; signs[i]; i++)
		if (strstr(f->body, signs[i]) && !names_itself(f, signs[i]))
			return true;
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if ((y->column && mentions_word(f->body, y->column)) ||
		    (y->setting && strstr(f->body, y->setting)))
			return true;
	}
	return reads_setting(j, f, HELPERS);
}

/* The first tenant table that the body names and whose policies do not bind the owner. */
const struct table *code_unbound_mention(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (table_tenant(t) && !t->directory && relation_is_table(t->r) &&
		    mentions_relation(f->body, t->r) &&
		    !catalog_bound(j->catalog, f->owner_oid, t->r))
			return t;
	}
	return NULL;
}

void code_fix_execute(struct judge *j, const struct function *f)
{
	const char *name = code_function_sql(j, f);

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

static bool asks_helper(const struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (g != f && !g->extension && calls(f, g))
			return true;
	}
	return false;
}

/* Signs that the function asks whose session this is, directly or by a helper. */
bool code_asks_session(const struct judge *j, const struct function *f)
{
	static const char *const signs[] = {
		"current_setting", "session_user", "current_user", "uid", "jwt", NULL
	};

	for (size_t i = 0; signs[i]; i++)
		if (find_word(f->body, signs[i]) && !names_itself(f, signs[i]))
			return true;
	return asks_helper(j, f);
}

bool code_is_blind(const struct judge *j, const struct function *f)
{
	bool reads = false;

	if (!f->security_definer || f->extension || !f->body ||
	    (strcmp(f->language, "sql") != 0 && strcmp(f->language, "plpgsql") != 0) ||
	    find_word(f->body, "user") || find_word(f->body, "execute") ||
	    find_word(f->body, "pg_backend_pid") || find_word(f->body, "pg_has_role") ||
	    code_asks_session(j, f))
		return false;
	for (size_t i = 0; i < catalog_relations(j->catalog); i++) {
		const struct relation *r = catalog_relation_at(j->catalog, i);

		if (!mentions_relation(f->body, r))
			continue;
		/* What a view or the far side filters by is not known here. */
		if (!relation_is_table(r) || catalog_bound(j->catalog, f->owner_oid, r))
			return false;
		reads = true;
	}
	return reads;
}

/* tenant = 'acme': it works for that one. */
static bool names_one_tenant(const struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		for (const char *at = f->body; y->column && (at = find_word(at, y->column));
		     at++) {
			const char *s = at + strlen(y->column);

			s += strspn(s, "\" \t\n");
			if (*s == '=' && (s += 1 + strspn(s + 1, " \t\n(")) &&
			    (*s == '\'' || isdigit((unsigned char)*s)))
				return true;
		}
	}
	return false;
}

bool code_only_reads(const struct function *f)
{
	static const char *const acts[] = { "insert", "update",   "delete", "merge",
					    "truncate", "execute", "copy",   NULL };

	for (size_t i = 0; acts[i]; i++)
		if (find_word(f->body, acts[i]))
			return false;
	return true;
}

bool code_only_answers(const struct function *f)
{
	return f->result && strcmp(f->result, "boolean") == 0 && code_only_reads(f);
}

/* It reads what the request says, and not the token that was checked. */
static bool goes_by_request(struct judge *j, const struct function *f, const struct table *t)
{
	const char *agreed = t->tenancy ? t->tenancy->setting : NULL;
	bool found = false;

	for (const char *at = f->body; (at = strstr(at, "current_setting")) != NULL; at++) {
		const char *open = strchr(at, '\''), *close = open ? strchr(open + 1, '\'') : NULL;
		const char *name = close ? arena_strndup(j->arena, open + 1,
							 (size_t)(close - open - 1))
					 : "";

		if (!clause_is_request(name))
			return false;
		found = true;
	}
	return found && agreed && clause_is_claim(agreed) && !clause_is_request(agreed) &&
	       !asks_helper(j, f);
}

/* Whose row is this?  That is what policies ask, and nobody's row. */
static bool tells_tenant(const struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);
		const char *result = f->result && strncmp(f->result, "SETOF ", 6) == 0
					     ? f->result + 6
					     : f->result;

		if (result && y->type && strcmp(result, y->type) == 0 && code_only_reads(f))
			return true;
	}
	return false;
}

static const char told_row[] =
	"the body asks nobody whose session this is, and finds what it is told";

/* It is told which row, and never whose session this is. */
static bool finds_for_anybody(struct judge *j, const struct function *f)
{
	return f->arguments && *f->arguments && !code_only_answers(f) && !tells_tenant(j, f) &&
	       !code_is_policys(j, f) && !names_one_tenant(j, f) && code_is_blind(j, f) &&
	       !code_asks_secret(j, f) && !text_says_public(f->body);
}

const char *code_definer_fault(struct judge *j, const struct function *f,
			       const struct table **t)
{
	const struct table *changed;
	const char *fault;

	*t = code_unbound_mention(j, f);
	if (*t && !code_looks_at_tenant(j, f) && code_finds_by_secret(j, f))
		return NULL;
	if (*t && !code_looks_at_tenant(j, f))
		return "the body names neither tenant nor setting";
	if (*t && !code_looks_at_tenant(j, &(struct function){
				       .name = f->name,
				       .body = without_null_tests(j, f->body) }))
		return "the body asks only whether somebody is signed in";
	if (*t && (!f->arguments || !*f->arguments) && !names_one_tenant(j, f) &&
	    code_is_blind(j, f))
		return "the body asks nobody whose session this is";
	if (*t && goes_by_request(j, f, *t))
		return "it goes by the request's own words, which whoever sends it writes";
	fault = *t && !code_only_answers(f) ? code_caller_says(j, f, *t) : NULL;
	if (fault)
		return fault;
	if ((changed = code_changes_tenant(j, f)) != NULL) {
		*t = changed;
		return "whoever calls it says which tenant's own row is changed";
	}
	if (*t && finds_for_anybody(j, f))
		return told_row;
	for (size_t i = 0; !*t && i < j->ntables; i++)
		if (table_tenant(&j->tables[i]) && relation_is_table(j->tables[i].r) &&
		    !catalog_bound(j->catalog, f->owner_oid, j->tables[i].r))
			*t = &j->tables[i];
	return *t ? code_runs_callers(j, f) : NULL;
}

bool code_is_policys(const struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < j->ntables; i++)
		for (size_t p = 0; p < j->tables[i].r->npolicies; p++)
			for (const oid *o = j->tables[i].r->policies[p].functions; *o; o++)
				if (*o == f->oid)
					return true;
	return false;
}

void rule_definer(struct judge *j, const struct function *f)
{
	/* What only a view or policy calls is told there. */
	const struct actor *a = find_executor(j, f, catalog_may_call);
	struct subject s = { .object = judge_function_name(j, f),
			     .role = a ? a->role->name : NULL };
	const char *fault;
	const struct table *t;
	struct finding *found;

	if (!a || !f->body || returns_trigger(f) || !(fault = code_definer_fault(j, f, &t)))
		return;
	found = judge_find(j, RULE_R65, &s,
			   "%s may call it, and it works on all tenants' rows of %s",
			   a->role->name, judge_name(j, t->r));
	/* Before anybody is signed in, some must be found by what they say of themselves. */
	if (found && fault == told_row)
		found->severity = SEVERITY_HIGH;
	judge_evidence(j, found, "SECURITY DEFINER, owner %s is bound by no policy; %s",
		       f->owner, fault);
	if (code_is_policys(j, f))
		judge_choose(j, found, "a policy calls it, for which EXECUTE is needed: let it ask "
				       "whose session this is", NULL, NULL);
	else
		code_fix_execute(j, f);
	judge_fixed(j, found);
}
