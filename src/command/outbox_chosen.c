/* SPDX-License-Identifier: MIT */
#include "outbox_chosen.h"

#include "command/vars.h"

const struct outbox *outbox_chosen(const struct call *c, const struct outboxes *all,
				   struct err *err)
{
	struct session *s = call_session(c);
	const struct outbox *shown = vars_outbox(session_vars(s)), *o;
	const char *name = args_get(call_args(c), "outbox");
	const struct relation *r = name	   ? catalog_find(session_catalog(s), name, err)
				   : shown ? shown->relation
					   : NULL;

	if (name && !r)
		return NULL;
	o = r ? outboxes_of(all, r->oid) : NULL;
	if (!o && name)
		err_set(err, ERR_FAILED, name, "is not recognised as an outbox");
	else if (!o)
		err_set(err, ERR_FAILED, "outbox", "%s", outboxes_none(all));
	return o;
}
