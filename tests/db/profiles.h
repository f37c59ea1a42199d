/* SPDX-License-Identifier: MIT */
/*
 * profiles.h - what the tests of the profile share.  A case is a schema and lines "key = value" of the profile that
 * must be there, "! key" that must not; "key ~ value" is there as a candidate only.
 */
#ifndef DB_PROFILES_H
#define DB_PROFILES_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "catalog/reader.h"
#include "domain/profile.h"
#include "support/client.h"
#include "support/cluster.h"

static inline struct catalog *read_catalog(const char *conninfo)
{
	struct client c;
	struct reader *r;
	struct catalog *catalog;

	client_open(&c, conninfo);
	r = reader_new(c.db, DB_WATCH);
	reader_refresh(r);
	client_until(&c, !reader_busy(r));
	cr_assert(reader_catalog(r), "%s", reader_error(r) ? reader_error(r)->why : "?");
	catalog = catalog_ref(reader_catalog(r));
	reader_free(&r);
	client_close(&c);
	return catalog;
}

static inline struct profile *learn(const char *conninfo, const char *file)
{
	struct catalog *c = read_catalog(conninfo);
	struct err err = ERR_INIT;
	struct profile *p = profile_learn(c, file, NULL, &err);

	cr_assert(p, "%s: %s", err.what, err.why);
	catalog_free(&c);
	return p;
}

static inline const struct profile_item *item(const struct profile *p, const char *key,
					      const char *value)
{
	for (size_t i = 0; i < profile_items(p); i++) {
		const struct profile_item *it = profile_item_at(p, i);

		if (strcmp(it->key, key) == 0 && (!value || strcmp(it->value, value) == 0))
			return it;
	}
	return NULL;
}

static inline void expect_line(const struct profile *p, char *line)
{
	char *key = line, *op = strchr(line, ' '), *value;
	const struct profile_item *it;

	if (*line == '!') {
		it = item(p, line + 2, NULL);
		cr_expect(!it || !*it->value, "%s is \"%s\"", line + 2, it ? it->value : "");
		return;
	}
	*op = '\0';
	value = op + 3;
	it = item(p, key, value);
	cr_expect(it, "no %s = %s, but %s", key, value,
		  profile_value(p, key) ? profile_value(p, key) : "nothing");
	if (!it)
		return;
	cr_expect_eq(it->confidence == CONFIDENCE_CANDIDATE, op[1] == '~', "%s: confidence",
		     key);
	cr_expect(it->evidence && *it->evidence, "%s has no evidence", key);
}

static inline void expect(const struct profile *p, const char *lines)
{
	char *copy = xstrdup(lines), *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		expect_line(p, line);
	free(copy);
}

static inline void expect_of(const char *files, const char *lines)
{
	char *conninfo = cluster_database(files);
	struct profile *p = learn(conninfo, NULL);

	expect(p, lines);
	profile_free(&p);
	free(conninfo);
}

static inline void expect_sql(const char *sql, const char *lines)
{
	char *conninfo = cluster_database("");
	struct profile *p;

	free(cluster_sql(conninfo, sql));
	p = learn(conninfo, NULL);
	expect(p, lines);
	profile_free(&p);
	free(conninfo);
}

#endif
