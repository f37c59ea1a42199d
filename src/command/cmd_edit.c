/* SPDX-License-Identifier: MIT */
/*
 * cmd_edit.c - one record changed from the shell, through the same protocol as the form's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "command/command.h"
#include "command/parse.h"
#include "command/save.h"
#include "command/target.h"

#define EXIT_CONFLICT 4

struct edit {
	struct record_plan *plan;
	const struct screendef *def;
	char **key;
	struct change *changes;
	size_t nchanges;
	struct record base;
	struct save *save;
};

static void edit_free(void *data)
{
	struct edit *e = data;

	save_free(&e->save);
	record_release(&e->base);
	free(e->changes);
	target_key_free(&e->key);
	record_plan_free(&e->plan);
	free(e);
}

/* ---- what is printed ---- */

static void print_saved(struct call *c, const struct save_result *result)
{
	static const struct table_column columns[] = { { .name = "outcome" },
						       { .name = "guard" },
						       { .name = "save_id" } };
	const struct host *h = call_host(c);
	struct buf guard = BUF_INIT;
	const char *cells[3] = { "saved", NULL, result->save_id };

	record_guard_text(&guard, &result->after);
	cells[1] = guard.data;
	h->ops->table_begin(h->ctx, "saved", columns, ARRAY_SIZE(columns));
	h->ops->table_row(h->ctx, cells);
	h->ops->table_end(h->ctx);
	buf_release(&guard);
}

static const char *mine_of(const struct edit *e, const struct record_field *f)
{
	for (size_t i = 0; i < e->nchanges; i++)
		if (e->changes[i].column->attnum == f->column->attnum)
			return e->changes[i].value;
	return record_value(&e->base, f->column->name);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_changed(const struct edit *e, const struct column *c)
{
	for (size_t i = 0; i < e->nchanges; i++)
		if (e->changes[i].column->attnum == c->attnum)
			return true;
	return false;
}

/*
 * The three sides of every field that is not the same on all of them.  Of a guard that somebody
 * else read
 * (--if-version) the values are not known: then what is to be written is told beside theirs.
 */
static void print_conflict(struct call *c, const struct save_result *result, bool base_known)
{
	static const struct table_column columns[] = {
		{ .name = "field" },
		{ .name = "base" },
		{ .name = "theirs" },
		{ .name = "mine" },
		{ .name = "verdict" },
		{ .name = "guard" },
		{ .name = "base_known", .type = CELL_BOOL },
	};
	const struct edit *e = call_data(c);
	const struct host *h = call_host(c);
	struct buf guard = BUF_INIT;

	record_guard_text(&guard, &result->theirs);
	h->ops->table_begin(h->ctx, "conflict", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < result->theirs.n; i++) {
		const struct record_field *f = &result->theirs.fields[i];
		const char *base = base_known ? record_value(&e->base, f->column->name) : NULL;
		const char *mine = mine_of(e, f);
		const char *verdict = same(mine, f->value)   ? "same"
				      : !base_known	     ? "conflict"
				      : same(base, f->value) ? "mine"
				      : same(base, mine)     ? "theirs"
							     : "conflict";
		const char *cells[] = { f->column->name,
					base,
					f->value,
					mine,
					verdict,
					guard.data,
					base_known ? "true" : "false" };

		if (base_known ? !same(base, f->value) || !same(base, mine)
			       : is_changed(e, f->column))
			h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
	buf_release(&guard);
}

/* ---- the steps ---- */

static void edit_saved(void *ctx, const struct save_result *result)
{
	struct call *c = ctx;
	struct edit *e = call_data(c);

	e->save = NULL; /* ends with this call */
	if (result->outcome == SAVE_DONE) {
		print_saved(c, result);
		call_done(c, NULL, 0);
		return;
	}
	if (result->outcome == SAVE_CONFLICT) {
		print_conflict(c, result, true);
		call_done(c, &result->err, EXIT_CONFLICT);
		return;
	}
	if (result->column && !result->err.what) {
		struct err named = ERR_INIT;

		err_copy(&named, &result->err);
		named.what = xstrdup(result->column);
		call_done(c, &named, -1);
		err_release(&named);
		return;
	}
	call_done(c, &result->err, -1);
}

static bool guard_fits(struct call *c, struct err *err)
{
	const struct edit *e = call_data(c);
	const char *wanted = args_get(call_args(c), "if-version");
	struct buf now = BUF_INIT;
	bool fits;

	if (!wanted)
		return true;
	record_guard_text(&now, &e->base);
	fits = strcmp(wanted, now.data) == 0;
	if (!fits) {
		err_set(err, ERR_CONFLICT, args_get(call_args(c), "key"),
			"the record has changed: its guard is %s, not %s", now.data, wanted);
		err_hint(err, "read it again with souk get");
	}
	buf_release(&now);
	return fits;
}

static void edit_loaded(void *ctx, const struct record *record, const struct err *failed)
{
	struct call *c = ctx;
	struct edit *e = call_data(c);
	struct err err = ERR_INIT;
	struct save_request req = {
		.plan = e->plan,
		.kind = SAVE_UPDATE,
		.changes = e->changes,
		.nchanges = e->nchanges,
		.reason = args_get(call_args(c), "reason"),
	};

	if (failed) {
		call_done(c, failed, -1);
		return;
	}
	if (!record) {
		err_set(&err, ERR_FAILED, args_get(call_args(c), "key"),
			"there is no such record, or it is not visible to you");
		call_done(c, &err, -1);
		err_release(&err);
		return;
	}
	record_copy(&e->base, record);
	if (!guard_fits(c, &err)) {
		struct save_result moved = { .outcome = SAVE_CONFLICT };

		record_copy(&moved.theirs, record);
		print_conflict(c, &moved, false);
		record_release(&moved.theirs);
		call_done(c, &err, EXIT_CONFLICT);
		err_release(&err);
		return;
	}
	if (e->def) {
		req.event = e->def->edit.event;
		req.aggregate = e->def->edit.aggregate;
	}
	req.base = &e->base;
	e->save = save_start(call_session(c), &req, edit_saved, c);
}

static bool edit_parse(struct call *c, struct edit *e, struct err *err)
{
	const struct args *a = call_args(c);
	const char *const *sets = args_all(a, "set");
	static const char *const none[] = { NULL };

	e->plan = target_plan(call_session(c), args_get(a, "screen"), &e->def, err);
	if (!e->plan)
		return false;
	e->key = target_key(call_session(c), e->plan, args_get(a, "key"), err);
	if (!e->key)
		return false;
	if (!sets && !call_host(c)->batch)
		return true; /* the form */
	if (!sets)
		return err_set(err, ERR_USAGE, "edit",
			       "there is nothing to change: add --set COL=VALUE");
	e->changes = target_changes(e->plan, sets ? sets : none, &e->nchanges, err);
	if (!e->changes || !target_allows(e->def, SAVE_UPDATE, e->changes, e->nchanges, err))
		return false;
	if (e->def && e->def->edit.reason == REASON_REQUIRED && !args_has(a, "reason"))
		return err_set(err, ERR_USAGE, e->def->name, "a change here needs a reason") ||
		       err_hint(err, "add --reason TEXT");
	return true;
}

/* In the console without --set: its form. */
static void open_form(struct call *c, const struct edit *e)
{
	const struct column *const *key = record_plan_key(e->plan);
	const struct host *h = call_host(c);
	struct place place = { .screen = args_get(call_args(c), "screen"), .edit = true };
	char *words[17] = { 0 };
	struct err err = ERR_INIT;

	for (size_t i = 0; key[i] && i < ARRAY_SIZE(words) - 1; i++)
		words[i] = xasprintf("%s=%s", key[i]->name, e->key[i]);
	place.where = (const char *const *)words;
	if (!h->ops->open(h->ctx, &place, &err))
		call_done(c, &err, -1);
	else
		call_done(c, NULL, 0);
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	err_release(&err);
}

/* With --set it is written at once, so souk must be armed. */
static bool may_write(struct call *c, struct err *err)
{
	if (session_armed(call_session(c)))
		return true;
	err_set(err, ERR_FAILED, "edit", "souk is read-only");
	return err_hint(err, call_host(c)->batch ? "add --armed" : "arm it with :arm");
}

static void edit_run(struct call *c)
{
	struct edit *e = xcalloc(1, sizeof *e);
	struct err err = ERR_INIT;

	call_set_data(c, e, edit_free);
	if (!edit_parse(c, e, &err) || (e->changes && !may_write(c, &err)))
		call_done(c, &err, -1);
	else if (!e->changes)
		open_form(c, e);
	else
		record_fetch(call_session(c), e->plan, (const char *const *)e->key, edit_loaded,
			     c);
	err_release(&err);
}

const struct command cmd_edit = {
	.name = "edit",
	.no_key = "a record is named; e does it to the one under the cursor",
	.summary = "Change one record through the save protocol",
	.args = "screen:screen key:record [--set:change] [--if-version:text] [--reason:text]",
	.help = "--set COL=VALUE may be given several times; COL= is the empty text, COL! is "
		"NULL, "
		"COL:=DEFAULT the default. --if-version takes the guard that get printed. Exit "
		"status 4 is a version conflict: base, theirs and mine of each field are "
		"printed. In the console without --set: the form of the record.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = edit_run,
};
