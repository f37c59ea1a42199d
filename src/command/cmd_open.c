/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "catalog/reader.h"
#include "command/command.h"
#include "command/parse.h"
#include "command/tenant.h"

/* "products @acme /rye status=active": the words behind the screen's name sorted by their first
 * sign. */
struct target {
	char *screen, *tenant, *relation;
	struct buf filter;
	VEC(const char *) where;
	struct call *call;
	struct reader *read_again; /* it looks for the relation; else NULL */
	bool read;		   /* it has looked */
};

static void target_free(void *data)
{
	struct target *t = data;

	if (t->read_again)
		reader_unobserve(t->read_again, t->call);
	free(t->screen);
	free(t->tenant);
	free(t->relation);
	buf_release(&t->filter);
	VEC_RELEASE(&t->where);
	free(t);
}

/* "relation shop.orders": the word is no filter, it says which. */
static bool names_relation(const struct target *t)
{
	return t->screen && strcmp(t->screen, "relation") == 0 && t->filter.len;
}

static bool name_relation(const struct session *s, struct target *t, struct err *err)
{
	const struct relation *r;

	if (!session_catalog(s) || !names_relation(t))
		return true;
	r = session_relation(s, t->filter.data + 1, err);
	if (!r)
		return false;
	t->relation = xasprintf("oid=%u", r->oid);
	t->where.v[t->where.len - 1] = t->relation;
	*VEC_PUSH(&t->where) = NULL;
	buf_clear(&t->filter);
	return true;
}

/* A relation that nobody knows may be younger than what was read of the catalog. */
static bool may_be_new(const struct call *c)
{
	const struct target *t = call_data(c);
	const struct session *s = call_session(c);
	const char *name = names_relation(t) ? t->filter.data + 1 : t->screen;
	struct err err = ERR_INIT;
	bool known = !name || t->read || !session_catalog(s) ||
		     (name == t->screen && screenset_find(session_screens(s), name)) ||
		     session_relation(s, name, &err);

	err_release(&err);
	return !known;
}

static void open_target(struct call *c);

static void on_read(void *ctx, enum reader_event event UNUSED,
		    const struct catalog *old UNUSED)
{
	struct call *c = ctx;
	struct target *t = call_data(c);

	reader_unobserve(t->read_again, c);
	t->read_again = NULL;
	t->read = true;
	open_target(c);
}

static void read_again(struct call *c)
{
	struct target *t = call_data(c);

	t->call = c;
	t->read_again = session_reader(call_session(c));
	reader_observe(t->read_again, on_read, c);
	reader_moved(t->read_again);
}

static void open_target(struct call *c)
{
	struct target *t = call_data(c);
	const struct host *h = call_host(c);

	if (may_be_new(c)) {
		read_again(c);
		return;
	}
	struct err err = ERR_INIT;
	bool named = name_relation(call_session(c), t, &err);
	struct place place = {
		.screen = t->screen,
		.where = t->where.v,
		.filter = t->filter.len ? t->filter.data : NULL,
		.sort = args_get(call_args(c), "sort"),
	};

	if (named && !t->screen && t->where.len > 1)
		named = err_set(&err, ERR_USAGE, t->where.v[0],
				"a screen or a relation is wanted before it");
	if (named && (!t->screen || h->ops->open(h->ctx, &place, &err)))
		call_done(c, NULL, 0);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

static void open_tenant(void *ctx, const struct tenant_choice *choice, const struct err *err)
{
	struct call *c = ctx;
	struct err refused = ERR_INIT;

	if (err) {
		call_done(c, err, -1);
		return;
	}
	if (!call_may_choose(c, choice, &refused)) {
		call_done(c, &refused, -1);
		err_release(&refused);
		return;
	}
	session_set_tenant(call_session(c), choice);
	open_target(c);
}

/* A sign in quotation marks is of a name. */
static bool narrows(const char *word)
{
	const char *equals = strchr(word, '='), *dot = strchr(word, '.');

	return equals && *word != '"' && !(dot && dot < equals && dot[1] == '"');
}

static void sort_words(struct target *t, const char *const *words)
{
	for (; *words; words++) {
		const char *w = *words;

		if (*w == '@')
			t->tenant = xstrdup(w + 1);
		else if (*w == '/' || t->filter.len)
			buf_addf(&t->filter, "%s%s", t->filter.len ? " " : "", w);
		else if (t->screen ? strchr(w, '=') != NULL : narrows(w))
			*VEC_PUSH(&t->where) = w;
		else if (!t->screen)
			t->screen = xstrdup(w);
		else
			buf_addf(&t->filter, "/%s", w);
	}
	*VEC_PUSH(&t->where) = NULL;
}

/* Only a tenant's name and a relation's need the catalog, which says where tenants are listed;
 * the first screen may have done without it. */
static void find_relation(void *ctx, const struct err *err)
{
	struct call *c = ctx;

	if (err)
		call_done(c, err, -1);
	else
		open_target(c);
}

static void find_tenant(void *ctx, const struct err *err)
{
	struct call *c = ctx;
	const struct target *t = call_data(c);

	if (err)
		call_done(c, err, -1);
	else
		tenant_resolve(call_session(c), t->tenant, open_tenant, c);
}

static void open_run(struct call *c)
{
	struct target *t = xcalloc(1, sizeof *t);

	buf_init(&t->filter);
	call_set_data(c, t, target_free);
	sort_words(t, args_rest(call_args(c), "target"));
	if (t->tenant && *t->tenant)
		session_when_ready(call_session(c), READY_CATALOG, find_tenant, c);
	else if (names_relation(t))
		session_when_ready(call_session(c), READY_CATALOG, find_relation, c);
	else
		open_target(c);
}

const struct command cmd_open = {
	.name = "open",
	.summary = "Open a screen or a relation",
	.args = "target:screen… [--sort:sort]",
	.help = "open products @acme /rye status=active: the screen, in a tenant, searched, "
		"narrowed by columns. The "
		"word open may be left out.",
	.needs = NEEDS_NOTHING,
	.run = open_run,
};
