/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include <stdlib.h>

#include "base/alloc.h"

const struct relation *audit_relation(const struct session *s)
{
	static const char *const needed[] = { "action",	 "entity_type", "entity_id",
					      "before",	 "after",	"reason",
					      "save_id", "tenant_id",	"actor_id" };
	oid audit = profile_audit(session_profile(s));
	const struct relation *r = audit ? catalog_relation(session_catalog(s), audit) : NULL;

	if (!r || session_tenant(s)->kind != TENANT_ONE || session_tenant_schema(s) ||
	    !(r->rights & RIGHT_INSERT))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!relation_column(r, needed[i]))
			return NULL;
	return r;
}

char *audit_query(const struct session *s, const char *name, const struct relation *rel)
{
	const struct sqlvar vars[] = { { "schema", rel->schema }, { "table", rel->name } };
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;

	if (!sql_expand(&sql, sqlset_get(session_sql(s), name, 0)->text, vars, ARRAY_SIZE(vars),
			&err))
		BUG("%s: %s", name, err.why);
	return buf_detach(&sql);
}

void audit_add(const struct session *s, struct txn *txn, const struct audit_row *row)
{
	const struct relation *audit = audit_relation(s);
	struct params p = PARAMS_INIT;
	char *sql;

	if (!audit)
		return;
	sql = audit_query(s, "save_audit", audit);
	params_text(&p, session_tenant(s)->id);
	params_text(&p, row->action);
	params_text(&p, row->entity_type);
	params_text(&p, row->entity_id);
	params_text(&p, row->before);
	params_text(&p, row->after);
	params_text(&p, row->reason);
	params_text(&p, row->save_id);
	txn_add(txn, sql, &p);
	params_release(&p);
	free(sql);
}
