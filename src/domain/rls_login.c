/* SPDX-License-Identifier: MIT */
/*
 * Conditions on the name of the login: "current_user = 'app'", "session_user IN ('a', 'b')",
 * "current_user LIKE 'app_%'".
 */
#include <ctype.h>
#include <string.h>

#include "rls_clause_priv.h"

static bool is_login(const struct expr *e)
{
	return expr_bare(e)->kind == EXPR_IDENTITY;
}

static bool is_pattern(const char *op)
{
	return strcmp(op, "~~") == 0 || strcmp(op, "~~*") == 0;
}

static bool same_letter(char a, char b, bool fold)
{
	return a == b || (fold && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* LIKE, as the server reads it. */
static bool is_like(const char *name, const char *pattern, bool fold)
{
	for (; *pattern; pattern++, name++) {
		if (*pattern == '%') {
			for (; *name; name++)
				if (is_like(name, pattern + 1, fold))
					return true;
			return is_like(name, pattern + 1, fold);
		}
		if (!*name)
			return false;
		if (*pattern == '_')
			continue;
		pattern += *pattern == '\\' && pattern[1];
		if (!same_letter(*pattern, *name, fold))
			return false;
	}
	return !*name;
}

/* The side with the literals: one, or a list of nothing else; NULL: it is no such test. */
static const struct expr *names_of(const struct expr *e)
{
	if (e->n != 2 || !e->name)
		return NULL;
	if (e->kind == EXPR_ANY) {
		const struct expr *list = expr_bare(e->args[1]);

		if (e->is || !is_login(e->args[0]) || list->kind != EXPR_LIST ||
		    (strcmp(e->name, "=") != 0 && !is_pattern(e->name)))
			return NULL;
		for (size_t i = 0; i < list->n; i++)
			if (!clause_literal(list->args[i]))
				return NULL;
		return list;
	}
	for (size_t i = 0; e->kind == EXPR_OPERATOR && i < 2; i++)
		if (is_login(e->args[i]) && clause_literal(e->args[1 - i]) &&
		    (strcmp(e->name, "=") == 0 || (i == 0 && is_pattern(e->name))))
			return clause_literal(e->args[1 - i]);
	return NULL;
}

static bool admits(const struct expr *test, const struct expr *literal, const char *login)
{
	const struct expr *x = clause_literal(literal);

	return is_pattern(test->name) ? is_like(login, x->name, strlen(test->name) > 2)
				      : strcmp(login, x->name) == 0;
}

bool clause_is_login_test(const struct expr *e)
{
	return names_of(e) != NULL;
}

bool clause_admits_login(const struct expr *e, const char *login)
{
	const struct expr *names = e ? names_of(e) : NULL;

	if (!names || names->kind != EXPR_LIST)
		return names && admits(e, names, login);
	for (size_t i = 0; i < names->n; i++)
		if (admits(e, names->args[i], login))
			return true;
	return false;
}
