/* SPDX-License-Identifier: MIT */
/*
 * palette.c - Ctrl-P: the places one was at, what was typed before, every screen, relation and
 * command and, as soon as one types, the tenants that the server finds, in one list.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "command/tenant.h"
#include "domain/genscreen.h"
#include "ui/dialog.h"
#include "ui/lineedit.h"
#include "ui_priv.h"

enum { RECENT = 5, TENANTS = 8, RELATIONS = 1000, ASK_MS = 120 };

struct palette {
	struct ui *ui;
	struct screen *menu;
	struct loop_timer *ask; /* tenants are asked of the server when typing pauses */
	char *typed;
	VEC(struct menu_item) items;
	VEC(char *) texts; /* what items point into */
};

static void drop_items(struct palette *p)
{
	for (size_t i = 0; i < p->texts.len; i++)
		free(p->texts.v[i]);
	VEC_CLEAR(&p->texts);
	VEC_CLEAR(&p->items);
}

static const char *keep(struct palette *p, char *owned)
{
	*VEC_PUSH(&p->texts) = owned;
	return owned;
}

static void add_recent(struct palette *p, const struct ui *ui)
{
	const char *line;

	for (size_t i = 0; i < RECENT && (line = lineedit_history(ui->lineedit, i)); i++)
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xasprintf(":%s", line)),
			.note = "typed before",
			.answer = line,
		};
}

static void add_visits(struct palette *p, const struct ui *ui)
{
	for (size_t i = ui->visits.len; i-- > 0;)
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = ui->visits.v[i].title,
			.note = ui->visits.v[i].note,
			.answer = ui->visits.v[i].line,
		};
}

static void add_screens(struct palette *p, const struct ui *ui)
{
	size_t n;
	const struct screendef **list = home_screens(ui->session, &n);

	for (size_t i = 0; i < n; i++) {
		const struct screendef *d = list[i];

		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = d->title,
			.note = keep(p, xasprintf("screen %s", d->name)),
			.answer = keep(p, xasprintf("open %s", d->name)),
		};
	}
	free(list);
}

/* What no screen of ours is about. */
static void add_relations(struct palette *p, const struct ui *ui)
{
	const struct relation *list[RELATIONS];
	size_t n = home_relations(ui->session, list, RELATIONS);
	struct arena *a = arena_new();

	for (size_t i = 0; i < n; i++) {
		const char *name = genscreen_name(a, list[i]);
		struct buf line = BUF_INIT;

		buf_adds(&line, "open ");
		buf_add_word(&line, name);
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xstrdup(list[i]->name)),
			.note = keep(p, xasprintf("relation %s", name)),
			.answer = keep(p, buf_detach(&line)),
		};
	}
	arena_free(&a);
}

/* Commands that want words are put into the bar instead of being run. */
static void add_commands(struct palette *p, const struct ui *ui)
{
	for (const struct command *const *c = commands(); *c; c++) {
		bool wants = (*c)->args && *(*c)->args && *(*c)->args != '[';

		if ((*c)->needs & BATCH_ONLY || command_missing(ui->session, *c))
			continue;
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xasprintf(":%s", (*c)->name)),
			.note = (*c)->summary,
			.answer = wants ? keep(p, xasprintf("bar '%s '", (*c)->name))
					: (*c)->name,
		};
	}
}

/* ---- tenants, by a part of their name ---- */

static void on_tenants(void *ctx, const struct tenant_row *rows, size_t n,
		       const struct err *err)
{
	struct palette *p = ctx;

	if (err)
		return;
	for (size_t i = 0; i < n; i++) {
		struct buf line = BUF_INIT;

		buf_adds(&line, "tenant ");
		buf_add_word(&line, rows[i].id);
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xstrdup(rows[i].slug ? rows[i].slug : rows[i].label)),
			.note = keep(p, xasprintf("tenant %s", rows[i].label)),
			.answer = keep(p, buf_detach(&line)),
		};
	}
	menu_add(p->menu, p->items.v, p->items.len);
	drop_items(p);
}

static void ask_tenants(void *ctx)
{
	struct palette *p = ctx;
	struct session *s = p->ui->session;

	const struct profile *known = session_profile(s);

	if (!*p->typed || !known ||
	    !(profile_tenancies(known) || profile_tenant_schemas(known)))
		return;
	db_forget(session_db(s), p);
	tenant_search(s, p->typed, TENANTS, on_tenants, p);
}

static void on_typed(void *ctx, const char *text)
{
	struct palette *p = ctx;

	free(p->typed);
	p->typed = xstrdup(text);
	loop_timer_start(p->ask, ASK_MS, 0);
}

/* ---- the whole ---- */

static void run(void *ctx, const char *answer)
{
	struct palette *p = ctx;
	struct ui *ui = p->ui;

	db_forget(session_db(ui->session), p);
	loop_timer_free(&p->ask);
	drop_items(p);
	VEC_RELEASE(&p->texts);
	VEC_RELEASE(&p->items);
	free(p->typed);
	free(p);
	if (answer)
		host_run(ui, answer);
}

void palette_open(struct ui *ui)
{
	struct palette *p = xcalloc(1, sizeof *p);

	p->ui = ui;
	p->ask = loop_timer_new(ui->loop, ask_tenants, p);
	add_visits(p, ui);
	if (ui->lineedit)
		add_recent(p, ui);
	add_screens(p, ui);
	add_relations(p, ui);
	add_commands(p, ui);
	p->menu = dialog_menu(ui, "Go to", p->items.v, p->items.len, run, p);
	menu_on_typed(p->menu, on_typed);
	drop_items(p);
}
