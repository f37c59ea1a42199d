/* SPDX-License-Identifier: MIT */
/*
 * rowact.c - what is done to the record of a row: its form; and to the marked ones, or without
 * marks to the one under the cursor: the commands update and delete with their keys.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/target.h"
#include "domain/rowkey.h"
#include "grid_priv.h"
#include "ui/viewer.h"

struct command_words {
	VEC(char *) v;
};

static void add(struct command_words *w, const char *text)
{
	*VEC_PUSH(&w->v) = xstrdup(text);
}

static void release(struct command_words *w)
{
	for (size_t i = 0; i < w->v.len; i++)
		free(w->v.v[i]);
	VEC_RELEASE(&w->v);
}

/* The rows' own key is the record's: what marks remember names records. */
static bool same_key(const struct screendef *def, const struct record_plan *plan)
{
	const struct column *const *key = record_plan_key(plan);
	const struct index *own = relation_key(record_plan_relation(plan));
	size_t n = 0;

	for (; key[n]; n++) {
		const char *name =
			def->key && def->key[0] ? def->key[n]
			: own && n < own->nkeys
				? relation_attnum(record_plan_relation(plan), own->columns[n])
					  ->name
				: NULL;

		if (!name || strcmp(name, key[n]->name) != 0)
			return false;
	}
	return !def->key || !def->key[0] || !def->key[n];
}

enum { KEY_MAX = 16 };

/* A cell of the row, else what the screen was narrowed to, else the tenant one works in. */
static const char *key_cell(const struct screen *s, const struct record_plan *plan,
			    const struct column *column)
{
	const struct tenant_choice *tenant = session_tenant(screen_session(s));
	const char *text = s->kind->cell(s, column->name);
	size_t len = strlen(column->name);

	for (const char *const *w = s->place->where; !text && w && *w; w++)
		if (strncmp(*w, column->name, len) == 0 && (*w)[len] == '=')
			text = *w + len + 1;
	if (!text && column->attnum == record_plan_profile(plan)->tenant_attnum)
		text = tenant->id;
	return text;
}

/* How many texts, in the plan's order; 0 with err. */
static size_t cursor_key(const struct screen *s, const struct record_plan *plan,
			 const char *texts[KEY_MAX], struct err *err)
{
	const struct column *const *key = record_plan_key(plan);
	size_t n = 0;

	for (; key[n] && n < KEY_MAX; n++) {
		texts[n] = key_cell(s, plan, key[n]);
		if (texts[n])
			continue;
		err_set(err, ERR_FAILED, s->def->name,
			"the row does not tell its key column %s", key[n]->name);
		return 0;
	}
	return n;
}

bool row_form(struct screen *s, const char *kind, struct err *err)
{
	struct record_plan *plan = target_plan_of(screen_session(s), s->def, err);
	size_t n = 0;
	const char *texts[KEY_MAX];
	char *words[KEY_MAX + 1] = { 0 };
	struct place place = { .screen = s->def->name, .where = (const char *const *)words };
	bool ok = false;

	if (plan)
		n = cursor_key(s, plan, texts, err);
	for (size_t i = 0; i < n; i++)
		words[i] = xasprintf("%s=%s", record_plan_key(plan)[i]->name, texts[i]);
	if (n)
		ok = screen_open_kind(s->ui, kind, s->def, &place, err);
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	record_plan_free(&plan);
	return ok;
}

static bool may(const struct screen *s, int right)
{
	const struct catalog *c = session_catalog(screen_session(s));
	const struct relation *r = NULL;
	struct err ignored = ERR_INIT;

	if (!s->def || !s->def->relation || !s->def->edit.allowed)
		return false;
	if (c)
		r = catalog_find(c, s->def->relation, &ignored);
	err_release(&ignored);
	return !c || (r && r->rights & right);
}

bool row_editable(const struct screen *s)
{
	return may(s, RIGHT_UPDATE);
}

bool row_addable(const struct screen *s)
{
	return may(s, RIGHT_INSERT) && !s->def->edit.fixed;
}

static bool add_keys(const struct screen *s, const struct map *marks, const char *option,
		     struct command_words *w, struct err *err)
{
	struct record_plan *plan = target_plan_of(screen_session(s), s->def, err);
	const char *texts[KEY_MAX], *marked;
	size_t n = 0;
	bool ok = plan != NULL;

	if (ok && marks && map_len(marks)) {
		ok = same_key(s->def, plan) ||
		     err_set(err, ERR_FAILED, s->def->name,
			     "its rows are not records: take the marks off, change one by one");
	} else if (ok) {
		n = cursor_key(s, plan, texts, err);
		ok = n > 0;
		marks = NULL;
	}
	if (n) {
		struct buf key = BUF_INIT;

		rowkey_format(&key, texts, n);
		if (option)
			add(w, option);
		add(w, key.data);
		buf_release(&key);
	}
	for (size_t it = 0; ok && marks && map_next(marks, &it, &marked, NULL);) {
		if (option)
			add(w, option);
		add(w, marked);
	}
	record_plan_free(&plan);
	return ok;
}

/* All rows of the filters in force, as options of update. */
static void add_filters(const struct screen *s, const struct rowset *rows,
			struct command_words *w)
{
	for (const char *const *word = s->place->where; word && *word; word++)
		add(w, *word);
	for (size_t i = 0; i < rowset_filters(rows); i++) {
		const char *text = rowset_filter_at(rows, i);
		bool raw = strncmp(text, "where ", 6) == 0;

		add(w, raw ? "--where" : "--filter");
		add(w, raw ? text + 6 : text);
	}
	if (!rowset_filters(rows) && !(s->place->where && s->place->where[0]))
		add(w, "--all");
}

static void add_sets(const struct args *args, struct command_words *w)
{
	const char *const *more = args_rest(args, "value");

	add(w, "--set");
	add(w, args_get(args, "name"));
	for (; more && *more; more++) {
		add(w, "--set");
		add(w, *more);
	}
}

/* What was said of how, ":delete --dry-run". */
static void add_options(const struct args *args, struct command_words *w)
{
	static const struct {
		const char *name, *option;
	} valued[] = { { "expect", "--expect" }, { "plan", "--plan" }, { "reason", "--reason" } };

	if (args_has(args, "dry-run"))
		add(w, "--dry-run");
	for (size_t i = 0; i < ARRAY_SIZE(valued); i++) {
		if (!args_has(args, valued[i].name))
			continue;
		add(w, valued[i].option);
		add(w, args_get(args, valued[i].name));
	}
}

static void run(struct screen *s, const struct command_words *w)
{
	ui_command_words(s->ui, (const char *const *)w->v.v, w->v.len);
}

bool row_update(struct screen *s, const struct grid *g, const char *const *sets,
		struct err *err)
{
	struct command_words w = { VEC_INIT };
	bool ok;

	add(&w, "update");
	add(&w, s->def->name);
	ok = add_keys(s, g->marks, "--key", &w, err);
	for (; *sets; sets++) {
		add(&w, "--set");
		add(&w, *sets);
	}
	if (ok)
		run(s, &w);
	release(&w);
	return ok;
}

bool row_sql(struct screen *s, const struct rowset *r, struct err *err)
{
	const char *sql = rowset_sql(r);

	if (!*sql)
		return err_set(err, ERR_FAILED, "show-sql", "nothing was asked of the server yet");
	viewer_open(s->ui, "SQL of this screen", sql, strlen(sql), VIEW_SQL);
	return true;
}

bool row_change(struct screen *s, const struct grid *g, enum action act,
		const struct args *args, struct err *err)
{
	struct command_words w = { VEC_INIT };
	bool filtered = g && act == ACTION_SET && args_has(args, "filtered");
	const struct map *marks = g ? g->marks : NULL;
	bool ok = true;

	if (!s->def || !s->def->relation)
		return screen_cannot(s, act, err);
	add(&w, act == ACTION_DELETE ? "delete" : "update");
	add(&w, s->def->name);
	if (filtered)
		add_filters(s, g->rows, &w);
	else
		ok = add_keys(s, marks, act == ACTION_DELETE ? NULL : "--key", &w, err);
	if (ok && act == ACTION_SET)
		add_sets(args, &w);
	if (ok && act == ACTION_DELETE)
		add_options(args, &w);
	if (ok)
		run(s, &w);
	release(&w);
	return ok;
}
