/* SPDX-License-Identifier: MIT */
/* A grid is scrolled while others insert, delete and move what it is sorted by, in every order.
 */

#include "rows.h"

enum { ROWS = 400, STEPS = 50 };

/* The order of a table (part, n, place): what a place is made of, and how the grid and SQL say
 * the order. */
struct order_case {
	const char *type, *value, *sort, *sql;
};

static const struct order_case cases[] = {
	{ "float8", "random() * 1000", "place part n", "place, part, n" },
	{ "float8", "random() * 1000", "-place -part -n", "place DESC, part DESC, n DESC" },
	/* Nulls, and many the same. */
	{ "numeric", "CASE WHEN random() > 0.3 THEN floor(random() * 30) / 4 END",
	  "place part n", "place, part, n" },
	{ "numeric", "CASE WHEN random() > 0.3 THEN 'NaN'::numeric END", "-place -part -n",
	  "place DESC, part DESC, n DESC" },
	{ "real", "CASE WHEN random() > 0.3 THEN floor(random() * 30) END",
	  "place nulls first part n", "place NULLS FIRST, part, n" },
	{ "bigint", "CASE WHEN random() > 0.3 THEN floor(random() * 30) END",
	  "place desc nulls last part n", "place DESC NULLS LAST, part, n" },
	{ "bool", "nullif(floor(random() * 3)::int, 2)::bool", "-place part n",
	  "place DESC, part, n" },
	/* Both ways at once, and more columns than the key has. */
	{ "int", "floor(random() * 9)::int", "place -part n", "place, part DESC, n" },
	{ "int", "nullif(floor(random() * 9)::int, 5)", "-part place -n",
	  "part DESC, place, n DESC" },
	{ "text COLLATE \"C\"", "chr(60 + floor(random() * 60)::int) || 'a''\\'",
	  "place part n", "place, part, n" },
	{ "text COLLATE \"und-x-icu\"", "chr(65 + floor(random() * 58)::int)",
	  "-place -part -n", "place DESC, part DESC, n DESC" },
	{ "varchar(5)", "substr(md5(random()::text), 1, 2)", "place part n", "place, part, n" },
	{ "timestamptz",
	  "CASE floor(random() * 5) WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN "
	  "'-infinity' "
	  "ELSE now() - random() * interval '5000 years' END",
	  "-place -part -n", "place DESC, part DESC, n DESC" },
	{ "date", "current_date - floor(random() * 900000)::int", "place part n",
	  "place, part, n" },
	{ "interval",
	  "make_interval(months => floor(random() * 3)::int, days => "
	  "floor(random() * 90)::int)",
	  "place part n", "place, part, n" },
	{ "uuid", "gen_random_uuid()", "-place -part -n", "place DESC, part DESC, n DESC" },
	{ "mood", "(enum_range(NULL::mood))[1 + floor(random() * 3)]", "place part n",
	  "place, part, n" },
	{ "inet", "'10.0.0.0'::inet + floor(random() * 999)::bigint", "place part n",
	  "place, part, n" },
	{ "bytea", "decode(md5(random()::text), 'hex')", "-place -part -n",
	  "place DESC, part DESC, n DESC" },
	{ "int[]", "ARRAY[floor(random() * 9)::int, NULL]", "place part n", "place, part, n" },
	{ "int4range", "int4range(floor(random() * 9)::int, NULL)", "-place -part -n",
	  "place DESC, part DESC, n DESC" },
	{ "jsonb", "jsonb_build_object('k', floor(random() * 20))", "place part n",
	  "place, part, n" },
};

struct moving {
	struct rows t;
	char *db;
	const struct order_case *c;
	int follows[ROWS +
		    1]; /* of the rows that are never touched, the next one in the order */
};

static void tell(const struct moving *m, const char *sql)
{
	free(cluster_sql(m->db, sql));
}

static void make_table(struct moving *m)
{
	char *sql = xasprintf("DROP TABLE IF EXISTS moving;"
			      "CREATE TABLE moving (part text COLLATE \"C\", n int, place %s, "
			      "PRIMARY KEY (part, n));"
			      "CREATE INDEX ON moving (%s);"
			      "INSERT INTO moving SELECT 'p' || i %% 3, i, %s FROM "
			      "generate_series(1, %d) AS i;"
			      "ANALYZE moving",
			      m->c->type, m->c->sql, m->c->value, ROWS);

	tell(m, sql);
	free(sql);
}

/* Rows with an even n stay as they are. */
static void learn_order(struct moving *m)
{
	char *sql = xasprintf("SELECT string_agg(n::text, ' ' ORDER BY %s) FROM moving "
			      "WHERE n %% 2 = 0",
			      m->c->sql);
	char *all = cluster_sql(m->db, sql);
	int last = 0;

	for (char *p = all, *end; *p; p = end) {
		int n = (int)strtol(p, &end, 10);

		if (end == p)
			break;
		m->follows[last] = n;
		last = n;
	}
	m->follows[last] = 0;
	free(all);
	free(sql);
}

static void disturb(const struct moving *m, unsigned how, unsigned part)
{
	char *sql = NULL;

	if (how == 0)
		sql = xasprintf("DELETE FROM moving WHERE n %% 2 = 1 AND n %% 7 = %u", part);
	else if (how == 1)
		sql = xasprintf("INSERT INTO moving SELECT 'p' || i %% 3, i, %s "
				"FROM generate_series(1, %d) AS i "
				"WHERE i %% 2 = 1 AND i %% 7 = %u ON CONFLICT DO NOTHING",
				m->c->value, ROWS, part);
	else
		sql = xasprintf("UPDATE moving SET place = %s WHERE n %% 2 = 1 AND n %% 5 = %u",
				m->c->value, part % 5);
	tell(m, sql);
	free(sql);
}

static void travel(struct moving *m, unsigned dice, int step)
{
	struct rowset *r = m->t.r;

	if (dice % 40 == 5)
		rowset_last(r);
	else if (dice % 40 == 6)
		rowset_first(r);
	else if (dice % 10 == 7)
		rowset_refresh(r);
	else
		rowset_page(r, step / 15 % 2 ? -1 : 1);
	if (dice % 2)
		rows_settle(&m->t);
}

/* No row twice, and between two that stay none that stays is missing. */
static void check_window(const struct moving *m, int step)
{
	bool seen[ROWS + 1] = { false };
	int last = 0;

	cr_assert_null(rowset_error(m->t.r), "%s by %s: %s", m->c->type, m->c->sort,
		       rowset_error(m->t.r)->why);
	for (size_t row = 0; row < rowset_len(m->t.r); row++) {
		int n = (int)strtol(rows_cell(&m->t, row, "n"), NULL, 10);

		cr_assert_not(seen[n], "%s by %s, step %d: row %d is twice in the window",
			      m->c->type, m->c->sort, step, n);
		seen[n] = true;
		if (n % 2)
			continue;
		cr_assert(last == 0 || n == m->follows[last],
			  "%s by %s, step %d: %d follows %d", m->c->type, m->c->sort, step, n,
			  last);
		last = n;
	}
}

static void scroll(struct moving *m, unsigned dice)
{
	char *screen = xasprintf("[screen]\ntitle = Moving\nkind = grid\nrelation = moving\n"
				 "key = part n\norder = %s\n",
				 m->c->sort);

	make_table(m);
	learn_order(m);
	rows_open(&m->t, m->db, "moving", screen, NULL, 10);
	rows_settle(&m->t);
	cr_assert_gt(rowset_len(m->t.r), 10);
	for (int step = 0; step < STEPS; step++) {
		dice = dice * 1103515245u + 12345u;
		unsigned d = dice >> 16;

		if (d % 3 == 0)
			disturb(m, d % 9 / 3, d % 7);
		travel(m, d, step);
		check_window(m, step);
	}
	rows_close(&m->t);
	free(screen);
}

static void scroll_some(size_t from, size_t to)
{
	struct moving m = { .db = cluster_database("") };

	tell(&m, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad')");
	for (size_t i = from; i < to && i < ARRAY_SIZE(cases); i++) {
		m.c = &cases[i];
		scroll(&m, 99 + (unsigned)i);
	}
	free(m.db);
}

Test(moving, numbers_and_nulls, .timeout = 60)
{
	scroll_some(0, 6);
}

Test(moving, more_than_one_column, .timeout = 60)
{
	scroll_some(6, 9);
}

Test(moving, texts, .timeout = 60)
{
	scroll_some(9, 12);
}

Test(moving, times, .timeout = 60)
{
	scroll_some(12, 15);
}

Test(moving, other_types, .timeout = 60)
{
	scroll_some(15, 19);
}

Test(moving, composed_types, .timeout = 60)
{
	scroll_some(19, ARRAY_SIZE(cases));
}
