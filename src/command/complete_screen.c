/* SPDX-License-Identifier: MIT */
/*
 * complete_screen.c - what a screen has: its name, its columns, what they may hold, its records.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "complete_priv.h"

static void add_screen(struct completing *c, const struct screendef *def)
{
	struct err err = ERR_INIT;

	if (session_screen_offered(c->session, def)) {
		candidates_add(&c->list, def->name, def->title);
	} else if (*c->list.prefix && session_screen_wants(c->session, def, &err)) {
		char *note = xasprintf("not here: %s", err.why);

		candidates_add(&c->list, def->name, note);
		free(note);
	}
	err_release(&err);
}

void complete_nouns(struct completing *c)
{
	const struct screenset *set = session_screens(c->session);
	const struct catalog *cat = session_catalog(c->session);

	for (size_t i = 0; i < screenset_len(set); i++)
		add_screen(c, screenset_at(set, i));
	for (size_t i = 0; cat && *c->list.prefix && i < catalog_relations(cat); i++) {
		const struct relation *r = catalog_relation_at(cat, i);
		char *full = xasprintf("%s.%s", r->schema, r->name);

		candidates_add(&c->list, full, r->comment ? r->comment : "relation");
		candidates_add(&c->list, r->name, full);
		free(full);
	}
}

/* A screen, or what the catalog makes of a relation; NULL: neither. */
const struct screendef *complete_noun_named(const struct completing *c, const char *name)
{
	const struct screendef *def = screenset_find(session_screens(c->session), name);
	struct err ignored = ERR_INIT;

	if (!def && session_catalog(c->session))
		def = session_screen(c->session, name, &ignored);
	err_release(&ignored);
	return def;
}

void complete_columns(struct completing *c)
{
	for (const char *const *name = c->context.columns; name && *name; name++)
		candidates_add(&c->list, *name, "column");
}

/* The first bytes of the prefix are said: what follows them is completed. */
void complete_keep(struct completing *c, size_t n)
{
	struct candidates *list = &c->list;
	char **in = list->lead ? &list->lead : &list->before;
	char *kept = xasprintf("%s%.*s", *in, (int)n, list->prefix);

	memmove(list->prefix, list->prefix + n, strlen(list->prefix + n) + 1);
	free(*in);
	*in = kept;
}

/* "a,b,": all but the last of a list. */
void complete_keep_list(struct completing *c)
{
	const char *comma = strrchr(c->list.prefix, ',');

	if (comma)
		complete_keep(c, (size_t)(comma - c->list.prefix) + 1);
}

/* In front of a column - descends. */
void complete_sort(struct completing *c)
{
	complete_keep_list(c);
	if (*c->list.prefix == '-')
		complete_keep(c, 1);
	complete_columns(c);
}

/* The columns of the screen that is named, not of the one behind the bar. */
void complete_narrowing(struct completing *c, const struct screendef *def)
{
	if (!def)
		complete_columns(c);
	for (size_t i = 0; def && i < def->ncolumns; i++) {
		char *word = xasprintf("%s=", def->columns[i].name);

		if (!def->columns[i].hidden)
			candidates_add(&c->list, word,
				       def->columns[i].title ? def->columns[i].title
							     : "column");
		free(word);
	}
}

/* ---- records ---- */

static void on_records(void *ctx)
{
	completing_answered(ctx);
}

void complete_records(struct completing *c, const struct screendef *def,
			const struct rowset *beside)
{
	c->records = records_search(c->session, def, beside, c->list.prefix, &c->list, on_records,
				    c);
	c->waiting += c->records != NULL;
}

/* ---- values ---- */

/* What a column may hold: the labels of its enum, its CHECK, a boolean's two, the values that
 * the screen has looks for, and those that are common in it. */
static void add_values(struct completing *c, const struct screendef *def, const char *column)
{
	const struct catalog *cat = session_catalog(c->session);
	struct err ignored = ERR_INIT;
	const struct relation *r =
		cat && def->relation ? catalog_find(cat, def->relation, &ignored) : NULL;
	const struct column *col = r ? relation_column(r, column) : NULL;

	err_release(&ignored);
	for (const char *const *v = col ? col->choices : NULL; v && *v; v++)
		candidates_add(&c->list, *v, column);
	if (col && col->type_category == 'B') {
		candidates_add(&c->list, "yes", column);
		candidates_add(&c->list, "no", column);
	}
	for (size_t i = 0; i < def->ncolumns; i++) {
		const struct screen_column *sc = &def->columns[i];

		if (strcmp(sc->name, column) != 0)
			continue;
		for (size_t k = 0; k < sc->nstyles; k++)
			if (sc->styles[k].op == '=')
				candidates_add(&c->list, sc->styles[k].value, column);
	}
	const struct request_callbacks cb = { .done = complete_on_asked, .ctx = c };

	c->waiting += col && complete_ask_values(c->session, r, col, c->list.prefix, &cb);
}

/* "status=act", or "act" behind "status =": then what follows is a value of that column. */
bool complete_value(struct completing *c, const struct screendef *def,
			   const char *const *words, size_t n)
{
	const char *eq = strchr(c->list.prefix, '=');
	char *column;

	if (!def)
		return false;
	if (eq) {
		column = xstrndup(c->list.prefix, (size_t)(eq - c->list.prefix));
		complete_keep(c, strlen(column) + 1);
	} else if (n >= 2 && strspn(words[n - 1], "=<>!") == strlen(words[n - 1])) {
		column = xstrdup(words[n - 2]);
	} else {
		return false;
	}
	add_values(c, def, column);
	free(column);
	return true;
}

static bool is_column(const struct completing *c, const char *word)
{
	for (const char *const *name = c->context.columns; name && *name; name++)
		if (strcmp(*name, word) == 0)
			return true;
	return false;
}

/* In a condition: behind a column how it is compared, behind a value what goes on. */
void complete_condition(struct completing *c, const char *const *words, size_t n)
{
	if (n && is_column(c, words[n - 1])) {
		complete_comparisons(&c->list);
		return;
	}
	if (n >= 3 && is_column(c, words[n - 3]))
		complete_joins(&c->list);
	complete_columns(c);
}

