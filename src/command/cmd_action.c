/* SPDX-License-Identifier: MIT */
/*
 * cmd_action.c - the actions of a screen ([action NAME]): a form in the console, one call from
 * the shell; and the words for stock, which are actions of the shipped screens.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "command/action.h"
#include "command/command.h"
#include "command/target.h"

struct acting {
	struct call *call;
	const struct screendef *def;
	const struct screen_action *action;
	char **values; /* one per parameter */
	struct action_call *running;
};

static void acting_free(void *data)
{
	struct acting *a = data;

	action_free(&a->running);
	for (size_t i = 0; a->action && i < a->action->nparams; i++)
		free(a->values[i]);
	free(a->values);
	free(a);
}

/* ---- running one ---- */

static void on_waiting(void *ctx, const char *text)
{
	const struct acting *a = ctx;
	const struct host *h = call_host(a->call);

	if (text)
		h->ops->say(h->ctx, SAY_INFO, text);
}

static void print_row(const struct acting *a, const struct reply *r)
{
	const struct host *h = call_host(a->call);
	struct table_column columns[64];
	const char *cells[64];
	size_t n =
		reply_columns(r) < ARRAY_SIZE(columns) ? reply_columns(r) : ARRAY_SIZE(columns);

	for (size_t i = 0; i < n; i++)
		columns[i] = (struct table_column){ .name = reply_name(r, i) };
	h->ops->table_begin(h->ctx, a->action->title, columns, n);
	for (size_t row = 0; row < reply_rows(r); row++) {
		for (size_t i = 0; i < n; i++)
			cells[i] = reply_text(r, row, i);
		h->ops->table_row(h->ctx, cells);
	}
	h->ops->table_end(h->ctx);
}

static void on_done(void *ctx, const struct action_result *result)
{
	struct acting *a = ctx;
	struct err err = ERR_INIT;

	if (result->outcome == ACTION_DONE && result->row)
		print_row(a, result->row);
	if (result->err)
		err_copy(&err, result->err);
	if (result->outcome == ACTION_LOCKED && result->holder)
		err_hint(&err, "it was %s", result->holder);
	call_done(a->call, &err, -1);
	err_release(&err);
}

static void act(struct acting *a, struct err *err)
{
	const struct action_callbacks cb = { .waiting = on_waiting, .done = on_done, .ctx = a };

	if (session_tenant(call_session(a->call))->kind == TENANT_ALL)
		err_set(err, ERR_FAILED, a->action->title,
			"nothing is changed in the scope of all tenants");
	else
		a->running = action_start(call_session(a->call),
					  &(struct action_request){
						  a->def, a->action,
						  (const char *const *)a->values },
					  &cb, err);
}

static bool set_value(struct acting *a, const char *name, const char *value, struct err *err)
{
	const struct screen_param *p = action_param(a->action, name);
	const char *names[33] = { 0 };

	for (size_t i = 0; !p && i < a->action->nparams && i < ARRAY_SIZE(names) - 1; i++)
		names[i] = a->action->params[i].name;
	if (!p) {
		err_unknown(err, "parameter", name, names);
		err->kind = ERR_USAGE;
		return false;
	}
	free(a->values[p - a->action->params]);
	a->values[p - a->action->params] = xstrdup_null(value);
	return true;
}

static struct acting *acting_new(struct call *call, const char *screen, const char *name,
				 struct err *err)
{
	const struct screendef *def = session_screen(call_session(call), screen, err);
	struct acting *a = xcalloc(1, sizeof *a);
	const char *names[65] = { 0 };

	a->call = call;
	call_set_data(call, a, acting_free);
	if (!def)
		return NULL;
	a->def = def;
	a->action = action_find(def, name);
	if (!a->action) {
		for (size_t i = 0; i < def->nactions && i < ARRAY_SIZE(names) - 1; i++)
			names[i] = def->actions[i].name;
		err_unknown(err, "action", name, names);
		err->kind = ERR_USAGE;
		return NULL;
	}
	a->values = xcalloc(a->action->nparams + 1, sizeof *a->values);
	return a;
}

/* ---- souk action SCREEN NAME [PARAMETER=VALUE…]; :action NAME on a row ---- */

static void action_batch(struct call *c, struct err *err)
{
	const struct args *args = call_args(c);
	const char *const *words = args_rest(args, "with");
	struct acting *a;

	if (!args_get(args, "name")) {
		err_set(err, ERR_USAGE, "action",
			"a screen and the name of its action are wanted");
		return;
	}
	a = acting_new(c, args_get(args, "what"), args_get(args, "name"), err);
	for (; a && words && *words; words++) {
		const char *eq = strchr(*words, '=');
		char *name = eq ? xstrndup(*words, (size_t)(eq - *words)) : NULL;
		bool ok = eq ? set_value(a, name, eq + 1, err)
			     : err_set(err, ERR_USAGE, *words, "is not PARAMETER=VALUE");

		free(name);
		if (!ok)
			return;
	}
	if (!a)
		return;
	if (!session_armed(call_session(c))) {
		err_set(err, ERR_FAILED, "action", "souk is read-only");
		err_hint(err, "add --armed");
		return;
	}
	act(a, err);
}

static void action_run(struct call *c)
{
	const struct host *h = call_host(c);
	struct err err = ERR_INIT;

	if (h->batch) {
		action_batch(c, &err);
		if (err.kind)
			call_done(c, &err, -1);
	} else {
		bool ok = h->ops->action(h->ctx, ACTION_ACT, call_args(c), &err);

		call_done(c, ok ? NULL : &err, -1);
	}
	err_release(&err);
}

const struct command cmd_action = {
	.name = "action",
	.summary = "Call a function that the screen offers for its rows",
	.args = "what:action [name:text] [with:assignment…]",
	.help = "In the console: action NAME opens its form for the row under the cursor. In a "
		"shell: souk action SCREEN NAME PARAMETER=VALUE…. Actions are the [action "
		"NAME] of a "
		"screen file (souk-screens(5)).",
	.needs = NEEDS_CATALOG | BATCH,
	.run = action_run,
};

/* ---- stock ---- */

/* SKU or SKU@WAREHOUSE, or the number of the balance. */
static bool is_number(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static void set_or_fail(struct acting *a, const char *name, const char *value)
{
	struct err err = ERR_INIT;

	if (value && !set_value(a, name, value, &err))
		BUG("%s: %s", a->action->name, err.why);
}

static void found(void *ctx, const struct txn_result *result)
{
	struct acting *a = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	const char *wanted = args_get(call_args(a->call), "balance");
	struct err err = ERR_INIT;
	struct buf where = BUF_INIT;

	if (result->err.kind) {
		err_copy(&err, &result->err);
	} else if (!r || !reply_rows(r)) {
		err_set(&err, ERR_FAILED, wanted, "nothing of this lies there, in this tenant");
		err_hint(&err, "BALANCE is SKU@WAREHOUSE, SKU, or the number of a balance");
	} else if (reply_rows(r) > 1) {
		for (size_t i = 0; i < reply_rows(r); i++)
			buf_addf(&where, "%s%s (balance %s, %s available)", i ? ", " : "",
				 reply_get(r, i, "warehouse"), reply_get(r, i, "id"),
				 reply_get(r, i, "available"));
		err_set(&err, ERR_USAGE, wanted, "lies in %zu places: %s", reply_rows(r),
			where.data);
		err_hint(&err, "say SKU@WAREHOUSE, or the number of the balance");
	} else {
		set_or_fail(a, "p_balance", reply_get(r, 0, "id"));
		act(a, &err);
	}
	if (err.kind)
		call_done(a->call, &err, -1);
	buf_release(&where);
	err_release(&err);
}

static void ask(struct acting *a, const char *query, const struct params *p,
		void (*done)(void *ctx, const struct txn_result *result))
{
	struct request_callbacks cb = { .done = done, .ctx = a };
	struct session *s = call_session(a->call);
	struct scope scope;
	struct txn *txn;

	session_scope(s, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sqlset_get(session_sql(s), query, 0)->text, p);
	db_send(session_db(s), DB_EDIT, txn, &cb, a->call);
	scope_release(&scope);
}

static void find_balance(struct acting *a, const char *wanted, struct err *err)
{
	const char *at = strrchr(wanted, '@');
	struct params p = PARAMS_INIT;

	if (is_number(wanted)) {
		set_or_fail(a, "p_balance", wanted);
		act(a, err);
		return;
	}
	params_textn(&p, wanted, at ? (size_t)(at - wanted) : strlen(wanted));
	params_text(&p, at ? at + 1 : NULL);
	ask(a, "stock_find", &p, found);
	params_release(&p);
}

static void warehouse_found(void *ctx, const struct txn_result *result)
{
	struct acting *a = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct err err = ERR_INIT;

	if (result->err.kind) {
		err_copy(&err, &result->err);
	} else if (!r || !reply_rows(r)) {
		err_set(&err, ERR_FAILED, args_get(call_args(a->call), "to"),
			"there is no warehouse of this code in this tenant");
	} else {
		set_or_fail(a, "p_to_warehouse", reply_get(r, 0, "id"));
		find_balance(a, args_get(call_args(a->call), "balance"), &err);
	}
	if (err.kind)
		call_done(a->call, &err, -1);
	err_release(&err);
}

static void stock_run(struct call *c)
{
	static const char *const names[][2] = {
		{ "quantity", "p_quantity" },
		{ "by", "p_difference" },
		{ "to", "p_to_warehouse" },
		{ "order", "p_order_ref" },
		{ "ttl", "p_ttl" },
		{ "reference", "p_reference" },
		{ "reservation", "p_reservation" },
		{ "reason", "p_reason" },
	};
	const char *verb = strchr(call_command(c)->name, ' ') + 1;
	const char *balance = args_get(call_args(c), "balance");
	const char *to = args_get(call_args(c), "to");
	struct err err = ERR_INIT;
	struct acting *a = acting_new(c, balance ? "inventory" : "reservations", verb, &err);

	for (size_t i = 0; a && i < ARRAY_SIZE(names); i++)
		if (action_param(a->action, names[i][1]))
			set_or_fail(a, names[i][1], args_get(call_args(c), names[i][0]));
	if (a && to && !is_number(to)) {
		struct params p = PARAMS_INIT;

		params_text(&p, to);
		ask(a, "warehouse_find", &p, warehouse_found);
		params_release(&p);
	} else if (a && balance) {
		find_balance(a, balance, &err);
	} else if (a) {
		act(a, &err);
	}
	if (err.kind)
		call_done(c, &err, -1);
	err_release(&err);
}

#define STOCK_HELP                                                                             \
	"BALANCE is SKU@WAREHOUSE, SKU where it lies in one place only, or the balance's "     \
	"number. "                                                                             \
	"The balance is locked, a movement is written with the reason, and what lies there "   \
	"then "                                                                                \
	"is printed. What is not there cannot be taken: it is refused in words."

#define STOCK(id, verb, text, spec)                                                            \
	const struct command cmd_stock_##id = {                                                \
		.name = "stock " verb,                                                         \
		.no_key = "a balance is named; the screen Stock has keys for the one under "   \
			  "the cursor",                                                        \
		.summary = text,                                                               \
		.args = spec,                                                                  \
		.help = STOCK_HELP,                                                            \
		.needs = NEEDS_CATALOG | NEEDS_WRITE | BATCH,                                  \
		.run = stock_run,                                                              \
	}

STOCK(adjust, "adjust", "Correct what was counted, by a difference",
      "balance:record(inventory) --by:int [--reason:text]");
STOCK(receive, "receive", "Goods came in",
      "balance:record(inventory) quantity:int [--reference:text] [--reason:text]");
STOCK(release, "release", "Withdraw a reservation",
      "reservation:record(reservations) [--reason:text]");
STOCK(reserve, "reserve", "Promise goods to an order for a time",
      "balance:record(inventory) quantity:int order:record(orders) [--ttl:until] [--reason:text]");
STOCK(sell, "sell", "Make a reservation a sale",
      "reservation:record(reservations) [--reason:text]");
STOCK(transfer, "transfer", "Move goods to another warehouse",
      "balance:record(inventory) to:record(warehouses) quantity:int [--reason:text]");
