/* SPDX-License-Identifier: MIT */
/*
 * complete_services.c - the names of connection services.  What stands in them is libpq's business.
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
