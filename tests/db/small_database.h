/* SPDX-License-Identifier: MIT */
/*
 * small_database.h - a database for tests of transactions: t (id, name) of two rows, and d, which
 * refers to it by a deferred constraint.  The conninfo is the caller's.
 */
#ifndef TESTS_DB_SMALL_DATABASE_H
#define TESTS_DB_SMALL_DATABASE_H

#include <stdlib.h>

#include "support/cluster.h"

static inline char *small_database(void)
{
	char *conninfo = cluster_database("");

	free(cluster_sql(conninfo, "CREATE TABLE t (id int PRIMARY KEY, name text);"
				   "INSERT INTO t VALUES (1, 'one'), (2, NULL);"
				   "CREATE TABLE d (id int, t int REFERENCES t DEFERRABLE "
				   "INITIALLY DEFERRED)"));
	return conninfo;
}

#endif
