/* SPDX-License-Identifier: MIT */
/* cmd_profile.c - what souk learned of the schema, how, and how sure it is. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "base/vec.h"
#include "command/command.h"
#include "domain/outbox.h"

static const struct table_column columns[] = {
	{ "key", CELL_TEXT, NULL },	 { "confidence", CELL_TEXT, NULL },
	{ "value", CELL_TEXT, NULL },	 { "how", CELL_TEXT, NULL },
	{ "evidence", CELL_TEXT, NULL },
};

static const char *how_word(enum profile_how how)
{
	static const char *const words[] = { "learned", "configured", "default" };

	return words[how];
}

static const char *confidence_word(enum confidence confidence)
{
	static const char *const words[] = { "certain", "likely", "candidate" };

	return words[confidence];
}

static bool wanted(const char *key, const char *prefix)
{
	return !prefix || strncmp(key, prefix, strlen(prefix)) == 0;
}

static void outbox_rows(const struct host *h, const struct session *s, const char *prefix)
{
	const struct profile *p = session_profile(s);
	struct outboxes *list = outboxes_find(session_catalog(s), p, session_sql(s));

	for (size_t i = 0; i < outboxes_len(list); i++) {
		const struct outbox *o = outboxes_at(list, i);
		char *rel = xasprintf("%s.%s", o->relation->schema, o->relation->name);
		char *key = xasprintf("outbox:%s", rel);
		const char *said = profile_configured(p, "outbox", rel, "is");
		const char *cells[] = { key, outbox_confidence(o), outbox_shape_name(o->shape),
					said ? "configured" : "learned", o->evidence };

		if (wanted(key, prefix))
			h->ops->table_row(h->ctx, cells);
		free(key);
		free(rel);
	}
	outboxes_free(&list);
}

/* Where corrections are kept, if there are any. */
static void file_row(const struct host *h, const struct session *s)
{
	const struct err *broken;
	const char *file = session_profile_file(s, &broken);
	char *why = broken ? err_text(broken) : NULL;
	const char *cells[] = {
		"profile_file",
		broken ? "candidate" : "certain",
		file,
		"configured",
		broken ? why : "what it says goes before what was learned",
	};

	if (broken || path_exists(file))
		h->ops->table_row(h->ctx, cells);
	free(why);
}

/* What was only weighed comes where people look first. */
static void show(struct call *c, const char *prefix)
{
	const struct host *h = call_host(c);
	const struct session *s = call_session(c);
	const struct profile *p = session_profile(s);

	h->ops->table_begin(h->ctx, "Profile", columns, ARRAY_SIZE(columns));
	if (h->ops->table_enter)
		h->ops->table_enter(h->ctx, "profile set {key} --now {value}");
	if (wanted("profile_file", prefix))
		file_row(h, s);
	for (size_t i = 0; i < profile_items(p); i++) {
		const struct profile_item *it = profile_item_at(p, i);
		const char *cells[] = { it->key, confidence_word(it->confidence),
					*it->value ? it->value : NULL, how_word(it->how),
					it->evidence };

		if (wanted(it->key, prefix))
			h->ops->table_row(h->ctx, cells);
	}
	outbox_rows(h, s, prefix);
	h->ops->table_end(h->ctx);
}

static void profile_run(struct call *c)
{
	show(c, args_get(call_args(c), "key"));
	call_done(c, NULL, 0);
}

const struct command cmd_profile = {
	.name = "profile",
	.no_key = "a look at what was learned, now and then",
	.summary = "What souk learned of the schema, and how sure it is",
	.args = "[key:fact]",
	.help = "One row for each thing learned: tenant column, setting, directory, guards of "
		"records, outboxes, audit, personal columns. KEY keeps the rows that begin "
		"with "
		"it. What is wrong is corrected by profile set, or "
		"in the console by Enter on the row.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = profile_run,
};

/* ---- corrections ---- */

static const char as_learned[] = "(as learned)", other[] = "(another…)";

/* Put, told where; the profile is shown again to who looks at it. */
static void put(struct call *c, const char *value)
{
	const char *key = args_get(call_args(c), "key");
	const struct host *h = call_host(c);
	struct session *s = call_session(c);
	struct arena *a = arena_new();
	struct profile_entry e;
	struct err err = ERR_INIT;
	const struct err *broken;
	char *text;

	if (profile_entry_for(a, key, value ? value : "", &e, &err)) {
		e.value = value ? e.value : NULL;
		if (session_profile_put(s, &e, &err)) {
			text = xasprintf(value ? "%s: written to %s"
					       : "%s: as learned again, taken out of %s",
					 key, session_profile_file(s, &broken));
			h->ops->say(h->ctx, SAY_DONE, text);
			free(text);
			if (!h->batch)
				show(c, NULL);
		}
	}
	call_done(c, &err, err.kind ? -1 : 0);
	err_release(&err);
	arena_free(&a);
}

static void typed(void *ctx, const char *text)
{
	struct err err = ERR_INIT;

	if (text && *text) {
		put(ctx, text);
		return;
	}
	err_set(&err, ERR_CANCELLED, "profile", "nothing was changed");
	call_done(ctx, &err, -1);
	err_release(&err);
}

static void ask_text(struct call *c)
{
	const char *key = args_get(call_args(c), "key");
	char *text = xasprintf("What is %s?", key);
	struct question q = { .title = "Profile", .text = text, .kind = ASK_TEXT };

	call_ask(c, &q, typed, c);
	free(text);
}

static void chosen(void *ctx, const char *text)
{
	struct call *c = ctx;
	const char *key = args_get(call_args(c), "key"), *now = args_get(call_args(c), "now");
	char *mask;

	if (text && strcmp(text, other) == 0) {
		ask_text(c);
	} else if (text && strcmp(text, as_learned) == 0) {
		put(c, NULL);
	} else if (text && now && strncmp(key, "mask:", 5) == 0) {
		mask = xasprintf("%s=%s", now, text);
		put(c, mask);
		free(mask);
	} else {
		typed(c, text);
	}
}

/* Without a value: which? */
static void ask_value(struct call *c)
{
	const struct session *s = call_session(c);
	const char *key = args_get(call_args(c), "key"), *now = args_get(call_args(c), "now");
	struct arena *a = arena_new();
	const char *const *sensible =
		profile_choices(a, session_catalog(s), session_profile(s), key);
	VEC(const char *) list = VEC_INIT;
	char *text =
		xasprintf("%s is %s. What shall it be?", key, now && *now ? now : "unknown");
	struct question q = { .title = "Profile", .text = text, .kind = ASK_CHOICE };

	for (; sensible && *sensible; sensible++)
		*VEC_PUSH(&list) = *sensible;
	if (strncmp(key, "outbox:", 7) != 0)
		*VEC_PUSH(&list) = other;
	*VEC_PUSH(&list) = as_learned;
	*VEC_PUSH(&list) = NULL;
	q.choices = list.v;
	call_ask(c, &q, chosen, c);
	VEC_RELEASE(&list);
	arena_free(&a);
	free(text);
}

static void set_run(struct call *c)
{
	const char *key = args_get(call_args(c), "key");
	const char *value = args_get(call_args(c), "value");
	struct arena *a = arena_new();
	struct profile_entry e;
	struct err err = ERR_INIT;

	if (value) {
		put(c, value);
	} else if (call_host(c)->batch) {
		err_set(&err, ERR_USAGE, key, "a value is needed");
		call_done(c, &err, -1);
	} else if (!profile_entry_for(a, key, "x=y", &e, &err)) {
		call_done(c, &err, -1);
	} else {
		ask_value(c);
	}
	err_release(&err);
	arena_free(&a);
}

const struct command cmd_profile_set = {
	.name = "profile set",
	.no_key = "Enter on a row of :profile begins it",
	.summary = "Correct a row of the profile",
	.args = "key:fact [value:fact-value] [--now:text]",
	.help = "Writes one line into the profile file and learns anew; it is told which file. "
		"KEY is a row's: tenant_column, tenant_setting, tenant_directory, "
		"tenant_label, "
		"environment, application_role, audit, tenant_schemas (none where there is "
		"none); "
		"tenant:RELATION, concurrency:RELATION (a column, xmin or columns), "
		"mask:RELATION COLUMN=personal, outbox:RELATION yes, no or ROLE=COLUMN. In the "
		"console it asks where VALUE is missing; --now is what it says now.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = set_run,
};

static void forget_run(struct call *c)
{
	put(c, NULL);
}

const struct command cmd_profile_forget = {
	.name = "profile forget",
	.no_key = "the correction is named",
	.summary = "Take a correction back: as learned again",
	.args = "key:fact",
	.help = "Removes the row's line from the profile file. Of mask: and outbox: rows the "
		"line "
		"is named too: mask:RELATION by its column.",
	.needs = NEEDS_CONNECTION | NEEDS_CATALOG | BATCH,
	.run = forget_run,
};
