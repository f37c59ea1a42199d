/* SPDX-License-Identifier: MIT */
/*
 * action_priv.h - the form of an action, shared by what it does (action.c) and how it looks
 * (action_paint.c).
 *
 * The form owns its texts (values, about, key, waiting, refused), the plan, the line and the
 * call under way; the action and the screen's definition are borrowed and outlive it.
 */
#ifndef ACTION_PRIV_H
#define ACTION_PRIV_H

#include "base/vec.h"
#include "command/action.h"
#include "command/save.h"
#include "ui/lineedit.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { ACTION_HEAD_ROWS = 3 };

struct act {
	const struct screen_action *action;
	const struct screendef *def;
	char **values;	   /* one per parameter; NULL: not given */
	VEC(size_t) asked; /* parameters that the row does not give */
	struct scroll scroll;
	struct line *line;
	char *about;		  /* the record, in words */
	struct record_plan *plan; /* for the live look; NULL */
	char **key;
	struct record live;
	bool gone;
	struct loop_timer *timer;
	struct action_call *call;
	char *waiting, *refused;
};

static inline struct act *act_of(const struct screen *s)
{
	return s->data;
}

/* The parameter under the cursor; there is one that is asked for. */
static inline size_t act_focus(const struct act *a)
{
	return a->asked.v[a->scroll.cursor];
}

void act_repaint(const struct screen *s, struct canvas *c);
void act_status(const struct screen *s, struct screen_status *out);

#endif
