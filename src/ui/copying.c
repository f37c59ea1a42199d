/* SPDX-License-Identifier: MIT */
/*
 * copying.c - values and rows on their way to the clipboard.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/export.h"
#include "grid_priv.h"

/* ---- words ---- */

/* Whoever pastes it elsewhere sees only signs there, and must know that. */
void copying_add_masked(struct buf *out, const struct rowset *rows, size_t col)
{
	if (rows && rowset_masked(rows, col))
		buf_addf(out, "%s%s", out->len ? ", " : "; masked: ",
			 rowset_column(rows, col)->name);
}

/* "text" is what a spreadsheet takes. */
const char *copying_format(const struct args *args)
{
	const char *as = args_get(args, "as");

	return !as || strcmp(as, "text") == 0 ? "tsv" : as;
}

/* CSV ends its lines as RFC 4180 says, a clipboard does not. */
void copying_add(void *ctx, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r')
			buf_addc(ctx, text[i]);
}

void copying_put(struct ui *ui, const struct buf *text, bool bare, uint64_t rows,
		 const char *masked)
{
	const char *start = text->data, *head = bare ? strchr(start, '\n') : NULL;
	char *what = xasprintf("%llu row%s%s", (unsigned long long)rows, rows == 1 ? "" : "s",
			       masked ? masked : "");

	start = head ? head + 1 : start;
	ui_copy(ui, start, text->len - (size_t)(start - text->data), what);
	free(what);
}

/* ---- rows ---- */

enum { COPY_MAX = 8 << 20 };

struct copying {
	struct copying **slot;
	struct ui *ui;
	struct rowset *rows;
	struct export *export;
	struct buf text;
	bool bare; /* without the names of the columns */
};

void copying_free(struct copying **cp)
{
	struct copying *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	export_free(&c->export);
	rowset_free(&c->rows);
	buf_release(&c->text);
	free(c);
}

static void on_text(void *ctx, const char *text, size_t len)
{
	struct copying *c = ctx;

	if (c->text.len <= COPY_MAX)
		copying_add(&c->text, text, len);
}

static void put(const struct copying *c, uint64_t rows)
{
	struct buf masked = BUF_INIT;

	for (size_t i = 0; i < rowset_columns(c->rows); i++)
		copying_add_masked(&masked, c->rows, i);
	copying_put(c->ui, &c->text, c->bare, rows, masked.data);
	buf_release(&masked);
}

static void on_copied(void *ctx, const struct err *err, uint64_t rows)
{
	struct copying *c = ctx;

	if (err)
		ui_say_err(c->ui, err);
	else if (c->text.len > COPY_MAX)
		ui_say(c->ui, SAY_WARNING,
		       "not copied: that is more than 8 MB; export writes it to a file");
	else
		put(c, rows);
	copying_free(c->slot);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

bool copying_rows(struct copying **slot, struct screen *s, const struct rowset *rows,
		  const char *const *keys, size_t n, const struct args *args, struct err *err)
{
	struct copying *c = xcalloc(1, sizeof *c);
	const struct export_callbacks cb = { .text = on_text, .done = on_copied, .ctx = c };
	const struct export_request req = { .format = copying_format(args) };

	copying_free(slot);
	c->slot = slot;
	c->ui = s->ui;
	c->bare = strcmp(req.format, "tsv") == 0;
	buf_init(&c->text);
	c->rows = keys ? rowset_pick(rows, keys, n, ignore, NULL, err)
		       : rowset_copy(rows, ignore, NULL, err);
	if (c->rows)
		c->export = export_start(c->rows, &req, &cb, err);
	if (c->export)
		*slot = c;
	else
		copying_free(&c);
	return *slot != NULL;
}

/* ---- one value ---- */

void copying_value(struct ui *ui, const char *text, size_t len, const char *masked)
{
	struct buf start = BUF_INIT, what = BUF_INIT;

	utf8_sanitize(&start, text ? text : "NULL, which is an empty text",
		      text ? len < CELL_SEEN_MAX ? len : CELL_SEEN_MAX : 28, SANITIZE_LINE);
	utf8_ellipsis(&what, start.data, start.len, CELL_DEFAULT_MAX);
	buf_adds(&what, masked ? masked : "");
	ui_copy(ui, text ? text : "", text ? len : 0, what.data);
	buf_release(&start);
	buf_release(&what);
}

static void copy_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct screen *s = ctx;
	struct err own = ERR_INIT;
	const char *text = owned ? longtext_data(owned, &own) : NULL;

	if (err || own.kind)
		ui_say_err(s->ui, err ? err : &own);
	else
		copying_value(s->ui, text, owned ? longtext_len(owned) : 0, NULL);
	err_release(&own);
	longtext_free(&owned);
}

void copying_cell(struct screen *s, struct rowset *rows, size_t row, size_t col)
{
	struct buf masked = BUF_INIT;
	size_t len;
	bool cut;
	const char *text;

	copying_add_masked(&masked, rows, col);
	if (masked.len) { /* what is masked is here as it is shown */
		text = rowset_cell(rows, row, col, &len, &cut);
		copying_value(s->ui, text, len, text ? masked.data : NULL);
	} else {
		rowset_whole(rows, row, col, copy_whole, s);
	}
	buf_release(&masked);
}
