/* SPDX-License-Identifier: MIT */
/*
 * scope.h - on whose behalf a transaction runs; set in one place, inside the transaction.
 *
 * The scope statement (sql/queries/scope.sql) is one SELECT that calls set_config(name, value,
 * true) over two arrays, so nothing outlives the transaction, whatever pooler is between
 * (PostgreSQL manual, 9.27.1 "Configuration Settings Functions"). On Citus the same settings
 * are SET LOCAL with propagation (platform facts 8.7), with safely quoted literals.
 */
#ifndef DB_SCOPE_H
#define DB_SCOPE_H

#include <stdbool.h>

#include "base/map.h"

struct scope {
	struct map *settings;  /* name -> value (char *): tenant setting, operator, reason, claims */
	char *role;            /* :as ROLE, applied last; NULL: the session's own */
	char *search_path;     /* NULL: untouched (data); "pg_catalog" for catalog reads */
	int statement_timeout_ms; /* 0: the server's own */
	int lock_timeout_ms;
	int idle_timeout_ms;      /* idle_in_transaction_session_timeout */
	bool distributed;         /* Citus: SET LOCAL with propagation */
	/*
	 * Asked before it is known whether it will be (TXN_READ only): done is called as ever, and the answer is kept
	 * until db_forget.  Who asks the same on the same lane in earnest, to the letter, under the same scope,
	 * gets it at once; the one who asked ahead is not told any more if he was not yet.
	 */
	bool ahead;
};

void scope_init(struct scope *s);
void scope_release(struct scope *s);
void scope_copy(struct scope *to, const struct scope *from);
/* value NULL removes. */
void scope_set(struct scope *s, const char *setting, const char *value);
const char *scope_get(const struct scope *s, const char *setting);

#endif
