/* SPDX-License-Identifier: MIT */
/*
 * gridfilter.c - which rows: searching, filters on each other, and filters kept under a name.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/longtext.h"
#include "base/path.h"
#include "base/utf8.h"
#include "domain/filter.h"
#include "grid_priv.h"
#include "ui/dialog.h"
#include "ui/widget.h"

/* ---- filters in force ---- */

static bool filter(struct screen *s, const char *prefix, const char *text, struct err *err)
{
	struct grid *g = s->data;
	char *whole = xasprintf("%s%s", prefix, text);
	bool ok = rowset_filter(g->rows, whole, err);

	free(whole);
	return ok;
}

static bool search(struct grid *g, const char *text, struct err *err)
{
	free(g->search);
	g->search = xstrdup(text);
	return rowset_search(g->rows, text, err);
}

/* Does a shown cell of the row hold what was searched for? */
static bool row_holds(const struct grid *g, size_t row)
{
	for (size_t i = 0; i < g->cols.v.len; i++) {
		size_t len;
		bool cut;
		const char *text =
			g->cols.v.v[i].hidden
				? NULL
				: g->ops->cell(g->p, row, g->cols.v.v[i].source, &len, &cut);

		if (text && utf8_find(text, len, g->search) != SIZE_MAX)
			return true;
	}
	return false;
}

/* Under a search every row holds it; without (it was dropped) the next one that does. */
static bool find_next(struct screen *s, bool backwards)
{
	struct grid *g = s->data;
	size_t at = g->ops->cursor(g->p), len = g->ops->len(g->p);

	struct err err = ERR_INIT;

	/* The same search again goes on inside, where it was narrowed to what an index serves.
	 */
	if (g->rows && rowset_note(g->rows) && g->search &&
	    !rowset_search(g->rows, g->search, &err))
		ui_say_err(s->ui, &err);
	err_release(&err);
	if (g->rows && rowset_leaving(g->rows))
		return true; /* the first that it finds is on its way */
	if (!g->search || !*g->search) {
		ui_say(s->ui, SAY_INFO, "nothing was searched for yet: / searches");
		return true;
	}
	for (size_t i = backwards ? at - 1 : at + 1; i < len; i += backwards ? (size_t)-1 : 1) {
		if (!row_holds(g, i))
			continue;
		g->ops->move(g->p, (long)i - (long)at);
		return true;
	}
	ui_say(s->ui, SAY_INFO, "no other row here holds \"%s\"", g->search);
	return true;
}

/* A longer one says nothing in a header, and no index holds it. */
enum { LONGEST_VALUE = 8000 };

static bool filter_by(struct grid *g, size_t col, const char *value, bool not, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok;

	filter_cell(&text, g->ops->column(g->p, col)->name, value, not );
	ok = rowset_filter(g->rows, text.data, err);
	buf_release(&text);
	return ok;
}

/* The rest of a value that was cut has come. */
static void by_whole(struct screen *s, bool not, struct longtext *owned, const struct err *failed)
{
	struct grid *g = s->data;
	const char *value = NULL;
	struct err err = ERR_INIT;
	bool ok = !failed && g->by_column < g->ops->columns(g->p);

	if (failed)
		err_copy(&err, failed);
	if (ok && owned) {
		value = longtext_data(owned, &err);
		ok = value != NULL;
	}
	if ((!ok || !filter_by(g, g->by_column, value, not, &err)) && err.kind)
		ui_say_err(s->ui, &err);
	longtext_free(&owned);
	err_release(&err);
	screen_changed(s, SCREEN_DATA);
}

static void is_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	by_whole(ctx, false, owned, err);
}

static void is_not_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	by_whole(ctx, true, owned, err);
}

static bool by_cell(struct screen *s, bool not, struct err *err)
{
	struct grid *g = s->data;
	size_t col = gridcols_source(&g->cols), row = g->ops->cursor(g->p), len;
	const char *value;
	bool cut;

	if (col == SIZE_MAX || row >= g->ops->len(g->p) || !g->rows)
		return err_set(err, ERR_FAILED, NULL, "there is no cell under the cursor");
	value = g->ops->cell(g->p, row, col, &len, &cut);
	if (value && rowset_masked(g->rows, col)) {
		err_set(err, ERR_FAILED, g->ops->column(g->p, col)->name,
			"it is masked, and nothing equals its mask");
		return err_hint(err, ":set mask no shows it");
	}
	if (cut) {
		g->by_column = col;
		rowset_whole_within(g->rows, row, col, LONGEST_VALUE,
				    not ? is_not_whole : is_whole, s);
		return true;
	}
	return filter_by(g, col, value, not, err);
}

static bool unfilter(struct grid *g, const char *which, struct err *err)
{
	size_t n = rowset_filters(g->rows);

	if (!n)
		return true;
	if (which && strcmp(which, "all") == 0)
		return rowset_filter(g->rows, NULL, err);
	rowset_unfilter(g->rows, n - 1);
	return true;
}

/* A condition of the filter language: neither a search nor raw SQL. */
static bool is_condition(const char *text)
{
	return *text != '/' && strncmp(text, "where ", 6) != 0;
}

/* But for the last one. */
static void drop_conditions(struct grid *g)
{
	size_t n = rowset_filters(g->rows);

	for (size_t i = n ? n - 1 : 0; i-- > 0;)
		if (is_condition(rowset_filter_at(g->rows, i)))
			rowset_unfilter(g->rows, i);
}

static bool is_either(const char *text)
{
	struct err none = ERR_INIT;
	struct filter *f = filter_parse(text, &none);
	bool either = f && filter_is_either(f);

	filter_free(&f);
	err_release(&none);
	return either;
}

/* The conditions in force as one, in the command bar. */
static void edit_filters(struct screen *s)
{
	struct grid *g = s->data;
	struct buf line = BUF_INIT;
	size_t n = 0;

	buf_adds(&line, "bar filter --instead ");
	for (size_t i = 0; i < rowset_filters(g->rows); i++) {
		const char *text = rowset_filter_at(g->rows, i);

		if (is_condition(text))
			buf_addf(&line, is_either(text) ? "%s(%s)" : "%s%s",
				 n++ ? " and " : "", text);
	}
	ui_command(s->ui, line.data);
	buf_release(&line);
}

/* ---- names: lines of screen, name and filter in one file, the newest last ---- */

struct kept {
	char *screen, *name, *text;
};
struct keeping {
	VEC(struct kept) v;
};

static char *keeping_path(void)
{
	return path_state("filters");
}

static void keeping_release(struct keeping *k)
{
	for (size_t i = 0; i < k->v.len; i++) {
		free(k->v.v[i].screen);
		free(k->v.v[i].name);
		free(k->v.v[i].text);
	}
	VEC_RELEASE(&k->v);
}

static void add_kept(struct keeping *k, const char *screen, const char *name, const char *text)
{
	*VEC_PUSH(&k->v) =
		(struct kept){ xstrdup(screen), xstrdup(name), xstrdup(text) };
}

static bool load_kept(struct keeping *k, struct err *err)
{
	char *path = keeping_path(), *save = NULL;
	struct buf text = BUF_INIT;
	bool ok = !path_exists(path) || path_read(path, 1 << 20, &text, err);

	for (char *line = ok && text.len ? strtok_r(text.data, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *name = strchr(line, '\t'), *rest = name ? strchr(name + 1, '\t') : NULL;

		if (!rest)
			continue;
		*name = *rest = '\0';
		add_kept(k, line, name + 1, rest + 1);
	}
	buf_release(&text);
	free(path);
	return ok;
}

static bool save_kept(const struct keeping *k, struct err *err)
{
	char *path = keeping_path(), *dir = path_state(NULL);
	struct buf text = BUF_INIT;
	bool ok;

	for (size_t i = 0; i < k->v.len; i++)
		buf_addf(&text, "%s\t%s\t%s\n", k->v.v[i].screen, k->v.v[i].name,
			 k->v.v[i].text);
	ok = path_mkdirs(dir, err) && path_write(path, text.data, text.len, err);
	buf_release(&text);
	free(dir);
	free(path);
	return ok;
}

static bool is_of(const struct kept *k, const struct screen *s, const char *name)
{
	return strcmp(k->screen, s->def->name) == 0 && (!name || strcmp(k->name, name) == 0);
}

static size_t forget_kept(struct keeping *k, const struct screen *s, const char *name)
{
	size_t n = 0;

	for (size_t i = k->v.len; i-- > 0;) {
		if (!is_of(&k->v.v[i], s, name))
			continue;
		free(k->v.v[i].screen);
		free(k->v.v[i].name);
		free(k->v.v[i].text);
		VEC_REMOVE(&k->v, i);
		n++;
	}
	return n;
}

/* A name of words, with or without the @ that it is asked for with; to be freed. */
static char *name_of(const char *const *words)
{
	struct buf name = BUF_INIT;

	for (size_t i = 0; words[i]; i++)
		buf_addf(&name, "%s%s", i ? " " : "", words[i] + (i == 0 && *words[i] == '@'));
	for (size_t i = 0; i < name.len; i++)
		if (iscntrl((unsigned char)name.data[i]))
			name.data[i] = ' ';
	return buf_detach(&name);
}

/* The filters in force and the sort, under this name; without any the name is given up. */
static bool keep(struct screen *s, const char *name, struct err *err)
{
	const struct grid *g = s->data;
	struct keeping k = { 0 };
	const char *sort = rowset_sort_text(g->rows);
	size_t n = rowset_filters(g->rows), gone;
	char *line;
	bool ok = (*name || err_set(err, ERR_USAGE, NULL, "a name is wanted: filter-keep NAME")) &&
		  load_kept(&k, err);

	gone = ok ? forget_kept(&k, s, name) : 0;
	for (size_t i = 0; i < n; i++)
		add_kept(&k, s->def->name, name, rowset_filter_at(g->rows, i));
	if (n && *sort) {
		line = xasprintf("sort %s", sort);
		add_kept(&k, s->def->name, name, line);
		free(line);
	}
	ok = ok && save_kept(&k, err);
	keeping_release(&k);
	if (ok && n)
		ui_say(s->ui, SAY_DONE, "kept: filter @%s asks this again", name);
	else if (ok)
		ui_say(s->ui, SAY_INFO, gone ? "@%s is forgotten" : "no filter is in force",
		       name);
	return ok;
}

static bool is_kept(const struct keeping *k, const struct screen *s, const char *name)
{
	for (size_t i = 0; i < k->v.len; i++)
		if (is_of(&k->v.v[i], s, name))
			return true;
	return false;
}

/* In place of the filters in force. */
static bool use_kept(struct screen *s, const char *name, struct err *err)
{
	struct grid *g = s->data;
	struct keeping k = { 0 };
	bool ok = load_kept(&k, err);

	if (ok && !is_kept(&k, s, name)) {
		err_set(err, ERR_USAGE, name, "no filter of this screen has this name");
		ok = err_hint(err, "filters lists them; filter-keep NAME keeps one");
	}
	ok = ok && rowset_filter(g->rows, NULL, err);
	for (size_t i = 0; ok && i < k.v.len; i++) {
		const char *text = k.v.v[i].text;

		if (!is_of(&k.v.v[i], s, name))
			continue;
		ok = strncmp(text, "sort ", 5) == 0 ? rowset_sort(g->rows, text + 5, err)
						    : rowset_filter(g->rows, text, err);
	}
	keeping_release(&k);
	return ok;
}

void filters_kept(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx)
{
	struct keeping k = { 0 };
	struct err ignored = ERR_INIT;
	bool ok = s->def && load_kept(&k, &ignored);
	const char *last = "";

	for (size_t i = 0; ok && i < k.v.len; i++) {
		if (!is_of(&k.v.v[i], s, NULL) || strcmp(k.v.v[i].name, last) == 0)
			continue;
		last = k.v.v[i].name;
		fn(ctx, last);
	}
	keeping_release(&k);
	err_release(&ignored);
}

static void chosen(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct grid *g = s->data;
	struct err err = ERR_INIT;

	g->asking = false;
	if (answer && !use_kept(s, answer, &err))
		ui_say_err(s->ui, &err);
	err_release(&err);
	screen_changed(s, SCREEN_DATA);
}

/* A menu of the names of this screen. */
static bool choose_kept(struct screen *s, struct err *err)
{
	struct grid *g = s->data;
	struct keeping k = { 0 };
	bool ok = load_kept(&k, err);
	struct menu_item *items = xcalloc(k.v.len + 1, sizeof *items);
	size_t n = 0;

	for (size_t i = 0; i < k.v.len; i++)
		if (is_of(&k.v.v[i], s, NULL) &&
		    (!n || strcmp(items[n - 1].text, k.v.v[i].name) != 0))
			items[n++] = (struct menu_item){ .text = k.v.v[i].name,
							 .note = k.v.v[i].text };
	if (ok && n) {
		g->asking = true;
		dialog_menu(s->ui, "Filters", items, n, chosen, s);
	} else if (ok) {
		ui_say(s->ui, SAY_INFO,
		       "no filter of this screen is kept yet: filter-keep NAME keeps one");
	}
	free(items);
	keeping_release(&k);
	return ok;
}

/* ---- actions ---- */

/* Rows that are all there: nobody else is asked, and there is no language of conditions. */
static bool search_table(struct grid *g, const struct args *args, struct err *err)
{
	const char *text = args_get(args, "text"), *condition = args_get(args, "filter");

	if (condition && *condition == '/')
		text = condition + 1;
	else if (condition)
		return err_set(err, ERR_USAGE, condition,
			       "these rows are narrowed by what they hold: /TEXT");
	else if (!text)
		text = "";
	free(g->search);
	g->search = xstrdup(text);
	table_search(g->table, text);
	return true;
}

static bool conditions(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	const char *text = args_get(args, "filter");

	if (!text) {
		edit_filters(s);
		return true;
	}
	if (*text == '@')
		return use_kept(s, text + 1, err);
	if (!filter(s, "", text, err))
		return false;
	if (args_has(args, "instead"))
		drop_conditions(g);
	return true;
}

bool grid_filter(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	const char *text = args_get(args, "text"), *how;

	switch ((int)act) {
	case ACTION_FIND_NEXT:
		how = args_get(args, "where");
		return find_next(s, how && strcmp(how, "previous") == 0);
	case ACTION_FILTER:
		if (!g->rows)
			return search_table(g, args, err);
		return text ? search(g, text, err) : conditions(s, args, err);
	case ACTION_WHERE:
		return filter(s, "where ", args_get(args, "condition"), err);
	case ACTION_FILTER_CELL:
		how = args_get(args, "how");
		return by_cell(s, how && strcmp(how, "not") == 0, err);
	case ACTION_FILTERS:
		return choose_kept(s, err);
	case ACTION_KEEP: {
		char *name = name_of(args_rest(args, "name"));
		bool ok = keep(s, name, err);
		free(name);
		return ok;
	}
	default:
		if (!g->rows)
			return search_table(g, NULL, err);
		return unfilter(g, args_get(args, "which"), err);
	}
}
