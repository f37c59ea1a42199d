/* SPDX-License-Identifier: MIT */
/*
 * record.h - one row of a relation as a person edits it: texts by column, with the guard that tells
 * whether somebody else has touched it since.
 *
 * Values are the server's canonical text of column::text (so that a value compares equal to itself
 * on every server); NULL is SQL NULL.  A column that the role may not read is not there.
 *
 * The guard (design: "Writing: the save protocol", point 4): the version column where it is proven, and
 * xmin wherever it can be read; where neither serves, the old values of all columns.
 */
#ifndef DOMAIN_RECORD_H
#define DOMAIN_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "catalog/catalog.h"
#include "db/params.h"
#include "db/reply.h"
#include "db/sql.h"
#include "domain/profile.h"

struct record_field {
	const struct column *column; /* borrowed from the plan's catalog */
	char *value;                 /* NULL: SQL NULL */
};

struct record {
	struct record_field *fields; /* in order of the relation's columns */
	size_t n;
	char *version; /* NULL: no version column */
	char *xmin;    /* NULL: cannot be read */
};

void record_release(struct record *r);
void record_copy(struct record *to, const struct record *from);
/* NULL: there is no such (readable) column. */
const struct record_field *record_field(const struct record *r, const char *column);
const char *record_value(const struct record *r, const char *column);
/* The guard as one opaque text ("v7 x1234"), for --if-version. */
void record_guard_text(struct buf *out, const struct record *r);
/* Same guard?  Without version and xmin: same values in all columns. */
bool record_same_guard(const struct record *a, const struct record *b);
/* All values as one JSON object of texts and nulls (audit, drafts, journal); only changed ones if other is given. */
void record_json(struct buf *out, const struct record *r, const struct record *other);

/* One column to be written. */
struct change {
	const struct column *column;
	const char *value; /* NULL: SQL NULL */
	bool use_default;  /* DEFAULT, value is not looked at */
};

/*
 * What saves to one relation look like: its key, guard and the texts of its statements, composed from
 * sql/fragments/save.sql.  Immutable; holds a share of the catalog.
 */
struct record_plan;

/* relation must have a key (relation_key) or be given one by the screen (names, NULL-terminated).  False says in
 * a sentence why its rows cannot be edited. */
struct record_plan *record_plan_new(const struct catalog *c, const struct profile *p, oid relation,
				    const char *const *key, struct err *err) MUST_CHECK;
/* Its records are looked for among this tenant's, where a path leads to it (tenant_path.h). */
void record_plan_narrow(struct record_plan *plan, const struct profile *p, int tenancy, const char *tenant);
/* Another owner of the same plan; each frees its own. */
struct record_plan *record_plan_ref(const struct record_plan *plan);
void record_plan_free(struct record_plan **plan);
const struct relation *record_plan_relation(const struct record_plan *plan);
const struct relation_profile *record_plan_profile(const struct record_plan *plan);
/* Key columns, NULL-terminated. */
const struct column *const *record_plan_key(const struct record_plan *plan);
enum guard_kind record_plan_guard(const struct record_plan *plan);
/* "saves are guarded by version and xmin" … for the form. */
const char *record_plan_guard_text(const struct record_plan *plan);

/* Does a save write the present time here, as writers of this schema do where no trigger does: when a row was updated
 * last, and of a new one when it came, unless the changes say it?  By the column's default where that is a clock;
 * else UTC in a timestamp without a zone, which is what those write who leave it to their programs. */
bool record_plan_stamps(const struct record_plan *plan, const struct column *c, bool insert);

/* A key for people: as record_key_text, without the tenant's part where there is another. Caller frees. */
char *record_key_title(const struct record_plan *plan, const char *const *key);

/* The statements; $n go to params. key: one text per key column. */
void record_load_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key);
/* The same, if it is the tenant's that the plan was narrowed to. */
void record_find_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key);
/* Guard only, for the early notice: columns version, xmin. */
void record_peek_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct record_plan *plan, const char *const *key);
/* bump: write version = version + 1 (false where a trigger does it). */
void record_update_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct record *base,
		       const struct change *changes, size_t n, bool bump);
/* A value for an identity column that is always generated overrides it: a deleted record comes back under its key. */
void record_insert_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct change *changes, size_t n);
void record_delete_sql(struct buf *sql, struct params *params, const struct sqlset *set,
		       const struct record_plan *plan, const struct record *base);
/* The record in row of a load's reply. */
void record_from_reply(struct record *out, const struct record_plan *plan, const struct reply *r,
		       size_t row);
/* The key of a record as texts, in a NULL-terminated array the caller frees (texts are the record's). */
const char **record_key(const struct record *r, const struct record_plan *plan);
/* "5" or "(5, a b)" for people and the audit. */
void record_key_text(struct buf *out, const char *const *key);

#endif
