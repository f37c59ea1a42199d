/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "command/mask.h"
#include "complete_priv.h"
#include "db/db.h"

enum { VALUES_MAX = 30 };

/* What is masked is not offered; nor is what the statistics know of a relation that tenants
 * share, to who works in one of them: they count all tenants. */
static bool may_tell(const struct session *s, const struct relation *r, const struct column *c)
{
	const struct relation_profile *p =
		session_profile(s) ? profile_relation(session_profile(s), r->oid) : NULL;

	if (!p || mask_column(s, r, c) || !(c->rights & RIGHT_SELECT))
		return false;
	return !p->tenant_attnum || session_tenant(s)->kind == TENANT_ALL;
}

bool complete_ask_values(struct session *s, const struct relation *r, const struct column *c,
			 const char *begins, const struct request_callbacks *cb)
{
	struct params params = PARAMS_INIT;
	struct scope scope;
	struct txn *t;

	if (c->choices || !may_tell(s, r, c))
		return false;
	params_text(&params, r->schema);
	params_text(&params, r->name);
	params_text(&params, c->name);
	params_text(&params, begins);
	params_int(&params, VALUES_MAX);
	session_scope(s, USE_READ, &scope);
	t = txn_new(TXN_READ, &scope);
	txn_add(t, sqlset_get(session_sql(s), "column_values", 0)->text, &params);
	db_send(session_db(s), DB_READ, t, cb, cb->ctx);
	scope_release(&scope);
	params_release(&params);
	return true;
}

void complete_add_values(struct candidates *list, const struct txn_result *result)
{
	const struct reply *r =
		result->outcome == TXN_DONE && result->n ? result->replies[0] : NULL;

	for (size_t i = 0; r && i < reply_rows(r); i++) {
		char *note = xasprintf("%s %% of the rows", reply_get(r, i, "share"));

		candidates_add(list, reply_get(r, i, "value"), note);
		free(note);
	}
}
