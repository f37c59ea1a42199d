/* SPDX-License-Identifier: MIT */
/*
 * draft.h - what was typed and not yet saved, on disk: a crash, a killed terminal or a lost server loses at most
 * a second of typing.
 *
 * $XDG_STATE_HOME/souk/drafts/ID.json, folder 0700, file 0600, written beside and renamed, fsync.  A draft names
 * the server (system identifier, database), the role, the tenant, the relation and the key, the base it
 * began from with its guard, and the changed values.  Only a save or an explicit discard removes it; older than
 * the setting draft-expiry it is dropped.  Secret columns are never written into it.
 */
#ifndef COMMAND_DRAFT_H
#define COMMAND_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "command/save.h"
#include "command/session.h"

struct draft_value {
	char *column;
	char *base;   /* NULL: SQL NULL */
	char *mine;   /* NULL: SQL NULL */
};

struct draft {
	char *id;
	char *server;       /* "database@host:port as role" */
	char *tenant;       /* id; NULL: none */
	char *screen;       /* name to open it with */
	char *relation;     /* "schema.name" */
	char **key;         /* NULL-terminated texts; empty for a new record */
	char *guard;        /* of the base */
	enum save_kind kind;
	struct draft_value *values;
	size_t n;
	int64_t saved_us;
};

void draft_release(struct draft *d);
/* A new id; the rest empty. */
void draft_init(struct draft *d);
/* Where this session is, as a draft names it; the caller frees. */
char *draft_server(const struct session *s);
bool draft_write(const struct draft *d, struct err *err) MUST_CHECK;
void draft_discard(const char *id);
/* All drafts of this machine, newest first; broken files are skipped and told to the log. Caller releases each and
 * frees the array. expiry_s 0: none is dropped. */
struct draft *draft_list(size_t *n, double expiry_s);
/* The one of this id, if it is still there. */
bool draft_get(const char *id, double expiry_s, struct draft *out);
/* The newest for this place, or false. */
bool draft_find(const char *server, const char *relation, char *const *key, double expiry_s,
		struct draft *out);

#endif
