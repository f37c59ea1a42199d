/* SPDX-License-Identifier: MIT */
/*
 * outbox_choose.h - which messages a command is about: by what --id, --ids, --type, --state, --after
 * and --limit say, in the tenant that was chosen, by their key.
 */
#ifndef OUTBOX_CHOOSE_H
#define OUTBOX_CHOOSE_H

#include "base/attr.h"
#include "base/err.h"
#include "command/command.h"
#include "domain/outbox.h"

enum { OUTBOX_AT_MOST = 1000 };

#define OUTBOX_CHOICE_ARGS                                                                     \
	"[--outbox:outbox] "                                                                 \
	"[--state:choice(pending|due|delayed|retrying|claimed|failed|dead|processed)] "        \
	"[--type:event] [--id:record(all-messages)] [--ids:records(all-messages)] "              \
	"[--after:record(all-messages)] [--limit:int(1)]"

struct outbox_choice {
	struct call *call;
	struct outboxes *all; /* of its own: the session's may be replaced before the answer comes */
	const struct outbox *outbox;
	int rows;	    /* chosen at most */
	struct reply *last; /* what was chosen last: id, tenant, the rest of the key, the whole key */
	char *after;	    /* the id of its last one, to go on behind it; NULL */
};

/* Release it also after a failure. */
bool outbox_choice_init(struct outbox_choice *c, struct call *call, struct err *err) MUST_CHECK;
void outbox_choice_release(struct outbox_choice *c);
/* Ask for those in this state: fragment is outbox_rows.list or outbox_rows.choose.  False: the
 * table, or what was asked for, cannot be told; nothing is under way then. */
bool outbox_choose(const struct outbox_choice *c, const char *state, const char *fragment,
		   const struct request_callbacks *cb, struct err *err) MUST_CHECK;

#endif
