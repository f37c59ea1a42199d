/* SPDX-License-Identifier: MIT */
/*
 * numbers.h - a relation whose rows tell their place: numbers (n, t), n from 1 on without a
 * gap.
 */
#ifndef TESTS_DB_NUMBERS_H
#define TESTS_DB_NUMBERS_H

#include "rows.h"

static const char numbers_screen[] = "[screen]\ntitle = Numbers\nkind = grid\n"
				     "relation = public.numbers\nkey = n\norder = n\n";

static inline char *numbers_database(int rows)
{
	char *db = cluster_database("");
	char *sql = xasprintf("CREATE TABLE numbers (n int PRIMARY KEY, t text);"
			      "INSERT INTO numbers SELECT i, 'row ' || i "
			      "FROM generate_series(1, %d) AS i; ANALYZE numbers",
			      rows);

	free(cluster_sql(db, sql));
	free(sql);
	return db;
}

static inline int number_at(const struct rows *t, size_t row)
{
	return (int)strtol(rows_cell(t, row, "n"), NULL, 10);
}

#endif
