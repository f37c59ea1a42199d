/* SPDX-License-Identifier: MIT */
/*
 * save_trail.c - what a save leaves behind: the audit row and the domain event in its own
 * transaction, and the entry in the journal on this machine.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "command/journal.h"
#include "command/mask.h"
#include "audit.h"
#include "save_priv.h"

/* The key without the tenant column, which every audit row has anyway. */
char *save_entity_id(const struct record_plan *plan, const struct record *r)
{
	const char **key = record_key(r, plan);
	char *text = record_key_title(plan, key);

	free(key);
	return text;
}

/* What stands for a value where others may read: the journal on this machine. */
static struct json *shown(const struct save *s, const struct column *c, const char *value,
			  bool masked)
{
	const struct relation *r = record_plan_relation(s->plan);

	return json_new_exact(value && masked && mask_column(s->session, r, c) ? mask_text
									      : value);
}

/* What changed, as JSON objects of the old and the new texts. */
static void changes_json(const struct save *s, struct buf *before, struct buf *after,
			 bool masked)
{
	struct json *old = json_new_object();
	struct json *now = json_new_object();

	for (size_t i = 0; i < s->nchanges; i++) {
		const struct column *c = s->changes[i].column;

		json_set(old, c->name, shown(s, c, record_value(&s->base, c->name), masked));
		json_set(now, c->name, shown(s, c, s->changes[i].value, masked));
	}
	for (size_t i = 0; s->kind == SAVE_DELETE && i < s->base.n; i++)
		json_set(old, s->base.fields[i].column->name,
			 shown(s, s->base.fields[i].column, s->base.fields[i].value, masked));
	json_write(before, old, JSON_COMPACT);
	json_write(after, now, JSON_COMPACT);
	json_free(&old);
	json_free(&now);
}

static const char *action_name(const struct save *s)
{
	static const char *const names[] = { "update", "insert", "delete" };

	return s->action ? s->action : names[s->kind];
}

static void add_audit(const struct save *s, struct txn *txn, const char *before,
		      const char *after)
{
	audit_add(s->session, txn,
		  &(struct audit_row){
			  .action = action_name(s),
			  .entity_type = s->entity_type,
			  .entity_id = s->entity_id,
			  .before = s->kind == SAVE_INSERT ? NULL : before,
			  .after = s->kind == SAVE_DELETE ? NULL : after,
			  .reason = s->reason,
			  .save_id = s->result.save_id,
		  });
}

static bool has_enqueue(const struct save *s)
{
	const struct catalog *c = session_catalog(s->session);
	const char *schema = record_plan_relation(s->plan)->schema;

	for (size_t i = 0; i < catalog_functions(c); i++) {
		const struct function *f = catalog_function_at(c, i);

		if (strcmp(f->name, "outbox_enqueue") == 0 && strcmp(f->schema, schema) == 0)
			return true;
	}
	return false;
}

static void add_event(const struct save *s, struct txn *txn, const char *before,
		      const char *after)
{
	struct params p = PARAMS_INIT;
	struct buf payload = BUF_INIT;
	const char *version = s->base.version;
	char *sql;

	if (!s->event || !has_enqueue(s))
		return;
	sql = audit_query(s->session, "save_event", record_plan_relation(s->plan));
	buf_addf(&payload, "{\"changed\": %s, \"previous\": %s}", after, before);
	params_text(&p, s->aggregate ? s->aggregate : record_plan_relation(s->plan)->name);
	params_text(&p, s->entity_id);
	params_text(&p, s->event);
	params_text(&p, payload.data);
	params_text(&p, version);
	txn_add(txn, sql, &p);
	params_release(&p);
	buf_release(&payload);
	free(sql);
}

void save_add_trail(const struct save *s, struct txn *txn)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	changes_json(s, &before, &after, false);
	add_audit(s, txn, before.data, after.data);
	add_event(s, txn, before.data, after.data);
	buf_release(&before);
	buf_release(&after);
}

void save_journal(const struct save *s)
{
	struct buf before = BUF_INIT, after = BUF_INIT, guard = BUF_INIT;

	changes_json(s, &before, &after, true);
	if (s->kind != SAVE_INSERT)
		record_guard_text(&guard, &s->base);
	journal_write(&(struct journal_entry){
		.save_id = s->result.save_id,
		.action = action_name(s),
		.relation = record_plan_relation(s->plan)->name,
		.key = s->entity_id,
		.before = before.data,
		.after = after.data,
		.guard = guard.data,
		.xid = s->result.xid,
		.reason = s->reason,
	});
	buf_release(&before);
	buf_release(&after);
	buf_release(&guard);
}
