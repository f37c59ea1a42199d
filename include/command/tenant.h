/* SPDX-License-Identifier: MIT */
/*
 * tenant.h - from what a person types (an id, a slug, a part of a name) to a tenant.
 *
 * Looks into the tenancy's directory, in the session's own scope and role, bounded to a few rows.  A tenancy
 * without a directory takes the text as the id, if it is one for its type.  Where a database has several
 * tenancies they are asked in the profile's order; "column=TEXT" means the tenancy of that column.
 */
#ifndef COMMAND_TENANT_H
#define COMMAND_TENANT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "command/session.h"

struct tenant_row {
	const char *id, *label, *slug; /* slug may be NULL */
};

/* rows: exact id or slug matches first, then labels that begin with the text, then those that contain it. */
typedef void tenant_rows_fn(void *ctx, const struct tenant_row *rows, size_t n, const struct err *err);
/* At most limit rows. The profile must be there (session_when_ready). ctx owns the request: db_forget(ctx). */
void tenant_search(struct session *s, const char *text, int limit, tenant_rows_fn *fn, void *ctx);

/* A transaction's scope for one tenant: the setting that the policies read, or the role whose name they compare. */
void tenant_scope_set(const struct tenancy *t, const char *id, struct scope *scope);

/* One tenant, or an error that says what to do (none, or several: named). Same rules. */
typedef void tenant_found_fn(void *ctx, const struct tenant_choice *choice, const struct err *err);
void tenant_resolve(struct session *s, const char *text, tenant_found_fn *fn, void *ctx);

/* The scope of all tenants, put on record by a committed transaction of its own first, where the server has a
 * way for this login (tenant_all_recorded); where it has none, production refuses. Same rules. */
void tenant_open_all(struct session *s, const char *reason, tenant_found_fn *fn, void *ctx);
bool tenant_all_recorded(const struct session *s);
/* Before another scope is chosen: what was opened is closed on record too. */
void tenant_close_all(struct session *s);

#endif
