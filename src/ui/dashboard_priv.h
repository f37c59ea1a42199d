/* SPDX-License-Identifier: MIT */
/*
 * dashboard_priv.h - a dashboard from inside: dashboard.c asks and moves, dashpaint.c paints.
 */
#ifndef UI_DASHBOARD_PRIV_H
#define UI_DASHBOARD_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "db/reply.h"
#include "ui/panel.h"
#include "ui/screen.h"
#include "ui/widget.h"
#include "ui_priv.h"
#include "watch.h"

struct panel {
	const struct screen_panel *def;
	struct reply *reply;      /* the last answer; NULL: none yet */
	VEC(double) history;      /* of its first value, a look each */
	struct scroll scroll;
	int row, col, rows, cols; /* where it is painted */
};

struct dashboard {
	struct panel *panels;
	size_t n, focus;
	struct err err;           /* of the last look */
	struct watch *watch;
	bool asking;
	int64_t answered_us;
	int top;                  /* scrolled lines */
	enum panel_state worst;   /* of the last look */
};

const char *panel_name(const struct panel *p);
/* Panels whose rows one can walk through. */
bool panel_is_list(const struct panel *p);
/* The number in a cell of its answer; NaN: none. */
double panel_value(const struct panel *p, size_t row, int col);
int panel_value_column(const struct panel *p);
void dashboard_paint(const struct screen *s, struct canvas *c);

#endif
