/* SPDX-License-Identifier: MIT */
/*
 * sql_priv.h - the set of questions, as the file that reads them (sqlfile.c) and the one that
 * looks them up (sql.c) see it.
 */
#ifndef SQL_PRIV_H
#define SQL_PRIV_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "db/sql.h"

struct sqlset {
	struct arena *arena;              /* every text below that is not the program's own */
	VEC(struct sqlquery) queries;     /* in order of name and version */
	struct map *fragments;            /* "file.piece" -> text */
};

/* One file while it is read. */
struct source {
	struct sqlset *set;
	const char *path;
	const char *text;
	size_t len;
	bool stays; /* it is there as long as the program, and ends with '\0' */
	int line;
};

/* By name, then version. */
int sqlquery_compare(const void *a, const void *b);
/* stem: the file's name without its folder and ".sql". */
bool sqlfile_query(struct source *src, const char *stem, struct err *err) MUST_CHECK;
bool sqlfile_fragments(struct source *src, const char *stem, struct err *err) MUST_CHECK;

#endif
