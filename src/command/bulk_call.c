/* SPDX-License-Identifier: MIT */
#include "bulk_call.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/path.h"
#include "command/parse.h"
#include "command/planfile.h"
#include "command/settings.h"
#include "dependants.h"
#include "rows_call.h"

enum { SAMPLE = 6 };

static const char change_them[] = "Change them", show_all[] = "Show every row first",
		  write_plan[] = "Write a plan file for a second pair of eyes",
		  leave[] = "Leave everything as it is";

/* ---- life ---- */

static void bulk_call_free(void *data)
{
	struct bulk_call *bc = data;
	const struct host *h = call_host(bc->call);

	if (bc->bulk && bulk_running(bc->bulk)) {
		struct buf text = BUF_INIT;

		buf_adds(&text, "stopped: ");
		bulk_show_sum(&text, bc->bulk);
		h->ops->progress(h->ctx, "", -1, 0);
		h->ops->say(h->ctx, SAY_WARNING, text.data);
		buf_release(&text);
	}
	dependants_free(&bc->dependants);
	bulk_free(&bc->bulk);
	rowset_free(&bc->rows);
	free(bc->columns);
	free(bc->changes);
	record_plan_free(&bc->plan);
	free(bc->warning);
	free(bc->reason);
	free(bc->title);
	err_release(&bc->err);
	free(bc);
}

void bulk_call_fail(struct bulk_call *bc)
{
	call_done(bc->call, &bc->err, -1);
}

struct bulk_call *bulk_call_new(struct call *c, enum save_kind kind)
{
	struct bulk_call *bc = xcalloc(1, sizeof *bc);
	const char *screen = args_get(call_args(c), "screen");

	bc->call = c;
	bc->kind = kind;
	bc->bulk = bulk_new(call_session(c));
	call_set_data(c, bc, bulk_call_free);
	if (screen)
		bc->plan = target_plan(call_session(c), screen, &bc->def, &bc->err);
	if (!screen || (bc->plan && target_allows(bc->def, kind, NULL, 0, &bc->err)))
		return bc;
	bulk_call_fail(bc);
	return NULL;
}

static const char *name_of(const struct bulk_call *bc)
{
	return bc->def ? bc->def->name : record_plan_relation(bc->plan)->name;
}

static char *title_of(const struct bulk_call *bc)
{
	size_t n = bulk_len(bc->bulk);

	return n == 1 ? xasprintf("%s %s", name_of(bc), bulk_at(bc->bulk, 0)->title)
		      : xasprintf("%zu %s", n, name_of(bc));
}

/* ---- choosing rows ---- */

static void add_row(struct bulk_call *bc, const char *const *key)
{
	struct bulk_row *row = bulk_add(bc->bulk, bc->plan, bc->kind, key);

	bulk_change(row, bc->changes, bc->nchanges);
}

static bool add_keys(struct bulk_call *bc, const char *const *keys)
{
	for (; keys && *keys; keys++) {
		char **key = target_key(call_session(bc->call), bc->plan, *keys, &bc->err);

		if (!key)
			return false;
		add_row(bc, (const char *const *)key);
		target_key_free(&key);
	}
	return true;
}

static long most(const struct bulk_call *bc)
{
	return settings_int(session_settings(call_session(bc->call)), "max-edit-rows");
}

static bool too_many(struct bulk_call *bc)
{
	if ((long)bulk_len(bc->bulk) <= most(bc))
		return false;
	err_set(&bc->err, ERR_FAILED, name_of(bc),
		"more than %ld rows are meant: that is the most one action may change",
		most(bc));
	err_hint(&bc->err, "narrow the filter, or raise the setting max-edit-rows");
	return true;
}

static bool find_key(struct bulk_call *bc)
{
	const struct column *const *key = record_plan_key(bc->plan);
	size_t n = 0;

	while (key[n])
		n++;
	free(bc->columns);
	bc->columns = xcalloc(n + 1, sizeof *bc->columns);
	for (size_t i = 0; i < n; i++) {
		bc->columns[i] = -1;
		for (size_t c = 0; c < rowset_columns(bc->rows); c++)
			if (strcmp(rowset_column(bc->rows, c)->name, key[i]->name) == 0)
				bc->columns[i] = (int)c;
		if (bc->columns[i] < 0)
			return err_set(&bc->err, ERR_FAILED, name_of(bc),
				       "its rows do not tell the key column %s", key[i]->name);
	}
	return true;
}

static bool on_row(void *ctx, const char *const *cells, const size_t *lens UNUSED,
		   size_t n UNUSED)
{
	struct bulk_call *bc = ctx;
	const char *key[16] = { 0 };

	if (!bc->columns && !find_key(bc))
		return false;
	for (size_t i = 0; record_plan_key(bc->plan)[i] && i < ARRAY_SIZE(key) - 1; i++)
		key[i] = cells[bc->columns[i]];
	add_row(bc, key);
	return true;
}

static void on_rows(void *ctx, const struct err *err, uint64_t rows UNUSED)
{
	struct bulk_call *bc = ctx;

	if (err && !bc->err.kind)
		err_copy(&bc->err, err);
	if (bc->err.kind || too_many(bc))
		bulk_call_fail(bc);
	else
		bulk_call_load(bc);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

void bulk_call_choose(struct bulk_call *bc, const char *const *keys)
{
	const struct rowset_stream_callbacks cb = { .row = on_row, .done = on_rows, .ctx = bc };

	if (keys) {
		if (!add_keys(bc, keys) || too_many(bc))
			bulk_call_fail(bc);
		else
			bulk_call_load(bc);
		return;
	}
	bc->rows = rows_call_open(bc->call, args_get(call_args(bc->call), "screen"), ignore,
				  NULL, &bc->err);
	if (!bc->rows) {
		bulk_call_fail(bc);
		return;
	}
	rowset_unmask(bc->rows, true); /* keys are wanted as they are */
	rowset_stream(bc->rows, most(bc) + 1, &cb);
}

static void on_loaded(void *ctx)
{
	struct bulk_call *bc = ctx;
	const char *name =
		bulk_len(bc->bulk) == 1 ? bulk_name(bc->bulk, bulk_at(bc->bulk, 0)) : NULL;

	if (name) {
		/* One record goes by the name that people know it by. */
		char *title = xasprintf("%s %s", bc->title, name);

		free(bc->title);
		bc->title = title;
	}
	if (bc->loaded)
		bc->loaded(bc);
	else
		bulk_call_go(bc);
}

void bulk_call_load(struct bulk_call *bc)
{
	bc->title = title_of(bc);
	if (bc->def && bc->def->search)
		bulk_name_by(bc->bulk, bc->def->search[0]);
	bulk_load(bc->bulk, on_loaded, bc);
}

/* ---- to the end ---- */

static void finish(void *ctx)
{
	struct bulk_call *bc = ctx;
	const struct host *h = call_host(bc->call);
	int status = bulk_exit_status(bc->bulk);
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;

	bulk_show_progress(bc->call, bc->bulk, "rows written");
	buf_addf(&text, "%s: ", name_of(bc));
	bulk_show_sum(&text, bc->bulk);
	if (!h->batch && bulk_outcomes(bc->bulk, SAVE_DONE))
		buf_adds(&text, "; u takes it back");
	h->ops->say(h->ctx, status ? SAY_WARNING : SAY_DONE, text.data);
	if (!h->batch && !h->ops->action(h->ctx, ACTION_REFRESH, call_args(bc->call), &ignored))
		err_clear(&ignored); /* a screen that cannot be fetched again need not be */
	if (h->batch || bulk_len(bc->bulk) > 1 || status)
		bulk_show_result(bc->call, bc->bulk, bc->title);
	buf_release(&text);
	call_done(bc->call, NULL, status);
}

static void on_progress(void *ctx)
{
	const struct bulk_call *bc = ctx;

	bulk_show_progress(bc->call, bc->bulk, "rows written");
}

static void run(struct bulk_call *bc)
{
	const struct bulk_options opts = {
		.reason = bc->reason,
		.event = bc->def ? bc->def->edit.event : NULL,
		.aggregate = bc->def ? bc->def->edit.aggregate : NULL,
		.action = bc->action,
		.title = bc->title,
		.strict = bc->strict,
	};

	bulk_run(bc->bulk, &opts, on_progress, finish, bc);
}

static void on_reason(void *ctx, const char *answer)
{
	struct bulk_call *bc = ctx;
	bool required = bc->def && bc->def->edit.reason == REASON_REQUIRED;

	if (!answer || (required && !*answer)) {
		err_set(&bc->err, ERR_CANCELLED, bc->title,
			"a change here needs a reason; nothing was written");
		bulk_call_fail(bc);
		return;
	}
	free(bc->reason);
	bc->reason = xstrdup(answer);
	run(bc);
}

static void ask_reason(struct bulk_call *bc)
{
	const struct host *h = call_host(bc->call);
	const char *given = args_get(call_args(bc->call), "reason");
	bool required = bc->def && bc->def->edit.reason == REASON_REQUIRED;
	bool wanted = bc->def && bc->def->edit.reason != REASON_NO;
	struct question q = { .title = "Why?",
			      .text = required ? "A reason for the audit:"
					       : "A reason for the audit (may be empty):",
			      .kind = ASK_TEXT };

	if (given) {
		free(bc->reason);
		bc->reason = xstrdup(given);
	}
	if (wanted && !bc->reason && (required || !h->batch))
		call_ask(bc->call, &q, on_reason, bc);
	else
		run(bc);
}

static void on_armed(void *ctx, const struct err *err)
{
	struct bulk_call *bc = ctx;

	if (err->kind) {
		err_copy(&bc->err, err);
		bulk_call_fail(bc);
	} else {
		ask_reason(bc);
	}
}

static void arm(struct bulk_call *bc)
{
	bc->arming = (struct arming){ bc->call, on_armed, bc };
	if (session_armed(call_session(bc->call)))
		ask_reason(bc);
	else
		arm_ask(&bc->arming, "Arm it, so that this can be done?");
}

/* ---- a plan instead ---- */

static void save_plan(struct bulk_call *bc, const char *file)
{
	const struct relation *r = record_plan_relation(bc->plan);
	const struct host *h = call_host(bc->call);
	char *path = path_expand(file), *relation = xasprintf("%s.%s", r->schema, r->name);
	const char *reason = args_get(call_args(bc->call), "reason");
	const struct planfile head = { .screen = bc->def ? (char *)(uintptr_t)bc->def->name
							 : NULL,
				       .relation = relation,
				       .reason = (char *)(uintptr_t)reason,
				       .kind = bc->kind };
	char *text = xasprintf("%zu rows planned in %s: souk apply does it, after a look",
			       bulk_count(bc->bulk, BULK_READY), path);

	if (planfile_write(path, call_session(bc->call), bc->bulk, &head, &bc->err))
		h->ops->say(h->ctx, SAY_DONE, text);
	free(path);
	free(relation);
	free(text);
	bulk_call_fail(bc); /* with an error, or none */
}

static void on_file(void *ctx, const char *answer)
{
	struct bulk_call *bc = ctx;
	time_t now = time(NULL);
	char stamp[32], *name;
	struct tm tm;

	if (!answer) {
		err_set(&bc->err, ERR_CANCELLED, bc->title, "left as it is");
		bulk_call_fail(bc);
		return;
	}
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	name = xasprintf("souk-plan-%s-%s.jsonl", name_of(bc), stamp);
	save_plan(bc, *answer ? answer : name);
	free(name);
}

/* ---- what to do ---- */

static void on_confirm(void *ctx, const char *answer)
{
	struct bulk_call *bc = ctx;
	const struct db_session *d = db_session(session_db(call_session(bc->call)));

	if (answer && (strcmp(answer, "yes") == 0 || strcmp(answer, d->database) == 0)) {
		arm(bc);
		return;
	}
	err_set(&bc->err, ERR_CANCELLED, bc->title, "left as it is");
	bulk_call_fail(bc);
}

/* The more it is, the more deliberate the answer. */
static void confirm(struct bulk_call *bc, const char *text)
{
	const struct session *s = call_session(bc->call);
	bool bulky = bulk_count(bc->bulk, BULK_READY) > 1 && session_production(s);
	struct question q = { .title = bc->title,
			      .text = text,
			      .kind = bulky ? ASK_TYPE_NAME : ASK_YES_NO,
			      .expect = db_session(session_db(s))->database,
			      .destructive = true };
	char *more = NULL;

	if (bulky)
		q.text = more =
			xasprintf("%s\n\nThis is production: type the database's name.", text);
	call_ask(bc->call, &q, on_confirm, bc);
	free(more);
}

static void on_choice(void *ctx, const char *answer)
{
	struct bulk_call *bc = ctx;
	const struct host *h = call_host(bc->call);
	struct question q = { .title = "Plan file",
			      .text = "Write it to which file? (empty: one in this folder)",
			      .kind = ASK_TEXT };

	if (answer && strcmp(answer, change_them) == 0) {
		if (session_production(call_session(bc->call)))
			confirm(bc, bc->title);
		else
			arm(bc);
	} else if (answer && strcmp(answer, write_plan) == 0) {
		call_ask(bc->call, &q, on_file, bc);
	} else if (answer && strcmp(answer, show_all) == 0) {
		bulk_show_plan(bc->call, bc->bulk, bc->title);
		h->ops->say(h->ctx, SAY_INFO,
			    "nothing was changed: give the command again to do it");
		call_done(bc->call, NULL, 0);
	} else {
		on_confirm(bc, NULL);
	}
}

static void describe(struct bulk_call *bc, struct buf *text)
{
	size_t n = bulk_len(bc->bulk), ready = bulk_count(bc->bulk, BULK_READY);

	if (bc->kind == SAVE_DELETE)
		buf_addf(text, "Delete %s?", bc->title);
	else
		buf_addf(text, "Change %zu of %zu rows of %s:", ready, n, name_of(bc));
	if (n > 1 || bc->kind != SAVE_DELETE)
		bulk_show_sample(bc->call, bc->bulk, SAMPLE, text);
	if (bulk_count(bc->bulk, BULK_SAME))
		buf_addf(text, "\n%zu have these values already",
			 bulk_count(bc->bulk, BULK_SAME));
	if (bulk_count(bc->bulk, BULK_MISSING))
		buf_addf(text, "\n%zu gone", bulk_count(bc->bulk, BULK_MISSING));
	if (bc->warning)
		buf_addf(text, "\n\n%s", bc->warning);
}

static void ask_what(struct bulk_call *bc)
{
	const struct host *h = call_host(bc->call);
	static const char *const choices[] = { leave, show_all, change_them, write_plan, NULL };
	struct buf text = BUF_INIT;

	describe(bc, &text);
	if (bc->kind == SAVE_DELETE || (h->batch && bulk_len(bc->bulk) > 1)) {
		confirm(bc, text.data);
	} else if (h->batch) {
		arm(bc); /* one row, as edit does */
	} else {
		struct question q = { .title = bc->title,
				      .text = text.data,
				      .kind = ASK_CHOICE,
				      .choices = choices };

		call_ask(bc->call, &q, on_choice, bc);
	}
	buf_release(&text);
}

/* Nothing can be written: what each row came to is the answer. */
static void nothing(struct bulk_call *bc)
{
	bool all = bulk_count(bc->bulk, BULK_SAME) == bulk_len(bc->bulk);
	const struct host *h = call_host(bc->call);

	if (bulk_len(bc->bulk) == 0)
		h->ops->say(h->ctx, SAY_INFO, "no row is meant: nothing to do");
	else if (all)
		h->ops->say(h->ctx, SAY_INFO, "all of them are so already: nothing to do");
	else
		bulk_show_result(bc->call, bc->bulk, bc->title);
	call_done(bc->call, NULL, bulk_exit_status(bc->bulk));
}

static bool as_expected(struct bulk_call *bc)
{
	const struct args *a = call_args(bc->call);
	size_t n = bulk_len(bc->bulk);

	if (args_has(a, "expect") && args_int(a, "expect", 0) != (long)n)
		return err_set(&bc->err, ERR_FAILED, bc->title,
			       "%s rows were expected, these are %zu: nothing was written",
			       args_get(a, "expect"), n);
	return true;
}

void bulk_call_go(struct bulk_call *bc)
{
	const struct args *a = call_args(bc->call);

	if (!as_expected(bc)) {
		bulk_call_fail(bc);
	} else if (args_has(a, "dry-run")) {
		bulk_show_plan(bc->call, bc->bulk, bc->title);
		call_done(bc->call, NULL, 0);
	} else if (bulk_count(bc->bulk, BULK_READY) == 0) {
		nothing(bc);
	} else if (args_has(a, "plan")) {
		save_plan(bc, args_get(a, "plan"));
	} else {
		ask_what(bc);
	}
}
