/* SPDX-License-Identifier: MIT */
/*
 * gridrenew.c - a grid that was made from a relation, when the relation is not any more as
 * it was: the columns are those of the new snapshot, the filters and the sort stay as far
 * as they still have a meaning.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "catalog/changes.h"
#include "grid_priv.h"

const struct relation *screen_relation(const struct catalog *c, const struct screendef *def)
{
	struct err err = ERR_INIT;
	const struct relation *r = c ? catalog_find(c, def->relation, &err) : NULL;

	err_release(&err);
	return r;
}

/* What no longer fits is left out: it named a column that is gone. */
static void ask_again(struct rowset *rows, const struct rowset *old)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < rowset_filters(old); i++) {
		if (!rowset_filter(rows, rowset_filter_at(old, i), &err))
			err_clear(&err);
	}
	if (rowset_sort_text(old) && *rowset_sort_text(old) &&
	    !rowset_sort(rows, rowset_sort_text(old), &err))
		err_clear(&err);
	rowset_begin_at(rows, old);
}

static void renew(void *ctx)
{
	struct screen *s = ctx;
	struct grid *g = s->data;
	struct err err = ERR_INIT;
	const struct screendef *def = session_screen(screen_session(s), s->def->name, &err);
	struct rowset *rows = def ? rowset_new(screen_session(s), def, s->place->where,
					       grid_on_rows, s, &err)
				  : NULL;

	if (!rows) {
		err_release(&err);
		return; /* the rows that are shown say that they are old */
	}
	s->def = def;
	ask_again(rows, g->rows);
	copying_free(&g->copying);
	rowset_free(&g->rows);
	g->rows = rows;
	g->p = rows;
	gridcols_release(&g->cols);
	g->cols = (struct gridcols){ .part = s->parent != NULL };
	g->arranged = g->loaded = false;
	g->height = 0; /* told anew by the next layout */
	map_clear(g->marks);
	screen_changed(s, SCREEN_DATA);
}

/* "key=5" where key is called otherwise now. */
static char *followed(const char *word, const struct relation *was, const struct relation *now)
{
	size_t len = strcspn(word, "=");
	char *name = xstrndup(word, len);
	const struct column *old = relation_column(was, name);
	const struct column *column = old ? relation_attnum(now, old->attnum) : NULL;

	free(name);
	if (word[len] != '=' || !column || was->oid != now->oid)
		return xstrdup(word);
	return xasprintf("%s%s", column->name, word + len);
}

void place_follow(struct screen *s, const struct relation *was, const struct relation *now)
{
	VEC(char *) words = VEC_INIT;
	struct place place = *s->place;
	struct place *copy;

	for (size_t i = 0; place.where && place.where[i]; i++)
		*VEC_PUSH(&words) = followed(place.where[i], was, now);
	*VEC_PUSH(&words) = NULL;
	place.where = (const char *const *)words.v;
	copy = place_dup(&place);
	place_free(&s->place);
	s->place = copy;
	for (size_t i = 0; words.v[i]; i++)
		free(words.v[i]);
	VEC_RELEASE(&words);
}

void relation_tell(struct screen *s, const struct relation *was, const struct relation *now)
{
	struct buf words = BUF_INIT;

	if (now)
		relation_change_words(&words, was, now);
	if (words.len)
		ui_say(s->ui, SAY_WARNING, "%s changed: %s", was->name, words.data);
	else if (!now)
		ui_say(s->ui, SAY_WARNING, "%s is gone: dropped, renamed or not yours to see",
		       was->name);
	buf_release(&words);
}

void grid_on_session(void *ctx, enum session_event event)
{
	struct screen *s = ctx;
	const struct session *session = screen_session(s);
	const struct relation *was, *now;

	if (event != SESSION_CATALOG || !s->def->relation || s->def->query)
		return;
	was = screen_relation(session_catalog_before(session), s->def);
	now = screen_relation(session_catalog(session), s->def);
	if (!was || (now && !relation_changed(was, now)))
		return;
	relation_tell(s, was, now);
	if (now)
		place_follow(s, was, now);
	/* Later: the rowset itself is being told too. */
	if (now)
		loop_defer(session_loop(session), renew, s);
}
