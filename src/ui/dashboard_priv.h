/* SPDX-License-Identifier: MIT */
/*
 * dashboard_priv.h - a dashboard from inside: dashask.c asks, dashboard.c moves, dashlay.c lays
 * out, dashpaint.c and dashtable.c paint.
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
	int64_t asked_us;         /* 0: not yet */
	int statement;            /* of the look under way; -1: not asked this time */
	int row, col, rows, cols; /* where it is painted */
	int most, most_cols;      /* lines that it needed so far, at this width */
};

struct dashboard {
	struct panel *panels;
	size_t n, focus;
	struct err err;           /* of the last look */
	struct watch *watch;
	bool waiting;             /* for the tables and the tenant, to ask then */
	bool asking;
	bool asked_all;           /* every panel's turn has come */
	bool looked;              /* at the outbox since then */
	const char *turn;         /* of an outbox: the query that is asked alone this time; NULL: the look */
	int64_t answered_us;
	int top;                  /* scrolled lines */
	enum panel_state worst;   /* of the last look */
	struct dash_outbox *outbox; /* where there are panels of kind outbox; NULL */
};

/* ---- dashask.c ---- */
const struct sqlquery *dashboard_query(const struct screen *s, const struct panel *p);
/* Its text and values for this screen; both are appended to. */
bool dashboard_sql(const struct screen *s, const struct panel *p, struct buf *out, struct params *params,
		   struct err *err);
/* One tenant is chosen, and a panel tells of every one all the same. */
bool dashboard_unkept(const struct screen *s);
/* All panels whose turn it is; nothing while the last answer is under way. */
void dashboard_ask(struct screen *s);
/* The statements of the panels whose turn it is. */
bool dashboard_add(struct screen *s, struct txn *t, struct err *err);
void dashboard_took(struct screen *s, const struct txn_result *result, size_t first);
/* After a look, err NULL or ERR_NONE: fine. */
void dashboard_answered(struct screen *s, const struct err *err);

/* ---- dashoutbox.c: the panels of kind outbox, and the looks that all panels ride along with ---- */
bool panel_is_outbox(const struct panel *p);
struct dash_outbox *dash_outbox_new(struct screen *s);
void dash_outbox_free(struct dash_outbox **o);
/* False: there is nothing to look at, err says why. */
bool dash_outbox_look(struct screen *s, struct err *err);
/* Variables that know what the last look learnt; they win over the session's. */
size_t dash_outbox_vars(const struct dash_outbox *o, struct sqlvar *vars, size_t max);
void dash_outbox_paint(const struct screen *s, const struct panel *p, struct canvas *c);
/* ok, warning or critical of the last look; why of the worse ones. */
enum panel_state dash_outbox_state(const struct dash_outbox *o, const char **why);
/* The state that was told last, on this dashboard or another one of the same outbox; now is told. */
enum panel_state dash_outbox_told(const struct dash_outbox *o, enum panel_state now);
void dash_outbox_note(const struct dash_outbox *o, struct buf *out);
void dash_outbox_zoom(struct dash_outbox *o, int by);
enum { DASH_OUTBOX_VARS = 9 };

const char *panel_name(const struct panel *p);
/* Panels whose rows one can walk through. */
bool panel_is_list(const struct panel *p);
bool panel_is_table(const struct panel *p);
/* The number in a cell of its answer; NaN: none. */
double panel_value(const struct panel *p, size_t row, int col);
int panel_value_column(const struct panel *p);
/* A cell as it is to be read. */
void panel_cell(const struct panel *p, size_t row, size_t col, struct buf *out);
void dashboard_paint(const struct screen *s, struct canvas *c);
/* What the cursor is on, for who listens. */
void dashboard_tell(const struct screen *s, struct buf *out);

/* ---- dashlay.c ---- */
void dashboard_recalc(struct screen *s);

/* ---- dashtable.c ---- */
/* What a panel's own parts are made of is not shown. */
bool panel_shows(const struct panel *p, size_t col);
void panel_table_paint(const struct panel *p, struct canvas *c, bool focus);
/* So many its rows would be, each shown whole. */
int panel_table_lines(const struct panel *p);
/* Which row stands at this line of the panel; -1: none. */
int panel_table_at(const struct panel *p, bool focus, int line);

#endif
