/* SPDX-License-Identifier: MIT */
/*
 * What forms make of values, and what the server says to it: lists as array_out writes them,
 * days as its own calendar counts them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "domain/dayinput.h"
#include "domain/pgarray.h"
#include "support/cluster.h"

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static char *random_text(unsigned *seed)
{
	static const char *const parts[] = { "a",  "B",	       " ",   "\t", "\n",   "\"",
					     "\\", ",",	       "{",   "}",  "NULL", "null",
					     "'",  "\xC3\xBC", "x y", "",   ";" };
	struct buf out = BUF_INIT;

	for (unsigned n = next_random(seed) % 5; n; n--)
		buf_adds(&out, parts[next_random(seed) % (sizeof parts / sizeof *parts)]);
	return buf_detach(&out);
}

/* ('literal', ARRAY[elements]) with everything dollar-quoted. */
static void add_list(struct buf *sql, unsigned *seed)
{
	struct pgarray a = PGARRAY_INIT;
	struct buf literal = BUF_INIT, elements = BUF_INIT;

	for (unsigned n = next_random(seed) % 6; n; n--) {
		char *text = next_random(seed) % 7 ? random_text(seed) : NULL;

		pgarray_append(&a, text);
		if (elements.len)
			buf_adds(&elements, ", ");
		if (text)
			buf_addf(&elements, "$e$%s$e$", text);
		else
			buf_adds(&elements, "NULL");
		free(text);
	}
	pgarray_write(&literal, &a);
	buf_addf(sql, "%s($l$%s$l$, ARRAY[%s]::text[])", sql->len ? ", " : "", literal.data,
		 elements.data);
	pgarray_release(&a);
	buf_release(&literal);
	buf_release(&elements);
}

Test(fields, lists_are_written_as_the_server_writes_them, .timeout = 60)
{
	char *db = cluster_database("");
	struct buf rows = BUF_INIT, sql = BUF_INIT;
	unsigned seed = 11;
	char *got;

	for (int i = 0; i < 600; i++)
		add_list(&rows, &seed);
	buf_addf(&sql,
		 "SELECT count(*), bool_and(l = l::text[]::text), "
		 "bool_and(l::text[] IS NOT DISTINCT FROM a) FROM (VALUES %s) AS v (l, a)",
		 rows.data);
	got = cluster_sql(db, sql.data);
	cr_assert_eq(strncmp(got, "600|t|t", 7), 0, "%s", got);
	free(got);
	buf_release(&rows);
	buf_release(&sql);
	free(db);
}

/* Each relative date against what the server makes of the same interval. */
Test(fields, days_are_counted_as_the_server_counts_them, .timeout = 60)
{
	static const struct {
		const char *unit, *interval;
	} units[] = { { "d", "day" }, { "w", "week" }, { "mo", "month" }, { "y", "year" } };
	char *db = cluster_database("");
	struct buf rows = BUF_INIT, sql = BUF_INIT;
	unsigned seed = 5;
	char *got;

	for (int i = 0; i < 500; i++) {
		struct day today = day_of_number((int64_t)(next_random(&seed) % 40000)), out;
		int n = (int)(next_random(&seed) % 60), u = (int)(next_random(&seed) % 4);
		char sign = next_random(&seed) % 2 ? '+' : '-';
		struct buf text = BUF_INIT;
		const char *rest;

		buf_addf(&text, "%c%d%s", sign, n, units[u].unit);
		cr_assert(day_parse(text.data, &today, &out, &rest), "%s", text.data);
		buf_adds(&rows, i ? ", ('" : "('");
		day_write(&rows, &today);
		buf_addf(&rows, "'::date, '%c%d %s'::interval, '", sign, n, units[u].interval);
		day_write(&rows, &out);
		buf_addf(&rows, "'::date, %d)", day_weekday(day_number(&out)));
		buf_release(&text);
	}
	buf_addf(&sql,
		 "SELECT count(*), bool_and((d + i)::date = o), "
		 "bool_and(extract(isodow FROM o) = w) FROM (VALUES %s) AS v (d, i, o, w)",
		 rows.data);
	got = cluster_sql(db, sql.data);
	cr_assert_eq(strncmp(got, "500|t|t", 7), 0, "%s", got);
	free(got);
	buf_release(&rows);
	buf_release(&sql);
	free(db);
}
