/* SPDX-License-Identifier: MIT */
#include "command/undo.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/command.h"

struct undo_log {
	VEC(struct undo_entry) list;
};

struct undo_log *undo_log_new(void)
{
	return xcalloc(1, sizeof(struct undo_log));
}

void undo_entry_release(struct undo_entry *e)
{
	record_plan_free(&e->plan);
	record_release(&e->before);
	record_release(&e->after);
	free(e->title);
}

void undo_log_free(struct undo_log **lp)
{
	struct undo_log *log = *lp;

	*lp = NULL;
	if (!log)
		return;
	for (size_t i = 0; i < log->list.len; i++)
		undo_entry_release(&log->list.v[i]);
	VEC_RELEASE(&log->list);
	free(log);
}

void undo_push(struct undo_log *log, struct undo_entry *entry)
{
	if (log->list.len == UNDO_MAX) {
		undo_entry_release(&log->list.v[0]);
		VEC_REMOVE(&log->list, 0);
	}
	*VEC_PUSH(&log->list) = *entry;
	*entry = (struct undo_entry){ 0 };
}

size_t undo_len(const struct undo_log *log)
{
	return log->list.len;
}

const struct undo_entry *undo_top(const struct undo_log *log)
{
	return log->list.len ? &log->list.v[log->list.len - 1] : NULL;
}

void undo_drop(struct undo_log *log)
{
	if (log->list.len)
		undo_entry_release(&log->list.v[--log->list.len]);
}

/* ---- :undo-save ---- */

struct undo {
	struct change *changes;
	size_t n;
	struct save *save;
};

static void undo_free(void *data)
{
	struct undo *u = data;

	save_free(&u->save);
	free(u->changes);
	free(u);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Columns that the server keeps for itself are not ours to take back. */
static bool ours(const struct record_plan *plan, const struct column *c)
{
	const struct relation_profile *p = record_plan_profile(plan);

	return !c->generated && c->identity != 'a' && c->attnum != p->version_attnum &&
	       c->attnum != p->updated_at_attnum && (c->rights & RIGHT_UPDATE);
}

static void collect(struct undo *u, const struct undo_entry *e, const struct record *from)
{
	u->changes = xcalloc(from->n + 1, sizeof *u->changes);
	for (size_t i = 0; i < from->n; i++) {
		const struct record_field *f = &from->fields[i];

		if (!ours(e->plan, f->column) ||
		    (e->kind == SAVE_UPDATE &&
		     same(f->value, record_value(&e->after, f->column->name))))
			continue;
		u->changes[u->n++] = (struct change){ .column = f->column, .value = f->value };
	}
}

static void on_undone(void *ctx, const struct save_result *result)
{
	struct call *c = ctx;
	struct undo *u = call_data(c);
	struct undo_log *log = session_undo(call_session(c));
	const struct undo_entry *e = undo_top(log);
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	u->save = NULL;
	if (result->outcome == SAVE_DONE) {
		char *text = xasprintf("undone: %s", e && e->title ? e->title : "my last save");

		h->ops->say(h->ctx, SAY_DONE, text);
		free(text);
		undo_drop(log);
		if (!h->batch && !h->ops->action(h->ctx, ACTION_REFRESH, call_args(c), &err))
			err_clear(&err); /* a screen that cannot be fetched again need not be */
		call_done(c, NULL, 0);
		return;
	}
	err_copy(&err, &result->err);
	if (result->outcome == SAVE_CONFLICT)
		err_hint(&err, "open it and edit it: your undo would overwrite what somebody "
			       "did since");
	call_done(c, &err, -1);
	err_release(&err);
}

static void undo_run(struct call *c)
{
	const struct undo_entry *e = undo_top(session_undo(call_session(c)));
	struct undo *u = xcalloc(1, sizeof *u);
	struct save_request req = { .action = "undo" };
	struct err err = ERR_INIT;

	call_set_data(c, u, undo_free);
	if (!e) {
		err_set(&err, ERR_FAILED, "undo", "you have saved nothing in this session");
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	req.plan = e->plan;
	switch (e->kind) {
	case SAVE_UPDATE:
		req.kind = SAVE_UPDATE;
		req.base = &e->after;
		collect(u, e, &e->before);
		break;
	case SAVE_INSERT:
		req.kind = SAVE_DELETE;
		req.base = &e->after;
		break;
	case SAVE_DELETE:
		req.kind = SAVE_INSERT;
		collect(u, e, &e->before);
		break;
	}
	req.changes = u->changes;
	req.nchanges = u->n;
	u->save = save_start(call_session(c), &req, on_undone, c);
}

const struct command cmd_undo_save = {
	.name = "undo-save",
	.summary = "Take my last save back",
	.args = "",
	.help = "A new save of the old values with the same protocol: if somebody changed the "
		"record "
		"since, it is a conflict and nothing is overwritten. What a trigger did stays.",
	.needs = NEEDS_CATALOG | NEEDS_WRITE,
	.run = undo_run,
};
