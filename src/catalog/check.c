/* SPDX-License-Identifier: MIT */
/*
 * A reader of what pg_get_constraintdef writes for simple checks: comparisons of one column
 * with constants, joined by AND or OR.  Casts and parentheses mean nothing to it.  Whatever it
 * does not know makes the whole check unknown, or, in an AND, that part of it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "catalog_priv.h"

enum node_kind { NODE_OTHER, NODE_COLUMN, NODE_CONST, NODE_ARRAY, NODE_CHOICES, NODE_RANGE };

struct node {
	enum node_kind kind;
	bool quoted;	   /* NODE_CONST: was a string */
	const char *text;  /* NODE_CONST, NODE_RANGE */
	const char **list; /* NODE_ARRAY, NODE_CHOICES */
	size_t n;
};

struct parser {
	const char *p;
	struct arena *arena;
	int depth;
};

enum { MAX_DEPTH = 64 };

static struct node parse_or(struct parser *ps);

static const struct node other = { .kind = NODE_OTHER };

static void blanks(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool take(struct parser *ps, const char *symbol)
{
	size_t len = strlen(symbol);

	blanks(ps);
	if (strncmp(ps->p, symbol, len) != 0)
		return false;
	ps->p += len;
	return true;
}

static size_t word_length(const char *p)
{
	size_t len = 0;

	if (*p == '"') {
		for (len = 1; p[len]; len++) {
			if (p[len] == '"' && p[++len] != '"')
				return len;
		}
		return len;
	}
	if (!isalpha((unsigned char)*p) && *p != '_' && !(*p & 0x80))
		return 0;
	while (isalnum((unsigned char)p[len]) || p[len] == '_' || p[len] == '$' ||
	       (p[len] & 0x80))
		len++;
	return len;
}

static bool take_word(struct parser *ps, const char *word)
{
	size_t len;

	blanks(ps);
	len = word_length(ps->p);
	if (len != strlen(word) || strncasecmp(ps->p, word, len) != 0)
		return false;
	ps->p += len;
	return true;
}

static bool at_word(const struct parser *ps, const char *word)
{
	struct parser look = *ps;

	return take_word(&look, word);
}

/* "::character varying(20)[]", "::public.\"My Type\"". */
static void casts(struct parser *ps)
{
	while (take(ps, "::")) {
		for (;;) {
			blanks(ps);
			if (at_word(ps, "and") || at_word(ps, "or") || word_length(ps->p) == 0)
				break;
			ps->p += word_length(ps->p);
			take(ps, ".");
			if (take(ps, "(")) {
				while (*ps->p && *ps->p != ')')
					ps->p++;
				take(ps, ")");
			}
		}
		while (take(ps, "[]"))
			;
	}
}

/* 'it''s' or E'\\'; standard_conforming_strings does not matter to what the server writes. */
static struct node string(struct parser *ps)
{
	struct buf text = BUF_INIT;
	struct node node = { .kind = NODE_CONST, .quoted = true };
	bool escapes = *ps->p == 'E';

	ps->p += escapes ? 2 : 1;
	for (; *ps->p; ps->p++) {
		if (*ps->p == '\'' && *++ps->p != '\'')
			break;
		if (escapes && *ps->p == '\\' && ps->p[1])
			ps->p++;
		buf_addc(&text, *ps->p);
	}
	node.text = arena_strndup(ps->arena, text.data, text.len);
	buf_release(&text);
	return node;
}

static struct node number(struct parser *ps)
{
	const char *start = ps->p;
	struct node node = { .kind = NODE_CONST };

	while (isalnum((unsigned char)*ps->p) || *ps->p == '.' || *ps->p == '-' ||
	       *ps->p == '+')
		ps->p++;
	node.text = arena_strndup(ps->arena, start, (size_t)(ps->p - start));
	return node;
}

static void add(struct parser *ps, struct node *node, const char *text)
{
	const char **list = arena_array(ps->arena, node->n + 2, sizeof *list);

	if (node->n > 0)
		memcpy(list, node->list, node->n * sizeof *list);
	list[node->n++] = text;
	node->list = list;
}

static struct node array(struct parser *ps)
{
	struct node node = { .kind = NODE_ARRAY };

	do {
		struct node one = parse_or(ps);

		if (one.kind != NODE_CONST)
			return other;
		add(ps, &node, one.text);
	} while (take(ps, ","));
	return take(ps, "]") ? node : other;
}

static struct node primary(struct parser *ps)
{
	struct node node = other;

	blanks(ps);
	if (take(ps, "(")) {
		node = parse_or(ps);
		if (!take(ps, ")"))
			return other;
	} else if (*ps->p == '\'' || (*ps->p == 'E' && ps->p[1] == '\'')) {
		node = string(ps);
	} else if (isdigit((unsigned char)*ps->p) || *ps->p == '-') {
		node = number(ps);
	} else if (take_word(ps, "ARRAY")) {
		node = take(ps, "[") ? array(ps) : other;
	} else if (word_length(ps->p) > 0 && !at_word(ps, "not")) {
		ps->p += word_length(ps->p);
		node.kind = *ps->p == '(' ? NODE_OTHER : NODE_COLUMN;
	}
	casts(ps);
	return node;
}

/* Over a term that says nothing to us, to the AND, OR or parenthesis that ends it. */
static struct node skip_term(struct parser *ps)
{
	int depth = 0;

	for (blanks(ps); *ps->p; blanks(ps)) {
		size_t word = word_length(ps->p);

		if (depth == 0 && (*ps->p == ')' || *ps->p == ',' || *ps->p == ']' ||
				   at_word(ps, "and") || at_word(ps, "or")))
			break;
		depth += (*ps->p == '(') - (*ps->p == ')');
		if (*ps->p == '\'')
			string(ps);
		else
			ps->p += word > 0 ? word : 1;
	}
	return other;
}

static struct node compare(struct parser *ps, const char *op, const struct node *value)
{
	struct node node = { .kind = NODE_RANGE };

	node.text =
		value->quoted && !isdigit((unsigned char)*value->text) && *value->text != '-'
			? arena_printf(ps->arena, "%s '%s'", op, value->text)
			: arena_printf(ps->arena, "%s %s", op, value->text);
	return node;
}

static struct node comparison(struct parser *ps)
{
	static const char *const ops[] = { ">=", "<=", ">", "<" };
	struct node left = primary(ps), right;

	if (left.kind == NODE_OTHER)
		return skip_term(ps);
	if (left.kind != NODE_COLUMN)
		return left;
	if (take(ps, "=")) {
		bool any = take_word(ps, "ANY");

		right = primary(ps);
		if (any && right.kind == NODE_ARRAY) {
			right.kind = NODE_CHOICES;
			return right;
		}
		if (any || right.kind != NODE_CONST)
			return skip_term(ps);
		left = (struct node){ .kind = NODE_CHOICES };
		add(ps, &left, right.text);
		return left;
	}
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (!take(ps, ops[i]))
			continue;
		right = primary(ps);
		return right.kind == NODE_CONST ? compare(ps, ops[i], &right) : skip_term(ps);
	}
	blanks(ps);
	return *ps->p == ')' || *ps->p == ',' || !*ps->p || at_word(ps, "and") ||
			       at_word(ps, "or")
		       ? left
		       : skip_term(ps);
}

static struct node parse_and(struct parser *ps)
{
	struct node node = comparison(ps);

	while (take_word(ps, "AND")) {
		struct node next = comparison(ps);

		if (node.kind == NODE_RANGE && next.kind == NODE_RANGE)
			node.text = arena_printf(ps->arena, "%s AND %s", node.text, next.text);
		else if (node.kind != NODE_RANGE && node.kind != NODE_CHOICES)
			node = next;
	}
	return node;
}

static struct node parse_or(struct parser *ps)
{
	struct node node;

	if (++ps->depth > MAX_DEPTH)
		return other;
	node = parse_and(ps);
	while (take_word(ps, "OR")) {
		struct node next = parse_and(ps);

		if (node.kind != NODE_CHOICES || next.kind != NODE_CHOICES) {
			node = other;
			continue;
		}
		for (size_t i = 0; i < next.n; i++)
			add(ps, &node, next.list[i]);
	}
	ps->depth--;
	return node;
}

bool check_parse(struct arena *a, const char *definition, const char *const **choices,
		 const char **range)
{
	struct parser ps = { .p = definition, .arena = a };
	struct node node;

	if (!take_word(&ps, "CHECK") || !take(&ps, "("))
		return false;
	node = parse_or(&ps);
	if (!take(&ps, ")"))
		return false;
	blanks(&ps);
	if (*ps.p && !at_word(&ps, "NOT") && !at_word(&ps, "NO"))
		return false;
	if (node.kind == NODE_CHOICES)
		*choices = node.list;
	else if (node.kind == NODE_RANGE)
		*range = node.text;
	return node.kind == NODE_CHOICES || node.kind == NODE_RANGE;
}
