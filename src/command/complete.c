/* SPDX-License-Identifier: MIT */
#include "command/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/parse.h"
#include "command/settings.h"
#include "command/tenant.h"
#include "complete_priv.h"

#define TENANTS_MAX 20

/* ---- candidates ---- */

void candidates_add(struct candidates *list, const char *text, const char *note)
{
	struct buf quoted = BUF_INIT;

	if (strncasecmp(text, list->prefix, strlen(list->prefix)) != 0)
		return;
	buf_adds(&quoted, list->before);
	if (list->raw)
		buf_adds(&quoted, text);
	else
		buf_add_word(&quoted, text);
	for (size_t i = 0; i < list->v.len; i++) {
		if (strcmp(list->v.v[i].text, quoted.data) == 0) {
			buf_release(&quoted);
			return;
		}
	}
	*VEC_PUSH(&list->v) = (struct candidate){ buf_detach(&quoted), xstrdup_null(note) };
}

void candidates_any(struct candidates *list)
{
	free(list->prefix);
	list->prefix = xstrdup("");
}

static void candidates_release(struct candidates *list)
{
	for (size_t i = 0; i < list->v.len; i++) {
		free((void *)(uintptr_t)list->v.v[i].text);
		free((void *)(uintptr_t)list->v.v[i].note);
	}
	VEC_RELEASE(&list->v);
	free(list->prefix);
	free(list->before);
}

struct completing {
	struct session *session;
	struct complete_context context;
	complete_fn *fn;
	void *ctx;
	struct candidates list;
	size_t start, end;
	struct records *records;
	bool asked; /* the server: what is known is told before it answers */
};

static void tell(struct completing *c, bool more)
{
	struct completion out = {
		.candidates = c->list.v.v,
		.n = c->list.v.len,
		.start = c->start,
		.end = c->end,
		.more = more,
	};

	c->fn(c->ctx, &out);
}

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
	tell(c, false);
}

static bool ask_tenants(struct completing *c)
{
	const struct profile *p = session_profile(c->session);

	if (!p || !(profile_tenancies(p) || profile_tenant_schemas(p)))
		return false;
	tell(c, true);
	tenant_search(c->session, c->list.prefix, TENANTS_MAX, on_tenants, c);
	return true;
}

/* ---- what stands at the cursor ---- */

static void add_nouns(struct completing *c)
{
	const struct screenset *set = session_screens(c->session);
	const struct catalog *cat = session_catalog(c->session);

	for (size_t i = 0; i < screenset_len(set); i++)
		if (session_screen_offered(c->session, screenset_at(set, i)))
			candidates_add(&c->list, screenset_at(set, i)->name,
				       screenset_at(set, i)->title);
	for (size_t i = 0; cat && *c->list.prefix && i < catalog_relations(cat); i++) {
		const struct relation *r = catalog_relation_at(cat, i);
		char *full = xasprintf("%s.%s", r->schema, r->name);

		candidates_add(&c->list, full, r->comment ? r->comment : "relation");
		candidates_add(&c->list, r->name, full);
		free(full);
	}
}

/* A screen, or what the catalog makes of a relation; NULL: neither. */
static const struct screendef *noun(const struct completing *c, const char *name)
{
	const struct screendef *def = screenset_find(session_screens(c->session), name);
	struct err ignored = ERR_INIT;

	if (!def && session_catalog(c->session))
		def = session_screen(c->session, name, &ignored);
	err_release(&ignored);
	return def;
}

/* Those whose name begins with these words: what follows them. */
static void add_commands(struct completing *c, const char *const *words, size_t n)
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

static void add_columns(struct completing *c)
{
	for (const char *const *name = c->context.columns; name && *name; name++)
		candidates_add(&c->list, *name, "column");
}

/* In front of a column - descends; it stays. */
static void add_sort(struct completing *c)
{
	if (*c->list.prefix == '-') {
		memmove(c->list.prefix, c->list.prefix + 1, strlen(c->list.prefix));
		free(c->list.before);
		c->list.before = xstrdup("-");
	}
	add_columns(c);
}

/* The columns of the screen that is named, not of the one behind the bar. */
static void add_noun_columns(struct completing *c, const struct screendef *def)
{
	if (!def)
		add_columns(c);
	for (size_t i = 0; def && i < def->ncolumns; i++) {
		char *word = xasprintf("%s=", def->columns[i].name);

		if (!def->columns[i].hidden)
			candidates_add(&c->list, word,
				       def->columns[i].title ? def->columns[i].title
							     : "column");
		free(word);
	}
}

static void on_asked(void *ctx, const struct txn_result *result)
{
	struct completing *c = ctx;

	complete_add_asked(&c->list, result);
	tell(c, false);
}

/* ---- records ---- */

static void on_records(void *ctx)
{
	tell(ctx, false);
}

static void ask_records(struct completing *c, const struct screendef *def,
			const struct rowset *beside)
{
	c->records = records_search(c->session, def, beside, c->list.prefix, &c->list, on_records,
				    c);
	c->asked = c->records != NULL;
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
	c->asked = col && complete_ask_values(
				  c->session, r, col, c->list.prefix,
				  &(struct request_callbacks){ .done = on_asked, .ctx = c });
}

/* "status=act", or "act" behind "status =": then what follows is a value of that column. */
static bool complete_value(struct completing *c, const struct screendef *def,
			   const char *const *words, size_t n)
{
	char *eq = strchr(c->list.prefix, '='), *column;

	if (!def)
		return false;
	if (eq) {
		column = xstrndup(c->list.prefix, (size_t)(eq - c->list.prefix));
		free(c->list.before);
		c->list.before = xasprintf("%s=", column);
		eq = xstrdup(eq + 1);
		free(c->list.prefix);
		c->list.prefix = eq;
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
static void add_condition(struct completing *c, const char *const *words, size_t n)
{
	if (n && is_column(c, words[n - 1])) {
		complete_comparisons(&c->list);
		return;
	}
	if (n >= 3 && is_column(c, words[n - 3]))
		complete_joins(&c->list);
	add_columns(c);
}

/* True: the answer comes later. */
static bool add_type(struct completing *c, const char *type, const struct screendef *def)
{
	if (strcmp(type, "screen") == 0 || strcmp(type, "relation") == 0)
		add_nouns(c);
	else if (strcmp(type, "column") == 0)
		add_columns(c);
	else if (strcmp(type, "filter") == 0 || strcmp(type, "assignment") == 0 ||
		 strcmp(type, "change") == 0)
		add_noun_columns(c, def);
	else if (strcmp(type, "sort") == 0)
		add_sort(c);
	else if (strcmp(type, "command") == 0)
		add_commands(c, NULL, 0);
	else if (strcmp(type, "topic") == 0)
		help_topics(&c->list);
	else if (strncmp(type, "choice(", 7) == 0)
		add_choices(c, type);
	else if (strcmp(type, "tenant") == 0)
		return ask_tenants(c);
	else if (strncmp(type, "record", 6) == 0)
		ask_records(c, def, NULL);
	else
		complete_names(&c->list, type, c->session, &c->context);
	c->asked = c->asked ||
		   complete_ask(c->session, type, c->list.prefix,
				&(struct request_callbacks){ .done = on_asked, .ctx = c });
	return false;
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

/* ":set theme da" */
static void add_setting_values(struct completing *c, const char *name)
{
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

/* The screen that the line speaks of: one that it names, that of the argument's type
 * ("record(orders)"), else the one behind the bar. */
static const struct screendef *screen_of(const struct completing *c, const struct spec *spec,
					 const struct argspec *a, const char *const *words,
					 size_t n)
{
	const char *paren = a && a->type ? strchr(a->type, '(') : NULL;
	const struct screendef *named = NULL;

	if (paren && strncmp(a->type, "record", 6) == 0) {
		char *name = xstrndup(paren + 1, strlen(paren) - 2);

		named = noun(c, name);
		free(name);
		return named;
	}
	for (size_t i = 0; i < n && !named; i++) {
		const struct argspec *at = argument_at(spec, words, i);

		if (at && at != a && !at->option && strcmp(at->type, "screen") == 0)
			named = noun(c, words[i]);
	}
	return named ? named : c->context.def;
}

/* "filter price < 5 and …", "where …", a statement: words of a line of its own grammar. */
static void complete_line(struct completing *c, const struct argspec *a,
			  const struct screendef *def, const char *const *words, size_t n)
{
	if (strcmp(a->name, "record") == 0) {
		ask_records(c, def, c->context.rows);
		return;
	}
	if (strcmp(a->name, "conninfo") == 0 || strcmp(a->name, "topic") == 0) {
		(void)add_type(c, n && strcmp(a->name, "conninfo") == 0 ? "option" : a->name, def);
		return;
	}
	if (complete_value(c, def, words, n))
		;
	else if (strcmp(a->name, "filter") == 0)
		add_condition(c, words, n);
	else
		add_columns(c);
	complete_names(&c->list, a->name, c->session, &c->context);
}

static bool narrows(const char *type)
{
	return strcmp(type, "filter") == 0 || strcmp(type, "assignment") == 0 ||
	       strcmp(type, "change") == 0;
}

/* "open products @acme status=act": the words behind the first narrow it. */
static void complete_target(struct completing *c, const char *const *words, size_t n)
{
	const struct screendef *def = noun(c, words[0]);

	if (!complete_value(c, def, words, n))
		add_noun_columns(c, def);
}

static bool complete_argument(struct completing *c, const struct command *cmd,
			      const char *const *words, size_t n)
{
	const struct argspec *a;
	const struct screendef *def;
	struct spec spec;
	bool later = false;

	spec_parse(&spec, cmd->args);
	a = argument_at(&spec, words, n);
	def = screen_of(c, &spec, a, words, n);
	if (strncmp(c->list.prefix, "--", 2) == 0)
		add_options(c, &spec);
	else if (a && n && a->rest && strcmp(a->type, "screen") == 0)
		complete_target(c, words, n);
	else if (n && strcmp(cmd->name, "set") == 0)
		add_setting_values(c, words[0]);
	else if (a && strcmp(a->type, "line") == 0)
		complete_line(c, a, def, words, n);
	else if (a && a->type && narrows(a->type) &&
		 complete_value(c, def, words, n))
		;
	else if (a)
		later = add_type(c, a->type, def);
	spec_release(&spec);
	return later;
}

/* The word under the cursor becomes the prefix; a sign in front (@ : \) stays. */
static void begin_word(struct completing *c, const char *line, size_t cursor, struct words *w)
{
	char *head = xstrndup(line, cursor);
	const struct word *last;

	words_split(w, head);
	last = w->list.len ? &w->list.v[w->list.len - 1] : NULL;
	c->start = c->end = cursor;
	c->list.prefix = xstrdup("");
	c->list.before = xstrdup("");
	if (last && (last->end == cursor || w->open)) {
		const char *sign =
			strchr("@:\\", last->text[0]) && last->text[0] ? last->text : NULL;

		c->start = last->start;
		free(c->list.prefix);
		free(c->list.before);
		c->list.prefix = xstrdup(last->text + (sign ? 1 : 0));
		c->list.before = sign ? xstrndup(sign, 1) : xstrdup("");
		free(last->text);
		w->list.len--;
	}
	free(head);
}

static bool complete_word(struct completing *c, const struct words *w)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	const struct command *cmd;
	bool later = false;
	size_t used;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text + (i == 0 && w->list.v[i].text[0] == ':');
	cmd = command_match(words, w->list.len, &used);
	if (c->list.before[0] == '@' && cmd && strcmp(cmd->name, "filter") == 0) {
		complete_names(&c->list, "kept", c->session, &c->context);
	} else if (c->list.before[0] == '@') {
		later = ask_tenants(c);
	} else if (w->list.len && words[0][0] == '\\') {
		const char *type = psql_argument(words[0] + 1);

		later = type && add_type(c, type, NULL);
	} else if (cmd) {
		if (used == w->list.len)
			add_commands(c, words, used);
		later = complete_argument(c, cmd, words + used, w->list.len - used);
	} else if (w->list.len == 0 && c->list.before[0] == '\\') {
		psql_words(&c->list);
	} else if (w->list.len == 0) {
		add_commands(c, NULL, 0);
		add_nouns(c);
	} else {
		/* A noun: what narrows it. */
		const struct screendef *def = noun(c, words[0]);

		add_commands(c, words, w->list.len);
		if (!complete_value(c, def, words, w->list.len))
			add_noun_columns(c, def);
	}
	free(words);
	return later || c->asked;
}

struct completing *complete_start(struct session *s, const struct complete_context *context,
				  const char *line, size_t cursor, complete_fn *fn, void *ctx)
{
	struct completing *c = xcalloc(1, sizeof *c);
	struct words w = WORDS_INIT;

	c->session = s;
	c->fn = fn;
	c->ctx = ctx;
	if (context)
		c->context = *context;
	begin_word(c, line, cursor, &w);
	if (!complete_word(c, &w) || c->asked)
		tell(c, c->asked);
	words_release(&w);
	c->context = (struct complete_context){ 0 };
	return c;
}

void complete_free(struct completing **cp)
{
	struct completing *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	db_forget(session_db(c->session), c);
	records_free(&c->records);
	candidates_release(&c->list);
	free(c);
}
