/* SPDX-License-Identifier: MIT */
/*
 * migrate.h - the platform's schema, installed and upgraded from the files in the binary.
 *
 * sql/migrations/NNNN_name.sql are applied in order of their number, each in one transaction together with its
 * line in commerce.schema_migrations (number, name, SHA-256 of the file).  One installer works at a
 * time (an advisory lock), and looks again under the lock.  Nothing is touched when
 *	- schema commerce is there without a record: somebody else's;
 *	- an applied file was changed since, or was renamed;
 *	- the record knows a number that the files do not: a newer souk was here;
 *	- a file is missing between applied ones.
 *
 * A script without a record (sql/demo) is run the same way by migrate_script.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/sha256.h"
#include "db/db.h"

struct migration {
	int number;
	char *name;                 /* "0003_catalog" */
	const char *text;
	char checksum[SHA256_HEX];
	char *applied_at;           /* NULL: due */
	char *applied_by;
};

struct migrate;

/* files: a table as embed_sql; those under sql/migrations/ count. It must outlive the result. */
struct migrate *migrate_new(struct db *db, const struct embed *files);
/* Forgets what is under way: its transaction is rolled back, done is not called. */
void migrate_free(struct migrate **m);

typedef void migrate_done_fn(void *ctx, const struct err *err); /* err NULL: fine */
/* Compare the files with the record; refuses as told above. */
void migrate_look(struct migrate *m, migrate_done_fn *done, void *ctx);
/* After migrate_look: apply what is due.  distributed: spread the tables over a Citus cluster. */
void migrate_run(struct migrate *m, bool distributed, migrate_done_fn *done, void *ctx);
/* Told before each migration or script, and while one runs nothing. */
void migrate_progress(struct migrate *m, void (*fn)(void *ctx, const char *name), void *ctx);

/* Valid after migrate_look. */
size_t migrate_len(const struct migrate *m);
const struct migration *migrate_at(const struct migrate *m, size_t i);
size_t migrate_due(const struct migrate *m);
bool migrate_installed(const struct migrate *m); /* the record was there */
bool migrate_citus(const struct migrate *m);     /* the database has the extension */
bool migrate_on_one_server(const struct migrate *m); /* installed without distribution */

/* Run a file of several statements in one transaction; name is for messages (copied), text is not copied. */
void migrate_script(struct migrate *m, const char *name, const char *text, migrate_done_fn *done,
		    void *ctx);

#endif
