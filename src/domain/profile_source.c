/* SPDX-License-Identifier: MIT */
/*
 * profile_source.c - where a value comes from, through calls, casts and steps into JSON.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "profile_source.h"

enum { MAX_FOLLOW = 2 };

static void add_path(struct source *s, const char *text, size_t len)
{
	if (s->path.len > 0)
		buf_addc(&s->path, '.');
	buf_add(&s->path, text, len);
}

/* "{a,b}" of #>> */
static void add_path_array(struct source *s, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "{,}\" ");

		if (len > 0)
			add_path(s, text, len);
		text += len;
		if (*text)
			text++;
	}
}

static const char *skip_blanks(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* A quoted text at p ('x', maybe with a cast behind); its length, and *end behind it. */
static const char *quoted(const char *p, size_t *len, const char **end)
{
	p = skip_blanks(p);
	if (*p != '\'')
		return NULL;
	*len = strcspn(p + 1, "'");
	*end = p + 1 + *len + (p[1 + *len] == '\'');
	return p + 1;
}

/* Steps into JSON anywhere behind the setting: -> 'a' ->> 'b', #>> '{a,b}'. */
static void body_path(struct source *s, const char *p)
{
	for (; *p && *p != ';'; p++) {
		const char *text, *end;
		size_t len;

		if (strncmp(p, "->", 2) == 0) {
			const char *step = skip_blanks(p + 2 + (p[2] == '>'));

			text = quoted(step, &len, &end);
			if (text)
				add_path(s, text, len);
			else if (s->key && (isalpha((unsigned char)*step) || *step == '$'))
				add_path(s, s->key, strlen(s->key)); /* its parameter */
		} else if (strncmp(p, "#>", 2) == 0) {
			text = quoted(p + 2 + (p[2] == '>'), &len, &end);
			if (text)
				add_path_array(s, arena_strndup(s->p->arena, text, len));
		}
	}
}

/* current_setting('…') in source text. Of several the claims object wins over single claims. */
static const char *body_setting(struct arena *a, const char *body, const char **behind)
{
	const char *found = NULL;

	for (const char *p = body; (p = strstr(p, "current_setting"));) {
		const char *text, *end;
		size_t len;

		p = skip_blanks(p + strlen("current_setting"));
		if (*p != '(' || !(text = quoted(p + 1, &len, &end)))
			continue;
		if (!found || (len > 7 && strncmp(text + len - 7, ".claims", 7) == 0)) {
			found = arena_strndup(a, text, len);
			*behind = end;
		}
	}
	return found;
}

static bool calls(const char *body, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = body; (p = strstr(p, name)); p += len) {
		bool begins = p == body || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');

		if (begins && *skip_blanks(p + len) == '(')
			return true;
	}
	return false;
}

static void follow(struct source *s, const struct function *f);

/* A function that calls another: auth.tenant_id() reads auth.jwt() ->> 'tenant_id'. */
static void follow_body(struct source *s, const struct function *f)
{
	const struct catalog *c = s->p->catalog;

	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *next = catalog_function_at(c, i);

		if (next == f || !next->body || !calls(f->body, next->name))
			continue;
		const char *at = strstr(f->body, next->name), *told, *end;
		const char *open = skip_blanks(at + strlen(next->name)), *before = s->key;
		size_t len;

		told = *open == '(' ? quoted(open + 1, &len, &end) : NULL;
		s->key = told ? arena_strndup(s->p->arena, told, len) : NULL;
		follow(s, next);
		s->key = before;
		if (s->setting) {
			body_path(s, at ? at : f->body);
			return;
		}
	}
}

/* A word of SQL, whatever its case. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; *p; p++) {
		if (strncasecmp(p, word, len) == 0 && !isalnum((unsigned char)p[len]) &&
		    p[len] != '_' &&
		    (p == text || isspace((unsigned char)p[-1]) || strchr("(=,", p[-1])))
			return true;
	}
	return false;
}

/* The relation behind the text's only FROM, without its schema; NULL: there are several. */
static const char *only_read(struct arena *a, const char *text)
{
	const char *found = NULL;

	for (const char *p = text; *p; p++) {
		size_t skip = strncasecmp(p, "from", 4) == 0   ? 4
			      : strncasecmp(p, "join", 4) == 0 ? 4
							       : 0;
		const char *name;
		size_t len;

		if (!skip || !isspace((unsigned char)p[skip]) ||
		    (p > text && !isspace((unsigned char)p[-1])))
			continue;
		if (found)
			return NULL;
		name = skip_blanks(p + skip);
		len = strcspn(name, " \t\r\n,;()");
		if (name[len] == ',' || name[len] == '(')
			return NULL;
		for (size_t i = 0; i < len; i++)
			if (name[i] == '.')
				found = name + i + 1;
		found = found ? found : name;
		found = arena_strndup(a, found, (size_t)(name + len - found));
	}
	return found;
}

static bool login_name(const char *text)
{
	return has_word(text, "current_user") || has_word(text, "session_user") ||
	       has_word(text, "current_role");
}

/* Does the function, or one that it calls, read the login (or a setting, if that counts)? */
static bool asks_session(const struct source *s, const struct function *f, int depth,
			 bool settings)
{
	const struct catalog *c = s->p->catalog;
	const char *behind;

	if (settings && strstr(f->body, "current_setting") &&
	    body_setting(s->p->arena, f->body, &behind))
		return true;
	if (login_name(f->body))
		return true;
	for (size_t i = 0; depth < MAX_FOLLOW && i < catalog_functions(c); i++) {
		const struct function *next = catalog_function_at(c, i);

		if (next != f && next->body && calls(f->body, next->name) &&
		    asks_session(s, next, depth + 1, settings))
			return true;
	}
	return false;
}

static void follow(struct source *s, const struct function *f)
{
	const char *behind = NULL;

	if (!f->body || s->depth >= MAX_FOLLOW)
		return;
	/* What it finds in rows is no setting, even if a setting chooses the rows. */
	if (has_word(f->body, "from")) {
		s->membership = true;
		s->asked = asks_session(s, f, s->depth, true);
		s->by_login = s->asked && asks_session(s, f, s->depth, false);
		s->reads = only_read(s->p->arena, f->body);
		s->function = arena_printf(s->p->arena, "%s.%s", f->schema, f->name);
		return;
	}
	s->depth++;
	s->setting = body_setting(s->p->arena, f->body, &behind);
	s->made |=
		s->setting && (strstr(f->body, "string_to_array") || strstr(f->body, "split"));
	if (s->setting)
		body_path(s, behind);
	else
		follow_body(s, f);
	if (!s->setting)
		s->identity |= login_name(f->body);
	if (s->setting && !s->function) {
		s->function = arena_printf(s->p->arena, "%s.%s", f->schema, f->name);
		if (!s->cast && strcmp(f->result, "jsonb") != 0 &&
		    strcmp(f->result, "json") != 0)
			s->cast = f->result;
	}
	s->depth--;
}

static bool is_meant(const struct function *f, const struct expr *call)
{
	return f && strcmp(f->name, call->name) == 0 &&
	       (!call->qualifier || strcmp(call->qualifier, f->schema) == 0);
}

/* Of a policy those that it depends on; a view's text names them with their schemas. */
static const struct function *called(const struct catalog *c, const struct policy *policy,
				     const struct expr *e)
{
	for (const oid *o = policy ? policy->functions : NULL; o && *o; o++) {
		const struct function *f = catalog_function(c, *o);

		if (is_meant(f, e))
			return f;
	}
	for (size_t i = 0; !policy && e->qualifier && i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (is_meant(f, e) && f->body)
			return f;
	}
	return NULL;
}

static void follow_call(struct source *s, const struct expr *e)
{
	const struct function *f = called(s->p->catalog, s->policy, e);

	for (size_t i = 0; i < e->n && !s->key; i++) {
		const struct expr *told = expr_bare(e->args[i]);

		s->key = told->kind == EXPR_LITERAL ? told->name : NULL;
	}
	if (f)
		follow(s, f);
	s->key = NULL;
}

static void resolve_operator(struct source *s, const struct expr *e)
{
	const struct expr *key = e->n == 2 ? expr_bare(e->args[1]) : NULL;
	bool step = strcmp(e->name, "->") == 0 || strcmp(e->name, "->>") == 0;
	bool steps = strcmp(e->name, "#>") == 0 || strcmp(e->name, "#>>") == 0;

	if (!key || (!step && !steps))
		return;
	source_resolve(s, e->args[0]);
	if (!s->setting || key->kind != EXPR_LITERAL || !key->name)
		return;
	if (step)
		add_path(s, key->name, strlen(key->name));
	else
		add_path_array(s, key->name);
}

static void resolve_call(struct source *s, const struct expr *e)
{
	s->setting = expr_setting(e);
	for (size_t i = 0; i < e->n && !s->setting && !s->membership; i++)
		source_resolve(s, e->args[i]);
	if (!s->setting && !s->membership)
		follow_call(s, e);
	s->made |= strstr(e->name, "array") || strstr(e->name, "split");
	if (s->setting && strncmp(e->name, "json", 4) == 0 && strstr(e->name, "extract_path")) {
		for (size_t i = 1; i < e->n; i++) {
			const struct expr *key = expr_bare(e->args[i]);

			if (key->kind == EXPR_LITERAL && key->name)
				add_path(s, key->name, strlen(key->name));
		}
	}
}

static bool is_login(void *ctx, const struct expr *e, int depth)
{
	bool *found = ctx;

	(void)depth;
	*found = *found || e->kind == EXPR_IDENTITY;
	return true;
}

bool source_asks_login(const struct subquery *sub)
{
	bool found = false;

	if (sub->where)
		expr_walk(sub->where, is_login, &found);
	return found;
}

/* (SELECT w.house FROM who w WHERE w.login = current_user) */
static void resolve_rows(struct source *s, const struct subquery *sub)
{
	s->membership = true;
	s->by_login = source_asks_login(sub);
	if (sub->nfrom == 1 && sub->from[0].name)
		s->reads = arena_intern(s->p->arena, sub->from[0].name);
}

void source_resolve(struct source *s, const struct expr *e)
{
	if (e->kind == EXPR_CAST) {
		if (!s->cast && strncmp(e->name, "json", 4) != 0)
			s->cast = e->name;
		source_resolve(s, e->args[0]);
		return;
	}
	switch (e->kind) {
	case EXPR_CALL:
		resolve_call(s, e);
		break;
	case EXPR_OPERATOR:
		resolve_operator(s, e);
		break;
	case EXPR_CASE:
		for (size_t i = 0; i < e->n && !s->setting; i++)
			source_resolve(s, e->args[i]);
		break;
	case EXPR_IDENTITY:
		s->identity = true;
		break;
	case EXPR_SUBQUERY:
		if (e->sub && e->sub->nfrom > 0)
			resolve_rows(s, e->sub);
		else if (e->sub && e->sub->noutputs == 1 && !e->sub->compound)
			source_resolve(s, e->sub->outputs[0]);
		break;
	default:
		break;
	}
}

void source_of_question(struct source *s, const struct expr *call)
{
	const struct function *f = called(s->p->catalog, s->policy, call);

	if (strcmp(call->name, "pg_has_role") == 0)
		s->identity = true;
	else if (f && strcmp(f->result, "boolean") == 0)
		follow(s, f);
	/* The result's type is not what the column is compared as. */
	s->cast = NULL;
}
