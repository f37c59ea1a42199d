/* SPDX-License-Identifier: MIT */
/*
 * A function of its owner's rights that asks for one of the two columns of a tenant: what it
 * reads and changes is of all tenants that share it.
 */
#include <string.h>

#include "rls_priv.h"

enum { HELPERS = 3 };

static bool calls(const char *body, const char *name)
{
	for (const char *at = body; (at = find_word(at, name)) != NULL; at++)
		if (at[strlen(name) + strspn(at + strlen(name), " \t\n\"")] == '(')
			return true;
	return false;
}

/* As a column: the name of a setting may begin with the same word. */
static bool names(const char *body, const char *column)
{
	for (const char *at = body; (at = find_word(at, column)) != NULL; at++)
		if (at == body || at[-1] != '\'')
			return true;
	return false;
}

/* The last of these words before `at`, or (from: at) the first behind it; NULL: none. */
static const char *clause_of(const char *body, const char *at, bool behind)
{
	static const char *const words[] = { "select", "from",	"where",     "on",	"having",
					     "using",  "set",	"returning", "by",	"into",
					     "join",   "return", "if",	     "values",	NULL };
	const char *nearest = NULL, *word = NULL;

	for (size_t i = 0; words[i]; i++)
		for (const char *w = behind ? at : body;
		     (w = find_word(w, words[i])) != NULL && (behind || w < at); w++) {
			if (!nearest || (behind ? w < nearest : w > nearest)) {
				nearest = w;
				word = words[i];
			}
			if (behind)
				break;
		}
	return word;
}

/* As a column that is asked for: what is only given back, or put in order, binds nothing. */
static bool asks_for(const char *body, const char *column)
{
	for (const char *at = body; (at = find_word(at, column)) != NULL; at++) {
		const char *word = at == body || at[-1] != '\'' ? clause_of(body, at, false) : "by",
			   *next = clause_of(body, at, true);

		if (!word || (strcmp(word, "select") != 0 && strcmp(word, "returning") != 0 &&
			      strcmp(word, "by") != 0) ||
		    (next && strcmp(next, "into") == 0))
			return true;
	}
	return false;
}

/* The body, or that of a function which it calls, knows of this column or of its setting. */
static bool knows(const struct judge *j, const struct function *f, const struct table *half,
		  int depth)
{
	if (!f->body ||
	    (depth == HELPERS ? asks_for(f->body, half->tenant) : names(f->body, half->tenant)) ||
	    (half->tenancy->setting && strstr(f->body, half->tenancy->setting)))
		return true;
	for (size_t i = 0; depth > 0 && i < catalog_functions(j->catalog); i++) {
		const struct function *g = catalog_function_at(j->catalog, i);

		if (g != f && !g->extension && calls(f->body, g->name) &&
		    knows(j, g, half, depth - 1))
			return true;
	}
	return false;
}

/* Nothing is known of the whole row, of which a helper may ask both. */
static bool asks_of_row(const struct function *f)
{
	return find_word(f->body, "row") || find_word(f->body, "record") ||
	       find_word(f->body, "rowtype") || find_word(f->body, "execute");
}

/* A table of both columns, which no policy binds for f, and of which it asks for one alone;
 * *other: by the column that is missing. */
static const struct table *halved(struct judge *j, const struct function *f,
				  struct table *other)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct table half;
		bool one, two;

		if (!mentions_relation(f->body, t->r) || !composite_half(j, t, &half) ||
		    catalog_bound(j->catalog, f->owner_oid, t->r))
			continue;
		one = asks_for(f->body, t->tenant);
		two = asks_for(f->body, half.tenant);
		*other = one ? half : *t;
		if (one != two && !knows(j, f, other, HELPERS))
			return t;
	}
	return NULL;
}

void rule_definer_half(struct judge *j, const struct function *f)
{
	const struct actor *a = code_executor(j, f);
	struct subject s = { .object = judge_function_name(j, f) };
	const struct table *t;
	struct table other;
	struct finding *found;

	if (!a || !f->security_definer || !f->body || !j->in->profile || code_is_policys(j, f) ||
	    code_only_answers(f) || asks_of_row(f) || !code_asks_session(j, f) ||
	    code_asks_secret(j, f) || !(t = halved(j, f, &other)))
		return;
	s.role = a->role->name;
	found = judge_find(j, RULE_R65, &s,
			   "%s may call it, and it works on rows of %s of every tenant that "
			   "differs in %s alone",
			   a->role->name, judge_name(j, t->r), other.tenant);
	judge_evidence(j, found,
		       "SECURITY DEFINER, owner %s is bound by no policy; the key of the tenants "
		       "is two columns, and the body never asks for %s",
		       f->owner, other.tenant);
	code_fix_execute(j, f);
	judge_fixed(j, found);
}
