/* SPDX-License-Identifier: MIT */
/*
 * outbox_fit.c - how well a column fits a part, by the words of its name and its type together.
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

static int fit_payload(const struct candidate_table *t, const struct column *c,
		       const struct name_words *w)
{
	static const char *const names[] = {
		"payload",    "body",	 "data",  "content",	"args",	      "arguments",
		"kwargs",     "params",	 "doc",	  "serialized", "invocation", "handler",
		"operations", "message", "event", "object",	"envelope",   "value",
		"msg",	      "json",	 "blob",  "contents",	"command",    NULL
	};

	if (words_any(w, LIST("type", "name", "id", "class", "key", "count", "metadata",
			      "headers", "at", "on", "version", "error", "exception", "failure",
			      "response", "return", "result", "old")))
		return 0;
	if (is_document(c) && w->n == 1 &&
	    words_any(w, LIST("job", "term", "input", "item", "parameters")))
		return 2;
	/* An outbox carries something, whatever it is called. */
	if (!words_any(w, names))
		return is_document(c) &&
		       !words_any(w, LIST("meta", "header", "context", "tags", "errors")) &&
		       words_have(&t->name, "outbox");
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
	       words_any(w, LIST("type", "kind", "name"));
}

static int fit_aggregate(const struct candidate_table *t UNUSED, const struct column *c,
			 const struct name_words *w)
{
	if (!(is_text(c) || is_uuid(c) || is_integer(c)) ||
	    words_any(w, LIST("type", "kind", "name", "version")))
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

static const char *const done_names[] = {
	"processed",  "published", "dispatched",   "sent",	"delivered", "completed",
	"completion", "finished",  "handled",	   "acked",	"settled",   "archived",
	"gone",	      "finalized", "relayed",	   "shipped",	"emitted",   "forwarded",
	"pushed",     "exported",  "consumed",	   "confirmed", "executed",  "transmitted",
	"synced",     "done",	   "acknowledged", NULL
};

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
	/* When it was tried last says nothing of the end. */
	if (words_have(w, "last"))
		return 0;
	/* MassTransit's SentTime is when it was enqueued: never NULL. */
	if (is_time(c))
		return c->not_null ? 0 : words_have(w, "archived") ? 2 : 4;
	if (is_bool(c))
		return c->generated ? 0 : words_have(w, "archived") ? 1 : 3;
	/* 0 and 1, or when it was, as a number. */
	if (is_integer(c) && c->default_expr && c->default_expr[0] == '0')
		return 2;
	if (is_integer(c) && !c->not_null && !c->default_expr &&
	    words_end(w, LIST("at", "on", "time", "timestamp", "ms", "date")))
		return 2;
	return c->base_type_oid == T_INT2 && t->named ? 1 : 0;
}

static int fit_dead(const struct candidate_table *t UNUSED, const struct column *c,
		    const struct name_words *w)
{
	if (is_bool(c) && w->n == 1 && words_any(w, LIST("error", "errored")))
		return 1;
	if (!words_any(w, LIST("failed", "abandoned", "discarded", "dead", "expired", "blocked",
			       "rejected", "quarantined", "poisoned", "parked")) ||
	    words_any(w, LIST("count", "reason", "by", "until", "last")))
		return 0;
	return (is_time(c) && !c->not_null) ? 2 : is_bool(c);
}

/* Called off, or put away: it does not wait, and nothing is wrong with it. */
static int fit_withdrawn(const struct candidate_table *t UNUSED, const struct column *c,
			 const struct name_words *w)
{
	if (!words_any(w, LIST("cancelled", "canceled", "withdrawn", "skipped", "ignored",
			       "superseded", "archived", "deleted")) ||
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
	if (!named || words_any(w, LIST("code", "message", "http", "response", "suspension",
					"old", "new", "previous")))
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
	static const char *const verbs[] = { "deliver", "send",	   "publish",  "process",
					     "execute", "perform", "dispatch", "fire",
					     "emit",	"start",   "retry",    NULL };

	if (!instant(c) || words_any(w, LIST("count", "attempts", "priority", "last", "from")))
		return 0;
	if (w->n == 1 && words_any(w, LIST("delayed", "schedule")))
		return is_time(c) ? 2 : 0;
	if (words_any(w, LIST("available", "scheduled", "visible", "vt", "due", "eta")) ||
	    (words_have(w, "not") && words_have(w, "before")))
		return is_time(c) ? 4 : 2;
	if (words_have(w, "run") && words_any(w, LIST("at", "after", "time", "next")))
		return 4;
	if (words_have(w, "after") && words_any(w, verbs))
		return 3;
	if (words_have(w, "at") && words_any(w, verbs) && !words_have(w, "start"))
		return 3;
	if (words_have(w, "until") &&
	    words_any(w, LIST("delay", "delayed", "backoff", "hidden", "postponed", "deferred",
			      "blocked", "wait", "not")))
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
	static const char *const names[] = {
		"created",     "enqueued",  "inserted",	 "queued", "occurred", "recorded",
		"publication", "added",	    "raised",	 "issued", "creation", "timestamp",
		"create",      "requested", "submitted", NULL
	};

	if (!instant(c) || words_any(w, LIST("by", "updated")))
		return 0;
	if (words_any(w, LIST("occurred", "created", "enqueued", "inserted", "creation",
			      "create")))
		return is_time(c) ? 4 : 2;
	/* MassTransit */
	if (words_have(w, "sent") && words_have(w, "time") && c->not_null)
		return 3;
	return words_any(w, names) ? (is_time(c) ? 3 : 1) : 0;
}

static bool counts_down(const struct candidate_table *t, const struct name_words *w)
{
	return words_any(w, LIST("attempts", "retries", "tries")) &&
	       (words_any(w, LIST("left", "remaining")) || family_counts_down(t));
}

static int fit_left(const struct candidate_table *t, const struct column *c,
		    const struct name_words *w)
{
	return is_integer(c) && !counting(w) && counts_down(t, w);
}

static int fit_attempts(const struct candidate_table *t, const struct column *c,
			const struct name_words *w)
{
	if (!is_integer(c) || counting(w) || counts_down(t, w))
		return 0;
	if (words_any(w, LIST("attempts", "attempt", "tries", "retries", "retry", "errors",
			      "failures", "failure", "executions")))
		return words_any(w, LIST("number", "version")) ? 1 : 3;
	if (words_have(w, "count") &&
	    words_any(w, LIST("delivery", "redelivery", "error", "try", "send")))
		return 2;
	return (words_have(w, "read") && words_have(w, "ct")) ||
			       (words_have(w, "times") && words_have(w, "sent"))
		       ? 2
		       : 0;
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
	if (words_any(w, LIST("fail", "failed")) && words_have(w, "reason"))
		return 2;
	if (words_any(w, LIST("error", "errors", "exception", "failure", "trouble", "problem",
			      "cause", "exc", "traceback", "stacktrace", "fault")))
		return words_any(w, LIST("last", "message", "error")) ? 3 : 2;
	return 0;
}

static int fit_lock(const struct candidate_table *t, const struct column *c,
		    const struct name_words *w)
{
	static const char *const names[] = { "locked",	  "claimed",	"picked",    "reserved",
					     "fetched",	  "owner",	"leased",    "lock",
					     "attempted", "processing", "performed", "started",
					     "running",	  NULL };
	/* Weaker: they may also tell of the past, or of whom something belongs to. */
	bool begun = words_any(w, LIST("attempted", "performed", "started")),
	     owner = words_have(w, "owner");

	/* Of the delivery that is under way, where it is delivered anew after a while. */
	if (words_have(w, "delivery") && words_have(w, "id") && is_uuid(c) && !c->not_null &&
	    relation_column(t->relation, "redeliver_after"))
		return 2;
	if (words_any(w, LIST("until", "expires", "version", "timeout")) ||
	    !words_any(w, names))
		return 0;
	if (begun)
		return is_time(c) && !c->not_null;
	if (is_time(c) && !c->not_null)
		return 4;
	return is_bool(c)				    ? 3
	       : (is_text(c) || is_uuid(c)) && !c->not_null ? 2
	       : is_integer(c) && (!owner || t->out.family) ? 1
							    : 0;
}

static int fit_lease(const struct candidate_table *t UNUSED, const struct column *c,
		     const struct name_words *w)
{
	return is_time(c) &&
	       words_any(w, LIST("until", "expires", "expiry", "exp", "expiration")) &&
	       words_any(w, LIST("locked", "claimed", "lease", "leased", "lock", "claim",
				 "reserved", "picked", "processing", "invisible"));
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
	bool named = words_any(w, LIST("id", "uuid", "guid", "ulid"));

	if (!is_uuid(c) && !is_text(c))
		return 0;
	return w->n == 2 ? named && words_any(w, LIST("event", "message"))
			 : w->n == 1 && words_any(w, LIST("uuid", "guid", "ulid"));
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
	[OUTBOX_WITHDRAWN] = fit_withdrawn,
	[OUTBOX_LEFT] = fit_left,
};

int role_fit(const struct candidate_table *t, enum outbox_role role, const struct column *c,
	     const struct name_words *w)
{
	return fits[role](t, c, w);
}

/* A time that is never NULL, so that some value stands for "not yet"; a letter; bits. */
bool done_unreadable(const struct column *c, const struct name_words *w)
{
	bool constant =
		is_time(c) && c->not_null && c->default_expr && c->default_expr[0] == '\'';

	/* Bits of which nobody says what they stand for. */
	if (is_integer(c) && words_any(w, LIST("flags", "bits", "mask", "bitmask")))
		return true;
	return (constant || (is_text(c) && c->typmod == 5)) && words_any(w, done_names);
}
