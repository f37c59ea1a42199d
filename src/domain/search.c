/* SPDX-License-Identifier: MIT */
#include "domain/search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "filter_priv.h"

/* left := left AND/OR right */
static void join(struct buf *left, const struct sqlset *set, const char *how,
		 const struct buf *right)
{
	struct buf both = BUF_INIT;
	const struct sqlvar v[] = { { "left", left->data }, { "right", right->data } };

	if (left->len == 0)
		buf_addbuf(&both, right);
	else
		filter_piece(&both, set, how, v, ARRAY_SIZE(v));
	buf_clear(left);
	buf_addbuf(left, &both);
	buf_release(&both);
}

static void word_anywhere(struct buf *out, struct params *params, const struct sqlset *set,
			  const char *word, const struct filter_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf one = BUF_INIT;
		filter_contains(&one, params, set, &columns[i], word);
		join(out, set, "or", &one);
		buf_release(&one);
	}
}

void search_wide(struct buf *sql, struct params *params, const struct sqlset *set,
		 const char *text, const struct filter_column *columns, size_t n)
{
	for (const char *s = text; *s;) {
		struct buf one = BUF_INIT;
		while (isspace((unsigned char)*s))
			s++;
		size_t len = strcspn(s, " \t\n");
		if (len > 0) {
			char *word = xstrndup(s, len);
			word_anywhere(&one, params, set, word, columns, n);
			join(sql, set, "and", &one);
			free(word);
		}
		s += len;
		buf_release(&one);
	}
}

/* ---- full text ---- */

static const char using[] = " USING gin (", opening[] = " USING gin (to_tsvector('";

/* The expression between the parentheses; NULL if they hold anything else beside it. */
static char *indexed_expression(const char *index)
{
	const char *start = strstr(index, using), *s;
	int depth = 0;
	bool quoted = false;

	if (!start)
		return NULL;
	start += strlen(using);
	for (s = start; *s && (quoted || depth > 0 || *s != ')'); s++) {
		if (*s == '\'')
			quoted = !quoted;
		else if (!quoted && *s == ',' && depth == 0)
			return NULL;
		else if (!quoted)
			depth += (*s == '(') - (*s == ')');
	}
	return *s ? xstrndup(start, (size_t)(s - start)) : NULL;
}

bool search_is_fulltext(const char *index)
{
	char *expression = strstr(index, opening) ? indexed_expression(index) : NULL;

	free(expression);
	return expression != NULL;
}

/* A column that is a tsvector does not tell of which configuration it was made: the database's. */
static void found_by_fulltext(struct buf *out, struct params *params, const struct sqlset *set,
			      const char *text, const char *index)
{
	const char *made = strstr(index, opening), *name = made ? made + strlen(opening) : "";
	char *config = xstrndup(name, strcspn(name, "'"));
	char *expression = indexed_expression(index);
	struct buf n = BUF_INIT;

	buf_addf(&n, "$%d", params_text(params, text));
	const struct sqlvar v[] = {
		{ "expression", expression },
		{ "config", config },
		{ "value", n.data },
	};
	filter_piece(out, set, made ? "fulltext" : "tsvector", v, ARRAY_SIZE(v));
	buf_release(&n);
	free(config);
	free(expression);
}

bool search_near(struct buf *sql, struct params *params, const struct sqlset *set,
		 const char *text, const struct filter_column *columns, size_t n,
		 const char *index)
{
	for (size_t i = 0; i < n; i++) {
		struct buf one = BUF_INIT;
		if (!columns[i].indexed)
			continue;
		filter_begins(&one, params, set, &columns[i], text);
		join(sql, set, "or", &one);
		buf_release(&one);
	}
	if (index) {
		struct buf one = BUF_INIT;
		found_by_fulltext(&one, params, set, text, index);
		join(sql, set, "or", &one);
		buf_release(&one);
	}
	return sql->len > 0;
}
