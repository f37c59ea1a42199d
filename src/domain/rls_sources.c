/* SPDX-License-Identifier: MIT */
#include "rls_sources.h"

#include <string.h>

enum { SESSION_CALLS = 4 };

static const char *join_path(const struct clause_context *c, const char *key, const char *rest)
{
	return rest ? arena_printf(c->arena, "%s.%s", key, rest) : arena_strdup(c->arena, key);
}

/* '{a,b}' of #>> */
static const char *path_of_array(const struct clause_context *c, const char *text,
				 const char *rest)
{
	char *path = arena_strndup(c->arena, text + strspn(text, "{"),
				   strcspn(text + strspn(text, "{"), "}"));

	for (char *p = path; *p; p++)
		if (*p == ',')
			*p = '.';
	return join_path(c, path, rest);
}

static void sources_of_operator(const struct clause_context *c, const struct expr *e,
				struct source have, struct sources *out)
{
	const struct expr *key = e->n == 2 ? expr_bare(e->args[1]) : NULL;

	if (!key || key->kind != EXPR_LITERAL || !key->name)
		return;
	if (strncmp(e->name, "->", 2) == 0)
		have.path = join_path(c, key->name, have.path);
	else if (strncmp(e->name, "#>", 2) == 0)
		have.path = path_of_array(c, key->name, have.path);
	else
		return;
	sources_find(c, e->args[0], have, out);
}

static void sources_of_call(const struct clause_context *c, const struct expr *e,
			    struct source have, struct sources *out)
{
	struct clause_context inner;
	const struct expr *body;

	if (expr_is_call(e, "current_setting")) {
		have.setting = expr_setting(e);
		if (have.setting && out->n < ARRAY_SIZE(out->v))
			out->v[out->n++] = have;
		return;
	}
	body = clause_inline(c, e, &inner);
	if (body) {
		sources_find(&inner, body, have, out);
		return;
	}
	have.json_list = have.json_list || strncmp(e->name, "jsonb_array_elements", 20) == 0 ||
			 strncmp(e->name, "json_array_elements", 19) == 0;
	if (strncmp(e->name, "json", 4) == 0 && strstr(e->name, "extract_path"))
		for (size_t i = e->n; i-- > 1;) {
			const struct expr *key = expr_bare(e->args[i]);

			if (key->kind == EXPR_LITERAL && key->name)
				have.path = join_path(c, key->name, have.path);
		}
	for (size_t i = 0; i < (expr_is_call(e, "coalesce") ? e->n : e->n ? 1 : 0); i++)
		sources_find(c, e->args[i], have, out);
}

/* string_to_array(setting, ','), also in a function: a list in words, no array's literal. */
static bool is_split(const struct clause_context *c, const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body;

	e = expr_bare(e);
	body = e->kind == EXPR_CALL ? clause_inline(c, e, &inner) : NULL;
	return expr_is_call(e, "string_to_array") || expr_is_call(e, "regexp_split_to_array") ||
	       (body && is_split(&inner, body));
}

void sources_find(const struct clause_context *c, const struct expr *e,
		  struct source have, struct sources *out)
{
	size_t n;

	switch (e->kind) {
	case EXPR_CAST:
		n = strlen(e->name);
		have.list = have.list || (n > 2 && strcmp(e->name + n - 2, "[]") == 0 &&
					  !is_split(c, e));
		sources_find(c, e->args[0], have, out);
		break;
	case EXPR_OPERATOR:
		sources_of_operator(c, e, have, out);
		break;
	case EXPR_CALL:
		sources_of_call(c, e, have, out);
		break;
	case EXPR_IDENTITY:
		have.setting = CLAIM_ROLE;
		if (out->n < ARRAY_SIZE(out->v))
			out->v[out->n++] = have;
		break;
	case EXPR_CASE:
		for (size_t i = 0; i < e->n; i++)
			sources_find(c, e->args[i], have, out);
		break;
	case EXPR_LIST:
		for (size_t i = 0; i < e->n; i++)
			sources_find(c, e->args[i], have, out);
		break;
	case EXPR_SUBQUERY:
		if (e->sub->noutputs == 1 && !e->sub->nfrom)
			sources_find(c, e->sub->outputs[0], have, out);
		break;
	default:
		break;
	}
}

/* key = setting, among conditions that are joined by AND. */
static void find_key(const struct clause_context *c, const struct relation *sessions,
		     const struct expr *where, struct sources *out)
{
	for (size_t i = 0; where->kind == EXPR_AND && i < where->n; i++)
		find_key(c, sessions, where->args[i], out);
	for (size_t i = 0; where->kind == EXPR_OPERATOR && where->n == 2 && i < 2; i++) {
		const struct expr *key = expr_bare(where->args[i]);
		struct source have = { .session = { .rows = sessions, .key = key->name } };

		if (strcmp(where->name, "=") == 0 && key->kind == EXPR_COLUMN &&
		    relation_column(sessions, key->name) && !out->n)
			sources_find(c, where->args[1 - i], have, out);
	}
}

void sources_of_session(const struct clause_context *c, const struct expr *e,
			struct sources *out)
{
	struct clause_context at = *c, inner;
	const struct expr *body = expr_bare(e), *person;
	const struct subquery *s;
	const struct relation *sessions;

	for (int i = 0; i < SESSION_CALLS && body->kind == EXPR_CALL; i++) {
		const struct expr *next = clause_inline(&at, body, &inner);

		if (!next)
			return;
		at = inner;
		body = expr_bare(next);
	}
	s = body->kind == EXPR_SUBQUERY ? body->sub : NULL;
	if (!s || s->kind != SUBQUERY_SCALAR || s->nfrom != 1 || s->noutputs != 1 || s->more ||
	    !s->from[0].name || !s->where)
		return;
	sessions = at.lookup->relation(at.lookup->ctx, s->from[0].schema, s->from[0].name);
	person = expr_bare(s->outputs[0]);
	if (!sessions || person->kind != EXPR_COLUMN || !relation_column(sessions, person->name))
		return;
	find_key(&at, sessions, s->where, out);
	for (size_t i = 0; i < out->n; i++)
		out->v[i].session.person = person->name;
}
