/* SPDX-License-Identifier: MIT */
/*
 * gridlayout.c - how a person arranged the columns of a screen, kept from one day to the next
 * in $XDG_STATE_HOME/souk/layout/SCREEN, and of a relation that has no screen of its own, since
 * another database's of the same name is another one, in layout/DATABASE/SCREEN:
 *
 *	[columns]
 *	sku  = frozen
 *	name = 40
 *	slug = hidden
 *
 * in the order in which they stand, of a name what such a file has a meaning for as %XX.  Columns
 * that are not there any more are passed over, new ones come last.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/path.h"
#include "grid_priv.h"

struct loading {
	struct grid *grid;
	size_t next; /* place of the column that comes next */
};

/* Any name as that of a file, and no two as the same one. */
static void add_file(struct buf *out, const char *name)
{
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (isalnum(c) || c >= 0x80 || strchr("_-", c) || (c == '.' && p > name))
			buf_addc(out, *p);
		else
			buf_addf(out, "%%%02x", c);
	}
}

static char *layout_path(const struct screen *s, bool make)
{
	const struct db_session *d = db_session(session_db(screen_session(s)));
	struct buf name = BUF_INIT;
	struct err ignored = ERR_INIT;
	char *path;

	buf_adds(&name, "layout");
	if (s->def->generated && d) {
		buf_addc(&name, '/');
		add_file(&name, d->database);
	}
	path = path_state(name.data);
	if (make && !path_mkdirs(path, &ignored))
		err_release(&ignored);
	free(path);
	buf_addc(&name, '/');
	add_file(&name, s->def->name);
	path = path_state(name.data);
	buf_release(&name);
	return path;
}

static void move_to(struct gridcols *g, size_t from, size_t to)
{
	struct gridcol c = g->v.v[from];

	if (from < to)
		return;
	memmove(&g->v.v[to + 1], &g->v.v[to], (from - to) * sizeof c);
	g->v.v[to] = c;
}

/* The scope hides the tenant's column, no person did. */
static bool by_scope(const struct grid *g, const struct gridcol *c)
{
	return c->unasked && g->ops->column(g->p, c->source)->tenant;
}

static void apply(const struct grid *g, struct gridcol *c, const char *words)
{
	char *copy = xstrdup(words), *save = NULL;

	c->hidden = by_scope(g, c);
	c->frozen = false;
	c->by_hand = 0;
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "hidden") == 0)
			c->hidden = true;
		else if (strcmp(w, "frozen") == 0)
			c->frozen = true;
		else
			c->by_hand = (int)strtol(w, NULL, 10);
	}
	if (c->by_hand < 0 || c->by_hand > 1000)
		c->by_hand = 0;
	free(copy);
}

/* The name as it stands in the file. */
static void add_key(struct buf *out, const char *name)
{
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;
		bool end = p == name || !p[1];

		if (c < 0x20 || c == 0x7f || strchr("=#[];:\\\"%", c) || (c == ' ' && end))
			buf_addf(out, "%%%02x", c);
		else
			buf_addc(out, *p);
	}
}

static bool is_key_of(const char *key, const char *name)
{
	struct buf own = BUF_INIT;
	bool same;

	add_key(&own, name);
	same = strcmp(key, own.data) == 0;
	buf_release(&own);
	return same;
}

static bool entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	struct loading *l = ctx;
	struct grid *g = l->grid;

	(void)err;
	for (size_t i = l->next; e->key && i < g->cols.v.len; i++) {
		const char *name = g->ops->column(g->p, g->cols.v.v[i].source)->name;

		if (!is_key_of(e->key, name))
			continue;
		apply(g, &g->cols.v.v[i], e->value);
		move_to(&g->cols, i, l->next++);
		break;
	}
	return true;
}

void grid_load_layout(struct screen *s)
{
	struct loading l = { .grid = s->data };
	struct err ignored = ERR_INIT;
	char *path;

	if (!s->def || s->parent)
		return;
	path = layout_path(s, false);
	/* What cannot be read is only an arrangement. */
	if (path_exists(path) && !deffile_load(path, entry, &l, &ignored))
		err_release(&ignored);
	free(path);
}

void grid_save_layout(const struct screen *s)
{
	const struct grid *g = s->data;
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;
	char *path;

	if (!s->def || s->parent || !g->arranged)
		return;
	path = layout_path(s, true);
	buf_adds(&text, "[columns]\n");
	for (size_t i = 0; i < g->cols.v.len; i++) {
		const struct gridcol *c = &g->cols.v.v[i];
		const char *name = g->ops->column(g->p, c->source)->name;

		add_key(&text, name);
		buf_adds(&text, " =");
		if (c->by_hand)
			buf_addf(&text, " %d", c->by_hand);
		buf_addf(&text, "%s%s\n", c->hidden && !by_scope(g, c) ? " hidden" : "",
			 c->frozen ? " frozen" : "");
	}
	if (!path_write(path, text.data, text.len, &ignored))
		err_release(&ignored);
	buf_release(&text);
	free(path);
}
