/* SPDX-License-Identifier: MIT */
/*
 * EXECUTE in functions of their owner's rights: how much of what they run does the caller say?
 */
#include <string.h>
#include <strings.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* Does the text have one of the function's arguments? words: only one that can be any text. */
static bool mentions_argument(struct judge *j, const struct function *f, const char *text,
			      bool words)
{
	const char *a = f->arguments ? f->arguments : "";

	while (*a) {
		size_t n = strcspn(a, " ,"), type = strspn(a + n, " ");
		const char *is = a + n + type;

		if (type && mentions_word(text, arena_strndup(j->arena, a, n)) &&
		    (!words || strncmp(is, "text", 4) == 0 || strncmp(is, "character", 9) == 0 ||
		     strncmp(is, "name", 4) == 0))
			return true;
		a += strcspn(a, ",");
		a += strspn(a, ", ");
	}
	return false;
}

/* A text that is put together without quoting, from what the caller gave. */
static bool of_callers_text(struct judge *j, const struct function *f, const char *text)
{
	if (strstr(text, "format"))
		return strstr(text, "%s") && mentions_argument(j, f, text, true);
	return strstr(text, "||") && !strstr(f->body, "quote_") &&
	       mentions_argument(j, f, text, false);
}

/* The caller says of which table, and nothing before it asks whether that is one of those that
 * are meant. */
static bool of_callers_table(struct judge *j, const struct function *f, const char *text,
			     const char *before)
{
	return (strstr(text, "%I") || strstr(text, "%s") || strstr(text, "quote_ident")) &&
	       mentions_argument(j, f, text, false) &&
	       !mentions_argument(j, f, before, false) &&
	       (!code_looks_at_tenant(j, f) || !code_asks_session(j, f));
}

const char *code_runs_callers(struct judge *j, const struct function *f)
{
	const char *run = find_word(f->body, "execute"), *end = run ? strchr(run, ';') : NULL,
		   *begin = find_word(f->body, "begin"), *text, *before;

	if (!end)
		return NULL;
	text = arena_strndup(j->arena, run, (size_t)(end - run));
	before = begin && begin < run
			 ? arena_strndup(j->arena, begin, (size_t)(run - begin))
			 : "";
	if (of_callers_text(j, f, text))
		return "it runs text of its caller's";
	return of_callers_table(j, f, text, before) ? "its caller says which table it reads"
						     : NULL;
}
