/* SPDX-License-Identifier: MIT */
/*
 * The scanner: words, quoted names, strings, numbers, operators and signs as the deparser
 * prints them.
 */
#include <ctype.h>
#include <string.h>

#include "policy_expr_priv.h"

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_char(char c)
{
	return is_name_start(c) || isdigit((unsigned char)c) || c == '$';
}

enum { WORD_MAX = 63 }; /* of a name: NAMEDATALEN - 1 */

/* Policies of very many tables consist of the same few words. */
static const char *keep(struct parser *p, const char *text, size_t len)
{
	char word[WORD_MAX + 1];

	if (len > WORD_MAX)
		return arena_strndup(p->arena, text, len);
	memcpy(word, text, len);
	word[len] = '\0';
	return arena_intern(p->arena, word);
}

static const char *read_quoted(struct parser *p, char quote, bool escapes)
{
	struct buf out = BUF_INIT;
	const char *s = p->at + 1;

	for (; *s; s++) {
		if (*s == quote && s[1] != quote)
			break;
		if (*s == quote || (escapes && *s == '\\' && s[1]))
			s++;
		buf_addc(&out, *s);
	}
	if (!*s)
		p->failed = true;
	p->at = *s ? s + 1 : s;
	const char *text = keep(p, out.len ? out.data : "", out.len);
	buf_release(&out);
	return text;
}

static void read_run(struct parser *p, enum token_kind kind, size_t len)
{
	p->token.kind = kind;
	p->token.text = keep(p, p->at, len);
	p->at += len;
}

static size_t number_length(const char *s)
{
	size_t n = strspn(s, "0123456789.");

	if ((s[n] == 'e' || s[n] == 'E') &&
	    (isdigit((unsigned char)s[n + 1]) || strchr("+-", s[n + 1])))
		n += 2 + strspn(s + n + 2, "0123456789");
	return n;
}

/* People write keywords in any case; the parser knows them as the deparser prints them. */
static bool is_keyword(const char *upper)
{
	static const char *const words[] = {
		"ALL",		"AND",		"ANY",		"ARRAY",   "AS",
		"ASC",		"BY",		"CASE",		"CROSS",   "DESC",
		"DISTINCT",	"ELSE",		"END",		"EXCEPT",  "EXISTS",
		"FILTER",	"FULL",		"GROUP",	"HAVING",  "IN",
		"INNER",	"INTERSECT",	"IS",		"LATERAL", "LEFT",
		"LIMIT",	"NATURAL",	"NOT",		"NULL",	   "OFFSET",
		"ON",		"OR",		"ORDER",	"OUTER",   "OVER",
		"RIGHT",	"ROW",		"SOME",		"THEN",	   "UNION",
		"UNKNOWN",	"USER",		"USING",	"VALUES",  "WHEN",
		"WITH",		"BETWEEN",	"LIKE",		"ILIKE",   "CAST",
		"CURRENT_USER", "SESSION_USER", "CURRENT_ROLE", "FROM", /* not SQL */
		"JOIN",							/* not SQL */
		"SELECT",						/* not SQL */
		"WHERE",						/* not SQL */
		NULL,
	};

	for (size_t i = 0; words[i]; i++)
		if (strcmp(upper, words[i]) == 0)
			return true;
	return false;
}

static void normalise(struct parser *p)
{
	char *upper = arena_strdup(p->arena, p->token.text),
	     *lower = arena_strdup(p->arena, p->token.text);

	for (char *c = upper; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	p->token.text = is_keyword(upper) ? upper : lower;
}

static void skip_space(struct parser *p)
{
	for (;;) {
		while (isspace((unsigned char)*p->at))
			p->at++;
		if (p->source && strncmp(p->at, "--", 2) == 0) {
			p->at += strcspn(p->at, "\n");
		} else if (p->source && strncmp(p->at, "/*", 2) == 0) {
			const char *end = strstr(p->at + 2, "*/");

			p->at = end ? end + 2 : p->at + strlen(p->at);
		} else {
			return;
		}
	}
}

void lex_next(struct parser *p)
{
	static const char operators[] = "+-*/<>=~!@#%^&|`?";
	const char *s;

	skip_space(p);
	s = p->at;
	p->token = (struct token){ .kind = TOKEN_END, .text = "" };
	if (!*s)
		return;
	if (*s == '\'' || ((*s == 'E' || *s == 'B' || *s == 'X') && s[1] == '\'')) {
		bool escapes = *s == 'E';

		p->at += *s != '\'';
		p->token.kind = TOKEN_STRING;
		p->token.text = read_quoted(p, '\'', escapes);
	} else if (*s == '"') {
		p->token.kind = TOKEN_QUOTED;
		p->token.text = read_quoted(p, '"', false);
	} else if (isdigit((unsigned char)*s)) {
		read_run(p, TOKEN_NUMBER, number_length(s));
	} else if (is_name_start(*s)) {
		size_t n = 1;

		while (is_name_char(s[n]))
			n++;
		read_run(p, TOKEN_WORD, n);
		if (p->source)
			normalise(p);
	} else if (p->source && *s == '$' && isdigit((unsigned char)s[1])) {
		read_run(p, TOKEN_WORD, 1 + strspn(s + 1, "0123456789"));
	} else if (strncmp(s, "::", 2) == 0) {
		read_run(p, TOKEN_SIGN, 2);
	} else if (strchr(operators, *s)) {
		read_run(p, TOKEN_OPERATOR, strspn(s, operators));
	} else {
		read_run(p, TOKEN_SIGN, 1);
	}
}

bool lex_is_sign(const struct parser *p, const char *sign)
{
	return p->token.kind == TOKEN_SIGN && strcmp(p->token.text, sign) == 0;
}

bool lex_is_word(const struct parser *p, const char *word)
{
	return p->token.kind == TOKEN_WORD && strcmp(p->token.text, word) == 0;
}

bool lex_take_sign(struct parser *p, const char *sign)
{
	if (!lex_is_sign(p, sign))
		return false;
	lex_next(p);
	return true;
}

bool lex_take_word(struct parser *p, const char *word)
{
	if (!lex_is_word(p, word))
		return false;
	lex_next(p);
	return true;
}

void lex_expect_sign(struct parser *p, const char *sign)
{
	if (!lex_take_sign(p, sign))
		p->failed = true;
}

void lex_skip_parenthesis(struct parser *p)
{
	for (int depth = 1; depth && !p->failed; lex_next(p)) {
		depth += lex_is_sign(p, "(") - lex_is_sign(p, ")");
		if (p->token.kind == TOKEN_END)
			p->failed = true;
	}
}

void lex_expect_word(struct parser *p, const char *word)
{
	if (!lex_take_word(p, word))
		p->failed = true;
}

bool lex_is_name(const struct parser *p)
{
	return p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_QUOTED;
}

const char *lex_take_name(struct parser *p)
{
	const char *name = p->token.text;

	if (!lex_is_name(p))
		p->failed = true;
	lex_next(p);
	return name;
}
