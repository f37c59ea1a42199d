/* SPDX-License-Identifier: MIT */
/*
 * complete_argument.c - what an argument of a command can be, by its kind: the type that the
 * command's spec says, of the rest of a line its name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "complete_priv.h"
#include "domain/profile_edit.h"

#define TENANTS_MAX 20

/* An argument that is being typed, and what stands before it. */
struct stand {
	const struct spec *spec; /* NULL: of no command */
	const struct argspec *arg;
	const struct screendef *def; /* the screen that the line speaks of; may be NULL */
	const char *const *words;
	size_t n;
};

/* ---- tenants: asked of the server ---- */

static void on_tenants(void *ctx, const struct tenant_row *rows, size_t n,
		       const struct err *err)
{
	struct completing *c = ctx;

	if (err)
		return;
	/* The server matched by name too, so what it found counts whatever it begins with. */
	candidates_any(&c->list);
	for (size_t i = 0; i < n; i++)
		candidates_add(&c->list, rows[i].slug ? rows[i].slug : rows[i].id,
			       rows[i].label);
	completing_answered(c);
}

void complete_tenants(struct completing *c)
{
	const struct profile *p = session_profile(c->session);

	if (!p || !(profile_tenancies(p) || profile_tenant_schemas(p)))
		return;
	c->waiting++;
	tenant_search(c->session, c->list.prefix, TENANTS_MAX, on_tenants, c);
}

/* Those whose name begins with these words: what follows them. */
void complete_commands(struct completing *c, const char *const *words, size_t n)
{
	bool raw = c->list.raw;
	struct buf begun = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_addf(&begun, "%s ", words[i]);
	c->list.raw = true; /* "outbox status" is two words of the line, not one with a blank */
	for (const struct command *const *cmd = commands(); *cmd; cmd++) {
		const char *missing = command_missing(c->session, *cmd);
		char *note = missing ? xasprintf("not here: %s", missing) : NULL;

		if (!((*cmd)->needs & BATCH_ONLY) &&
		    strncmp((*cmd)->name, begun.data, begun.len) == 0)
			candidates_add(&c->list, (*cmd)->name + begun.len,
				       note ? note : (*cmd)->summary);
		free(note);
	}
	buf_release(&begun);
	c->list.raw = raw;
}

static void add_choices(struct completing *c, const char *type)
{
	const char *p = type + strlen("choice(");

	while (*p && *p != ')') {
		size_t len = strcspn(p, "|)");
		char *choice = xstrndup(p, len);

		candidates_add(&c->list, choice, NULL);
		free(choice);
		p += len + (p[len] == '|');
	}
}

void complete_on_asked(void *ctx, const struct txn_result *result)
{
	struct completing *c = ctx;

	complete_add_asked(&c->list, result);
	completing_answered(c);
}

static void ask(struct completing *c, const char *kind)
{
	const struct request_callbacks cb = { .done = complete_on_asked, .ctx = c };

	c->waiting += complete_ask(c->session, kind, c->list.prefix, &cb);
}

/* The argument of spec that the word number n (options apart) stands for; an option waiting for
 * its value first. */
static const struct argspec *argument_at(const struct spec *spec, const char *const *words,
					 size_t n)
{
	size_t positional = 0;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(words[i], "--", 2) != 0) {
			positional++;
			continue;
		}
		for (size_t k = 0; k < spec->list.len; k++) {
			const struct argspec *a = &spec->list.v[k];

			if (!a->option || !a->type || strcmp(a->name, words[i] + 2) != 0)
				continue;
			if (i + 1 == n)
				return a;
			i++;
		}
	}
	for (size_t k = 0; k < spec->list.len; k++) {
		const struct argspec *a = &spec->list.v[k];

		if (a->option)
			continue;
		if (!positional || a->rest || strcmp(a->type, "line") == 0)
			return a;
		positional--;
	}
	return NULL;
}

static void add_options(struct completing *c, const struct spec *spec)
{
	for (size_t i = 0; i < spec->list.len; i++) {
		const struct argspec *a = &spec->list.v[i];
		char *word;

		if (!a->option)
			continue;
		word = xasprintf("--%s", a->name);
		candidates_add(&c->list, word, a->type);
		free(word);
	}
}

/* The screen that the line speaks of: one that it names, that of the argument's type
 * ("record(orders)"), else the one behind the bar. */
static const struct screendef *screen_of(const struct completing *c, const struct spec *spec,
					 const struct argspec *a, const char *const *words,
					 size_t n)
{
	const char *paren = a && a->type ? strchr(a->type, '(') : NULL;
	const struct screendef *named = NULL;

	if (paren && strncmp(a->type, "choice", 6) != 0) {
		char *name = xstrndup(paren + 1, strlen(paren) - 2);

		named = complete_noun_named(c, name);
		free(name);
		return named;
	}
	for (size_t i = 0; i < n && !named; i++) {
		const struct argspec *at = argument_at(spec, words, i);

		if (at && at != a && !at->option && strcmp(at->type, "screen") == 0)
			named = complete_noun_named(c, words[i]);
	}
	return named ? named : c->context.def;
}

/* ---- kinds ---- */

static void of_noun(struct completing *c, const struct stand *at UNUSED)
{
	complete_nouns(c);
}

static void of_column(struct completing *c, const struct stand *at UNUSED)
{
	complete_keep_list(c);
	complete_columns(c);
}

static void of_sort(struct completing *c, const struct stand *at UNUSED)
{
	complete_sort(c);
}

static void of_command(struct completing *c, const struct stand *at UNUSED)
{
	complete_commands(c, NULL, 0);
}

static void of_topic(struct completing *c, const struct stand *at UNUSED)
{
	help_topics(&c->list);
}

static void of_choice(struct completing *c, const struct stand *at)
{
	add_choices(c, at->arg->type);
}

static void of_tenant(struct completing *c, const struct stand *at UNUSED)
{
	complete_tenants(c);
}

static void of_record(struct completing *c, const struct stand *at)
{
	bool line = strcmp(at->arg->type, "line") == 0;

	complete_records(c, at->def, line ? c->context.rows : NULL);
}

/* "outbox record Order 1": of the relation that the word before names. */
static void of_aggregate(struct completing *c, const struct stand *at)
{
	const struct relation *r =
		at->n && session_catalog(c->session)
			? outbox_record_relation(c->session, at->words[at->n - 1])
			: NULL;
	char *name = r ? xasprintf("%s.%s", r->schema, r->name) : NULL;

	if (name)
		complete_records(c, complete_noun_named(c, name), NULL);
	free(name);
}

/* "1,2,": all but the last of a list. */
static void of_records(struct completing *c, const struct stand *at)
{
	complete_keep_list(c);
	of_record(c, at);
}

/* What messages are found by: one of them, or what they are about. */
static void of_message(struct completing *c, const struct stand *at)
{
	ask(c, "aggregate");
	of_record(c, at);
}

/* The words behind the first narrow the screen: "open products @acme status=act". */
static void of_screen(struct completing *c, const struct stand *at)
{
	const struct screendef *def;

	if (!at->n || !at->arg->rest) {
		complete_nouns(c);
		return;
	}
	def = complete_noun_named(c, at->words[0]);
	if (!complete_value(c, def, at->words, at->n))
		complete_narrowing(c, def);
}

static void of_assignment(struct completing *c, const struct stand *at)
{
	if (!complete_value(c, at->def, at->words, at->n))
		complete_narrowing(c, at->def);
}

/* A condition that is one word, in quotes: of its own words the last. */
static void inside(struct completing *c, struct words *w)
{
	const struct word *last;
	size_t start = strlen(c->list.prefix);

	words_split(w, c->list.prefix);
	last = w->list.len ? &w->list.v[w->list.len - 1] : NULL;
	if (last && last->end == start) {
		start = last->start;
		free(last->text);
		w->list.len--;
	}
	c->list.lead = xstrdup("");
	complete_keep(c, start);
	c->list.open = c->quoted;
}

static void add_words_of(struct completing *c, const struct stand *at, bool sql)
{
	if (complete_value(c, at->def, at->words, at->n))
		return;
	if (sql)
		complete_columns(c);
	else
		complete_condition(c, at->words, at->n);
}

static void of_words(struct completing *c, const struct stand *at, bool sql)
{
	struct words w = WORDS_INIT;
	struct stand in = *at;
	const char **words;

	if (strcmp(at->arg->type, "line") == 0) {
		add_words_of(c, at, sql);
		return;
	}
	inside(c, &w);
	words = xcalloc(w.list.len + 1, sizeof *words);
	for (in.n = 0; in.n < w.list.len; in.n++)
		words[in.n] = w.list.v[in.n].text;
	in.words = words;
	add_words_of(c, &in, sql);
	free(words);
	words_release(&w);
}

static void of_filter(struct completing *c, const struct stand *at)
{
	of_words(c, at, false);
}

static void of_condition(struct completing *c, const struct stand *at)
{
	of_words(c, at, true);
}

static void of_statement(struct completing *c, const struct stand *at)
{
	of_words(c, at, true);
	complete_names(&c->list, "relation-word", c->session, &c->context);
}

static void of_conninfo(struct completing *c, const struct stand *at)
{
	if (at->n)
		complete_option(&c->list, c->session);
	else
		complete_conninfo(&c->list, c->session);
}

/* "set st": columns of the grid behind the bar, which are near, before the settings. */
static void of_setting(struct completing *c, const struct stand *at)
{
	if (at->def && at->def->relation)
		of_assignment(c, at);
}

/* "set theme da", "set status=active pri" */
static void of_setting_value(struct completing *c, const struct stand *at)
{
	const char *name = at->n ? at->words[0] : "";

	if (strchr(name, '=')) {
		of_setting(c, at);
		return;
	}
	for (const struct setting_row *row = setting_rows(); row->name; row++) {
		if (strcmp(row->name, name) != 0)
			continue;
		if (row->type == SETTING_BOOL) {
			candidates_add(&c->list, "yes", NULL);
			candidates_add(&c->list, "no", NULL);
		}
		candidates_add(&c->list, row->otherwise, "default");
		if (row->type == SETTING_DURATION)
			complete_names(&c->list, "duration", c->session, &c->context);
	}
	if (strcmp(name, "theme") == 0)
		complete_themes(&c->list);
}

/* "profile set environment st": what it is or was thought to be, what it may sensibly be, and what
 * there is of its kind. */
static void of_fact_value(struct completing *c, const struct stand *at)
{
	static const struct {
		const char *key, *type;
	} names[] = { { "application_role", "role" },
		      { "audit", "object" },
		      { "tenant_directory", "object" },
		      { "tenant_schemas", "schema" } };
	const struct profile *p = session_profile(c->session);
	const struct catalog *catalog = session_catalog(c->session);
	const char *key = at->n ? at->words[0] : "", *const *one;
	struct arena *a = arena_new();

	one = catalog && p ? profile_choices(a, catalog, p, key) : NULL;
	for (; one && *one; one++)
		candidates_add(&c->list, *one, key);
	for (size_t i = 0; p && i < profile_items(p); i++)
		if (strcmp(profile_item_at(p, i)->key, key) == 0)
			candidates_add(&c->list, profile_item_at(p, i)->value, "learned");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i].key, key) == 0)
			complete_names(&c->list, names[i].type, c->session, &c->context);
	arena_free(&a);
}

/* "NAME=COLUMN": a name in the file, then a column. */
static void of_mapping(struct completing *c, const struct stand *at)
{
	const char *eq = strchr(c->list.prefix, '=');

	if (eq) {
		complete_keep(c, (size_t)(eq - c->list.prefix) + 1);
		complete_columns(c);
	}
	for (size_t i = 0; i < at->n && !eq; i++) {
		const struct argspec *a = argument_at(at->spec, at->words, i);

		if (a && !a->option && strncmp(at->words[i], "--", 2) != 0)
			complete_header(&c->list, at->words[i]);
	}
}

static const struct {
	const char *kind;
	void (*add)(struct completing *c, const struct stand *at);
} kinds[] = {
	{ "aggregate-id", of_aggregate }, { "assignment", of_assignment },
	{ "change", of_assignment },	  { "choice", of_choice },
	{ "column", of_column },	  { "columns", of_column },
	{ "command", of_command },	  { "condition", of_condition },
	{ "conninfo", of_conninfo },	  { "fact-value", of_fact_value },
	{ "filter", of_filter },	  { "mapping", of_mapping },
	{ "message", of_message },	  { "record", of_record },
	{ "records", of_records },	  { "relation", of_noun },
	{ "screen", of_screen },	  { "setting", of_setting },
	{ "sort", of_sort },		  { "setting-value", of_setting_value },
	{ "statement", of_statement },	  { "tenant", of_tenant },
	{ "topic", of_topic },
};

static char *kind_of(const struct argspec *a)
{
	const char *type = strcmp(a->type, "line") == 0 ? a->name : a->type;

	return xstrndup(type, strcspn(type, "("));
}

bool complete_knows(const struct argspec *a)
{
	char *kind = kind_of(a);
	bool known = complete_names_of(kind) || complete_asks_of(kind);

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !known; i++)
		known = strcmp(kinds[i].kind, kind) == 0;
	free(kind);
	return known;
}

static void add_kind(struct completing *c, const struct stand *at)
{
	char *kind = kind_of(at->arg);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			kinds[i].add(c, at);
	complete_names(&c->list, kind, c->session, &c->context);
	ask(c, kind);
	free(kind);
}

void complete_typed(struct completing *c, const char *type)
{
	struct argspec arg = { .type = xstrdup(type) };

	add_kind(c, &(struct stand){ .arg = &arg });
	free(arg.type);
}

void complete_noun(struct completing *c, const char *const *words, size_t n)
{
	char type[] = "screen";
	struct argspec arg = { .type = type, .rest = true };

	add_kind(c, &(struct stand){ .arg = &arg, .words = words, .n = n });
}

void complete_argument(struct completing *c, const struct command *cmd, const char *const *words,
		       size_t n)
{
	struct spec spec;
	struct stand at = { .spec = &spec, .words = words, .n = n };

	spec_parse(&spec, cmd->args);
	at.arg = argument_at(&spec, words, n);
	at.def = screen_of(c, &spec, at.arg, words, n);
	if (strncmp(c->list.prefix, "--", 2) == 0)
		add_options(c, &spec);
	else if (at.arg)
		add_kind(c, &at);
	spec_release(&spec);
}
