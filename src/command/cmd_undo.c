/* SPDX-License-Identifier: MIT */
/*
 * cmd_undo.c - my last save, or all rows of my last bulk action, taken back and done again: new
 * saves of the old values, each guarded by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "bulk_show.h"
#include "command/undo.h"

struct undo {
	struct call *call;
	enum undo_how how;
	struct undo_step step; /* row i of the bulk is its entry n - 1 - i */
	struct bulk *bulk;
};

/* What was not tried, or may work the next time, can be asked for again. */
static bool worth_keeping(const struct bulk_row *row)
{
	return row->state != BULK_RAN || row->outcome == SAVE_FAILED ||
	       row->outcome == SAVE_LOCKED || row->outcome == SAVE_UNKNOWN;
}

static void undo_free(void *data)
{
	struct undo *u = data;
	size_t kept = 0;

	for (size_t i = 0; u->bulk && i < u->step.n; i++) {
		struct undo_entry *e = &u->step.entries[i];

		if (worth_keeping(bulk_at(u->bulk, u->step.n - 1 - i)))
			u->step.entries[kept++] = *e;
		else
			undo_entry_release(e);
	}
	if (u->bulk)
		u->step.n = kept;
	undo_put_back(session_undo(call_session(u->call)), u->how, &u->step);
	bulk_free(&u->bulk);
	free(u);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Columns that the server keeps for itself are not ours to take back. */
static bool ours(const struct undo_entry *e, const struct column *c)
{
	const struct relation_profile *p = record_plan_profile(e->plan);
	bool insert = e->kind == SAVE_DELETE;

	return !c->generated && (insert || c->identity != 'a') &&
	       c->attnum != p->version_attnum && c->attnum != p->updated_at_attnum &&
	       (c->rights & (insert ? RIGHT_INSERT : RIGHT_UPDATE));
}

static void add_row(struct undo *u, const struct undo_entry *e)
{
	static const enum save_kind back[] = { SAVE_UPDATE, SAVE_DELETE, SAVE_INSERT };
	const struct record *base = e->kind == SAVE_DELETE ? &e->before : &e->after;
	const char **key = record_key(base, e->plan);
	struct bulk_row *row = bulk_add(u->bulk, e->plan, back[e->kind], key);
	VEC(struct change) changes = VEC_INIT;

	for (size_t i = 0; e->kind != SAVE_INSERT && i < e->before.n; i++) {
		const struct record_field *f = &e->before.fields[i];

		if (!ours(e, f->column) ||
		    (e->kind == SAVE_UPDATE &&
		     same(f->value, record_value(&e->after, f->column->name))))
			continue;
		*VEC_PUSH(&changes) = (struct change){ .column = f->column, .value = f->value };
	}
	bulk_change(row, changes.v, changes.len);
	bulk_base(row, base);
	VEC_RELEASE(&changes);
	free(key);
}

static void done_one(struct call *c, const struct undo *u)
{
	const struct bulk_row *row = bulk_at(u->bulk, 0);
	struct err err = ERR_INIT;

	if (row->outcome != SAVE_DONE) {
		err_set(&err, row->outcome == SAVE_CONFLICT ? ERR_CONFLICT : ERR_FAILED,
			u->step.title, "%s", row->why ? row->why : bulk_word(row));
		if (row->outcome == SAVE_CONFLICT)
			err_hint(&err, "open it and edit it: your undo would overwrite what "
				       "somebody did since");
	}
	call_done(c, &err, -1);
	err_release(&err);
}

static void on_done(void *ctx)
{
	struct undo *u = ctx;
	struct call *c = u->call;
	const struct host *h = call_host(c);
	size_t written = bulk_outcomes(u->bulk, SAVE_DONE);
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;

	bulk_show_progress(c, u->bulk, "rows taken back");
	buf_addf(&text, "%s: %s", u->how == UNDO_BACK ? "undone" : "done again", u->step.title);
	if (u->step.n > 1) {
		buf_adds(&text, ", ");
		bulk_show_sum(&text, u->bulk);
	}
	if (written)
		h->ops->say(h->ctx, SAY_DONE, text.data);
	buf_release(&text);
	if (!h->batch && !h->ops->action(h->ctx, ACTION_REFRESH, call_args(c), &err))
		err_clear(&err); /* a screen that cannot be fetched again need not be */
	if (u->step.n == 1) {
		done_one(c, u);
		return;
	}
	if (written < u->step.n)
		bulk_show_result(c, u->bulk, u->step.title);
	call_done(c, NULL, bulk_exit_status(u->bulk));
}

static void on_row(void *ctx)
{
	const struct undo *u = ctx;

	bulk_show_progress(u->call, u->bulk, "rows taken back");
}

static void go(struct undo *u)
{
	struct bulk_options opts = {
		.action = u->how == UNDO_BACK ? "undo" : "redo",
		.how = u->how,
		.title = u->step.title,
	};

	u->bulk = bulk_new(call_session(u->call));
	for (size_t i = u->step.n; i-- > 0;)
		add_row(u, &u->step.entries[i]);
	bulk_run(u->bulk, &opts, on_row, on_done, u);
}

static void on_answer(void *ctx, const char *answer)
{
	struct undo *u = ctx;
	struct err err = ERR_INIT;

	if (answer && strcmp(answer, "yes") == 0) {
		go(u);
		return;
	}
	err_set(&err, ERR_CANCELLED, u->step.title, "left as it is");
	call_done(u->call, &err, -1);
	err_release(&err);
}

static void undo_run(struct call *c, enum undo_how how)
{
	struct undo *u = xcalloc(1, sizeof *u);
	struct err err = ERR_INIT;

	u->call = c;
	u->how = how;
	call_set_data(c, u, undo_free);
	if (!undo_take(session_undo(call_session(c)), how, &u->step)) {
		err_set(&err, ERR_FAILED, call_command(c)->name,
			how == UNDO_BACK ? "you have saved nothing in this session"
					 : "nothing was taken back that could be done again");
		call_done(c, &err, -1);
		err_release(&err);
	} else if (u->step.n > 1) {
		char *text = xasprintf(
			"%s all %zu records of \"%s\"? Each is guarded: what somebody changed "
			"since stays theirs.",
			how == UNDO_BACK ? "Take back" : "Do again", u->step.n, u->step.title);
		struct question q = { .title = how == UNDO_BACK ? "Undo" : "Redo",
				      .text = text,
				      .kind = ASK_YES_NO,
				      .destructive = true };

		call_ask(c, &q, on_answer, u);
		free(text);
	} else {
		go(u);
	}
}

static void undo_save_run(struct call *c)
{
	undo_run(c, UNDO_BACK);
}

static void redo_save_run(struct call *c)
{
	undo_run(c, UNDO_AGAIN);
}

const struct command cmd_undo_save = {
	.name = "undo-save",
	.summary = "Take my last save back",
	.args = "",
	.help = "A new save of the old values with the same protocol: if somebody changed the "
		"same fields since, it is a conflict and nothing is overwritten. A bulk action "
		"goes back as one, row by row; a deleted record comes back under its key. What "
		"a trigger or a cascade did stays.",
	.needs = NEEDS_CATALOG | NEEDS_WRITE,
	.run = undo_save_run,
};

const struct command cmd_redo_save = {
	.name = "redo-save",
	.summary = "Do again what undo-save took back",
	.args = "",
	.help = "Until something new is saved.",
	.needs = NEEDS_CATALOG | NEEDS_WRITE,
	.run = redo_save_run,
};
