/* SPDX-License-Identifier: MIT */
#include "command/save.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/timefmt.h"
#include "command/journal.h"
#include "command/mask.h"
#include "audit.h"
#include "save_priv.h"

#define ATTEMPTS_MAX 3 /* the second after 50 ms, the third after 100 */

static void attempt(struct save *s);

/* ---- life ---- */

static struct change *copy_changes(const struct change *changes, size_t n)
{
	struct change *copy = xcalloc(n + 1, sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i] = changes[i];
		copy[i].value = xstrdup_null(changes[i].value);
	}
	return copy;
}

static void free_changes(struct change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)changes[i].value);
	free(changes);
}

static void result_release(struct save_result *r)
{
	record_release(&r->after);
	record_release(&r->theirs);
	err_release(&r->err);
	free(r->who);
	free(r->column);
	free(r->constraint);
	free(r->holder);
	free(r->xid);
}

static void save_destroy(struct save *s)
{
	db_forget(session_db(s->session), s);
	loop_timer_free(&s->timer);
	lockwait_free(&s->wait);
	record_release(&s->base);
	free_changes(s->changes, s->nchanges);
	free(s->reason);
	free(s->event);
	free(s->aggregate);
	free(s->action);
	xact_quest_free(&s->quest);
	xact_release(&s->xact);
	free(s->entity_id);
	free(s->entity_type);
	result_release(&s->result);
	free(s);
}

void save_free(struct save **sp)
{
	struct save *s = *sp;

	*sp = NULL;
	if (s)
		save_destroy(s);
}

void save_finish(struct save *s, enum save_outcome outcome)
{
	static const char *const names[] = { "done",	"conflict", "refused", "gone",
					     "invalid", "locked",   "failed",  "unknown" };

	s->result.outcome = outcome;
	journal_outcome(s->result.save_id, names[outcome], s->result.err.sqlstate);
	s->fn(s->ctx, &s->result);
	save_destroy(s);
}

bool save_may_give_up(const struct save *s)
{
	return !s->committing;
}

const char *save_state(const struct save *s)
{
	if (s->quest)
		return xact_quest_state(s->quest);
	return !s->committing && lockwait_text(s->wait) ? lockwait_text(s->wait) : s->state;
}

static void on_timer(void *ctx)
{
	struct save *s = ctx;

	s->timer_next(s);
}

void save_later(struct save *s, uint64_t ms, void (*next)(struct save *s))
{
	s->timer_next = next;
	loop_timer_start(s->timer, ms, 0);
}

/* ---- the audit and the event that travel with a save ---- */

/* The key without the tenant column, which every audit row has anyway. */
static char *entity_id(const struct record_plan *plan, const struct record *r)
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

	return json_new_text(value && masked && mask_column(s->session, r, c) ? mask_text
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

/* ---- the verdict ---- */

/* pg_trigger.tgtype: for each row, before it is written, of this kind. */
static bool may_refuse(const struct trigger *t, enum save_kind kind)
{
	int event = kind == SAVE_INSERT ? 4 : kind == SAVE_DELETE ? 8 : 16;

	return t->enabled != 'D' && (t->type & 1) && (t->type & 2) && (t->type & event);
}

/* The row is there, and was not written: what could have kept it so. */
static void say_refused(struct save *s)
{
	const struct relation *r = record_plan_relation(s->plan);
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < r->ntriggers; i++)
		if (may_refuse(&r->triggers[i], s->kind))
			buf_addf(&names, "%s%s", names.len ? ", " : "", r->triggers[i].name);
	err_set(&s->result.err, ERR_FAILED, r->name,
		"you may see this record but not change it: %s refuses",
		r->rls_active && names.len ? "a policy or a trigger"
		: r->rls_active		   ? "a policy"
		: names.len		   ? "a trigger"
					   : "a rule of the server");
	if (names.len)
		err_hint(&s->result.err, "triggers that may leave a row out: %s%s", names.data,
			 r->rls_active ? "; the screen rls explains the policies" : "");
	else if (r->rls_active)
		err_hint(&s->result.err, "the screen rls explains the policies of %s", r->name);
	buf_release(&names);
}

/* Nothing was written: the re-read in the same transaction tells why. */
static enum save_outcome classify(struct save *s, const struct reply *reread)
{
	struct record now = { 0 };
	const char *name = record_plan_relation(s->plan)->name;
	enum save_outcome outcome;

	if (s->kind == SAVE_INSERT) {
		err_set(&s->result.err, ERR_FAILED, name,
			"a trigger or a rule of the server left the new record out: nothing "
			"was "
			"written");
		return SAVE_REFUSED;
	}
	if (!reread || reply_rows(reread) == 0) {
		err_set(&s->result.err, ERR_FAILED, name,
			"the record is gone: deleted, or no longer visible to you");
		err_hint(&s->result.err,
			 "nothing was written; what you typed is kept as a draft");
		return SAVE_GONE;
	}
	record_from_reply(&now, s->plan, reread, 0);
	if (record_same_guard(&s->base, &now)) {
		say_refused(s);
		outcome = SAVE_REFUSED;
	} else {
		err_set(&s->result.err, ERR_CONFLICT, name,
			"somebody else changed the record meanwhile");
		record_release(&s->result.theirs);
		s->result.theirs = now;
		now = (struct record){ 0 };
		outcome = SAVE_CONFLICT;
	}
	record_release(&now);
	return outcome;
}

/* Did the version grow by two: ours and a trigger's? (Beyond 2^53, so compared as integers of
 * 64 bits.) */
static bool double_bump(const struct save *s, const struct reply *reread)
{
	struct record now = { 0 };
	bool twice = false;

	if (s->kind != SAVE_UPDATE || !s->bump || !s->base.version || reply_rows(reread) != 1)
		return false;
	record_from_reply(&now, s->plan, reread, 0);
	if (now.version)
		twice = strtoll(now.version, NULL, 10) - strtoll(s->base.version, NULL, 10) ==
			2;
	record_release(&now);
	return twice;
}

/* It is told before anything is written: who waits for a lock can be asked after. */
static bool on_identity(void *ctx, int index UNUSED, const struct reply *r)
{
	struct save *s = ctx;

	if (!reply_rows(r))
		return true;
	xact_take(&s->xact, r);
	free(s->result.xid);
	s->result.xid = xstrdup_null(s->xact.xid);
	lockwait_begin(s->wait, reply_get(r, 0, "pid"));
	return true;
}

static void on_waiting(void *ctx)
{
	struct save *s = ctx;

	if (s->changed)
		s->changed(s->ctx);
}

/* A new record is read by the key that the server gave it: a statement more before COMMIT. */
static enum txn_verdict inserted(struct save *s, struct txn *txn, const struct reply *written)
{
	const struct column *const *key = record_plan_key(s->plan);
	const char *texts[16] = { 0 };
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT, before = BUF_INIT, after = BUF_INIT;

	for (size_t i = 0; key[i] && i < ARRAY_SIZE(texts) - 1; i++) {
		int col = reply_column(written, key[i]->name);

		texts[i] = col < 0 ? NULL : reply_text(written, 0, (size_t)col);
	}
	record_load_sql(&sql, &p, session_sql(s->session), s->plan, texts);
	s->reread = txn_add(txn, sql.data, &p);
	free(s->entity_id);
	s->entity_id = NULL;
	{
		struct record keyed = { 0 };

		record_from_reply(&keyed, s->plan, written, 0);
		s->entity_id = entity_id(s->plan, &keyed);
		record_release(&keyed);
	}
	changes_json(s, &before, &after, false);
	add_audit(s, txn, before.data, after.data);
	add_event(s, txn, before.data, after.data);
	params_release(&p);
	buf_release(&sql);
	buf_release(&before);
	buf_release(&after);
	return TXN_CONTINUE;
}

static enum txn_verdict on_verdict(void *ctx, struct txn *txn, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *written = result->replies[s->write];
	const struct reply *reread = s->reread >= 0 ? result->replies[s->reread] : NULL;

	lockwait_end(s->wait);
	if (reply_affected(written) > 1) {
		err_set(&s->result.err, ERR_FAILED, record_plan_relation(s->plan)->name,
			"the key names %lld records, not one: nothing was written",
			(long long)reply_affected(written));
		s->result.outcome = SAVE_FAILED;
		s->verdict_told = true;
		return TXN_ROLLBACK;
	}
	if (reply_affected(written) == 0) {
		s->result.outcome = classify(s, reread);
		s->verdict_told = true;
		return TXN_ROLLBACK;
	}
	if (s->kind == SAVE_INSERT && s->reread < 0)
		return inserted(s, txn, written);
	if (reread && double_bump(s, reread)) {
		s->retry_bump = true;
		return TXN_ROLLBACK;
	}
	if (s->kind != SAVE_DELETE && reread && reply_rows(reread) == 1)
		record_from_reply(&s->result.after, s->plan, reread, 0);
	return TXN_COMMIT;
}

static void on_committing(void *ctx)
{
	struct save *s = ctx;
	struct buf before = BUF_INIT, after = BUF_INIT, guard = BUF_INIT;

	s->state = "committing";
	s->committing = true;
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

/* ---- who, after a conflict; who holds, after a lock timeout ---- */

static void on_who(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (r && reply_rows(r)) {
		struct buf who = BUF_INIT;
		const char *reason = reply_get(r, 0, "reason");

		buf_addf(&who, "%s, ", reply_get(r, 0, "who"));
		timefmt_duration(&who, reply_double(r, 0, (size_t)reply_column(r, "seconds")));
		buf_adds(&who, " ago");
		if (reason)
			buf_addf(&who, " (%s)", reason);
		s->result.who = buf_detach(&who);
	}
	save_finish(s, SAVE_CONFLICT);
}

static void ask_who(struct save *s)
{
	const struct relation *audit = audit_relation(s->session);
	struct request_callbacks cb = { .done = on_who, .ctx = s };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;
	bool exact;
	char *sql;

	if (!audit || !(audit->rights & RIGHT_SELECT)) {
		save_finish(s, SAVE_CONFLICT);
		return;
	}
	/* A raw writer leaves no audit row: then the last one is not about this version. */
	exact = audit->xmin_readable && s->result.theirs.xmin;
	sql = audit_query(s->session, exact ? "save_who_exact" : "save_who", audit);
	params_text(&p, s->entity_type);
	params_text(&p, s->entity_id);
	if (exact)
		params_text(&p, s->result.theirs.xmin);
	session_scope(s->session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql, &p);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	params_release(&p);
	free(sql);
}

static void on_holder(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (r && reply_rows(r)) {
		struct buf text = BUF_INIT;
		const char *who = reply_get(r, 0, "who");
		const char *state = reply_get(r, 0, "state");

		buf_addf(&text, "perhaps held by %s (pid %s), ", who ? who : "a session",
			 reply_get(r, 0, "pid"));
		if (state && reply_get(r, 0, "seconds")) {
			buf_addf(&text, "%s ", state);
			timefmt_duration(
				&text, reply_double(r, 0, (size_t)reply_column(r, "seconds")));
		} else {
			/* Without pg_read_all_stats it may also be another one. */
			buf_adds(&text, "or another: this role may not see what they do");
		}
		s->result.holder = buf_detach(&text);
	}
	save_finish(s, SAVE_LOCKED);
}

/* Where nobody was seen while it waited (there was no time, no connection to ask on) it is a
 * guess: whoever has written to the relation longest. */
static void ask_holder(struct save *s)
{
	struct request_callbacks cb = { .done = on_holder, .ctx = s };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;

	if (lockwait_holder(s->wait)) {
		s->result.holder = xasprintf("held by %s", lockwait_holder(s->wait));
		save_finish(s, SAVE_LOCKED);
		return;
	}
	params_int(&p, record_plan_relation(s->plan)->oid);
	session_scope(s->session, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sqlset_get(session_sql(s->session), "save_holder", 0)->text, &p);
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	params_release(&p);
}

/* ---- the end of an attempt ---- */

static bool sqlstate_is(const struct txn_result *r, const char *state)
{
	return strcmp(r->err.sqlstate, state) == 0;
}

static bool sqlstate_class(const struct txn_result *r, const char *class)
{
	return strncmp(r->err.sqlstate, class, 2) == 0;
}

/* A constraint's column, when it has just one. */
static const char *constraint_column(const struct save *s, const char *constraint)
{
	const struct relation *r = record_plan_relation(s->plan);

	for (size_t i = 0; constraint && i < r->nchecks; i++)
		if (strcmp(r->checks[i].name, constraint) == 0 && r->checks[i].columns[0] &&
		    !r->checks[i].columns[1]) {
			const struct column *c = relation_attnum(r, r->checks[i].columns[0]);

			return c ? c->name : NULL;
		}
	for (size_t i = 0; constraint && i < r->nindexes; i++) {
		const struct index *x = &r->indexes[i];
		const struct column *c;

		if (strcmp(x->name, constraint) != 0 || !x->nkeys)
			continue;
		c = relation_attnum(r, x->columns[x->nkeys - 1]);
		return c ? c->name : NULL;
	}
	for (size_t i = 0; constraint && i < r->nreferences; i++) {
		const struct foreign_key *f = r->references[i];
		const struct column *c;

		if (strcmp(f->name, constraint) != 0)
			continue;
		c = relation_attnum(r, f->from_columns[f->n - 1]);
		return c ? c->name : NULL;
	}
	return NULL;
}

/* The server does not say which value it could not take; where only one was written (or only
 * one is of the domain that refused) that is it. */
static const char *only_column(const struct save *s, const struct txn_result *result)
{
	const char *found = NULL;

	if (!sqlstate_class(result, "22") && !sqlstate_class(result, "23"))
		return NULL;
	if (s->nchanges == 1)
		return s->changes[0].column->name;
	for (size_t i = 0; result->server.datatype && i < s->nchanges; i++) {
		const struct column *c = s->changes[i].column;
		const char *type = strrchr(c->type, '.');

		if (c->type_kind != 'd' ||
		    strcmp(type ? type + 1 : c->type, result->server.datatype) != 0)
			continue;
		if (found)
			return NULL;
		found = c->name;
	}
	return found;
}

/* A standby refuses BEGIN READ WRITE (0A000) before any statement could be (25006). */
static bool only_reads(const struct txn_result *result)
{
	const char *words = result->server.message;

	return sqlstate_is(result, "25006") ||
	       (sqlstate_is(result, "0A000") && words && strstr(words, "during recovery"));
}

static void failed(struct save *s, const struct txn_result *result)
{
	const char *column = result->server.column;
	const struct server_error *e = &result->server;

	err_copy(&s->result.err, &result->err);
	if (result->err.kind == ERR_CONNECTION) {
		err_set(&s->result.err, ERR_CONNECTION, record_plan_relation(s->plan)->name,
			"the connection was lost before COMMIT was sent: nothing was written");
		err_hint(&s->result.err, "save again when it is back");
	}
	if (only_reads(result)) {
		err_set(&s->result.err, ERR_FAILED, record_plan_relation(s->plan)->name,
			"the server is read-only now (a standby, or set so): nothing was "
			"written");
		memcpy(s->result.err.sqlstate, result->err.sqlstate,
		       sizeof s->result.err.sqlstate);
		err_hint(&s->result.err, "save again when it is a primary; what you typed is "
					 "kept");
	}
	s->result.constraint = xstrdup_null(e->constraint);
	if (!column)
		column = constraint_column(s, e->constraint);
	s->result.column = xstrdup_null(column ? column : only_column(s, result));
	if (sqlstate_is(result, "55P03")) {
		s->state = "asking who holds the record";
		ask_holder(s);
	} else if (sqlstate_class(result, "22") || sqlstate_class(result, "23") ||
		   sqlstate_is(result, "42501") || sqlstate_is(result, "428C9") ||
		   sqlstate_class(result, "P0") || sqlstate_is(result, "44000")) {
		save_finish(s, SAVE_INVALID);
	} else {
		save_finish(s, SAVE_FAILED);
	}
}

static bool moved_partition(const struct txn_result *r)
{
	return sqlstate_is(r, "40001") && r->server.message &&
	       strstr(r->server.message, "another partition");
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct save *s = ctx;

	lockwait_end(s->wait);
	switch (result->outcome) {
	case TXN_DONE:
		save_finish(s, SAVE_DONE);
		return;
	case TXN_ROLLED_BACK:
		if (s->retry_bump) {
			s->retry_bump = false;
			s->bump = false;
			attempt(s);
		} else if (s->result.outcome == SAVE_CONFLICT) {
			ask_who(s);
		} else {
			save_finish(s, s->result.outcome);
		}
		return;
	case TXN_UNKNOWN:
		save_seek_evidence(s);
		return;
	case TXN_FAILED:
		break;
	}
	if (!moved_partition(result) &&
	    (sqlstate_is(result, "40001") || sqlstate_is(result, "40P01")) &&
	    s->result.attempts < ATTEMPTS_MAX) {
		s->state = "trying again";
		save_later(s, 50u << (s->result.attempts - 1), attempt);
		return;
	}
	failed(s, result);
}

/* ---- sending ---- */

static void add_write(struct save *s, struct txn *txn)
{
	const struct sqlset *set = session_sql(s->session);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	switch (s->kind) {
	case SAVE_UPDATE:
		record_update_sql(&sql, &p, set, s->plan, &s->base, s->changes, s->nchanges,
				  s->bump);
		break;
	case SAVE_INSERT:
		record_insert_sql(&sql, &p, set, s->plan, s->changes, s->nchanges);
		break;
	case SAVE_DELETE:
		record_delete_sql(&sql, &p, set, s->plan, &s->base);
		break;
	}
	s->write = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
}

/* By the key as it will be: the person may have changed it. */
static void add_reread(struct save *s, struct txn *txn)
{
	const struct column *const *key = record_plan_key(s->plan);
	const char **texts = record_key(&s->base, s->plan);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	for (size_t i = 0; key[i]; i++)
		for (size_t k = 0; k < s->nchanges; k++)
			if (s->changes[k].column == key[i] && !s->changes[k].use_default)
				texts[i] = s->changes[k].value;
	record_load_sql(&sql, &p, session_sql(s->session), s->plan, texts);
	s->reread = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
	free(texts);
}

static void attempt(struct save *s)
{
	struct request_callbacks cb = {
		.done = on_done,
		.on_rows = on_identity,
		.verdict = on_verdict,
		.committing = on_committing,
		.ctx = s,
	};
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct scope scope;
	struct txn *txn;

	s->state = "saving";
	s->committing = false; /* the last one was refused: a serialization failure at COMMIT */
	s->result.attempts++;
	s->reread = -1;
	session_scope(s->session, USE_WRITE, &scope);
	/* The time to wait for a lock is not taken from the time to write. */
	if (scope.statement_timeout_ms > 0)
		scope.statement_timeout_ms += scope.lock_timeout_ms;
	txn = txn_new(TXN_WRITE, &scope);
	txn_at_once(txn,
		    txn_add(txn, sqlset_get(session_sql(s->session), "save_identity", 0)->text,
			    NULL));
	add_write(s, txn);
	if (s->kind != SAVE_INSERT)
		add_reread(s, txn);
	if (s->kind != SAVE_INSERT) {
		changes_json(s, &before, &after, false);
		add_audit(s, txn, before.data, after.data);
		add_event(s, txn, before.data, after.data);
	}
	db_send(session_db(s->session), DB_EDIT, txn, &cb, s);
	scope_release(&scope);
	buf_release(&before);
	buf_release(&after);
}

struct save *save_start(struct session *session, const struct save_request *req, save_fn *fn,
			void *ctx)
{
	struct save *s = xcalloc(1, sizeof *s);

	if (!session_armed(session))
		BUG("a save while read-only");
	s->session = session;
	s->plan = req->plan;
	s->kind = req->kind;
	if (req->base)
		record_copy(&s->base, req->base);
	s->changes = copy_changes(req->changes, req->nchanges);
	s->nchanges = req->nchanges;
	s->reason = xstrdup_null(req->reason);
	s->event = xstrdup_null(req->event);
	s->aggregate = xstrdup_null(req->aggregate);
	s->action = xstrdup_null(req->action);
	s->fn = fn;
	s->ctx = ctx;
	s->bump = record_plan_guard(req->plan) == GUARD_VERSION &&
		  !record_plan_profile(req->plan)->version_by_trigger;
	s->timer = loop_timer_new(session_loop(session), on_timer, s);
	s->changed = req->changed;
	s->wait = lockwait_new(session, on_waiting, s);
	uuid_make(s->result.save_id);
	s->xact.save_id = s->result.save_id;
	s->entity_type = xasprintf("%s.%s", record_plan_relation(req->plan)->schema,
				   record_plan_relation(req->plan)->name);
	if (req->kind != SAVE_INSERT)
		s->entity_id = entity_id(req->plan, &s->base);
	session_arm(session, true); /* the idle time begins anew */
	attempt(s);
	return s;
}
