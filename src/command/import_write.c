/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "command/journal.h"
#include "import_priv.h"

enum { ATTEMPTS_MAX = 3 };

static void write_next(struct import *i);

static struct import_row *op_row(const struct import *i, size_t op)
{
	return &i->rows.v[i->ops.v[op]];
}

static bool sqlstate_is(const struct err *err, const char *state)
{
	return strcmp(err->sqlstate, state) == 0;
}

/* ---- one row's statement ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What is written of a row; the array is the caller's, the texts are the row's. */
static struct change *row_changes(const struct import *i, const struct import_row *row,
				  size_t *n)
{
	const struct relation *r = i->map.relation;
	struct change *out = xcalloc(r->ncolumns + 1, sizeof *out);

	*n = 0;
	for (size_t k = 0; k < r->ncolumns; k++) {
		const struct column *c = &r->columns[k];
		const struct import_cell *cell = &row->cells[k];

		if (!cell->given || !(i->map.written[k] || (int)k == i->map.tenant))
			continue;
		if (row->fate == FATE_INSERT && c->identity == 'a')
			continue;
		if (row->fate == FATE_UPDATE &&
		    ((int)k == i->map.tenant ||
		     (record_field(&row->theirs, c->name) &&
		      same(cell->value, record_value(&row->theirs, c->name)))))
			continue;
		out[(*n)++] = (struct change){ .column = c, .value = cell->text };
	}
	return out;
}

static void add_row(struct import *i, struct txn *txn, struct import_row *row)
{
	const struct sqlset *set = session_sql(i->session);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;
	size_t n;
	struct change *changes = row_changes(i, row, &n);

	if (row->fate == FATE_INSERT)
		record_insert_sql(&sql, &p, set, i->plan, changes, n);
	else
		record_update_sql(&sql, &p, set, i->plan, &row->theirs, changes, n, i->bump);
	row->statement = txn_add(txn, sql.data, &p);
	row->stale = false;
	params_release(&p);
	buf_release(&sql);
	free(changes);
}

/* ---- what travels with it: the audit row, the domain event ---- */

static const struct relation *audit_relation(const struct import *i)
{
	static const char *const needed[] = { "action",	 "entity_type", "entity_id",
					      "before",	 "after",	"reason",
					      "save_id", "tenant_id",	"actor_id" };
	oid audit = profile_audit(session_profile(i->session));
	const struct relation *r =
		audit ? catalog_relation(session_catalog(i->session), audit) : NULL;

	if (!r || session_tenant(i->session)->kind != TENANT_ONE ||
	    session_tenant_schema(i->session) || !(r->rights & RIGHT_INSERT))
		return NULL;
	for (size_t k = 0; k < ARRAY_SIZE(needed); k++)
		if (!relation_column(r, needed[k]))
			return NULL;
	return r;
}

static char *query_of(const struct import *i, const char *name, const struct relation *rel)
{
	const struct sqlvar vars[] = { { "schema", rel->schema }, { "table", rel->name } };
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;

	if (!sql_expand(&sql, sqlset_get(session_sql(i->session), name, 0)->text, vars,
			ARRAY_SIZE(vars), &err))
		BUG("%s: %s", name, err.why);
	return buf_detach(&sql);
}

/* The key without the tenant column, as every save tells it. */
static char *entity_id(const struct import *i, const struct import_row *row,
		       const struct reply *written)
{
	const struct column *const *key = record_plan_key(i->plan);
	int tenant = record_plan_profile(i->plan)->tenant_attnum;
	const char *texts[16] = { 0 };
	size_t n = 0;
	struct buf out = BUF_INIT;

	for (size_t k = 0; key[k] && n < ARRAY_SIZE(texts) - 1; k++) {
		int col = written ? reply_column(written, key[k]->name) : -1;
		const char *text = col >= 0 && reply_rows(written)
					   ? reply_text(written, 0, (size_t)col)
					   : record_value(&row->theirs, key[k]->name);

		if (key[k]->attnum != tenant || !key[1])
			texts[n++] = text ? text : "";
	}
	record_key_text(&out, texts);
	return buf_detach(&out);
}

static void change_json(const struct import *i, const struct import_row *row,
			struct buf *before, struct buf *after)
{
	struct json *old = json_new_object(), *now = json_new_object();
	size_t n;
	struct change *changes = row_changes(i, row, &n);

	for (size_t k = 0; k < n; k++) {
		const char *name = changes[k].column->name;

		json_set(old, name, json_new_exact(record_value(&row->theirs, name)));
		json_set(now, name, json_new_exact(changes[k].value));
	}
	json_write(before, old, JSON_COMPACT);
	json_write(after, now, JSON_COMPACT);
	json_free(&old);
	json_free(&now);
	free(changes);
}

static void add_audit(const struct import *i, struct txn *txn, const struct import_row *row,
		      const struct reply *written)
{
	const struct relation *audit = audit_relation(i);
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct params p = PARAMS_INIT;
	char *id, *type, *sql;

	if (!audit)
		return;
	id = entity_id(i, row, written);
	type = xasprintf("%s.%s", i->map.relation->schema, i->map.relation->name);
	sql = query_of(i, "save_audit", audit);
	change_json(i, row, &before, &after);
	params_text(&p, session_tenant(i->session)->id);
	params_text(&p, "import");
	params_text(&p, type);
	params_text(&p, id);
	params_text(&p, row->fate == FATE_INSERT ? NULL : before.data);
	params_text(&p, after.data);
	params_text(&p, i->reason);
	params_text(&p, row->save_id);
	txn_add(txn, sql, &p);
	params_release(&p);
	buf_release(&before);
	buf_release(&after);
	free(id);
	free(type);
	free(sql);
}

static bool has_enqueue(const struct import *i)
{
	const struct catalog *c = session_catalog(i->session);

	for (size_t k = 0; k < catalog_functions(c); k++) {
		const struct function *f = catalog_function_at(c, k);

		if (strcmp(f->name, "outbox_enqueue") == 0 &&
		    strcmp(f->schema, i->map.relation->schema) == 0)
			return true;
	}
	return false;
}

static void add_event(const struct import *i, struct txn *txn, const struct import_row *row,
		      const struct reply *written)
{
	struct buf before = BUF_INIT, after = BUF_INIT, payload = BUF_INIT;
	struct params p = PARAMS_INIT;
	const char *aggregate;
	char *id, *sql;

	if (!i->def || !i->def->edit.event || !has_enqueue(i))
		return;
	aggregate = i->def->edit.aggregate;
	id = entity_id(i, row, written);
	sql = query_of(i, "save_event", i->map.relation);
	change_json(i, row, &before, &after);
	buf_addf(&payload, "{\"changed\": %s, \"previous\": %s}", after.data, before.data);
	params_text(&p, aggregate ? aggregate : i->map.relation->name);
	params_text(&p, id);
	params_text(&p, i->def->edit.event);
	params_text(&p, payload.data);
	params_text(&p, row->theirs.version);
	txn_add(txn, sql, &p);
	params_release(&p);
	buf_release(&before);
	buf_release(&after);
	buf_release(&payload);
	free(id);
	free(sql);
}

/* ---- the verdict ---- */

static void keep_identity(struct import *i, const struct reply *r)
{
	xact_take(&i->xact, r);
}

/* Did a trigger add its own to ours? */
static bool double_bump(const struct import *i, const struct import_row *row,
			const struct reply *written)
{
	const struct column *v =
		relation_attnum(i->map.relation, record_plan_profile(i->plan)->version_attnum);
	int col = v ? reply_column(written, v->name) : -1;

	return i->bump && row->fate == FATE_UPDATE && row->theirs.version && col >= 0 &&
	       strtoll(reply_text(written, 0, (size_t)col), NULL, 10) -
			       strtoll(row->theirs.version, NULL, 10) ==
		       2;
}

static void add_reread(struct import *i, struct txn *txn, struct import_row *row)
{
	const char **key = record_key(&row->theirs, i->plan);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	record_load_sql(&sql, &p, session_sql(i->session), i->plan, key);
	row->statement = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
	free(key);
}

/* The writes are answered: what could not be written is read again, what was gets its audit. */
static enum txn_verdict after_writes(struct import *i, struct txn *txn,
				     const struct txn_result *result)
{
	size_t before = txn_len(txn);

	keep_identity(i, result->replies[i->identity]);
	for (size_t op = i->at; op < i->to; op++) {
		struct import_row *row = op_row(i, op);
		const struct reply *written = result->replies[row->statement];

		if (reply_affected(written) != 1) {
			row->stale = true;
			if (row->fate == FATE_UPDATE)
				add_reread(i, txn, row);
			continue;
		}
		if (double_bump(i, row, written)) {
			i->retry_bump = true;
			return TXN_ROLLBACK;
		}
		if (i->req.dry_run)
			continue;
		uuid_make(row->save_id);
		add_audit(i, txn, row, written);
		add_event(i, txn, row, written);
	}
	if (i->req.dry_run)
		txn_add(txn, sqlset_fragment(session_sql(i->session), "import.judge_now"),
			NULL);
	i->phase = 1;
	if (txn_len(txn) > before)
		return TXN_CONTINUE;
	return TXN_COMMIT;
}

static void classify(const struct import *i, struct import_row *row, const struct reply *now)
{
	struct record there = { 0 };

	if (row->fate == FATE_INSERT) {
		import_reject(row, "a trigger or a rule kept the server from inserting it", "");
	} else if (!reply_rows(now)) {
		import_reject(row,
			      "the record is gone: deleted while this ran, or no longer "
			      "visible to you",
			      "");
	} else {
		record_from_reply(&there, i->plan, now, 0);
		if (record_same_guard(&row->theirs, &there)) {
			import_reject(row,
				      "you may see this record but not change it: a policy, a "
				      "trigger or a rule refuses",
				      "");
		} else {
			row->fate = FATE_CONFLICT;
			free(row->why);
			row->why = xstrdup("somebody changed the record while this ran");
			record_copy(&row->theirs, &there);
		}
		record_release(&there);
	}
}

static enum txn_verdict on_verdict(void *ctx, struct txn *txn, const struct txn_result *result)
{
	struct import *i = ctx;

	if (i->phase == 0) {
		enum txn_verdict v = after_writes(i, txn, result);

		if (v != TXN_COMMIT)
			return v;
	}
	for (size_t op = i->at; op < i->to; op++) {
		struct import_row *row = op_row(i, op);

		if (row->stale)
			classify(i, row, result->replies[row->statement]);
	}
	return i->req.dry_run ? TXN_ROLLBACK : TXN_COMMIT;
}

/* COMMIT is about to be sent: on disk first what it will have done. */
static void on_committing(void *ctx)
{
	struct import *i = ctx;

	for (size_t op = i->at; op < i->to; op++) {
		const struct import_row *row = op_row(i, op);
		struct buf before = BUF_INIT, after = BUF_INIT;
		char *key;

		if (row->fate != FATE_INSERT && row->fate != FATE_UPDATE)
			continue;
		change_json(i, row, &before, &after);
		key = entity_id(i, row, NULL);
		journal_write(&(struct journal_entry){
			.save_id = row->save_id,
			.action = "import",
			.relation = i->map.relation->name,
			.key = key,
			.before = before.data,
			.after = after.data,
			.xid = i->xact.xid,
			.reason = i->reason,
		});
		free(key);
		buf_release(&before);
		buf_release(&after);
	}
	i->committing = true;
	/* What could not be written is told after COMMIT, which cannot be called back here. */
	if (!import_emit(i, i->ops.v[i->to - 1] + 1, &i->disk) ||
	    !import_files_sync(i, &i->disk) || !import_state_save(i, true, &i->disk))
		return;
}

/* ---- the end of a transaction ---- */

static void settled(struct import *i)
{
	struct err err = ERR_INIT;

	if (i->req.dry_run && !import_emit(i, i->ops.v[i->to - 1] + 1, &err))
		err_copy(&i->disk, &err);
	import_settle(i);
	i->committing = false;
	if (i->disk.kind)
		import_fail(i, &i->disk);
	err_release(&err);
	i->at = i->to;
	i->attempts = 0;
	i->window = i->ops.len;
	if (!i->over)
		write_next(i);
}

/* Which row the statement that failed was for; ops.len: none. */
static size_t failed_op(const struct import *i, int statement)
{
	for (size_t op = i->at; i->phase == 0 && statement >= 0 && op < i->to; op++)
		if (op_row(i, op)->statement == statement)
			return op;
	return i->ops.len;
}

/* The row that was refused is rejected; those before it go first, without it. */
static void refused(struct import *i, const struct txn_result *result)
{
	size_t op = failed_op(i, result->failed);

	if (op == i->ops.len && i->to - i->at > 1) {
		/* Judged at COMMIT: halve until it is found. */
		i->window = (i->to - i->at) / 2;
		write_next(i);
		return;
	}
	if (op == i->ops.len)
		op = i->at;
	import_reject(op_row(i, op), result->err.why, result->err.sqlstate);
	VEC_REMOVE(&i->ops, op);
	i->window = op > i->at ? op - i->at : i->ops.len;
	i->attempts = 0;
	write_next(i);
}

static bool worth_retry(const struct err *err)
{
	return sqlstate_is(err, "40001") || sqlstate_is(err, "40P01") ||
	       sqlstate_is(err, "55P03");
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct import *i = ctx;
	struct err err = ERR_INIT;

	switch (result->outcome) {
	case TXN_DONE:
		settled(i);
		return;
	case TXN_ROLLED_BACK:
		if (i->retry_bump) {
			i->retry_bump = false;
			i->bump = false;
			write_next(i);
		} else {
			settled(i);
		}
		return;
	case TXN_UNKNOWN:
		err_set(&err, ERR_CONNECTION, "import",
			"the connection was lost during COMMIT: whether the last %zu records "
			"are in is not known",
			i->to - i->at);
		err_hint(&err, "go on with --resume: it asks the server first");
		i->doubt = true;
		import_fail(i, &err);
		err_release(&err);
		return;
	case TXN_FAILED:
		break;
	}
	if (i->committing)
		import_take_back(i);
	i->committing = false;
	if (worth_retry(&result->err) && ++i->attempts < ATTEMPTS_MAX)
		import_later(i, 50u << (i->attempts - 1), write_next);
	else if (worth_retry(&result->err) || import_data_error(&result->err))
		refused(i, result);
	else
		import_fail(i, &result->err);
}

/* ---- sending ---- */

static void write_next(struct import *i)
{
	struct request_callbacks cb = {
		.done = on_done, .verdict = on_verdict, .committing = on_committing, .ctx = i
	};
	struct scope scope;
	struct txn *txn;

	if (i->at == i->ops.len) {
		import_batch_done(i);
		return;
	}
	if (!session_armed(i->session)) {
		struct err err = ERR_INIT;

		err_set(&err, ERR_FAILED, "import", "souk is read-only now");
		err_hint(&err, "arm it again and go on with --resume");
		import_fail(i, &err);
		err_release(&err);
		return;
	}
	i->to = i->at + i->window < i->ops.len ? i->at + i->window : i->ops.len;
	i->phase = 0;
	session_scope(i->session, USE_WRITE, &scope);
	txn = txn_new(TXN_WRITE, &scope);
	i->identity = txn_add(
		txn, sqlset_get(session_sql(i->session), "save_identity", 0)->text, NULL);
	for (size_t op = i->at; op < i->to; op++)
		add_row(i, txn, op_row(i, op));
	session_arm(i->session, true); /* the idle time begins anew */
	db_send(session_db(i->session), DB_BULK, txn, &cb, i);
	scope_release(&scope);
}

void import_write(struct import *i)
{
	VEC_CLEAR(&i->ops);
	for (size_t n = 0; n < i->rows.len; n++)
		if (i->rows.v[n].fate == FATE_INSERT || i->rows.v[n].fate == FATE_UPDATE)
			*VEC_PUSH(&i->ops) = n;
	i->at = 0;
	i->attempts = 0;
	i->window = i->ops.len;
	if (i->ops.len && (!i->req.dry_run || session_armed(i->session))) {
		i->tried = true;
		write_next(i);
	} else {
		import_batch_done(i);
	}
}
