/* SPDX-License-Identifier: MIT */
/*
 * cmd_drafts.c - what was typed and never saved: listed, taken up again, thrown away.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/draft.h"
#include "command/settings.h"
#include "command/target.h"
#include "command/tenant.h"

static const char take_up[] = "Take it up again", throw_away[] = "Throw it away",
		  leave[] = "Leave it";

struct drafts {
	struct call *call;
	struct draft *list;
	size_t n;
	VEC(char *) lines; /* one choice each */
	const struct draft *chosen;
};

static void drafts_free(void *data)
{
	struct drafts *d = data;

	for (size_t i = 0; i < d->n; i++)
		draft_release(&d->list[i]);
	free(d->list);
	for (size_t i = 0; i < d->lines.len; i++)
		free(d->lines.v[i]);
	VEC_RELEASE(&d->lines);
	free(d);
}

static void end(struct drafts *d, const struct err *err)
{
	call_done(d->call, err, -1);
}

static void say(const struct drafts *d, enum say how, const char *text)
{
	const struct host *h = call_host(d->call);

	h->ops->say(h->ctx, how, text);
}

/* ---- a draft in words ---- */

static void key_text(struct buf *out, const struct draft *x)
{
	if (!x->key || !x->key[0])
		buf_adds(out, "new");
	for (size_t i = 0; x->key && x->key[i]; i++)
		buf_addf(out, "%s%s", i ? "," : "", x->key[i]);
}

static void fields_text(struct buf *out, const struct draft *x)
{
	for (size_t i = 0; i < x->n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", x->values[i].column);
}

static char *line_of(const struct draft *x)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%.8s  ", x->id);
	timefmt_age(&line, x->saved_us, time_now_us());
	buf_addf(&line, "  %s ", x->screen ? x->screen : x->relation);
	key_text(&line, x);
	buf_adds(&line, ": ");
	fields_text(&line, x);
	return buf_detach(&line);
}

static void print(const struct drafts *d)
{
	static const struct table_column columns[] = {
		{ .name = "id" },     { .name = "saved" },  { .name = "server" },
		{ .name = "tenant" }, { .name = "screen" }, { .name = "relation" },
		{ .name = "key" },    { .name = "fields" },
	};
	const struct host *h = call_host(d->call);

	h->ops->table_begin(h->ctx, "drafts", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < d->n; i++) {
		const struct draft *x = &d->list[i];
		struct buf saved = BUF_INIT, key = BUF_INIT, fields = BUF_INIT;

		timefmt_instant(&saved, x->saved_us);
		key_text(&key, x);
		fields_text(&fields, x);
		{
			const char *cells[] = {
				x->id,	   saved.data,	x->server, x->tenant,
				x->screen, x->relation, key.data,  fields.data
			};

			h->ops->table_row(h->ctx, cells);
		}
		buf_release(&saved);
		buf_release(&key);
		buf_release(&fields);
	}
	h->ops->table_end(h->ctx);
}

/* ---- taking one up ---- */

static void open_form(struct drafts *d)
{
	const struct draft *x = d->chosen;
	const struct host *h = call_host(d->call);
	struct err err = ERR_INIT;
	struct place place = { .screen = x->screen ? x->screen : x->relation,
			       .edit = true,
			       .draft = x->id };
	struct record_plan *plan = target_plan(call_session(d->call), place.screen, NULL, &err);
	const struct column *const *key = plan ? record_plan_key(plan) : NULL;
	VEC(char *) words = VEC_INIT;

	for (size_t i = 0; key && key[i] && x->key && x->key[i]; i++)
		*VEC_PUSH(&words) = xasprintf("%s=%s", key[i]->name, x->key[i]);
	*VEC_PUSH(&words) = NULL;
	place.where = words.v[0] ? (const char *const *)words.v : NULL;
	if (plan && h->ops->open(h->ctx, &place, &err))
		err_clear(&err);
	record_plan_free(&plan);
	for (size_t i = 0; words.v[i]; i++)
		free(words.v[i]);
	VEC_RELEASE(&words);
	end(d, &err);
	err_release(&err);
}

static void on_tenant(void *ctx, const struct tenant_choice *choice, const struct err *err)
{
	struct drafts *d = call_data(ctx);

	if (err) {
		end(d, err);
		return;
	}
	session_set_tenant(call_session(d->call), choice);
	open_form(d);
}

static void resume(struct drafts *d)
{
	struct session *s = call_session(d->call);
	const struct tenant_choice *now = session_tenant(s);
	const struct draft *x = d->chosen;
	char *here = draft_server(s);
	struct err err = ERR_INIT;

	if (!session_catalog(s)) {
		err_set(&err, ERR_FAILED, "drafts",
			"the catalog is not read yet; try again in a moment");
		end(d, &err);
	} else if (x->server && strcmp(x->server, here) != 0) {
		err_set(&err, ERR_FAILED, "drafts", "this one is of %s", x->server);
		err_hint(&err, "connect there as that role, then take it up");
		end(d, &err);
	} else if (x->tenant && (now->kind != TENANT_ONE || strcmp(now->id, x->tenant) != 0)) {
		tenant_resolve(s, x->tenant, on_tenant, d->call);
	} else {
		open_form(d);
	}
	free(here);
	err_release(&err);
}

static void throw(struct drafts * d)
{
	draft_discard(d->chosen->id);
	say(d, SAY_DONE, "the draft is gone");
	end(d, NULL);
}

/* ---- choosing ---- */

static void on_what(void *ctx, const char *answer)
{
	struct drafts *d = ctx;

	if (answer && strcmp(answer, take_up) == 0)
		resume(d);
	else if (answer && strcmp(answer, throw_away) == 0)
		throw(d);
	else
		end(d, NULL);
}

static void on_draft(void *ctx, const char *answer)
{
	static const char *const choices[] = { take_up, leave, throw_away, NULL };
	struct drafts *d = ctx;
	struct question q = { .title = "Draft", .kind = ASK_CHOICE, .choices = choices };

	for (size_t i = 0; answer && i < d->n; i++)
		if (strcmp(answer, d->lines.v[i]) == 0)
			d->chosen = &d->list[i];
	if (!d->chosen) {
		end(d, NULL);
		return;
	}
	q.text = answer;
	call_ask(d->call, &q, on_what, d);
}

static void choose(struct drafts *d)
{
	struct question q = { .title = "Drafts",
			      .text = "Typed and never saved, the newest first:",
			      .kind = ASK_CHOICE };

	for (size_t i = 0; i < d->n; i++)
		*VEC_PUSH(&d->lines) = line_of(&d->list[i]);
	*VEC_PUSH(&d->lines) = NULL;
	d->lines.len--;
	q.choices = (const char *const *)d->lines.v;
	call_ask(d->call, &q, on_draft, d);
}

/* The one whose id begins so. */
static bool find(struct drafts *d, const char *id, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (strncmp(d->list[i].id, id, strlen(id)) == 0) {
			d->chosen = &d->list[i];
			n++;
		}
	if (n == 1)
		return true;
	return err_set(err, ERR_FAILED, id, n ? "fits several drafts" : "is no draft");
}

static void drafts_run(struct call *c)
{
	struct drafts *d = xcalloc(1, sizeof *d);
	const char *gone = args_get(call_args(c), "delete");
	const char *again = args_get(call_args(c), "resume");
	struct session *s = call_session(c);
	struct err err = ERR_INIT;

	d->call = c;
	call_set_data(c, d, drafts_free);
	d->list = draft_list(&d->n, settings_seconds(session_settings(s), "draft-expiry"));
	if ((gone && !find(d, gone, &err)) || (again && !find(d, again, &err)))
		end(d, &err);
	else if (gone)
		throw(d);
	else if (again)
		resume(d);
	else if (call_host(c)->batch)
		print(d), end(d, NULL);
	else if (d->n == 0)
		say(d, SAY_INFO, "there are no drafts"), end(d, NULL);
	else
		choose(d);
	err_release(&err);
}

const struct command cmd_drafts = {
	.name = "drafts",
	.summary = "What was typed in forms and never saved",
	.args = "[--resume:draft] [--delete:draft]",
	.help = "An open form is kept on this machine within a second of a change and stays "
		"until "
		"it is saved or thrown away, or is older than the setting draft-expiry. Taken "
		"up "
		"again it is merged with the record as it is now. The setting drafts switches "
		"it "
		"off. Columns that look secret are never kept. IDs may be shortened.",
	.needs = NEEDS_SESSION | BATCH,
	.run = drafts_run,
};
