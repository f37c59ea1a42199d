/* SPDX-License-Identifier: MIT */
/*
 * home.c - the menu: what one sees first, in columns by group: the screens whose relations
 * this database has, what the shop is about first and the server last, and between them the
 * relations that have no screen of their own, by schema.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "domain/genscreen.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { COLUMN = 26, MARGIN = 5, FLAT = 18, RELATIONS_MAX = 400 };

/* One line of the menu: a heading (name NULL), a screen or relation to open, or nothing between
 * groups (both NULL). */
struct entry {
	const char *heading, *name, *title;
	int row, col;	   /* where it flows to; the row before scrolling */
	const char *again; /* the heading above it that goes on in this column */
};

struct home {
	bool stale;	     /* the session changed: filled again before it is looked at */
	struct arena *arena; /* names of relations */
	const struct screendef **shown; /* the screens there are, by their titles */
	size_t nshown;
	VEC(struct entry) entries;
	size_t cursor; /* an entry with a name */
	int rows, top; /* of the tallest column; scrolled by */
	int width;     /* of a column, COLUMN or more where there is room for longer names */
};

/* ---- what there is ---- */

static const char *group_of(const struct screendef *d)
{
	return d->group ? d->group : "Other";
}

/* A screen that needs to be told which record cannot be opened from a menu, and of what belongs
 * to records one sees too much; what :sql brings is no place. */
static bool stands_alone(const struct screendef *d)
{
	return d->kind != SCREEN_DETAIL && !d->part &&
	       strcmp(d->query ? d->query : "", "scratch") != 0;
}

static bool home_shows(struct session *s, const struct screendef *d)
{
	return stands_alone(d) && session_screen_offered(s, d);
}

static int by_title(const void *a, const void *b)
{
	const struct screendef *const *x = a, *const *y = b;

	return strcasecmp((*x)->title, (*y)->title);
}

const struct screendef **home_screens(struct session *s, size_t *n)
{
	const struct screenset *set = session_screens(s);
	const struct screendef **list = xcalloc(screenset_len(set) + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < screenset_len(set); i++)
		if (home_shows(s, screenset_at(set, i)))
			list[(*n)++] = screenset_at(set, i);
	qsort(list, *n, sizeof *list, by_title);
	return list;
}

static bool seen(const struct home *h, const char *group)
{
	for (size_t i = 0; i < h->entries.len; i++)
		if (h->entries.v[i].heading && strcmp(h->entries.v[i].heading, group) == 0)
			return true;
	return false;
}

static void add_heading(struct home *h, const char *text)
{
	if (h->entries.len)
		*VEC_PUSH(&h->entries) = (struct entry){ .heading = NULL };
	*VEC_PUSH(&h->entries) = (struct entry){ .heading = text };
}

static void add_group(struct home *h, const char *group)
{
	bool begun = false;

	if (seen(h, group))
		return;
	for (size_t i = 0; i < h->nshown; i++) {
		const struct screendef *d = h->shown[i];

		if (strcmp(group_of(d), group) != 0)
			continue;
		if (!begun)
			add_heading(h, group);
		begun = true;
		*VEC_PUSH(&h->entries) = (struct entry){ .name = d->name, .title = d->title };
	}
}

/* ---- relations without a screen ---- */

/* The schemas that our screens are about are in the menu already. */
static bool has_screens(struct session *s, const char *schema)
{
	const struct screenset *set = session_screens(s);
	size_t len = strlen(schema);

	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);
		const struct sqlquery *q =
			d->query ? sqlset_find(session_sql(s), d->query, 0) : NULL;

		for (const char *p = q ? strstr(q->text, schema) : NULL; p;
		     p = strstr(p + 1, schema)) {
			if (p[len] == '.' && p[-1] == ' ' && session_screen_there(s, d, NULL))
				return true;
		}
	}
	return false;
}

static bool listed(const struct relation *r)
{
	return !r->is_partition && !r->extension && r->schema_usage &&
	       (r->rights & RIGHT_SELECT);
}

size_t home_relations(struct session *s, const struct relation **out, size_t max)
{
	const struct catalog *c = session_catalog(s);
	const char *schema = NULL;
	bool skipped = false;
	size_t n = 0;

	for (size_t i = 0; c && i < catalog_relations(c) && n < max; i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (!listed(r) || !session_may_show(s, r))
			continue;
		if (!schema || strcmp(schema, r->schema) != 0) {
			schema = r->schema;
			skipped = has_screens(s, schema);
		}
		if (!skipped)
			out[n++] = r;
	}
	return n;
}

static void add_relations(struct home *h, struct session *s)
{
	const struct relation *list[RELATIONS_MAX];
	size_t n = home_relations(s, list, RELATIONS_MAX);

	for (size_t i = 0; i < n; i++) {
		if (!i || strcmp(list[i]->schema, list[i - 1]->schema) != 0)
			add_heading(h, arena_strdup(h->arena, list[i]->schema));
		*VEC_PUSH(&h->entries) = (struct entry){
			.name = genscreen_name(h->arena, list[i]),
			.title = arena_strdup(h->arena, list[i]->name),
		};
	}
}

/* Those of these groups that there are. */
static void add_named(struct home *h, const char *const *groups)
{
	for (; *groups; groups++)
		add_group(h, *groups);
}

/* Anew, as the catalog is now, where it changed; the cursor stays on what it was on. */
static void fill(struct home *h, struct session *s)
{
	static const char *const business[] = { "Shop",	    "Sales",   "Stock",
						"Messages", "Tenancy", NULL };
	static const char *const server[] = { "Operations", "Activity", "Security", "Database",
					      NULL };
	char *was;

	if (!h->stale)
		return;
	h->stale = false;
	was = h->cursor < h->entries.len ? xstrdup_null(h->entries.v[h->cursor].name) : NULL;
	VEC_CLEAR(&h->entries);
	arena_free(&h->arena);
	h->arena = arena_new();
	free(h->shown);
	h->shown = home_screens(s, &h->nshown);
	add_named(h, business);
	add_relations(h, s);
	add_named(h, server);
	for (size_t i = 0; i < h->nshown; i++)
		add_group(h, group_of(h->shown[i]));
	for (h->cursor = 0; h->cursor < h->entries.len; h->cursor++) {
		const char *name = h->entries.v[h->cursor].name;

		if (name && (!was || strcmp(name, was) == 0))
			break;
	}
	if (h->cursor == h->entries.len)
		for (h->cursor = 0;
		     h->cursor < h->entries.len && !h->entries.v[h->cursor].name;)
			h->cursor++;
	free(was);
}

static void on_session(void *ctx, enum session_event event)
{
	struct screen *s = ctx;
	struct home *h = s->data;

	if (event != SESSION_CATALOG && event != SESSION_SCOPE)
		return;
	h->stale = true; /* it lies behind others mostly */
	screen_changed(s, SCREEN_DATA);
}

/* The observer tells when it is there; a failure is told where somebody needs it. */
static void catalog_wanted(void *ctx, const struct err *err)
{
	(void)ctx;
	(void)err;
}

static bool open_home(struct screen *s, struct err *err)
{
	struct home *h = xcalloc(1, sizeof *h);

	(void)err;
	s->data = h;
	h->stale = true;
	session_observe(screen_session(s), on_session, s);
	session_when_ready(screen_session(s), READY_CATALOG, catalog_wanted, s);
	return true;
}

/* ---- layout ---- */

/* Rows of the group that begins there, its heading among them. */
static int group_rows(const struct home *h, size_t i)
{
	int n = 1;

	while (i + (size_t)n < h->entries.len && h->entries.v[i + (size_t)n].name)
		n++;
	return n;
}

/* Down the columns; a heading does not stand alone at the end of one, nor a gap at its top, and
 * stands once more above what of its group is in the next one; or whole groups, each where all
 * of it has room. */
static int flow(struct home *h, int height, bool whole)
{
	const char *heading = NULL;
	int row = 0, col = 0, tallest = 0;

	for (size_t i = 0; i < h->entries.len; i++) {
		struct entry *e = &h->entries.v[i];
		bool gap = !e->heading && !e->name;

		int least = e->heading ? (whole ? group_rows(h, i) : 2) : 1;

		if (row > 0 && row + least > height) {
			row = 0;
			col++;
		}
		heading = e->heading ? e->heading : heading;
		e->again = e->name && row == 0 ? heading : NULL;
		row += e->again != NULL;
		e->row = row;
		e->col = col;
		if (!gap || row > 0)
			row++;
		tallest = row > tallest ? row : tallest;
	}
	h->rows = tallest;
	return col + 1;
}

/* What the longest name takes, if that much is there for it. */
static int column_width(const struct home *h, int room)
{
	int width = COLUMN;

	for (size_t i = 0; i < h->entries.len; i++) {
		const char *title = h->entries.v[i].title;
		int wants = title ? canvas_text_width(title, strlen(title)) + MARGIN : 0;

		width = wants > width ? wants : width;
	}
	return room < COLUMN ? COLUMN : width < room ? width : room;
}

static void recalc(struct screen *s)
{
	struct home *h = s->data;
	int columns = s->cols / COLUMN > 0 && !ui_plain(s->ui) ? s->cols / COLUMN : 1;
	int least = s->rows - 1 < FLAT ? s->rows - 1 : FLAT, height = least, at, used;

	fill(h, screen_session(s));
	for (; (used = flow(h, height, true)) > columns || h->rows > height; height++)
		if (height >= s->rows - 1) {
			height = least;
			while ((used = flow(h, height, false)) > columns)
				height++;
			break;
		}
	h->width = column_width(h, used > 0 ? s->cols / used : s->cols);
	at = h->cursor < h->entries.len ? h->entries.v[h->cursor].row : 0;
	if (at < h->top + 1)
		h->top = at > 0 ? at - 1 : 0;
	if (at >= h->top + s->rows - 1)
		h->top = at - s->rows + 2;
	if (h->top > h->rows - s->rows + 1)
		h->top = h->rows - s->rows + 1;
	if (h->top < 0)
		h->top = 0;
}

static void paint_entry(const struct home *h, const struct entry *e, struct canvas *c)
{
	int row = e->row - h->top + 1, col = e->col * h->width + 1;

	if (row < 1)
		return;
	if (e->again && row > 1)
		canvas_printf(c, row - 1, col + 1, h->width - 4, STYLE_MUTED, "%s (more)",
			      e->again);
	if (e->heading) {
		canvas_text(c, row, col + 1, h->width - 4, STYLE_TITLE, e->heading);
	} else if (e->name) {
		canvas_text(c, row, col + 2, h->width - MARGIN, STYLE_NORMAL, e->title);
		if (e == &h->entries.v[h->cursor]) {
			canvas_glyph(c, row, col, GLYPH_CURSOR, STYLE_HINT_KEY);
			canvas_over(c, row, col, 1, h->width - 3, STYLE_SELECTED);
			canvas_focus(c, row);
		}
	}
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct home *h = s->data;
	struct scroll sight = { .len = h->rows + 1, .height = s->rows, .top = h->top };

	if (!ui_plain(s->ui))
		scroll_paint_bar(&sight, c, c->cols - 1);
	for (size_t i = 0; i < h->entries.len; i++)
		paint_entry(h, &h->entries.v[i], c);
	if (!h->entries.len)
		canvas_text(c, 1, 2, c->cols - 4, STYLE_MUTED,
			    "There are no screens. :open NAME opens a relation.");
}

/* ---- moving ---- */

static void step(struct home *h, int by)
{
	size_t at = h->cursor;

	do {
		at += (size_t)(by < 0 ? -1 : 1); /* below zero it is beyond the end */
	} while (at < h->entries.len && !h->entries.v[at].name);
	if (at < h->entries.len)
		h->cursor = at;
}

/* To the nearest entry of the column beside. */
static void sideways(struct home *h, int by)
{
	const struct entry *now = &h->entries.v[h->cursor];
	long best = -1, distance, least = 0;

	for (size_t i = 0; i < h->entries.len; i++) {
		const struct entry *e = &h->entries.v[i];

		if (!e->name || e->col != now->col + by)
			continue;
		distance = labs((long)e->row - now->row);
		if (best < 0 || distance < least) {
			best = (long)i;
			least = distance;
		}
	}
	if (best >= 0)
		h->cursor = (size_t)best;
}

static void move(struct screen *s, const char *where, long count)
{
	struct home *h = s->data;
	int n = (int)count;

	if (!h->entries.len)
		return;
	if (strcmp(where, "first") == 0 || strcmp(where, "last") == 0) {
		h->cursor = *where == 'f' ? 0 : h->entries.len - 1;
		if (!h->entries.v[h->cursor].name)
			step(h, *where == 'f' ? 1 : -1);
	} else if (strcmp(where, "left") == 0) {
		sideways(h, -1);
	} else if (strcmp(where, "right") == 0) {
		sideways(h, 1);
	} else {
		bool up = strstr(where, "up") != NULL;

		n *= strncmp(where, "page", 4) == 0 ? s->rows - 1 : 1;
		for (int i = 0; i < n; i++)
			step(h, up ? -1 : 1);
	}
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct home *h = s->data;

	fill(h, screen_session(s));
	screen_changed(s, SCREEN_DATA);
	if (act == ACTION_MOVE) {
		move(s, args_get(args, "where"), args_int(args, "count", ui_count(s->ui, 1)));
		return true;
	}
	if (act == ACTION_OPEN_ROW && h->cursor < h->entries.len) {
		struct place place = { .screen = h->entries.v[h->cursor].name };

		return screen_open_place(s->ui, &place, err);
	}
	return screen_cannot(s, act, err);
}

static bool key(struct screen *s, const struct key *k)
{
	struct home *h = s->data;

	if (!key_points(k))
		return false;
	for (size_t i = 0; i < h->entries.len; i++) {
		const struct entry *e = &h->entries.v[i];

		if (!e->name || e->row - h->top + 1 != k->row ||
		    e->col != (k->col - 1) / h->width)
			continue;
		h->cursor = i;
		screen_changed(s, SCREEN_DATA);
		return k->code == K_CLICK;
	}
	return k->code != K_RIGHT_CLICK;
}

static void close_home(struct screen *s)
{
	struct home *h = s->data;

	session_unobserve(screen_session(s), s);
	session_forget(screen_session(s), s);
	free(h->shown);
	VEC_RELEASE(&h->entries);
	arena_free(&h->arena);
	free(h);
}

const struct screen_kind kind_home = {
	.name = "home",
	.open = open_home,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.action = action,
	.close = close_home,
};
