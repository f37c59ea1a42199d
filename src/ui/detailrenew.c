/* SPDX-License-Identifier: MIT */
/*
 * detailrenew.c - a record that was made from a relation, when the relation, or what refers to
 * it, is not any more as it was: its fields and panes are those of the new snapshot.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "catalog/changes.h"
#include "detail_priv.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_panes(const struct screendef *a, const struct screendef *b)
{
	if (a->npanes != b->npanes)
		return false;
	for (size_t i = 0; i < a->npanes; i++) {
		if (!same(a->panes[i].screen, b->panes[i].screen) ||
		    !same(a->panes[i].where, b->panes[i].where))
			return false;
	}
	return true;
}

static void renew(void *ctx)
{
	struct screen *s = ctx;
	struct err err = ERR_INIT;
	const struct screendef *def = session_screen(screen_session(s), s->def->name, &err);

	if (!def || !detail_begin(s, def, &err))
		ui_say_err(s->ui, &err); /* what is shown says that it is old */
	err_release(&err);
}

void detail_on_session(void *ctx, enum session_event event)
{
	struct screen *s = ctx;
	struct session *session = screen_session(s);
	const struct screendef *def;
	const struct relation *was, *now;
	struct err err = ERR_INIT;

	if (event != SESSION_CATALOG || !s->def->relation || s->def->query)
		return;
	was = screen_relation(session_catalog_before(session), s->def);
	now = screen_relation(session_catalog(session), s->def);
	def = session_screen(session, s->def->name, &err);
	err_release(&err);
	if (!was || (now && !relation_changed(was, now) && (!def || same_panes(s->def, def))))
		return;
	relation_tell(s, was, now);
	if (!now)
		return;
	place_follow(s, was, now);
	loop_defer(session_loop(session), renew, s);
}
