/* SPDX-License-Identifier: MIT */
/* Variables and quotes: the one place where names and values become SQL text. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "db/sql.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (c & 0x80);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- what is passed over: each returns its end ---- */

/* Closed by quote; a doubled quote, and with escapes a backslash, does not close it. */
static const char *skip_quoted(const char *s, char quote, bool escapes)
{
	for (s++; *s; s++) {
		if (escapes && *s == '\\' && s[1])
			s++;
		else if (*s == quote && s[1] == quote)
			s++;
		else if (*s == quote)
			return s + 1;
	}
	return s;
}

static const char *skip_line(const char *s)
{
	return s + strcspn(s, "\n");
}

/* Comments nest in SQL. */
static const char *skip_block(const char *s)
{
	int depth = 0;

	while (*s) {
		if (s[0] == '/' && s[1] == '*') {
			depth++;
			s += 2;
		} else if (s[0] == '*' && s[1] == '/') {
			s += 2;
			if (--depth == 0)
				return s;
		} else {
			s++;
		}
	}
	return s;
}

/* $tag$ … $tag$; $1 is a parameter and no quote. */
static const char *skip_dollar(const char *s)
{
	size_t n = 1;

	if (is_digit(s[1]))
		return s + 1;
	while (is_word(s[n]))
		n++;
	if (s[n++] != '$')
		return s + 1;
	for (const char *end = s + n; *end; end++) {
		if (*end == '$' && strncmp(end, s, n) == 0)
			return end + n;
	}
	return s + strlen(s);
}

/* The end of the string, identifier, comment or word at s; NULL if a variable may stand there.
 */
static const char *skip_token(const char *s)
{
	if ((*s == 'e' || *s == 'E') && s[1] == '\'')
		return skip_quoted(s + 1, '\'', true);
	if (is_word(*s)) {
		/* $ goes on with a word, so that a$b$ is no quote */
		while (is_word(*s) || *s == '$')
			s++;
		return s;
	}
	if (*s == '\'' || *s == '"')
		return skip_quoted(s, *s, false);
	if (s[0] == '-' && s[1] == '-')
		return skip_line(s);
	if (s[0] == '/' && s[1] == '*')
		return skip_block(s);
	if (*s == '$')
		return skip_dollar(s);
	if (s[0] == ':' && s[1] == ':')
		return s + 2;
	return *s == ':' ? NULL : s + 1;
}

/* ---- conditions ---- */

/* A quote or comment that began at s and ran to the end of the text: did it end there? */
static bool is_closed(const char *s, const char *end)
{
	const char *last = end - 1;
	size_t quotes = 0;

	/* Doubled ones close nothing. */
	while (last - quotes > s && *(last - quotes) == *s)
		quotes++;
	if (*s == '\'' || *s == '"')
		return quotes % 2 == 1;
	if ((*s == 'e' || *s == 'E') && s[1] == '\'')
		return last > s + 1 && *last == '\'';
	if (s[0] == '/' && s[1] == '*')
		return end >= s + 4 && last[-1] == '*' && *last == '/';
	return *s != '$' || end == s + 1 || *last == '$';
}

const char *sql_condition_broken(const char *text)
{
	const char *outermost = NULL, *end;
	size_t depth = 0;

	for (const char *s = text; *s; s = end) {
		end = skip_token(s);
		if (!end) /* a ':' */
			end = s + 1;
		if (*s == '(' && depth++ == 0)
			outermost = s;
		if (*s == ';' || (*s == ')' && depth-- == 0) || (!*end && !is_closed(s, end)) ||
		    (*s == '$' && is_digit(s[1])))
			return s;
	}
	return depth > 0 ? outermost : NULL;
}

size_t sql_word_length(const char *text)
{
	static const char operators[] = "+-*/<>=~!@#%^&|`?";
	const char *end = *text ? skip_token(text) : text;
	size_t n = strspn(text, operators);

	if (n > 0)
		return n;
	if (!end)
		end = text + 1;
	if (is_word(*text) || *text == '"')
		while (*end == '.' && (is_word(end[1]) || end[1] == '"'))
			end = skip_token(end + 1);
	return (size_t)(end - text);
}

/* ---- variables ---- */

static const struct sqlvar *find_var(const struct sqlvar *vars, size_t n, const char *name,
				     size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(vars[i].name) == len && memcmp(vars[i].name, name, len) == 0)
			return &vars[i];
	}
	return NULL;
}

/* At a ':' - append the value and return the end of the variable; NULL: unknown, err is set. */
static const char *expand_var(struct buf *out, const char *s, const struct sqlvar *vars,
			      size_t n, struct err *err)
{
	char quote = s[1] == '"' || s[1] == '\'' ? s[1] : '\0';
	const char *name = s + (quote ? 2 : 1);
	const struct sqlvar *var;
	size_t len = 0;

	while (is_word(name[len]))
		len++;
	/* an array slice such as [1:2], an operator, or an unclosed quote */
	if (len == 0 || is_digit(name[0]) || (quote && name[len] != quote)) {
		buf_addc(out, ':');
		return s + 1;
	}
	var = find_var(vars, n, name, len);
	if (!var || !var->value) {
		err_set(err, ERR_FAILED, NULL, "variable \"%.*s\" has no value", (int)len,
			name);
		return NULL;
	}
	if (quote == '"')
		sql_ident(out, var->value);
	else if (quote == '\'')
		sql_literal(out, var->value);
	else
		buf_adds(out, var->value);
	return name + len + (quote ? 1 : 0);
}

bool sql_expand(struct buf *out, const char *text, const struct sqlvar *vars, size_t n,
		struct err *err)
{
	while (*text) {
		const char *end = skip_token(text);

		if (end) {
			buf_add(out, text, (size_t)(end - text));
		} else {
			end = expand_var(out, text, vars, n, err);
			if (!end)
				return false;
		}
		text = end;
	}
	return true;
}

/* ---- scripts ---- */

const char *sql_statement_end(const char *script)
{
	bool begun = false;

	while (*script) {
		const char *end = skip_token(script);

		if (*script == ';' && begun)
			return script + 1;
		begun = begun || !(strchr(" \t\r\n;", *script) ||
				   (script[0] == '-' && script[1] == '-') ||
				   (script[0] == '/' && script[1] == '*'));
		script = end ? end : script + 1;
	}
	return begun ? script : NULL;
}

/* ---- quotes ---- */

/* A server in UTF8 refuses an invalid byte, but a reader of copied text (psql of old) may take
 * the quote after it for its second half: so none is ever put before a quote. */
void sql_ident(struct buf *out, const char *name)
{
	size_t len = strlen(name);

	buf_addc(out, '"');
	while (len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(name, len, &cp);

		if (cp == UTF8_INVALID)
			utf8_encode(out, 0xFFFD);
		else
			buf_add(out, name, n);
		if (*name == '"')
			buf_addc(out, '"');
		name += n;
		len -= n;
	}
	buf_addc(out, '"');
}

void sql_qualified(struct buf *out, const char *schema, const char *name)
{
	if (schema) {
		sql_ident(out, schema);
		buf_addc(out, '.');
	}
	sql_ident(out, name);
}

void sql_literal(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	/* the blank keeps E apart from a word before it */
	buf_adds(out, strchr(text, '\\') || !utf8_valid(text, len) ? " E'" : "'");
	while (len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(text, len, &cp);

		if (cp == UTF8_INVALID)
			buf_addf(out, "\\x%02X", (unsigned char)*text);
		else
			buf_add(out, text, n);
		if (*text == '\'' || *text == '\\')
			buf_addc(out, *text);
		text += n;
		len -= n;
	}
	buf_addc(out, '\'');
}

/* ---- a statement with its values in it ---- */

void sql_with_values(struct buf *out, const char *sql, const struct params *params)
{
	while (*sql) {
		const char *end = skip_token(sql);
		size_t n = *sql == '$' && is_digit(sql[1]) ? strtoul(sql + 1, NULL, 10) : 0;

		if (!end)
			end = sql + 1;
		if (n == 0 || !params || n > params->list.len) {
			buf_add(out, sql, (size_t)(end - sql));
			sql = end;
			continue;
		}
		if (params->list.v[n - 1].text)
			sql_literal(out, params->list.v[n - 1].text);
		else
			buf_adds(out, "NULL");
		for (sql++; is_digit(*sql);)
			sql++;
	}
}
