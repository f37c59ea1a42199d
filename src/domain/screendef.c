/* SPDX-License-Identifier: MIT */
#include "domain/screendef.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/deffile.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "screendef_priv.h"

/* One file under way: arrays grow here and move to the set's arena when it is whole. */
struct builder {
	struct arena *arena;
	struct screendef def;
	VEC(struct screen_column) columns;
	VEC(struct screen_key) keys;
	VEC(struct screen_pane) panes;
	VEC(struct screen_panel) panels;
	VEC(struct screen_var) vars;
	VEC(struct screen_action) actions;
	void *target; /* what the section's entries are set in */
};

/* ---- values ---- */

enum value_type {
	V_TEXT,
	V_WORDS,
	V_SECONDS,
	V_YESNO,
	V_INT,
	V_NUMBER,
	V_CHOICE,
	V_STYLES,
	V_AT,
};

struct field {
	const char *section, *key;
	enum value_type type;
	size_t offset;
	const char *const *choices; /* V_CHOICE: the enum's names in order */
};

static const char *const kinds[] = { "grid", "detail", "dashboard", NULL };
static const char *const scopes[] = { "tenant", "any", "none", NULL };
static const char *const needs[] = { "nothing", "outbox",  "consumers",
				     "tenancy", "schemas", NULL };
static const char *const elsewhere[] = { "nothing", "tenants", "migrations", NULL };
static const char *const aligns[] = { "auto", "left", "right", "center", NULL };
static const char *const reasons[] = { "no", "ask", "required", NULL };
static const char *const panel_kinds[] = { "number", "spark",  "bars", "histogram",
					   "series", "table",  "text", "heat",
					   "stack",  "outbox", NULL };

#define SCREEN(key, type, member)                                                              \
	{                                                                                      \
		"screen", key, type, offsetof(struct screendef, member), NULL                  \
	}
#define COLUMN(key, type, member)                                                              \
	{                                                                                      \
		"column", key, type, offsetof(struct screen_column, member), NULL              \
	}
#define PANE(key, type, member)                                                                \
	{                                                                                      \
		"pane", key, type, offsetof(struct screen_pane, member), NULL                  \
	}
#define PANEL(key, type, member)                                                               \
	{                                                                                      \
		"panel", key, type, offsetof(struct screen_panel, member), NULL                \
	}
#define EDIT(key, type, member)                                                                \
	{                                                                                      \
		"edit", key, type, offsetof(struct screen_edit, member), NULL                  \
	}

#define ACTION(key, type, member)                                                              \
	{                                                                                      \
		"action", key, type, offsetof(struct screen_action, member), NULL              \
	}

static const struct field fields[] = {
	SCREEN("title", V_TEXT, title),
	{ "screen", "kind", V_CHOICE, offsetof(struct screendef, kind), kinds },
	SCREEN("query", V_TEXT, query),
	SCREEN("relation", V_TEXT, relation),
	SCREEN("key", V_WORDS, key),
	SCREEN("order", V_TEXT, order),
	SCREEN("search", V_WORDS, search),
	SCREEN("refresh", V_SECONDS, refresh),
	{ "screen", "scope", V_CHOICE, offsetof(struct screendef, scope), scopes },
	SCREEN("alias", V_WORDS, alias),
	SCREEN("enter", V_TEXT, enter),
	SCREEN("empty", V_TEXT, empty),
	{ "screen", "needs", V_CHOICE, offsetof(struct screendef, needs), needs },
	SCREEN("extension", V_TEXT, extension),
	{ "screen", "elsewhere", V_CHOICE, offsetof(struct screendef, elsewhere), elsewhere },
	SCREEN("group", V_TEXT, group),
	SCREEN("part", V_YESNO, part),
	COLUMN("title", V_TEXT, title),
	COLUMN("width", V_INT, width),
	COLUMN("min", V_INT, min),
	COLUMN("max", V_INT, max),
	COLUMN("format", V_TEXT, format),
	{ "column", "align", V_CHOICE, offsetof(struct screen_column, align), aligns },
	COLUMN("empty", V_TEXT, empty),
	COLUMN("hidden", V_YESNO, hidden),
	COLUMN("freeze", V_YESNO, freeze),
	COLUMN("alone", V_YESNO, alone),
	COLUMN("open", V_TEXT, open),
	COLUMN("style", V_STYLES, styles),
	{ "key", "run", V_TEXT, offsetof(struct screen_key, run), NULL },
	{ "key", "help", V_TEXT, offsetof(struct screen_key, help), NULL },
	{ "key", "when", V_WORDS, offsetof(struct screen_key, when), NULL },
	EDIT("columns", V_WORDS, columns),
	EDIT("event", V_TEXT, event),
	EDIT("fixed", V_YESNO, fixed),
	EDIT("aggregate", V_TEXT, aggregate),
	{ "edit", "reason", V_CHOICE, offsetof(struct screen_edit, reason), reasons },
	ACTION("title", V_TEXT, title),
	ACTION("call", V_TEXT, call),
	ACTION("fixed", V_WORDS, fixed),
	ACTION("pick", V_WORDS, pick),
	ACTION("show", V_WORDS, show),
	PANE("title", V_TEXT, title),
	PANE("screen", V_TEXT, screen),
	PANE("where", V_TEXT, where),
	PANE("height", V_INT, height),
	PANE("empty", V_TEXT, empty),
	PANEL("title", V_TEXT, title),
	PANEL("kind", V_TEXT, kind),
	PANEL("query", V_TEXT, query),
	PANEL("value", V_TEXT, value),
	PANEL("label", V_TEXT, label),
	PANEL("by", V_TEXT, by),
	PANEL("unit", V_TEXT, unit),
	PANEL("empty", V_TEXT, empty),
	PANEL("format", V_TEXT, format),
	PANEL("at", V_AT, row),
	PANEL("refresh", V_SECONDS, refresh),
	PANEL("run", V_TEXT, run),
	PANEL("warn", V_NUMBER, warn),
	PANEL("crit", V_NUMBER, crit),
	PANEL("below", V_YESNO, below),
};

static const char *const sections[] = { "screen", "column", "key",   "edit",
					"action", "pane",   "panel", NULL };

static const char **split(struct builder *b, const char *text)
{
	VEC(const char *) words = VEC_INIT;
	const char **out;

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " \t\n,");

		if (n)
			*VEC_PUSH(&words) = arena_strndup(b->arena, p, n);
		p += n + (p[n] != '\0');
	}
	out = arena_array(b->arena, words.len + 1, sizeof *out);
	if (words.len)
		memcpy(out, words.v, words.len * sizeof *out);
	VEC_RELEASE(&words);
	return out;
}

static bool set_int(int *to, const struct deffile_entry *e, struct err *err)
{
	char *end;
	long n = strtol(e->value, &end, 10);

	if (end == e->value || *end || n < 0 || n > 10000)
		return err_set(err, ERR_USAGE, e->key, "\"%s\" is not a number from 0 to 10000",
			       e->value);
	*to = (int)n;
	return true;
}

static bool set_number(double *to, const struct deffile_entry *e, struct err *err)
{
	char *end;
	double n = strtod(e->value, &end);

	if (end == e->value || *end) {
		if (timefmt_parse_duration(e->value, &n)) {
			*to = n;
			return true;
		}
		return err_set(err, ERR_USAGE, e->key,
			       "\"%s\" is neither a number nor a duration", e->value);
	}
	*to = n;
	return true;
}

static bool set_choice(int *to, const struct field *f, const struct deffile_entry *e,
		       struct err *err)
{
	for (int i = 0; f->choices[i]; i++) {
		if (strcmp(f->choices[i], e->value) == 0) {
			*to = i;
			return true;
		}
	}
	return err_unknown(err, e->key, e->value, f->choices);
}

static bool set_yesno(bool *to, const struct deffile_entry *e, struct err *err)
{
	*to = strcmp(e->value, "yes") == 0;
	if (*to || strcmp(e->value, "no") == 0)
		return true;
	return err_set(err, ERR_USAGE, e->key, "\"%s\" is neither yes nor no", e->value);
}

/* active:ok  <5:warning  <=0:critical */
static bool set_styles(struct builder *b, struct screen_column *c,
		       const struct deffile_entry *e, struct err *err)
{
	const char **words = split(b, e->value);
	struct style_rule *rules;
	size_t n = 0;

	while (words[n])
		n++;
	rules = arena_array(b->arena, n, sizeof *rules);
	for (size_t i = 0; i < n; i++) {
		const char *w = words[i], *colon = strrchr(w, ':');
		size_t skip = 0;
		char *end;

		if (!colon || colon == w || !colon[1])
			return err_set(err, ERR_USAGE, e->key, "\"%s\" is not VALUE:STYLE", w);
		rules[i].op = '=';
		if (w[0] == '<' || w[0] == '>') {
			skip = w[1] == '=' ? 2 : 1;
			rules[i].op = skip == 1 ? w[0] : w[0] == '<' ? 'l' : 'g';
		}
		rules[i].value = arena_strndup(b->arena, w + skip, (size_t)(colon - w) - skip);
		rules[i].style = arena_strdup(b->arena, colon + 1);
		if (skip && (strtod(rules[i].value, &end), *end || end == rules[i].value))
			return err_set(err, ERR_USAGE, e->key, "\"%s\" is not a number",
				       rules[i].value);
	}
	c->styles = rules;
	c->nstyles = n;
	return true;
}

/* "row column rows columns" */
static bool set_at(struct screen_panel *p, const struct deffile_entry *e, struct err *err)
{
	int *to[] = { &p->row, &p->col, &p->rows, &p->cols };
	const char *s = e->value;
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(to); i++) {
		long n = strtol(s, &end, 10);

		if (end == s || n < 0 || n > 200)
			return err_set(err, ERR_USAGE, e->key,
				       "\"%s\" is not ROW COLUMN ROWS COLUMNS", e->value);
		*to[i] = (int)n;
		s = end;
	}
	if (s[strspn(s, " \t")] || p->col + p->cols > 12 || !p->rows || !p->cols)
		return err_set(err, ERR_USAGE, e->key,
			       "\"%s\" does not lie on a grid of 12 columns", e->value);
	return true;
}

static bool set_field(struct builder *b, const struct field *f, const struct deffile_entry *e,
		      struct err *err)
{
	void *to = (char *)b->target + f->offset;

	switch (f->type) {
	case V_TEXT:
		*(const char **)to = arena_strdup(b->arena, e->value);
		return true;
	case V_WORDS:
		*(const char *const **)to = split(b, e->value);
		return true;
	case V_SECONDS:
		if (!timefmt_parse_duration(e->value, to))
			return err_set(err, ERR_USAGE, e->key,
				       "\"%s\" is not a duration such as 2s", e->value);
		return true;
	case V_YESNO:
		return set_yesno(to, e, err);
	case V_INT:
		return set_int(to, e, err);
	case V_NUMBER:
		return set_number(to, e, err);
	case V_CHOICE:
		return set_choice(to, f, e, err);
	case V_STYLES:
		return set_styles(b, b->target, e, err);
	case V_AT:
		return set_at(b->target, e, err);
	}
	return true;
}

/* ---- sections ---- */

static bool repeated(const char *what, const char *name, struct err *err)
{
	return err_set(err, ERR_USAGE, name, "this %s was there before", what);
}

static bool begin_column(struct builder *b, const char *name, struct err *err)
{
	for (size_t i = 0; i < b->columns.len; i++)
		if (strcmp(b->columns.v[i].name, name) == 0)
			return repeated("column", name, err);
	*VEC_PUSH(&b->columns) = (struct screen_column){ .name = name };
	b->target = &b->columns.v[b->columns.len - 1];
	return true;
}

static bool begin_key(struct builder *b, const char *name, int line, struct err *err)
{
	for (size_t i = 0; i < b->keys.len; i++)
		if (strcmp(b->keys.v[i].key, name) == 0)
			return repeated("key", name, err);
	*VEC_PUSH(&b->keys) = (struct screen_key){ .key = name, .line = line };
	b->target = &b->keys.v[b->keys.len - 1];
	return true;
}

static bool begin_action(struct builder *b, const char *name, struct err *err)
{
	for (size_t i = 0; i < b->actions.len; i++)
		if (strcmp(b->actions.v[i].name, name) == 0)
			return repeated("action", name, err);
	*VEC_PUSH(&b->actions) = (struct screen_action){ .name = name, .title = name };
	b->target = &b->actions.v[b->actions.len - 1];
	return true;
}

static bool begin_pane(struct builder *b, const char *name, struct err *err)
{
	for (size_t i = 0; i < b->panes.len; i++)
		if (strcmp(b->panes.v[i].name, name) == 0)
			return repeated("pane", name, err);
	*VEC_PUSH(&b->panes) = (struct screen_pane){ .name = name };
	b->target = &b->panes.v[b->panes.len - 1];
	return true;
}

static bool begin_panel(struct builder *b, const char *name, struct err *err)
{
	for (size_t i = 0; i < b->panels.len; i++)
		if (strcmp(b->panels.v[i].name, name) == 0)
			return repeated("panel", name, err);
	*VEC_PUSH(&b->panels) = (struct screen_panel){
		.name = name,
		.warn = (double)NAN,
		.crit = (double)NAN,
	};
	b->target = &b->panels.v[b->panels.len - 1];
	return true;
}

static bool begin_section(struct builder *b, const struct deffile_entry *e, struct err *err)
{
	const char *name = arena_strdup(b->arena, e->arg);
	bool named = strcmp(e->section, "screen") != 0 && strcmp(e->section, "edit") != 0;

	for (int i = 0; !sections[i] || strcmp(sections[i], e->section) != 0; i++)
		if (!sections[i])
			return err_unknown(err, "section", e->section, sections);
	if (named && !*name)
		return err_set(err, ERR_USAGE, e->section, "a name is missing: [%s NAME]",
			       e->section);
	if (!named && *name)
		return err_set(err, ERR_USAGE, e->section, "this section takes no name");
	if (strcmp(e->section, "column") == 0)
		return begin_column(b, name, err);
	if (strcmp(e->section, "key") == 0)
		return begin_key(b, name, e->line, err);
	if (strcmp(e->section, "action") == 0)
		return begin_action(b, name, err);
	if (strcmp(e->section, "pane") == 0)
		return begin_pane(b, name, err);
	if (strcmp(e->section, "panel") == 0)
		return begin_panel(b, name, err);
	b->target = &b->def;
	if (strcmp(e->section, "edit") == 0) {
		b->target = &b->def.edit;
		b->def.edit.allowed = true;
	}
	return true;
}

static bool unknown_key(const struct deffile_entry *e, struct err *err)
{
	const char *words[ARRAY_SIZE(fields) + 1];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].section, e->section) == 0)
			words[n++] = fields[i].key;
	words[n] = NULL;
	return err_unknown(err, "key", e->key, words);
}

static bool entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	struct builder *b = ctx;

	if (!e->key)
		return begin_section(b, e, err);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].section, e->section) == 0 &&
		    strcmp(fields[i].key, e->key) == 0)
			return set_field(b, &fields[i], e, err);
	if (strcmp(e->section, "screen") == 0 && strncmp(e->key, "var ", 4) == 0) {
		*VEC_PUSH(&b->vars) = (struct screen_var){
			.name = arena_strdup(b->arena, e->key + 4 + strspn(e->key + 4, " \t")),
			.value = arena_strdup(b->arena, e->value),
		};
		return true;
	}
	return unknown_key(e, err);
}

/* ---- the whole file ---- */

static const char *checked_panels(const struct builder *b, const char **name)
{
	for (size_t i = 0; i < b->panels.len; i++) {
		const struct screen_panel *p = &b->panels.v[i];
		int k = 0;

		*name = p->name;
		while (panel_kinds[k] && (!p->kind || strcmp(panel_kinds[k], p->kind) != 0))
			k++;
		if (!panel_kinds[k])
			return "kind is one of number spark bars histogram series table text "
			       "heat stack outbox";
		if ((strcmp(p->kind, "heat") == 0 || strcmp(p->kind, "stack") == 0) &&
		    (!p->label || !p->by || !p->value))
			return "heat and stack need label, by and value";
		if (strcmp(p->kind, "outbox") == 0 && !p->value)
			return "a panel of kind outbox needs a value";
		if (!p->query && strcmp(p->kind, "outbox") != 0)
			return "a panel needs a query";
		if (!p->rows)
			return "a panel needs at = ROW COLUMN ROWS COLUMNS";
	}
	return NULL;
}

/* What is missing, as a sentence; name: of the part that misses it. */
static const char *missing(const struct builder *b, const char **name)
{
	const struct screendef *d = &b->def;

	*name = NULL;
	if (!d->title)
		return "title is missing in [screen]";
	if (d->kind != SCREEN_DASHBOARD && !d->query && !d->relation)
		return "query or relation is missing in [screen]";
	if (d->kind == SCREEN_DASHBOARD && !b->panels.len)
		return "a dashboard needs at least one [panel NAME]";
	for (size_t i = 0; i < b->keys.len; i++) {
		*name = b->keys.v[i].key;
		if (!b->keys.v[i].run)
			return "run is missing in [key]";
	}
	for (size_t i = 0; i < b->actions.len; i++) {
		*name = b->actions.v[i].name;
		if (!b->actions.v[i].call)
			return "call is missing in [action]";
	}
	for (size_t i = 0; i < b->panes.len; i++) {
		*name = b->panes.v[i].name;
		if (!b->panes.v[i].screen)
			return "screen is missing in [pane]";
	}
	return checked_panels(b, name);
}

static const char *const no_words[] = { NULL };

static void *keep(struct arena *a, const void *v, size_t len, size_t size)
{
	void *copy = arena_array(a, len + 1, size);

	if (len)
		memcpy(copy, v, len * size);
	return copy;
}

static bool finish_actions(struct builder *b, struct err *err)
{
	for (size_t i = 0; i < b->actions.len; i++)
		if (!screen_action_finish(b->arena, &b->actions.v[i], err))
			return false;
	return true;
}

static const struct screendef *finish(struct builder *b)
{
	struct screendef *d = &b->def;

	d->columns = keep(b->arena, b->columns.v, b->columns.len, sizeof *b->columns.v);
	d->ncolumns = b->columns.len;
	d->keys = keep(b->arena, b->keys.v, b->keys.len, sizeof *b->keys.v);
	d->nkeys = b->keys.len;
	d->panes = keep(b->arena, b->panes.v, b->panes.len, sizeof *b->panes.v);
	d->npanes = b->panes.len;
	d->panels = keep(b->arena, b->panels.v, b->panels.len, sizeof *b->panels.v);
	d->npanels = b->panels.len;
	d->vars = keep(b->arena, b->vars.v, b->vars.len, sizeof *b->vars.v);
	d->nvars = b->vars.len;
	d->actions = keep(b->arena, b->actions.v, b->actions.len, sizeof *b->actions.v);
	d->nactions = b->actions.len;
	return keep(b->arena, d, 1, sizeof *d);
}

const struct screendef *screendef_parse(struct arena *arena, const struct screen_source *src,
					struct err *err)
{
	struct builder b = {
		.arena = arena,
		.def = { .name = arena_strdup(arena, src->name),
			 .file = arena_strdup(arena, src->file),
			 .key = no_words,
			 .search = no_words,
			 .alias = no_words },
	};
	const struct screendef *def = NULL;
	const char *name, *why;

	if (deffile_parse(src->file, src->text, src->len, entry, &b, err)) {
		why = missing(&b, &name);
		if (!why && finish_actions(&b, err)) {
			def = finish(&b);
		} else {
			if (why)
				err_set(err, ERR_USAGE, name, "%s", why);
			err_within(err, src->file);
		}
	}
	VEC_RELEASE(&b.columns);
	VEC_RELEASE(&b.keys);
	VEC_RELEASE(&b.panes);
	VEC_RELEASE(&b.panels);
	VEC_RELEASE(&b.vars);
	VEC_RELEASE(&b.actions);
	return def;
}
