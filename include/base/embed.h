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

/* Their pages go back to the system, where it can be asked to; who reads one has it read again.  What was read from
 * them once is somewhere else, or seldom needed. */
void embed_give_back(void);

/* NULL if there is none. */
const struct embed *embed_find(const struct embed *table, const char *path);

#endif
