/* SPDX-License-Identifier: MIT */
/*
 * gridcopy.c - marks, copying, and a value or a record shown whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/utf8.h"
#include "db/sql.h"
#include "grid_priv.h"
#include "ui/viewer.h"

/* ---- marks ---- */

static void toggle(struct grid *g, size_t row)
{
	const char *key = g->ops->key(g->p, row);

	if (!map_remove(g->marks, key))
		map_set(g->marks, key, g);
}

static bool mark(struct grid *g, const char *which)
{
	size_t cursor = g->ops->cursor(g->p), len = g->ops->len(g->p);

	if (which && strcmp(which, "none") == 0) {
		map_clear(g->marks);
	} else if (which && strcmp(which, "invert") == 0) {
		for (size_t i = 0; i < len; i++)
			toggle(g, i);
	} else if (which && strcmp(which, "all") == 0) {
		for (size_t i = 0; i < len; i++)
			map_set(g->marks, g->ops->key(g->p, i), g);
	} else if (cursor < len) {
		toggle(g, cursor);
		g->ops->move(g->p, 1);
	}
	return true;
}

/* ---- copying ---- */

enum format { AS_TEXT, AS_CSV, AS_JSON, AS_SQL };

static enum format find_format(const char *name)
{
	static const char *const names[] = { "text", "csv", "json", "sql" };

	for (int i = 0; name && i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return (enum format)i;
	return AS_TEXT;
}

static void add_quoted(struct buf *out, const char *text, size_t len, char quote)
{
	buf_addc(out, quote);
	for (size_t i = 0; i < len; i++)
		buf_addn(out, text[i], text[i] == quote ? 2 : 1);
	buf_addc(out, quote);
}

static void add_value(const struct grid *g, size_t row, size_t col, enum format as,
		      struct buf *out)
{
	size_t len;
	bool cut;
	const char *text = g->ops->cell(g->p, row, col, &len, &cut);
	bool number = g->ops->kind(g->p, col) == VALUE_NUMBER;

	if (as == AS_JSON && text && !number)
		json_write_string(out, text, len);
	else if (as == AS_SQL && text && !number)
		sql_literal(out, text);
	else if (as == AS_CSV && text && strpbrk(text, ",\"\r\n"))
		add_quoted(out, text, len, '"');
	else if (text)
		buf_add(out, text, len);
	else if (as == AS_JSON || as == AS_SQL)
		buf_adds(out, as == AS_JSON ? "null" : "NULL");
}

static const char *name_of(const struct grid *g, size_t i)
{
	return g->ops->column(g->p, g->cols.v.v[i].source)->name;
}

static void add_names(const struct grid *g, struct buf *out, const char *between, bool quoted)
{
	bool first = true;

	for (size_t i = 0; i < g->cols.v.len; i++) {
		if (g->cols.v.v[i].hidden)
			continue;
		buf_adds(out, first ? "" : between);
		if (quoted)
			sql_ident(out, name_of(g, i));
		else
			buf_adds(out, name_of(g, i));
		first = false;
	}
}

static void add_values(const struct grid *g, size_t row, enum format as, struct buf *out)
{
	static const char *const between[] = { "\t", ",", ", ", ", " };
	bool first = true;

	for (size_t i = 0; i < g->cols.v.len; i++) {
		if (g->cols.v.v[i].hidden)
			continue;
		buf_adds(out, first ? "" : between[as]);
		first = false;
		if (as == AS_JSON) {
			json_write_string(out, name_of(g, i), strlen(name_of(g, i)));
			buf_adds(out, ": ");
		}
		add_value(g, row, g->cols.v.v[i].source, as, out);
	}
}

static void add_insert(const struct screen *s, size_t row, struct buf *out)
{
	const struct grid *g = s->data;
	struct buf names = BUF_INIT, values = BUF_INIT;

	add_names(g, &names, ", ", true);
	add_values(g, row, AS_SQL, &values);
	{
		const struct sqlvar vars[] = {
			{ "relation", s->def && s->def->relation ? s->def->relation : "rows" },
			{ "columns", names.data },
			{ "values", values.data },
		};

		sql_fragment(out, session_sql(screen_session(s)), "copy.insert", vars,
			     ARRAY_SIZE(vars));
	}
	buf_addc(out, '\n');
	buf_release(&names);
	buf_release(&values);
}

static void add_row(const struct screen *s, size_t row, enum format as, struct buf *out)
{
	if (as == AS_SQL) {
		add_insert(s, row, out);
		return;
	}
	buf_adds(out, as == AS_JSON ? "{" : "");
	add_values(s->data, row, as, out);
	buf_adds(out, as == AS_JSON ? "}\n" : "\n");
}

static void put(struct screen *s, const struct buf *text, size_t rows)
{
	struct buf safe = BUF_INIT;

	/* What is pasted into a shell must not contain what the eye did not see. */
	utf8_sanitize(&safe, text->data, text->len, SANITIZE_KEEP_NEWLINES);
	if (!ui_copy(s->ui, safe.data, safe.len))
		ui_say(s->ui, SAY_WARNING, "this terminal takes no copies (OSC 52)");
	else if (rows)
		ui_say(s->ui, SAY_DONE, "copied %zu row%s", rows, rows == 1 ? "" : "s");
	else
		ui_say(s->ui, SAY_DONE, "copied %s", safe.data);
	buf_release(&safe);
}

static bool copy(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	const char *what = args_get(args, "what");
	enum format as = find_format(args_get(args, "as"));
	size_t cursor = g->ops->cursor(g->p), len = g->ops->len(g->p), rows = 0;
	struct buf text = BUF_INIT;

	if (cursor >= len)
		return err_set(err, ERR_FAILED, "copy", "there is no row under the cursor");
	if (!what || strcmp(what, "cell") == 0) {
		add_value(g, cursor, gridcols_source(&g->cols), AS_TEXT, &text);
	} else {
		if (as == AS_CSV) {
			add_names(g, &text, ",", false);
			buf_addc(&text, '\n');
		}
		for (size_t i = 0; i < len; i++) {
			bool marked = map_len(g->marks)
					      ? map_has(g->marks, g->ops->key(g->p, i))
					      : i == cursor;

			if (marked && ++rows)
				add_row(s, i, as, &text);
		}
	}
	put(s, &text, rows);
	buf_release(&text);
	return true;
}

/* ---- whole ---- */

static void show_whole(void *ctx, const char *text, size_t len, const struct err *err)
{
	struct screen *s = ctx;

	if (err && err->kind)
		ui_say_err(s->ui, err);
	else
		viewer_open(s->ui, "value", text ? text : "NULL", text ? len : 4,
			    text ? VIEW_AUTO : VIEW_TEXT);
}

bool grid_view(struct screen *s, struct err *err)
{
	struct grid *g = s->data;
	size_t cursor = g->ops->cursor(g->p), col = gridcols_source(&g->cols), len;
	bool cut;
	const char *text;

	if (cursor >= g->ops->len(g->p) || col == SIZE_MAX)
		return err_set(err, ERR_FAILED, "view", "there is no cell under the cursor");
	text = g->ops->cell(g->p, cursor, col, &len, &cut);
	if (cut) {
		rowset_whole(g->rows, cursor, col, show_whole, s);
		return true;
	}
	viewer_open(s->ui, g->ops->column(g->p, col)->name, text ? text : "NULL",
		    text ? len : 4, text ? VIEW_AUTO : VIEW_TEXT);
	return true;
}

/* All columns of the row, one a line. */
bool grid_describe(struct screen *s, struct err *err)
{
	static const struct table_column columns[] = { { .name = "column" },
						       { .name = "value" } };
	struct grid *g = s->data;
	size_t cursor = g->ops->cursor(g->p), len;
	struct table *t;

	if (cursor >= g->ops->len(g->p))
		return err_set(err, ERR_FAILED, "describe", "there is no row under the cursor");
	t = table_new(g->ops->key(g->p, cursor), columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < g->ops->columns(g->p); i++) {
		bool cut;
		const char *cells[] = { g->ops->column(g->p, i)->name,
					g->ops->cell(g->p, cursor, i, &len, &cut) };

		table_add(t, cells);
	}
	table_open(s->ui, t);
	return true;
}

bool grid_copy(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	screen_changed(s, SCREEN_DATA);
	switch ((int)act) {
	case ACTION_MARK:
		return mark(s->data, args_get(args, "which"));
	case ACTION_COPY:
		return copy(s, args, err);
	case ACTION_VIEW:
		return grid_view(s, err);
	default:
		return grid_describe(s, err);
	}
}
