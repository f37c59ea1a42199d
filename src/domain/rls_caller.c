/* SPDX-License-Identifier: MIT */
/*
 * What the caller of a SECURITY DEFINER function says: whose rows it reads, into which tenant a
 * row goes, or that a condition on the tenant shall not hold.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rls_claims.h"
#include "rls_clause_priv.h"

/* The function of this name says yes or no, and never raises. */
static bool answers_only(const struct judge *j, const char *name)
{
	const char *dot = strrchr(name, '.');
	bool found = false;

	name = dot ? dot + 1 : name;
	for (size_t i = 0; i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (strcasecmp(g->name, name) != 0)
			continue;
		/* Of what only functions call the body is not known, and SQL cannot raise. */
		if (!g->result || strcmp(g->result, "boolean") != 0 ||
		    (g->body ? find_word(g->body, "raise") || find_word(g->body, "assert")
			     : strcmp(g->language, "sql") != 0))
			return false;
		found = true;
	}
	return found;
}

static const char *const name_signs = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$";

size_t code_comparison(const char *s)
{
	static const char *const signs[] = { "<@", "@>", "&&", "=", NULL };

	for (size_t i = 0; signs[i]; i++)
		if (strncmp(s, signs[i], strlen(signs[i])) == 0)
			return strlen(signs[i]);
	return 0;
}

const char *code_parameter_named(struct judge *j, const struct function *f, const char *s,
				 size_t n)
{
	return n && (*s == '$' || (s[n] != '.' && s[n] != '(' && f->arguments &&
				   find_word(f->arguments, arena_strndup(j->arena, s, n))))
		       ? arena_strndup(j->arena, s, n)
		       : NULL;
}

/* column = parameter, s: behind the column. */
static const char *parameter_behind(struct judge *j, const struct function *f, const char *s)
{
	size_t n;

	s += *s == '"'; /* the end of its name */
	s += strspn(s, " \t\n");
	n = code_comparison(s);
	if (!n)
		return NULL;
	s += n + strspn(s + n, " \t\n");
	return code_parameter_named(j, f, s, strspn(s, name_signs));
}

static const char *back_over(const char *begin, const char *s, const char *signs)
{
	while (s > begin && strchr(signs, s[-1]))
		s--;
	return s;
}

/* parameter = column, parameter = ANY (t.column), s: where the column begins. */
static const char *parameter_before(struct judge *j, const struct function *f, const char *s)
{
	const char *begin = f->body, *end;

	s -= s > begin && s[-1] == '"'; /* the begin of its name */
	if (s > begin && s[-1] == '.')
		s = back_over(begin, s - 1, name_signs);
	s = back_over(begin, s, " \t\n(");
	if (s - begin > 3 && strncasecmp(s - 3, "any", 3) == 0)
		s = back_over(begin, s - 3, " \t\n");
	end = back_over(begin, s, "<@>&=");
	if (end == s || code_comparison(end) != (size_t)(s - end))
		return NULL;
	end = back_over(begin, end, " \t\n");
	s = back_over(begin, end, name_signs);
	return s > begin && s[-1] == '.' ? NULL
					 : code_parameter_named(j, f, s, (size_t)(end - s));
}

/* Names of the parameters, "$1" too: the one that the column is compared with. */
static const char *column_parameter(struct judge *j, const struct function *f, const char *column)
{
	for (const char *at = f->body; column && (at = find_word(at, column)); at++) {
		const char *name = parameter_behind(j, f, at + strlen(column));

		name = name ? name : parameter_before(j, f, at);
		if (name)
			return name;
	}
	return NULL;
}

const char *code_tenant_parameter(struct judge *j, const struct function *f)
{
	const char *name = NULL;

	for (size_t i = 0; i < profile_tenancies(j->in->profile) && !name; i++)
		name = column_parameter(j, f, profile_tenancy(j->in->profile, i)->column);
	return name;
}

/* It gives more than numbers or ids, which only a policy or another function makes use of. */
static bool gives_rows(const struct function *f)
{
	static const char *const bare[] = { "uuid", "integer", "bigint", "boolean", NULL };
	const char *result = f->result ? f->result : "";

	if (strncmp(result, "SETOF ", 6) == 0)
		result += 6;
	for (size_t i = 0; bare[i]; i++)
		if (strncmp(result, bare[i], strlen(bare[i])) == 0)
			return false;
	return true;
}

/* A tenant's table beside this one, which the body names and no policy binds for it. */
static bool reads_beside(struct judge *j, const struct function *f, const struct relation *r)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (t->r != r && table_tenant(t) && !t->directory && relation_is_table(t->r) &&
		    mentions_relation(f->body, t->r) &&
		    !catalog_bound(j->catalog, f->owner_oid, t->r))
			return true;
	}
	return false;
}

/* Where policies look up by the session who belongs to a tenant, it looks up whom it is told: what
 * it finds beside that is shown to anybody. */
static bool is_told_who(struct judge *j, const struct function *f)
{
	const struct claims *all;

	if (code_asks_session(j, f) || code_is_policys(j, f) || !gives_rows(f))
		return false;
	all = judge_claims(j);
	for (size_t i = 0; i < all->list.len; i++) {
		const struct claim *c = &all->list.v[i];

		if (c->kind == CLAIM_PERSON && c->sought &&
		    mentions_relation(f->body, c->relation) &&
		    column_parameter(j, f, c->column) && reads_beside(j, f, c->relation))
			return true;
	}
	return false;
}

/* IF NOT member(x) THEN RAISE WARNING …; END IF, or PERFORM member(x), whose answer nobody
 * hears: the function goes on.  (after: the statement that follows.) */
static bool only_warns(struct judge *j, const char *statement, const char *after)
{
	static const char *const loud[] = { "debug", "log", "info", "notice", "warning", NULL };
	const char *then = find_word(statement, "then"), *raise, *call;

	statement += strspn(statement, " \t\n");
	if (strncasecmp(statement, "begin", 5) == 0)
		statement += 5 + strspn(statement + 5, " \t\n");
	if (strncasecmp(statement, "perform ", 8) == 0) {
		call = statement + 8 + strspn(statement + 8, " \t\n");
		return answers_only(j, arena_strndup(j->arena, call, strcspn(call, "( \t\n;")));
	}
	raise = then ? then + 4 + strspn(then + 4, " \t\n") : NULL;
	after += strspn(after, " \t\n");
	if (strncasecmp(statement, "if", 2) != 0 || !raise ||
	    strncasecmp(raise, "raise", 5) != 0 || strncasecmp(after, "end", 3) != 0)
		return false;
	raise += 5 + strspn(raise + 5, " \t\n");
	for (size_t i = 0; loud[i]; i++)
		if (strncasecmp(raise, loud[i], strlen(loud[i])) == 0)
			return true;
	return false;
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

		s += n + (s[n] == ';');
		if (at && only_warns(j, part.body, s))
			continue;
		if (at && (code_asks_session(j, &part) || !code_tenant_parameter(j, &part) ||
			   find_word(at + 1, parameter)))
			return false;
	}
	return true;
}

/* It finds what it is told by a secret, which whoever calls it must know; texts: ids are none. */
static bool goes_by_secret(struct judge *j, const struct function *f, bool texts)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct relation *r = j->tables[i].r;

		for (size_t c = 0; mentions_relation(f->body, r) && c < r->ncolumns; c++)
			if ((!texts || r->columns[c].type_category == 'S') &&
			    column_is_secret(r, &r->columns[c]) &&
			    column_parameter(j, f, r->columns[c].name))
				return true;
	}
	return false;
}

bool code_asks_secret(struct judge *j, const struct function *f)
{
	static const char *const makers[] = { "crypt", "digest", "hmac", "sha256", "md5", NULL };

	for (size_t i = 0; makers[i]; i++)
		if (find_word(f->body, makers[i]))
			return true;
	return goes_by_secret(j, f, false);
}

bool code_finds_by_secret(struct judge *j, const struct function *f)
{
	return code_only_reads(f) && !find_word(f->body, "or") && goes_by_secret(j, f, true);
}

/* ---- INSERT of what the caller gave ---- */

/* The next name, quoted or not, in front of *s; NULL: none. */
static const char *take_name(struct judge *j, const char **s)
{
	const char *at = *s + strspn(*s, " \t\n.");
	size_t n;

	if (*at == '"') {
		n = strcspn(at + 1, "\"");
		*s = at + 1 + n + (at[n + 1] == '"');
		return n ? arena_strndup(j->arena, at + 1, n) : NULL;
	}
	for (n = 0; isalnum((unsigned char)at[n]) || at[n] == '_' || at[n] == '$' ||
		    (unsigned char)at[n] >= 0x80;)
		n++;
	*s = at + n;
	return n ? arena_strndup(j->arena, at, n) : NULL;
}

/* The place'th of what stands between commas. */
static const char *element(struct judge *j, const char *s, size_t place)
{
	const char *start = s;
	int depth = 0;
	bool quoted = false;

	for (;; s++) {
		quoted = quoted != (*s == '\'');
		if (*s && (quoted || depth > 0 || !strchr(",;)", *s))) {
			depth += !quoted && *s == '(';
			depth -= !quoted && *s == ')';
			continue;
		}
		if (place == 0)
			return arena_strndup(j->arena, start, (size_t)(s - start));
		if (*s != ',')
			return NULL;
		place--;
		start = s + 1;
	}
}

/* Where t's tenant stands in an INSERT without and with a list of columns; *s is moved behind
 * the list. */
static bool tenant_place(struct judge *j, const struct table *t, const char **s, size_t *place)
{
	const char *at = *s + strspn(*s, " \t\n"), *name;

	if (*at != '(') {
		for (*place = 0; *place < t->r->ncolumns; ++*place)
			if (strcmp(t->r->columns[*place].name, t->tenant) == 0)
				return true;
		return false;
	}
	at++;
	for (*place = 0; (name = take_name(j, &at)) != NULL; ++*place) {
		if (strcasecmp(name, t->tenant) == 0) {
			at = strchr(at, ')');
			*s = at ? at + 1 : *s;
			return at != NULL;
		}
		at += strcspn(at, ",)");
		if (*at++ != ',')
			break;
	}
	return false;
}

/* The parameter that an INSERT, which begins at s, gives as t's tenant; NULL: none, or t is
 * bound. */
static const char *given_tenant(struct judge *j, const struct function *f, const char *s)
{
	const char *into = find_word(s, "into"), *at = into ? into + 4 : s, *schema = NULL,
		   *name = take_name(j, &at), *value, *parameter;
	const struct relation *r;
	const struct table *t;
	size_t place;

	if (into && *at == '.') {
		schema = name;
		name = take_name(j, &at);
	}
	r = name ? j->lookup.relation(j->lookup.ctx, schema, name) : NULL;
	t = r ? judge_table(j, r->oid) : NULL;
	if (!t || !t->tenant || t->directory || !relation_is_table(r) ||
	    catalog_bound(j->catalog, f->owner_oid, r) || !tenant_place(j, t, &at, &place))
		return NULL;
	at += strspn(at, " \t\n");
	if (strncasecmp(at, "values", 6) == 0)
		at += 6 + strspn(at + 6, " \t\n(");
	else if (strncasecmp(at, "select", 6) == 0)
		at += 6;
	else
		return NULL;
	value = element(j, at, place);
	parameter = value ? take_name(j, &value) : NULL;
	value = value ? value + strspn(value, " \t\n") : NULL;
	return parameter && (!*value || strncmp(value, "::", 2) == 0) && f->arguments &&
			       (*parameter == '$' || find_word(f->arguments, parameter))
		       ? parameter
		       : NULL;
}

/* UPDATE t SET tenant = parameter, s: behind "update"; NULL: it gives none, or t is bound. */
static const char *moved_to(struct judge *j, const struct function *f, const char *s)
{
	const char *at = s, *schema = NULL, *name = take_name(j, &at), *set, *where, *value;
	const struct relation *r;
	const struct table *t;

	if (name && *at == '.') {
		schema = name;
		name = take_name(j, &at);
	}
	r = name ? j->lookup.relation(j->lookup.ctx, schema, name) : NULL;
	t = r ? judge_table(j, r->oid) : NULL;
	if (!t || !t->tenant || t->directory || !relation_is_table(r) ||
	    catalog_bound(j->catalog, f->owner_oid, r) || !(set = find_word(at, "set")))
		return NULL;
	where = find_word(set, "where");
	at = find_word(set, t->tenant);
	if (!at || (where && at > where))
		return NULL;
	at += strlen(t->tenant);
	at += strspn(at, "\" \t\n");
	if (*at != '=')
		return NULL;
	at += 1 + strspn(at + 1, " \t\n");
	value = code_parameter_named(j, f, at, strspn(at, name_signs));
	return value;
}

/* RETURN and RAISE only repeat what the caller said; the steps that a statement stands behind
 * are skipped. */
static bool only_repeats(const char *statement, const char *parameter)
{
	static const char *const before[] = { "begin", "then", "else", "loop", NULL };
	const char *use = find_word(statement, parameter), *at;

	for (size_t i = 0; before[i]; i++)
		while ((at = find_word(statement, before[i])) != NULL && at < use)
			statement = at + strlen(before[i]);
	statement += strspn(statement, " \t\n");
	return strncasecmp(statement, "return", 6) == 0 ||
	       strncasecmp(statement, "raise", 5) == 0;
}

/* The tenant that a statement of the body gives to a row, if that is a parameter. */
static const char *statement_gives(struct judge *j, const struct function *f, const char *part)
{
	const char *insert = find_word(part, "insert"), *update = find_word(part, "update"),
		   *given = insert   ? given_tenant(j, f, insert)
			    : update ? moved_to(j, f, update + strlen("update"))
				     : NULL,
		   *at = given ? find_word(part, given) : NULL;

	return at && !find_word(at + 1, given) ? given : NULL;
}

/* The caller says into which tenant a row goes, and no other statement asks about it. */
static bool gives_parameter(struct judge *j, const struct function *f)
{
	const char *given = NULL;

	for (int pass = 0; pass < 2 && (pass == 0 || given); pass++)
		for (const char *s = f->body; *s;) {
			size_t n = strcspn(s, ";");
			const char *part = arena_strndup(j->arena, s, n),
				   *here = statement_gives(j, f, part);

			if (pass == 0)
				given = here ? here : given;
			else if (!here && find_word(part, given) && !only_repeats(part, given))
				return false;
			s += n + (s[n] == ';');
		}
	return given;
}

/* A column of the source that is one of the function's parameters. */
static bool is_parameter(const struct function *f, const struct expr *e)
{
	return e->kind == EXPR_COLUMN && !e->qualifier &&
	       (*e->name == '$' || (f->arguments && find_word(f->arguments, e->name)));
}

struct parameters {
	const struct function *f;
	const char *tenant;
	bool any, other;
};

static bool seek_parameters(void *ctx, const struct expr *e, int depth)
{
	struct parameters *p = ctx;
	bool is = is_parameter(p->f, e);

	p->any = p->any || is;
	p->other = p->other || depth > 0 || e->kind == EXPR_CALL || e->kind == EXPR_IDENTITY ||
		   e->kind == EXPR_SUBQUERY ||
		   (e->kind == EXPR_COLUMN && !is && strcmp(e->name, p->tenant) == 0);
	return true;
}

/* "tenant = mine OR p_all", "tenant = mine OR title = p_title": an arm that goes by what the
 * caller says and not by the tenant. */
static bool opened_by_caller(const struct function *f, const char *tenant, const struct expr *e)
{
	for (size_t i = 0; e && e->kind == EXPR_AND && i < e->n; i++)
		if (opened_by_caller(f, tenant, e->args[i]))
			return true;
	for (size_t i = 0; e && e->kind == EXPR_OR && i < e->n; i++) {
		struct parameters p = { .f = f, .tenant = tenant };

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

/* "title = p_title OR shared": what is public on purpose, or what the caller asks for. */
static bool has_public_arm(const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OR && i < e->n; i++)
		if (clause_says_public(e->args[i]))
			return true;
	return false;
}

/* s to end: one query. */
static bool query_opened(struct judge *j, const struct function *f, const struct table *t,
			 const char *s, const char *end)
{
	const struct expr *e;

	while (end > s && strchr("; \t\r\n", end[-1]))
		end--;
	e = expr_parse_source(j->arena, arena_printf(j->arena, "(%.*s\n)", (int)(end - s), s));
	for (const struct subquery *q = e->kind == EXPR_SUBQUERY ? e->sub : NULL; q;
	     q = q->more)
		for (size_t i = 0; i < q->nconditions; i++) {
			const struct expr *x = q->conditions[i].e;
			bool tenant = t->tenant &&
				      (!expr_walk(x, is_not_named,
						  (void *)(uintptr_t)t->tenant) ||
				       has_public_arm(x));

			if (tenant && opened_by_caller(f, t->tenant, x))
				return true;
		}
	return false;
}

static bool query_opened_by_caller(struct judge *j, const struct function *f,
				   const struct table *t)
{
	const char *s = f->body;

	if (strcmp(f->language, "sql") == 0)
		return query_opened(j, f, t, s, s + strlen(s));
	if (strcmp(f->language, "plpgsql") != 0)
		return false;
	while ((s = find_word(s, "query")) != NULL) { /* RETURN QUERY SELECT …; */
		s += strlen("query");
		if (query_opened(j, f, t, s, s + strcspn(s, ";")))
			return true;
	}
	return false;
}

const char *code_caller_says(struct judge *j, const struct function *f, const struct table *t)
{
	const char *parameter = code_tenant_parameter(j, f);

	if (parameter && (!code_asks_session(j, f) || is_unchecked(j, f, parameter)))
		return "whoever calls it says which tenant";
	if (code_says_or_own(j, f))
		return "whoever calls it may say which tenant, and gets his own if he does not";
	if (is_told_who(j, f))
		return "whoever calls it says who he is";
	if (gives_parameter(j, f))
		return "whoever calls it says to which tenant a row is added";
	return query_opened_by_caller(j, f, t) ? "its caller can open the condition on the tenant"
					       : NULL;
}

/* UPDATE of or DELETE from r in a statement, by a key that is a parameter. */
static bool changes_row(struct judge *j, const struct function *part, const struct table *t)
{
	static const char *const acts[] = { "update", "delete", NULL };

	for (size_t i = 0; acts[i]; i++) {
		const char *at = find_word(part->body, acts[i]), *name;

		if (!at)
			continue;
		at = i == 1 ? find_word(at, "from") : at + strlen(acts[i]);
		at = at && i == 1 ? at + strlen("from") : at;
		name = at ? take_name(j, &at) : NULL;
		if (name && *at == '.')
			name = take_name(j, &at);
		if (name && strcmp(name, t->r->name) == 0 && column_parameter(j, part, t->tenant))
			return true;
	}
	return false;
}

const struct table *code_changes_tenant(struct judge *j, const struct function *f)
{
	for (size_t i = 0; i < j->ntables && !code_asks_session(j, f); i++) {
		const struct table *t = &j->tables[i];

		if (!t->directory || !t->tenant || !relation_is_table(t->r) ||
		    !mentions_relation(f->body, t->r) ||
		    catalog_bound(j->catalog, f->owner_oid, t->r))
			continue;
		for (const char *s = f->body; *s;) {
			size_t n = strcspn(s, ";");
			const struct function part = { .body = arena_strndup(j->arena, s, n),
						       .arguments = f->arguments };

			if (changes_row(j, &part, t))
				return t;
			s += n + (s[n] == ';');
		}
	}
	return NULL;
}
