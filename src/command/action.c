/* SPDX-License-Identifier: MIT */
#include "command/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/uuid.h"
#include "command/journal.h"
#include "command/mask.h"
#include "command/target.h"
#include "domain/record.h"
#include "audit.h"
#include "lockwait.h"
#include "xact.h"

enum {
	LOCK_LIMIT_MS = 30000, /* one sees who holds it, and can give up */
};

/* Which answers are awaited. */
enum stage { STAGE_BEGUN, STAGE_CALLED, STAGE_TOLD };

struct action_call {
	struct session *session;
	const struct screendef *def;
	const struct screen_action *action;
	char **values;
	struct action_callbacks cb;
	struct lockwait *wait;
	struct xact xact;
	struct xact_quest *quest;
	enum stage stage;
	int identity, statement;
	struct record_plan *plan; /* of the record that it is about; NULL: not known */
	char **key;		  /* NULL-terminated */
	int before, after;	  /* that record, read before and after the call; -1 */
	struct record was, is;
	char save_id[UUID_TEXT];
	struct reply *row;
	bool committing;
};

/* ---- what is asked for ---- */

const struct screen_action *action_find(const struct screendef *def, const char *name)
{
	for (size_t i = 0; i < def->nactions; i++)
		if (strcmp(def->actions[i].name, name) == 0)
			return &def->actions[i];
	return NULL;
}

const struct screen_param *action_param(const struct screen_action *a, const char *name)
{
	for (size_t i = 0; i < a->nparams; i++)
		if (strcmp(a->params[i].name, name) == 0 ||
		    strcmp(a->params[i].title, name) == 0)
			return &a->params[i];
	return NULL;
}

static bool complete(const struct screen_action *a, const char *const *values, struct err *err)
{
	for (size_t i = 0; i < a->nparams; i++)
		if (!a->params[i].optional && (!values[i] || !*values[i]))
			return err_set(err, ERR_USAGE, a->params[i].title, "is missing");
	return true;
}

static void call_sql(const struct action_call *c, struct buf *sql, struct params *p)
{
	const struct sqlset *set = session_sql(c->session);
	const char *function = c->action->function, *dot = strrchr(function, '.');
	char *schema = dot ? xstrndup(function, (size_t)(dot - function)) : NULL;
	struct buf arguments = BUF_INIT, name = BUF_INIT;

	for (size_t i = 0; i < c->action->nparams; i++) {
		char param[16];
		const struct sqlvar vars[] = { { "name", c->action->params[i].name },
					       { "type", c->action->params[i].type },
					       { "param", param } };

		if (!c->values[i])
			continue;
		snprintf(param, sizeof param, "$%d", params_text(p, c->values[i]));
		if (arguments.len)
			buf_adds(&arguments, ", ");
		sql_fragment(&arguments, set, "action.argument", vars, ARRAY_SIZE(vars));
	}
	sql_qualified(&name, schema, dot ? dot + 1 : function);
	sql_fragment(
		sql, set, "action.call",
		(struct sqlvar[]){ { "function", name.data }, { "arguments", arguments.data } },
		2);
	buf_release(&arguments);
	buf_release(&name);
	free(schema);
}

/* ---- who is in the way ---- */

static void on_holder(void *ctx)
{
	struct action_call *c = ctx;

	c->cb.waiting(c->cb.ctx, lockwait_text(c->wait));
}

/* ---- the end ---- */

static void finish(struct action_call *c, enum action_outcome outcome, const struct err *err)
{
	static const char *const names[] = { "done", "refused", "locked", "failed", "unknown" };
	const struct action_result result = {
		.outcome = outcome,
		.row = outcome == ACTION_DONE ? c->row : NULL,
		.err = err,
		.holder = lockwait_text(c->wait),
	};

	lockwait_end(c->wait);
	journal_outcome(c->save_id, names[outcome], err ? err->sqlstate : "");
	c->cb.done(c->cb.ctx, &result);
}

static void on_end(void *ctx, enum xact_end end, const struct err *why UNUSED)
{
	struct action_call *c = ctx;
	struct err err = ERR_INIT;
	bool looked = xact_quest_looked(c->quest);

	xact_quest_free(&c->quest);
	if (end == XACT_COMMITTED) {
		finish(c, ACTION_DONE, NULL);
	} else if (end == XACT_ABORTED) {
		err_set(&err, ERR_CONNECTION, c->action->title,
			"the connection was lost and nothing was done");
		finish(c, ACTION_FAILED, &err);
	} else {
		err_set(&err, ERR_CONNECTION, c->action->title,
			"%s during COMMIT: whether it was done is not known%s",
			end == XACT_ELSEWHERE ? "another server took over"
					      : "the connection was lost",
			looked ? " (the audit has nothing of it)" : "");
		err_hint(&err, "look at the record before it is tried again");
		finish(c, ACTION_UNKNOWN, &err);
	}
	err_release(&err);
}

static bool refusal(const struct err *err)
{
	return strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "23", 2) == 0 ||
	       strncmp(err->sqlstate, "P0", 2) == 0 || strncmp(err->sqlstate, "42", 2) == 0;
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct action_call *c = ctx;

	if (result->outcome == TXN_DONE)
		finish(c, ACTION_DONE, NULL);
	else if (result->outcome == TXN_UNKNOWN)
		c->quest = xact_ask(c->session, DB_EDIT, &c->xact, on_end, c);
	else if (strcmp(result->err.sqlstate, "55P03") == 0)
		finish(c, ACTION_LOCKED, &result->err);
	else
		finish(c, refusal(&result->err) ? ACTION_REFUSED : ACTION_FAILED, &result->err);
}

/* ---- the record that it is about ---- */

static const char *reason_of(const struct action_call *c)
{
	const struct screen_param *p = action_param(c->action, "p_reason");

	if (!p)
		p = action_param(c->action, "reason");
	return p ? c->values[p - c->action->params] : NULL;
}

/* What the row under the cursor gives, and a shell must say. */
static const char *record_of(const struct action_call *c)
{
	for (size_t i = 0; i < c->action->nparams; i++)
		if (c->action->params[i].value && c->action->params[i].value[0] == '{')
			return c->values[i];
	return c->action->nparams ? c->values[0] : NULL;
}

/* Its key: the tenant's part is the scope's, and there is one more.  False: it is not known. */
static bool find_key(struct action_call *c)
{
	const struct column *const *columns = record_plan_key(c->plan);
	int tenant = record_plan_profile(c->plan)->tenant_attnum;
	size_t n = 0, own = 0;

	while (columns[n])
		n++;
	c->key = xcalloc(n + 1, sizeof *c->key);
	for (size_t i = 0; i < n; i++) {
		bool scope = columns[i]->attnum == tenant && n > 1;

		if (!(columns[i]->rights & RIGHT_SELECT))
			return false;
		c->key[i] = xstrdup_null(scope ? session_tenant(c->session)->id : record_of(c));
		own += !scope;
		if (!c->key[i])
			return false;
	}
	return own == 1;
}

/* A screen over a relation says whose record is acted on; others do not. */
static void find_record(struct action_call *c)
{
	struct err none = ERR_INIT;

	if (c->def->relation)
		c->plan = target_plan_of(c->session, c->def, &none);
	if (c->plan && !find_key(c))
		record_plan_free(&c->plan);
	err_release(&none);
}

static int add_read(const struct action_call *c, struct txn *txn)
{
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	int index;

	if (!c->plan)
		return -1;
	record_load_sql(&sql, &p, session_sql(c->session), c->plan,
			(const char *const *)c->key);
	index = txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
	return index;
}

static bool take_read(const struct action_call *c, const struct txn_result *result, int index,
		      struct record *out)
{
	const struct reply *r = index >= 0 ? result->replies[index] : NULL;

	if (!r || reply_rows(r) != 1)
		return false;
	record_from_reply(out, c->plan, r, 0);
	return true;
}

/*
 * It was read before the call waited for its lock: what others did in between would look like
 * ours.  So it is only told where the versions follow one another.
 */
static void compare(struct action_call *c, const struct txn_result *result)
{
	if (!take_read(c, result, c->before, &c->was) ||
	    !take_read(c, result, c->after, &c->is) || !c->was.version || !c->is.version ||
	    strtoll(c->is.version, NULL, 10) != strtoll(c->was.version, NULL, 10) + 1) {
		record_release(&c->was);
		record_release(&c->is);
	}
}

/* ---- what is told of it ---- */

/* What of the record the call changed, as `r` has it; masked: for where others may read. */
static void add_changes(const struct action_call *c, struct json *out, const struct record *r,
			const struct record *other, bool masked)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct column *column = r->fields[i].column;
		const char *value = r->fields[i].value,
			   *old = record_value(other, column->name);
		bool hide = masked && value &&
			    mask_column(c->session, record_plan_relation(c->plan), column);

		if (value && old ? strcmp(value, old) != 0 : value != old)
			json_set(out, column->name, json_new_exact(hide ? mask_text : value));
	}
}

static char *json_detach(struct json *o)
{
	struct buf out = BUF_INIT;

	json_write(&out, o, JSON_COMPACT);
	json_free(&o);
	return buf_detach(&out);
}

/* The caller frees it; NULL: not known. */
static char *before_json(const struct action_call *c, bool masked)
{
	struct json *o;

	if (!c->was.n)
		return NULL;
	o = json_new_object();
	add_changes(c, o, &c->was, &c->is, masked);
	return json_detach(o);
}

/* What it was called with, and what it made of the record. The caller frees it. */
static char *after_json(const struct action_call *c, bool masked)
{
	struct json *o = json_new_object();

	add_changes(c, o, &c->is, &c->was, masked);
	for (size_t i = 0; i < c->action->nparams; i++)
		if (c->values[i])
			json_set(o, c->action->params[i].name, json_new_exact(c->values[i]));
	return json_detach(o);
}

/* What the function writes is its own business: who called it, for what and why, is ours. */
static void add_audit(const struct action_call *c, struct txn *txn)
{
	char *before = before_json(c, false), *after = after_json(c, false);

	audit_add(c->session, txn,
		  &(struct audit_row){
			  .action = c->action->name,
			  .entity_type =
				  c->def->relation ? c->def->relation : c->action->function,
			  .entity_id = record_of(c),
			  .before = before,
			  .after = after,
			  .reason = reason_of(c),
			  .save_id = c->save_id,
		  });
	free(before);
	free(after);
}

/* ---- sending ---- */

static enum txn_verdict send_call(struct action_call *c, struct txn *txn,
				  const struct reply *who)
{
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	xact_take(&c->xact, who);
	call_sql(c, &sql, &p);
	c->statement = txn_add(txn, sql.data, &p);
	c->after = add_read(c, txn);
	c->stage = STAGE_CALLED;
	lockwait_begin(c->wait, reply_get(who, 0, "pid"));
	params_release(&p);
	buf_release(&sql);
	return TXN_CONTINUE;
}

static enum txn_verdict on_verdict(void *ctx, struct txn *txn, const struct txn_result *result)
{
	struct action_call *c = ctx;
	size_t before = txn_len(txn);

	if (c->stage == STAGE_BEGUN)
		return send_call(c, txn, result->replies[c->identity]);
	if (c->stage == STAGE_CALLED) {
		lockwait_end(c->wait);
		c->stage = STAGE_TOLD;
		c->row = reply_ref(result->replies[c->statement]);
		compare(c, result);
		add_audit(c, txn);
	}
	return txn_len(txn) > before ? TXN_CONTINUE : TXN_COMMIT;
}

static void on_committing(void *ctx)
{
	struct action_call *c = ctx;
	char *before = before_json(c, true), *after = after_json(c, true);

	c->committing = true;
	journal_write(&(struct journal_entry){
		.save_id = c->save_id,
		.action = c->action->name,
		.relation = c->action->function,
		.key = record_of(c),
		.before = before ? before : "{}",
		.after = after,
		.xid = c->xact.xid,
		.reason = reason_of(c),
	});
	free(before);
	free(after);
}

struct action_call *action_start(struct session *s, const struct action_request *req,
				 const struct action_callbacks *cb, struct err *err)
{
	struct request_callbacks rcb = { .done = on_done,
					 .verdict = on_verdict,
					 .committing = on_committing };
	const struct screen_action *a = req->action;
	struct action_call *c;
	struct scope scope;
	struct txn *txn;

	if (!session_armed(s))
		BUG("an action while read-only");
	if (!complete(a, req->values, err))
		return NULL;
	c = xcalloc(1, sizeof *c);
	c->session = s;
	c->def = req->def;
	c->action = a;
	c->cb = *cb;
	c->values = xcalloc(a->nparams + 1, sizeof *c->values);
	for (size_t i = 0; i < a->nparams; i++)
		c->values[i] = req->values[i] && (*req->values[i] || !a->params[i].optional)
				       ? xstrdup(req->values[i])
				       : NULL;
	c->wait = lockwait_new(s, on_holder, c);
	uuid_make(c->save_id);
	c->xact.save_id = c->save_id;
	session_arm(s, true); /* the idle time begins anew */
	session_scope(s, USE_WRITE, &scope);
	scope.lock_timeout_ms = LOCK_LIMIT_MS;
	scope.statement_timeout_ms += LOCK_LIMIT_MS;
	scope.idle_timeout_ms = scope.statement_timeout_ms * 2;
	txn = txn_new(TXN_WRITE, &scope);
	c->identity = txn_add(txn, sqlset_get(session_sql(s), "save_identity", 0)->text, NULL);
	find_record(c);
	c->before = add_read(c, txn);
	rcb.ctx = c;
	db_send(session_db(s), DB_EDIT, txn, &rcb, c);
	scope_release(&scope);
	return c;
}

bool action_may_give_up(const struct action_call *c)
{
	return !c->committing;
}

void action_free(struct action_call **cp)
{
	struct action_call *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	db_forget(session_db(c->session), c);
	lockwait_free(&c->wait);
	for (size_t i = 0; i < c->action->nparams; i++)
		free(c->values[i]);
	free(c->values);
	xact_quest_free(&c->quest);
	xact_release(&c->xact);
	reply_free(&c->row);
	record_release(&c->was);
	record_release(&c->is);
	for (size_t i = 0; c->key && c->key[i]; i++)
		free(c->key[i]);
	free(c->key);
	record_plan_free(&c->plan);
	free(c);
}

void action_row_text(struct buf *out, const struct reply *r)
{
	for (size_t i = 0; i < reply_columns(r) && reply_rows(r); i++) {
		const char *text = reply_text(r, 0, i);

		/* What a function returns that returns nothing. */
		if (text && !*text && reply_columns(r) == 1)
			continue;
		buf_addf(out, "%s%s %s", out->len ? ", " : "", reply_name(r, i),
			 text ? text : "NULL");
	}
}
