/* SPDX-License-Identifier: MIT */
/*
 * embed.h - files carried inside the binary (sql/, screens/), made by sql/embed.sh.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>

struct embed {
	const char *path; /* "sql/queries/products.sql"; NULL ends the table */
	const char *text; /* not terminated by accident: text[len] is '\0' */
	size_t len;
};

extern const struct embed embed_sql[];     /* queries, fragments, migrations, demo */
extern const struct embed embed_screens[]; /* screens */

/* NULL if there is none. */
const struct embed *embed_find(const struct embed *table, const char *path);

#endif
