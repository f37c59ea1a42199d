/* SPDX-License-Identifier: MIT */
/*
 * cmd_rls_fix.c - rls fix: the SQL that mends a finding, shown and copied, never run.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/command.h"
#include "command/rls_scan.h"
#include "domain/rls_probe.h"

static void fail(struct call *c, const char *what, const char *why)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_FAILED, what, "%s", why);
	call_done(c, &err, -1);
	err_release(&err);
}

/* What no probe shows says so in a line of its own. */
static char *unproven(const char *id)
{
	const char *why = NULL;

	return probe_shows(id, &why) || !why
		       ? xstrdup("")
		       : xasprintf("-- risk, not shown by a probe: %s\n", why);
}

/* Message and evidence may be NULL. */
struct shown {
	const char *id, *object, *message, *evidence, *fix;
};

/* A line that is no comment. */
static bool has_statement(const char *fix)
{
	while (strncmp(fix, "--", 2) == 0) {
		fix += strcspn(fix, "\n");
		fix += *fix == '\n';
	}
	return *fix != '\0';
}

/* A name in it may have lines of its own: they stay in the comment. */
static void add_comment(struct buf *out, char *owned)
{
	for (char *at = owned; *at; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	buf_addf(out, "-- %s\n", owned);
	free(owned);
}

/* What is wrong, why, and what mends it. */
static void add_finding(struct buf *out, const struct shown *f)
{
	char *risk = unproven(f->id);

	add_comment(out, xasprintf("%s on %s", f->id, f->object));
	if (f->message && *f->message)
		add_comment(out, xstrdup(f->message));
	if (f->evidence && *f->evidence)
		add_comment(out, xasprintf("evidence: %s", f->evidence));
	buf_addf(out, "%s%s\n", risk, f->fix);
	free(risk);
}

/* What a person has to choose from has no statement, only comments. */
static void show(struct call *c, const char *id, const char *object, const char *text)
{
	const struct host *h = call_host(c);
	char *what = xasprintf("%s %s on %s",
			       has_statement(text) ? "what mends" : "the notes on", id, object);

	h->ops->text(h->ctx, "Mending SQL", text, strlen(text));
	if (h->ops->copy)
		h->ops->copy(h->ctx, text, strlen(text), what);
	free(what);
	call_done(c, NULL, 0);
}

/* ---- of the row that is looked at ---- */

static void of_row(struct call *c)
{
	const struct host *h = call_host(c);
	const char *id = h->ops->here ? h->ops->here(h->ctx, "id") : NULL,
		   *object = id ? h->ops->here(h->ctx, "object") : NULL,
		   *fix = object ? h->ops->here(h->ctx, "fix") : NULL;

	if (object && (!fix || !*fix))
		fix = h->ops->here(h->ctx, "choices");

	if (!object)
		fail(c, "rls fix", "no finding is looked at: name its id and its object");
	else if (!fix || !*fix)
		fail(c, id, "no statement mends it: that is for a person to decide");
	else {
		struct buf text = BUF_INIT;

		add_finding(&text, &(struct shown){ id, object, h->ops->here(h->ctx, "message"),
						    h->ops->here(h->ctx, "evidence"), fix });
		show(c, id, object, text.data);
		buf_release(&text);
	}
}

/* ---- by name ---- */

static bool is_asked(const struct args *a, const struct finding *f)
{
	const char *policy = args_get(a, "policy");

	return strncmp(f->id, args_get(a, "id"), strlen(args_get(a, "id"))) == 0 &&
	       strcmp(f->object, args_get(a, "object")) == 0 &&
	       (!policy || (f->policy && strcmp(f->policy, policy) == 0));
}

static void release_scan(void *data)
{
	struct rls_scan *scan = data;

	rls_scan_free(&scan);
}

static void scanned(void *ctx, struct rls_scan *scan, const struct err *err)
{
	struct call *c = ctx;
	const struct finding *found = NULL;
	struct buf fixes = BUF_INIT;

	if (err) {
		call_done(c, err, -1);
		return;
	}
	call_set_data(c, scan, release_scan);
	for (size_t i = 0; i < scan->findings->list.len; i++) {
		const struct finding *f = &scan->findings->list.v[i];

		if (!is_asked(call_args(c), f))
			continue;
		found = f;
		if (f->fix || f->choices)
			add_finding(&fixes,
				    &(struct shown){ f->id, f->object, f->message, f->evidence,
						     f->fix ? f->fix : f->choices });
	}
	if (!found)
		fail(c, args_get(call_args(c), "id"), "there is no such finding");
	else if (!fixes.len)
		fail(c, found->id, "no statement mends it: that is for a person to decide");
	else
		show(c, found->id, found->object, fixes.data);
	buf_release(&fixes);
}

static void fix_run(struct call *c)
{
	if (args_get(call_args(c), "object"))
		rls_scan_start(call_session(c), CHECK_ISOLATION | CHECK_SPEED | CHECK_DESIGN,
			       scanned, c, c);
	else
		of_row(c);
}

const struct command cmd_rls_fix = {
	.name = "rls fix",
	.no_key = "Enter on a finding runs it",
	.summary = "Show and copy the SQL that mends a finding",
	.args = "[id:rule] [object:relation] [policy:policy]",
	.help = "Of the finding under the cursor, or of the one that is named: its id may be "
		"cut "
		"short (R13), its object is schema.relation as in the findings. The console "
		"copies it too. It is never run.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = fix_run,
};
