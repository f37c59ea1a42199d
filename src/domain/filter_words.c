/* SPDX-License-Identifier: MIT */
/*
 * filter_words.c - the words that a filter is made of, both ways: read, and written so that they
 * are read as they are meant.
 */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "filter_priv.h"

/* ---- errors ---- */

/* What stands at an error: a word, a text in its quotes, a sign. */
static size_t unit_length(const char *s)
{
	size_t n = filter_word_length(s), signs = strspn(s, "=!<>~");
	const char *end = *s == '\'' || *s == '"' ? strchr(s + 1, *s) : NULL;

	if (n + signs > 0)
		return n > 0 ? n : signs;
	return end ? (size_t)(end + 1 - s) : *s != '\0';
}

bool filter_error(const struct filter *f, size_t at, struct err *err, const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	va_list ap;

	buf_addf(&why, "character %zu: ", utf8_count(f->text, at) + 1);
	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	err_set(err, ERR_USAGE, "filter", "%s", why.data);
	buf_release(&why);
	return err_place(err, f->text, at, unit_length(f->text + at));
}

size_t filter_word_here(const struct parser *p)
{
	return (size_t)(p->s - p->f->text);
}

/* ---- words ---- */

void filter_word_skip(struct parser *p)
{
	while (isspace((unsigned char)*p->s))
		p->s++;
}

/* What a bare word cannot hold: it ends there. */
bool filter_word_end(const char *s)
{
	if (*s == '\0' || isspace((unsigned char)*s) || strchr("()=<>~,'\"", *s))
		return true;
	if (*s == '!' && (s[1] == '=' || s[1] == '~'))
		return true;
	return s[0] == '.' && s[1] == '.';
}

size_t filter_word_length(const char *s)
{
	size_t n = 0;

	while (!filter_word_end(s + n))
		n++;
	return n;
}

/* Is the next word this keyword? */
bool filter_word_at(struct parser *p, const char *keyword)
{
	size_t n;

	filter_word_skip(p);
	n = filter_word_length(p->s);
	return n == strlen(keyword) && strncasecmp(p->s, keyword, n) == 0;
}

bool filter_word_take(struct parser *p, const char *keyword)
{
	if (!filter_word_at(p, keyword))
		return false;
	p->s += strlen(keyword);
	return true;
}

bool filter_word_take_char(struct parser *p, char c)
{
	filter_word_skip(p);
	if (*p->s != c)
		return false;
	p->s++;
	return true;
}

/* 'text' or "text", the quote doubled inside. NULL with err when it stays open. */
const char *filter_word_quoted(struct parser *p)
{
	struct buf text = BUF_INIT;
	size_t start = filter_word_here(p);
	char quote = *p->s++;

	for (; *p->s && (*p->s != quote || p->s[1] == quote); p->s++) {
		if (*p->s == quote)
			p->s++;
		buf_addc(&text, *p->s);
	}
	const char *out = arena_strndup(p->f->arena, text.data, text.len);
	buf_release(&text);
	if (*p->s++ == quote)
		return out;
	p->s--;
	filter_error(p->f, start, p->err, "this quote is not closed");
	return NULL;
}

bool filter_word_range(const struct parser *p)
{
	return p->s[0] == '.' && p->s[1] == '.';
}

/* {1,2} and [1,5) are how arrays, ranges and json are written: such a word ends with its
 * bracket. */
static size_t bracketed_length(const char *s)
{
	size_t n = 0;
	int depth = 0;
	bool in_quotes = false;

	if (*s != '{' && *s != '[')
		return 0;
	for (; s[n]; n++) {
		if (s[n] == '"')
			in_quotes = !in_quotes;
		else if (s[n] == '\\' && s[n + 1])
			n++;
		else if (!in_quotes && strchr("{[", s[n]))
			depth++;
		else if (!in_quotes && strchr("}])", s[n]) && --depth == 0)
			return n + 1;
	}
	return 0;
}

static bool no_value(struct parser *p)
{
	filter_error(p->f, filter_word_here(p), p->err, "a value is expected here");
	if (*p->s && *p->s != ')' && *p->s != ',')
		err_hint(p->err, "a value with signs is written in 'quotes'");
	return false;
}

/* O'Brien, it's: between letters it begins no text in quotes. */
static size_t bare_length(const char *s)
{
	size_t n = filter_word_length(s);

	while (n > 0 && s[n] == '\'' &&
	       (isalnum((unsigned char)s[n + 1]) || (unsigned char)s[n + 1] >= 0x80)) {
		n++;
		n += filter_word_length(s + n);
	}
	return n;
}

/* "2026-10-01 14:05" is one value, as it is shown and copied: the time behind the day; 0: none. */
static size_t time_behind(const char *day, size_t len)
{
	static const char form[] = "dddd-dd-dd";
	const char *s = day + len;
	size_t blanks = strspn(s, " "), digits = strspn(s + blanks, "0123456789");

	if (len != strlen(form) || !blanks || !digits || s[blanks + digits] != ':')
		return 0;
	for (size_t i = 0; i < len; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)day[i]) : day[i] != form[i])
			return 0;
	return blanks + filter_word_length(s + blanks);
}

bool filter_word_value(struct parser *p, struct filter_value *out)
{
	filter_word_skip(p);
	*out = (struct filter_value){ .at = filter_word_here(p) };
	if (*p->s == '\'' || *p->s == '"') {
		out->quoted = true;
		out->text = filter_word_quoted(p);
		return out->text != NULL;
	}
	size_t n = bracketed_length(p->s);
	if (!n)
		n = bare_length(p->s);
	n += time_behind(p->s, n);
	if (n == 0 && !filter_word_range(p))
		return no_value(p);
	if (n > 0)
		out->text = arena_strndup(p->f->arena, p->s, n);
	p->s += n;
	return true;
}

/* ---- the other way round ---- */

static bool plain_name(const char *s)
{
	static const char *const keywords[] = { "and", "or",	  "not",  "in",
						"is",  "between", "like", "ilike" };

	if (!*s || filter_word_length(s) != strlen(s) || strchr(s, '.'))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (strcasecmp(s, keywords[i]) == 0)
			return false;
	return true;
}

static void add_quoted(struct buf *out, const char *s, char quote)
{
	buf_addc(out, quote);
	for (; *s; s++) {
		if (*s == quote)
			buf_addc(out, quote);
		buf_addc(out, *s);
	}
	buf_addc(out, quote);
}

/* Nothing that a bare word would mean otherwise: no date word, no range, no pattern. */
static bool plain_value(const char *s)
{
	bool number = strspn(s, "0123456789.") == strlen(s);

	for (const char *c = s; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-' &&
		    !(number && *c == '.'))
			return false;
	return *s && (isalpha((unsigned char)*s) || number) && filter_word_length(s) == strlen(s) &&
	       plain_name(s);
}

void filter_cell(struct buf *out, const char *column, const char *value, bool is_not)
{
	struct time_value time;

	if (plain_name(column))
		buf_adds(out, column);
	else
		add_quoted(out, column, '"');
	if (!value) {
		buf_adds(out, is_not ? " is not null" : " is null");
		return;
	}
	buf_adds(out, is_not ? " != " : " = ");
	if (plain_value(value) && strcasecmp(value, "null") != 0 &&
	    !time_value_parse(value, false, &time))
		buf_adds(out, value);
	else
		add_quoted(out, value, '\'');
}
