/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_record.c - from a message to the record that it speaks of, and to a message from
 * what one knows of it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "command/command.h"
#include "command/vars.h"
#include "complete_priv.h"

/* ---- outbox record ---- */

/* "Order" is orders, sales_orders, "Order"; "OrderLine" is order_lines. */
static bool is_of(const char *relation, const char *type)
{
	struct buf name = BUF_INIT;
	size_t n, len = strlen(relation);
	bool is;

	for (size_t i = 0; type[i]; i++) {
		if (i && isupper((unsigned char)type[i]) && islower((unsigned char)type[i - 1]))
			buf_addc(&name, '_');
		buf_addc(&name, (char)tolower((unsigned char)type[i]));
	}
	if (len > 1 && tolower((unsigned char)relation[len - 1]) == 's')
		len--;
	n = name.len && name.data[name.len - 1] == 's' ? name.len - 1 : name.len;
	is = n && len >= n && strncasecmp(relation + len - n, name.data, n) == 0 &&
	     (len == n || relation[len - n - 1] == '_');
	buf_release(&name);
	return is;
}

/* The shortest name that fits; not the outbox itself, and nothing without a column id or a key.
 */
const struct relation *outbox_record_relation(const struct session *s, const char *type)
{
	const struct catalog *c = session_catalog(s);
	const struct relation *best = NULL;

	for (size_t i = 0; i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (r->is_partition || !(r->rights & RIGHT_SELECT) || !relation_key(r) ||
		    !is_of(r->name, type))
			continue;
		if (!best || strlen(r->name) < strlen(best->name))
			best = r;
	}
	return best;
}

static const char *key_column(const struct relation *r)
{
	const struct index *key = relation_key(r);

	if (relation_column(r, "id"))
		return "id";
	return relation_attnum(r, key->columns[key->nkeys - 1])->name;
}

static void record_run(struct call *c)
{
	const struct host *h = call_host(c);
	const char *type = args_get(call_args(c), "type"), *id = args_get(call_args(c), "id");
	const struct relation *r = outbox_record_relation(call_session(c), type);
	struct err err = ERR_INIT;

	if (r) {
		char *screen = xasprintf("%s.%s", r->schema, r->name);
		char *word = xasprintf("%s=%s", key_column(r), id);
		const char *const where[] = { word, NULL };
		const struct place place = { .screen = screen, .where = where };

		if (!h->ops->open(h->ctx, &place, &err))
			err_hint(&err, "the aggregate is called %s, its relation %s", type,
				 screen);
		free(screen);
		free(word);
	} else {
		err_set(&err, ERR_FAILED, type,
			"no relation that you may read is called like this aggregate");
	}
	call_done(c, err.kind ? &err : NULL, -1);
	err_release(&err);
}

const struct command cmd_outbox_record = {
	.name = "outbox record",
	.summary = "The record that a message speaks of",
	.args = "type:aggregate id:aggregate-id",
	.help = "By the name of its aggregate: Order is the relation order, orders or "
		"sales_orders.",
	.needs = NEEDS_CATALOG | NEEDS_SCREEN,
	.run = record_run,
};

/* ---- outbox find ---- */

static bool is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; shape[i] && text[i]; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
			return false;
	return !shape[i] && !text[i];
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* What one has in hand: an id, an event id, "Order 17", else a trace. */
static const char *column_for(const struct outbox *o, const char *text, const char *more)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);
	bool number = id && id->type_category == 'N';

	if (more)
		return "aggregate_id";
	if (id && (number ? is_number(text) : is_uuid(text) == (id->type_category == 'U')) &&
	    !(is_uuid(text) && outbox_column(o, OUTBOX_EVENT_ID)))
		return "id";
	if (is_uuid(text) && outbox_column(o, OUTBOX_EVENT_ID))
		return "event_id";
	return outbox_column(o, OUTBOX_TRACE) ? "trace" : "id";
}

static void find_run(struct call *c)
{
	const struct host *h = call_host(c);
	const struct outbox *o = vars_outbox(session_vars(call_session(c)));
	const char *text = args_get(call_args(c), "what");
	const char *more = args_get(call_args(c), "of");
	struct err err = ERR_INIT;

	if (o) {
		const char *column = column_for(o, text, more);
		char *first = xasprintf("%s=%s", column, more ? more : text);
		char *second = more ? xasprintf("aggregate_type=%s", text) : NULL;
		const char *const where[] = { first, second, NULL };
		const struct place place = {
			.screen = strcmp(column, "id") == 0 ? "message" : "all-messages",
			.where = where,
		};

		if (!h->ops->open(h->ctx, &place, &err) && !err.kind)
			err_set(&err, ERR_FAILED, text, "cannot be looked for");
		free(first);
		free(second);
	} else {
		err_set(&err, ERR_FAILED, "outbox", "no relation here is recognised as one");
	}
	call_done(c, err.kind ? &err : NULL, -1);
	err_release(&err);
}

const struct command cmd_outbox_find = {
	.name = "outbox find",
	.no_key = "what is looked for is typed",
	.summary = "Messages by id, event id, trace, or aggregate (Order 17)",
	.args = "what:message(all-messages) [of:aggregate-id]",
	.needs = NEEDS_CATALOG | NEEDS_SCREEN,
	.run = find_run,
};
