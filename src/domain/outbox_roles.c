/* SPDX-License-Identifier: MIT */
/*
 * outbox_roles.c - which column plays which part, by the words of its name and its type
 * together.
 */
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* ---- types (pg_type oids of the base system are fixed: pg_type.dat) ---- */
enum {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_JSON = 114,
	T_XML = 142,
	T_BPCHAR = 1042,
	T_VARCHAR = 1043,
	T_TIMESTAMP = 1114,
	T_TIMESTAMPTZ = 1184,
	T_UUID = 2950,
	T_JSONB = 3802
};

bool is_time(const struct column *c)
{
	return c->base_type_oid == T_TIMESTAMP || c->base_type_oid == T_TIMESTAMPTZ;
}

bool is_zoned(const struct column *c)
{
	return c->base_type_oid == T_TIMESTAMPTZ;
}

bool is_integer(const struct column *c)
{
	return c->base_type_oid == T_INT2 || c->base_type_oid == T_INT4 ||
	       c->base_type_oid == T_INT8;
}

bool is_text(const struct column *c)
{
	return c->base_type_oid == T_TEXT || c->base_type_oid == T_VARCHAR ||
	       c->base_type_oid == T_BPCHAR || strcmp(c->type, "citext") == 0;
}

bool is_bool(const struct column *c)
{
	return c->base_type_oid == T_BOOL;
}

bool is_document(const struct column *c)
{
	return c->base_type_oid == T_JSON || c->base_type_oid == T_JSONB ||
	       c->base_type_oid == T_BYTEA || c->base_type_oid == T_XML;
}

bool is_uuid(const struct column *c)
{
	return c->base_type_oid == T_UUID;
}

static bool is_document_array(const struct column *c)
{
	return c->element_oid == T_JSON || c->element_oid == T_JSONB ||
	       c->element_oid == T_TEXT;
}

/* ---- roles ---- */

/* How well a column fits: 0 not at all, more is better. */
typedef int fit_fn(const struct candidate_table *t, const struct column *c,
		   const struct name_words *w);

static bool counting(const struct name_words *w)
{
	return words_any(w, LIST("max", "limit", "delay", "timeout", "interval", "policy"));
}

static int fit_payload(const struct candidate_table *t UNUSED, const struct column *c,
		       const struct name_words *w)
{
	static const char *const names[] = {
		"payload",    "body",	  "data",	"content", "args",
		"arguments",  "kwargs",	  "params",	"doc",	   "serialized",
		"invocation", "handler",  "operations", "message", "event",
		"object",     "envelope", "value",	NULL
	};

	if (!words_any(w, names) ||
	    words_any(w, LIST("type", "name", "id", "class", "key", "count", "metadata",
			      "headers", "at", "on", "version")))
		return 0;
	if (is_document(c))
		return words_have(w, "payload") ? 4 : 3;
	return is_text(c) ? (words_have(w, "payload") ? 2 : 1) : 0;
}

static int fit_type(const struct candidate_table *t UNUSED, const struct column *c,
		    const struct name_words *w)
{
	static const char *const names[] = { "type",	    "topic",   "event",	   "kind",
					     "destination", "routing", "channel",  "queue",
					     "recipient",   "worker",  "class",	   "identifier",
					     "entrypoint",  "task",    "listener", "subject",
					     "workflow",    "name",    NULL };

	if (!(is_text(c) || c->type_kind == 'e') ||
	    words_any(w,
		      LIST("aggregate", "content", "correlation", "error", "state", "status")))
		return 0;
	if (!words_any(w, names))
		return 0;
	if (words_have(w, "event") || (words_have(w, "message") && words_have(w, "type")))
		return words_have(w, "type") || words_have(w, "name") ? 5 : 3;
	if (words_have(w, "type") || words_have(w, "topic") || words_have(w, "kind"))
		return 4;
	return words_have(w, "name") ? (w->n == 1 ? 1 : 2) : 3;
}

static int fit_aggregate_type(const struct candidate_table *t UNUSED, const struct column *c,
			      const struct name_words *w)
{
	return is_text(c) && words_any(w, LIST("aggregate", "messageable", "entity")) &&
	       words_have(w, "type");
}

static int fit_aggregate(const struct candidate_table *t UNUSED, const struct column *c,
			 const struct name_words *w)
{
	if (!(is_text(c) || is_uuid(c) || is_integer(c)) ||
	    words_any(w, LIST("type", "version")))
		return 0;
	if (words_have(w, "aggregate"))
		return words_have(w, "id") ? 4 : 2;
	if (words_have(w, "key") &&
	    words_any(w, LIST("record", "event", "partition", "message")))
		return 3;
	return words_have(w, "messageable") ||
			       (words_have(w, "correlation") && words_have(w, "id"))
		       ? 2
		       : 0;
}

static const char *const done_names[] = { "processed", "published", "dispatched", "sent",
					  "delivered", "completed", "completion", "finished",
					  "handled",   "acked",	    "settled",	  "archived",
					  "gone",      "finalized", "relayed",	  "shipped",
					  NULL };

static int fit_done(const struct candidate_table *t, const struct column *c,
		    const struct name_words *w)
{
	/* "enqueued" is when it came; of an outbox that tells that too, when it was handed on.
	 */
	if (words_have(w, "enqueued") && is_time(c) && !c->not_null &&
	    words_have(&t->name, "outbox") && relation_column(t->relation, "created_at"))
		return 3;
	if (!words_any(w, done_names) ||
	    words_any(w, LIST("attempts", "count", "by", "attempt")))
		return 0;
	if (is_time(c)) {
		/* MassTransit's SentTime is when it was enqueued: never NULL. */
		return c->not_null ? 0 : 4;
	}
	if (is_bool(c))
		return c->generated ? 0 : 3;
	return c->base_type_oid == T_INT2 && (t->named || c->default_expr) ? 2 : 0;
}

static int fit_dead(const struct candidate_table *t UNUSED, const struct column *c,
		    const struct name_words *w)
{
	if (!words_any(w, LIST("failed", "abandoned", "discarded", "dead", "expired", "blocked",
			       "rejected")) ||
	    words_any(w, LIST("count", "reason", "by")))
		return 0;
	return (is_time(c) && !c->not_null) ? 2 : is_bool(c);
}

static int fit_state(const struct candidate_table *t UNUSED, const struct column *c,
		     const struct name_words *w)
{
	bool named = words_any(w, LIST("status", "state", "etat"));

	if (c->type_kind == 'e')
		return named ? 4 : 1;
	if (!named || words_any(w, LIST("code", "message", "http")))
		return 0;
	return is_text(c)						  ? 3
	       : c->base_type_oid == T_INT2 || c->base_type_oid == T_INT4 ? 2
									  : 0;
}

static bool instant(const struct column *c)
{
	return is_time(c) || c->base_type_oid == T_INT8 || c->base_type_oid == T_INT4;
}

static int fit_due(const struct candidate_table *t UNUSED, const struct column *c,
		   const struct name_words *w)
{
	if (!instant(c) || words_any(w, LIST("count", "attempts", "priority", "last")))
		return 0;
	if (words_any(w, LIST("available", "scheduled", "visible", "vt", "due")))
		return is_time(c) ? 4 : 2;
	if (words_have(w, "run") && words_any(w, LIST("at", "after", "time", "next")))
		return 4;
	if (words_have(w, "after") &&
	    words_any(w, LIST("execute", "process", "start", "deliver", "retry")))
		return 3;
	if (words_have(w, "next") && words_any(w, LIST("attempt", "retry", "run", "try")))
		return 3;
	if (words_have(w, "execution") && words_have(w, "time"))
		return 3;
	return words_have(w, "enqueue") && words_have(w, "time") ? 2 : 0;
}

static int fit_enqueued(const struct candidate_table *t UNUSED, const struct column *c,
			const struct name_words *w)
{
	static const char *const names[] = { "created",	 "enqueued", "inserted",    "queued",
					     "occurred", "recorded", "publication", "added",
					     "raised",	 "issued",   "creation",    "timestamp",
					     NULL };

	if (!instant(c) || words_any(w, LIST("by", "updated")))
		return 0;
	if (words_any(w, LIST("occurred", "created", "enqueued", "inserted", "creation")))
		return is_time(c) ? 4 : 2;
	/* MassTransit */
	if (words_have(w, "sent") && words_have(w, "time") && c->not_null)
		return 3;
	return words_any(w, names) ? (is_time(c) ? 3 : 1) : 0;
}

static int fit_attempts(const struct candidate_table *t UNUSED, const struct column *c,
			const struct name_words *w)
{
	if (!is_integer(c) || counting(w))
		return 0;
	if (words_any(w, LIST("attempts", "attempt", "tries", "retries", "retry", "errors",
			      "failures", "failure", "executions")))
		return words_any(w, LIST("number", "version")) ? 1 : 3;
	return words_have(w, "read") && words_have(w, "ct") ? 2 : 0;
}

static int fit_max_attempts(const struct candidate_table *t UNUSED, const struct column *c,
			    const struct name_words *w)
{
	return is_integer(c) && words_any(w, LIST("max", "limit")) &&
	       words_any(w, LIST("attempts", "retries", "retry", "tries"));
}

static int fit_error(const struct candidate_table *t UNUSED, const struct column *c,
		     const struct name_words *w)
{
	if (!(is_text(c) || is_document(c) || is_document_array(c)) || words_have(w, "code"))
		return 0;
	if (words_any(w, LIST("error", "errors", "exception", "failure", "trouble", "problem",
			      "cause")))
		return words_any(w, LIST("last", "message", "error")) ? 3 : 2;
	return 0;
}

static int fit_lock(const struct candidate_table *t UNUSED, const struct column *c,
		    const struct name_words *w)
{
	static const char *const names[] = { "locked",	  "claimed",	"picked",    "reserved",
					     "fetched",	  "owner",	"leased",    "lock",
					     "attempted", "processing", "performed", NULL };

	if (words_any(w, LIST("until", "expires", "version", "timeout")) ||
	    !words_any(w, names))
		return 0;
	if (words_have(w, "attempted") || words_have(w, "performed"))
		return is_time(c) && !c->not_null;
	if (is_time(c) && !c->not_null)
		return 4;
	return is_bool(c)				    ? 3
	       : (is_text(c) || is_uuid(c)) && !c->not_null ? 2
	       : is_integer(c)				    ? 1
							    : 0;
}

static int fit_lease(const struct candidate_table *t UNUSED, const struct column *c,
		     const struct name_words *w)
{
	return is_time(c) && words_any(w, LIST("until", "expires")) &&
	       words_any(w, LIST("locked", "claimed", "lease", "leased", "lock"));
}

static int fit_trace(const struct candidate_table *t UNUSED, const struct column *c,
		     const struct name_words *w)
{
	return (is_text(c) || is_uuid(c)) && words_any(w, LIST("trace", "tracing")) &&
	       !words_have(w, "parent");
}

static int fit_event_id(const struct candidate_table *t UNUSED, const struct column *c,
			const struct name_words *w)
{
	return (is_uuid(c) || is_text(c)) && words_have(w, "id") &&
	       words_any(w, LIST("event", "message")) && w->n == 2;
}

static fit_fn *const fits[OUTBOX_ROLES] = {
	[OUTBOX_PAYLOAD] = fit_payload,
	[OUTBOX_TYPE] = fit_type,
	[OUTBOX_AGGREGATE_TYPE] = fit_aggregate_type,
	[OUTBOX_AGGREGATE] = fit_aggregate,
	[OUTBOX_DONE] = fit_done,
	[OUTBOX_DEAD] = fit_dead,
	[OUTBOX_STATE] = fit_state,
	[OUTBOX_DUE] = fit_due,
	[OUTBOX_ENQUEUED] = fit_enqueued,
	[OUTBOX_ATTEMPTS] = fit_attempts,
	[OUTBOX_MAX_ATTEMPTS] = fit_max_attempts,
	[OUTBOX_ERROR] = fit_error,
	[OUTBOX_LOCK] = fit_lock,
	[OUTBOX_LEASE] = fit_lease,
	[OUTBOX_TRACE] = fit_trace,
	[OUTBOX_EVENT_ID] = fit_event_id,
};

/* A column plays one part only; parts are given in this order of weight. */
static const enum outbox_role order[] = {
	OUTBOX_DONE,	  OUTBOX_DEAD,	   OUTBOX_STATE,    OUTBOX_LEASE,
	OUTBOX_LOCK,	  OUTBOX_DUE,	   OUTBOX_ENQUEUED, OUTBOX_MAX_ATTEMPTS,
	OUTBOX_ATTEMPTS,  OUTBOX_ERROR,	   OUTBOX_PAYLOAD,  OUTBOX_AGGREGATE_TYPE,
	OUTBOX_AGGREGATE, OUTBOX_EVENT_ID, OUTBOX_TRACE,    OUTBOX_TYPE,
};

static bool taken(const struct candidate_table *t, int attnum)
{
	for (int r = 0; r < OUTBOX_ROLES; r++)
		if (t->out.roles[r] == attnum)
			return true;
	return false;
}

/* A state that the profile file names is read like one that was found. */
static void given_states(struct candidate_table *t, enum outbox_role role)
{
	const struct column *c = candidate_column(t, role);

	if (role == OUTBOX_STATE && c && !candidate_states(t, c))
		(void)candidate_unlisted_states(t, c);
}

static void give_role(struct candidate_table *t, enum outbox_role role)
{
	const struct relation *r = t->relation;
	int best = 0;

	if (t->given[role]) {
		given_states(t, role);
		return;
	}
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];
		int fit;

		if (taken(t, c->attnum))
			continue;
		fit = fits[role](t, c, &t->words[i]);
		/* A state must also read as one. */
		if (fit > best && (role != OUTBOX_STATE || candidate_states(t, c))) {
			best = fit;
			t->out.roles[role] = c->attnum;
		}
	}
}

/* Of a key of several columns the one that is handed out, not the one that divides. */
static int fit_identity(const struct column *c)
{
	struct name_words w;

	name_words(&w, c->name);
	return (c->identity || c->default_expr ? 4 : 0) +
	       (words_have(&w, "id") || words_have(&w, "uuid") || words_have(&w, "jid") ? 2
											: 0) +
	       (words_any(&w, LIST("sequence", "seq", "offset", "number")) ? 1 : 0);
}

static void give_identity(struct candidate_table *t)
{
	const struct index *key = relation_key(t->relation);
	int best = -1;

	for (size_t i = 0; key && i < key->nkeys; i++) {
		const struct column *c = relation_attnum(t->relation, key->columns[i]);
		int fit = c ? fit_identity(c) : -1;

		if (key->columns[i] == t->out.roles[OUTBOX_TENANT] || fit <= best)
			continue;
		best = fit;
		t->out.roles[OUTBOX_ID] = key->columns[i];
	}
}

void candidate_roles(struct candidate_table *t)
{
	if (!t->given[OUTBOX_ID])
		give_identity(t);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		give_role(t, order[i]);
}
