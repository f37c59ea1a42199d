/* SPDX-License-Identifier: MIT */
/*
 * dashask.c - what the panels of a dashboard ask: one snapshot, one flush, so that they agree;
 * and what their answers make of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/outbox_look.h"
#include "command/vars.h"
#include "dashboard_priv.h"
#include "ui/panel.h"

enum { HISTORY = 240 };

const struct sqlquery *dashboard_query(const struct screen *s, const struct panel *p)
{
	const struct db_session *d = db_session(session_db(screen_session(s)));

	return sqlset_find(session_sql(screen_session(s)), p->def->query,
			   d ? d->server_version : 0);
}

/* The screen's own variables, what the last look at the outbox learnt, and what the profile
 * knows by name. */
static bool expand(const struct screen *s, const char *text, struct buf *out, struct err *err)
{
	const struct vars *known = session_vars(screen_session(s));
	const struct dashboard *d = s->data;
	size_t n = s->def->nvars, more;
	const struct sqlvar *list = vars_list(known, &more);
	struct sqlvar *vars = xcalloc(n + DASH_OUTBOX_VARS + more, sizeof *vars);
	bool ok;

	for (size_t i = 0; i < n; i++)
		vars[i] = (struct sqlvar){ s->def->vars[i].name, s->def->vars[i].value };
	if (d->outbox)
		n += dash_outbox_vars(d->outbox, vars + n, DASH_OUTBOX_VARS);
	if (more)
		memcpy(vars + n, list, more * sizeof *vars);
	ok = sql_expand(out, text, vars, n + more, err);
	if (!ok && vars_outboxes(known) && !vars_outbox(known) && strstr(err->why, "outbox"))
		err_set(err, ERR_FAILED, s->def->name, "%s",
			outboxes_none(vars_outboxes(known)));
	free(vars);
	return ok;
}

/* "tenant:text" among the parameters of a query is the tenant that is chosen; all others are
 * NULL. */
static bool takes_tenant(const char *param)
{
	return strcmp(param, "tenant") == 0 || strncmp(param, "tenant:", 7) == 0;
}

static void fill_params(const struct screen *s, const struct sqlquery *q, struct params *out)
{
	const struct tenant_choice *t = session_tenant(screen_session(s));

	for (size_t i = 0; q->params[i]; i++)
		params_text(out, t->kind == TENANT_ONE && takes_tenant(q->params[i]) ? t->id
										     : NULL);
}

bool dashboard_sql(const struct screen *s, const struct panel *p, struct buf *out,
		   struct params *params, struct err *err)
{
	const struct sqlquery *q = dashboard_query(s, p);

	if (!q)
		return err_set(err, ERR_FAILED, p->def->name,
			       "there is no query \"%s\" for this server", p->def->query);
	fill_params(s, q, params);
	return expand(s, q->text, out, err);
}

bool dashboard_unkept(const struct screen *s)
{
	const struct dashboard *d = s->data;

	if (s->def->scope != SCOPE_TENANT || !session_unbound(screen_session(s)))
		return false;
	for (size_t i = 0; i < d->n; i++) {
		const struct sqlquery *q = panel_is_outbox(&d->panels[i])
						   ? NULL
						   : dashboard_query(s, &d->panels[i]);
		size_t k = 0;

		while (q && q->params[k] && !takes_tenant(q->params[k]))
			k++;
		if (q && !q->params[k])
			return true;
	}
	return false;
}

static bool add_panel(struct screen *s, struct txn *t, struct panel *p, struct err *err)
{
	struct buf sql = BUF_INIT;
	struct params params = PARAMS_INIT;
	bool ok = dashboard_sql(s, p, &sql, &params, err);

	if (ok)
		p->statement = txn_add(t, sql.data, &params);
	params_release(&params);
	buf_release(&sql);
	return ok;
}

static bool time_has_come(const struct panel *p)
{
	int64_t passed = time_monotonic_us() - p->asked_us;

	return !p->asked_us || (double)passed / 1e6 >= p->def->refresh - 0.1;
}

/* Beside an outbox what is asked less often has a refresh of its own, so that none costs the
 * server more than its budget. */
static bool alone(const struct dashboard *d, const struct panel *p)
{
	return d->outbox && p->def->refresh > 0 && !panel_is_outbox(p);
}

static bool due_panel(const struct dashboard *d, const struct panel *p)
{
	if (panel_is_outbox(p))
		return false;
	if (d->turn)
		return strcmp(p->def->query, d->turn) == 0;
	return !alone(d, p) && (d->asked_all || time_has_come(p));
}

/* The first time, and when somebody asks, one after the other without waiting; else in the
 * place of a look, and never two of them in a row. */
static const char *next_turn(struct dashboard *d)
{
	bool again = d->turn != NULL;

	for (size_t i = 0; i < d->n && d->asked_all; i++)
		if (alone(d, &d->panels[i]))
			d->panels[i].asked_us = 0;
	if (!d->looked || d->asked_all)
		return NULL;
	for (size_t i = 0; i < d->n; i++) {
		const struct panel *p = &d->panels[i];

		if (alone(d, p) && (again ? !p->asked_us : time_has_come(p)))
			return p->def->query;
	}
	return NULL;
}

static bool waits_for_first(const struct dashboard *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (alone(d, &d->panels[i]) && !d->panels[i].asked_us)
			return true;
	return false;
}

/* Panels of the same query share its answer. */
static bool same_query(struct dashboard *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (d->panels[k].statement >= 0 &&
		    strcmp(d->panels[k].def->query, d->panels[i].def->query) == 0) {
			d->panels[i].statement = d->panels[k].statement;
			return true;
		}
	return false;
}

bool dashboard_add(struct screen *s, struct txn *t, struct err *err)
{
	struct dashboard *d = s->data;

	for (size_t i = 0; i < d->n; i++)
		d->panels[i].statement = -1;
	for (size_t i = 0; i < d->n; i++) {
		struct panel *p = &d->panels[i];

		if (!due_panel(d, p))
			continue;
		if (!same_query(d, i) && !add_panel(s, t, p, err))
			return false;
		p->asked_us = time_monotonic_us();
	}
	d->asked_all = false;
	return true;
}

/* A column "panel" says whose each row is. */
static void take(struct panel *p, const struct reply *r)
{
	int whose = reply_column(r, "panel");

	reply_free(&p->reply);
	p->reply = whose < 0 ? reply_ref(r) : reply_where(r, (size_t)whose, p->def->name);
	if (p->history.len == HISTORY)
		VEC_REMOVE(&p->history, 0);
	*VEC_PUSH(&p->history) = panel_value(p, 0, panel_value_column(p));
}

void dashboard_took(struct screen *s, const struct txn_result *result, size_t first)
{
	struct dashboard *d = s->data;

	(void)first;
	for (size_t i = 0; i < d->n; i++) {
		struct panel *p = &d->panels[i];

		if (p->statement >= 0 && (size_t)p->statement < result->n &&
		    result->replies[p->statement])
			take(p, result->replies[p->statement]);
	}
}

/* The worst of the numbers; when it changes somebody may want to hear it. */
static void judge(struct screen *s)
{
	struct dashboard *d = s->data;
	enum panel_state worst = PANEL_PLAIN, before;
	const char *name = "";

	if (d->outbox)
		worst = dash_outbox_state(d->outbox, &name);
	for (size_t i = 0; i < d->n; i++) {
		const struct panel *p = &d->panels[i];
		enum panel_state state;

		if (!p->reply || panel_is_list(p) || panel_is_outbox(p))
			continue;
		state = panel_judge(panel_value(p, 0, panel_value_column(p)), p->def->warn,
				    p->def->crit, p->def->below);
		if (state > worst && state != PANEL_UNKNOWN) {
			worst = state;
			name = panel_name(p);
		}
	}
	before = d->outbox ? dash_outbox_told(d->outbox, worst) : d->worst;
	if (worst != before && (worst >= PANEL_WARNING || before >= PANEL_WARNING)) {
		char *text = worst >= PANEL_WARNING ? xasprintf("souk: %s: %s %s", s->title,
								name, panel_word(worst))
						    : xasprintf("souk: %s: ok again", s->title);

		ui_alert(s->ui, text);
		free(text);
	}
	d->worst = worst;
}

void dashboard_answered(struct screen *s, const struct err *err)
{
	struct dashboard *d = s->data;

	d->asking = false;
	err_clear(&d->err);
	if (err && err->kind) {
		err_copy(&d->err, err);
	} else {
		d->answered_us = time_now_us();
		judge(s);
		if (waits_for_first(d))
			dashboard_ask(s);
	}
	screen_changed(s, SCREEN_DATA);
}

static void answered(void *ctx, const struct txn_result *result)
{
	struct screen *s = ctx;

	dashboard_took(s, result, 0);
	dashboard_answered(s, result->outcome == TXN_DONE ? NULL : &result->err);
}

static bool ask_plainly(struct screen *s, struct err *err)
{
	struct request_callbacks cb = { .done = answered, .ctx = s };
	struct scope scope;
	struct txn *t;

	if (((struct dashboard *)s->data)->outbox) {
		t = outbox_look_txn(screen_session(s));
	} else {
		session_scope(screen_session(s), USE_WATCH, &scope);
		t = txn_new(TXN_SNAPSHOT, &scope);
		scope_release(&scope);
	}
	if (!dashboard_add(s, t, err)) {
		txn_free(&t);
		return false;
	}
	db_send(session_db(screen_session(s)), DB_WATCH, t, &cb, s);
	return true;
}

void dashboard_ask(struct screen *s)
{
	struct dashboard *d = s->data;
	bool look, under_way;

	if (d->asking)
		return;
	d->asking = true;
	screen_changed(s, SCREEN_DATA);
	d->turn = d->outbox ? next_turn(d) : NULL;
	look = d->outbox && !d->turn;
	if (look)
		d->looked = true;
	under_way = look ? dash_outbox_look(s, &d->err) : ask_plainly(s, &d->err);
	if (under_way)
		return;
	d->asking = false;
	if (look) /* there is no outbox: nothing beside it can be asked either */
		d->looked = false;
}
