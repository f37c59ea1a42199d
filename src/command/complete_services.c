/* SPDX-License-Identifier: MIT */
/*
 * complete_services.c - where one can connect to: the names of services, whose contents are
 * libpq's business, and the words of a conninfo string.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "complete_priv.h"

enum { SERVICES_MAX = 1 << 20 };

/* fn returns true to stop. */
typedef bool service_fn(void *ctx, const char *name);

static bool each_in(const char *path, service_fn *fn, void *ctx)
{
	struct buf text = BUF_INIT;
	struct err ignored = ERR_INIT;
	char *save = NULL;
	bool stop = false;

	if (!path_exists(path) || !path_read(path, SERVICES_MAX, &text, &ignored)) {
		err_release(&ignored);
		buf_release(&text);
		return false;
	}
	for (char *l = strtok_r(text.data, "\r\n", &save); l && !stop;
	     l = strtok_r(NULL, "\r\n", &save)) {
		char *end = *l == '[' ? strchr(l, ']') : NULL;

		if (!end)
			continue;
		*end = '\0';
		stop = fn(ctx, l + 1);
	}
	buf_release(&text);
	return stop;
}

/* Where libpq looks: the person's file, then the machine's. */
static bool each_service(service_fn *fn, void *ctx)
{
	const char *own = getenv("PGSERVICEFILE"), *machine = getenv("PGSYSCONFDIR");
	char *path = path_expand(own && *own ? own : "~/.pg_service.conf");
	bool stop = each_in(path, fn, ctx);

	free(path);
	if (stop || !machine || !*machine)
		return stop;
	path = path_join(machine, "pg_service.conf");
	stop = each_in(path, fn, ctx);
	free(path);
	return stop;
}

static bool add(void *ctx, const char *name)
{
	candidates_add(ctx, name, "service");
	return false;
}

void complete_services(struct candidates *list)
{
	each_service(add, list);
}

/* ---- a conninfo string ---- */

static void add_keyword(void *ctx, const char *keyword, const char *label)
{
	struct candidates *list = ctx;
	char *word = xasprintf("%s=", keyword);

	candidates_add(list, word, label);
	free(word);
}

/* Behind "user=" what there is of it. */
static bool add_value(struct candidates *list, struct session *s)
{
	static const struct {
		const char *keyword, *type;
	} known[] = { { "user", "role" }, { "service", "service" }, { "dbname", NULL } };
	const struct complete_context nowhere = { 0 };
	char *eq = strchr(list->prefix, '='), *value;
	bool all = false;

	if (!eq)
		return false;
	value = xstrdup(eq + 1);
	eq[1] = '\0';
	free(list->before);
	list->before = list->prefix;
	list->prefix = value;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t len = strlen(known[i].keyword);

		if (strncmp(list->before, known[i].keyword, len) != 0 ||
		    list->before[len] != '=')
			continue;
		all = !known[i].type;
		if (known[i].type)
			complete_names(list, known[i].type, s, &nowhere);
	}
	/* Databases, which the server tells, are values of dbname alone. */
	list->closed = !all;
	return true;
}

void complete_option(struct candidates *list, struct session *s)
{
	if (add_value(list, s))
		return;
	list->closed = true;
	db_each_option(add_keyword, list);
}

void complete_conninfo(struct candidates *list, struct session *s)
{
	if (strchr(list->prefix, '=')) {
		complete_option(list, s);
		return;
	}
	complete_services(list);
	/* Before anything is typed databases are of more use, and they come last. */
	if (*list->prefix)
		db_each_option(add_keyword, list);
}

static bool same(void *ctx, const char *name)
{
	return strcmp(ctx, name) == 0;
}

bool service_exists(const char *name)
{
	char *copy = xstrdup(name);
	bool there = each_service(same, copy);

	free(copy);
	return there;
}
