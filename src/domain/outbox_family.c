/* SPDX-License-Identifier: MIT */
/*
 * outbox_family.c - tables of known libraries, by the columns that only they have
 * together; and what their states mean where the schema does not say it: codes, and words
 * without a CHECK.
 *
 * Beside those of a family, labels are read from what the schema does say: the column's
 * default and the predicates of indexes.  Where nobody says anything, ordinary words in
 * their usual spellings are tried, but never letters or codes.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/vec.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct family {
	const char *name;
	const char *columns[6];
	struct outbox_states states;
} families[] = {
	{ "cap",
	  { "statusname", "expiresat", "retries", "added", "content" },
	  { .pending = LIST("Scheduled"),
	    .flight = LIST("Queued"),
	    .done = LIST("Succeeded"),
	    .dead = LIST("Failed"),
	    .delayed = LIST("Delayed") } },
	{ "hangfire",
	  { "statename", "invocationdata", "arguments" },
	  { .pending = LIST("Enqueued"),
	    .flight = LIST("Processing"),
	    .done = LIST("Succeeded", "Deleted"),
	    .dead = LIST("Failed") } },
	{ "django-outbox-pattern",
	  { "destination", "body", "added", "expires_at", "retry", "status" },
	  { .pending = LIST("1"), .done = LIST("2"), .dead = LIST("-1") } },
	{ "sbmt-outbox",
	  { "event_key", "bucket", "errors_count", "processed_at", "status" },
	  { .pending = LIST("0"), .done = LIST("2"), .dead = LIST("1", "3") } },
	{ "spring-modulith-2",
	  { "listener_id", "serialized_event", "completion_attempts", "status" },
	  { .pending = LIST("PUBLISHED"),
	    .flight = LIST("PROCESSING"),
	    .done = LIST("COMPLETED"),
	    .dead = LIST("FAILED"),
	    .retry = LIST("RESUBMITTED") } },
	{ "spring-modulith", { "listener_id", "serialized_event", "completion_date" }, { 0 } },
	{ "eventuate",
	  { "destination", "headers", "payload", "published", "creation_time" },
	  { 0 } },
	{ "wolverine",
	  { "execution_time", "body", "owner_id", "keep_until", "status" },
	  { .pending = LIST("Incoming"),
	    .done = LIST("Handled"),
	    .delayed = LIST("Scheduled") } },
	{ "wolverine", { "owner_id", "destination", "deliver_by", "body" }, { 0 } },
	{ "vendure",
	  { "queuename", "data", "issettled", "settledat", "state" },
	  { .pending = LIST("PENDING"),
	    .flight = LIST("RUNNING"),
	    .done = LIST("COMPLETED", "CANCELLED"),
	    .dead = LIST("FAILED"),
	    .retry = LIST("RETRYING") } },
	{ "saleor", { "event_type", "payload_id", "webhook_id", "status" }, { 0 } },
	{ "symfony-messenger", { "body", "headers", "queue_name", "delivered_at" }, { 0 } },
	{ "silverback", { "endpointname", "content", "headers", "created" }, { 0 } },
	{ "pgmq", { "msg_id", "read_ct", "vt", "message" }, { 0 } },
	{ "river", { "attempted_by", "finalized_at", "args", "kind", "max_attempts" }, { 0 } },
	{ "oban", { "worker", "args", "discarded_at", "max_attempts", "meta" }, { 0 } },
	{ "graphile-worker", { "task_id", "run_at", "max_attempts", "is_available" }, { 0 } },
	{ "jobrunr",
	  { "jobasjson", "jobsignature", "state" },
	  { .pending = LIST("ENQUEUED"),
	    .flight = LIST("PROCESSING"),
	    .done = LIST("SUCCEEDED", "DELETED"),
	    .dead = LIST("FAILED"),
	    .delayed = LIST("SCHEDULED") } },
	{ "camunda", { "lock_exp_time_", "lock_owner_", "retries_", "handler_cfg_" }, { 0 } },
	{ "abp", { "extraproperties", "eventname", "eventdata", "creationtime" }, { 0 } },
	{ "integration-event-log",
	  { "eventtypename", "timessent", "content", "transactionid", "state" },
	  { .pending = LIST("0"), .flight = LIST("1"), .done = LIST("2"), .dead = LIST("3") } },
	{ "masstransit", { "sequencenumber", "outboxid", "messageid", "contenttype" }, { 0 } },
};

static bool has_column(const struct relation *r, const char *name)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		if (strcasecmp(r->columns[i].name, name) == 0)
			return true;
	return false;
}

static bool belongs(const struct relation *r, const struct family *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(f->columns) && f->columns[i]; i++)
		if (!has_column(r, f->columns[i]))
			return false;
	return true;
}

static const struct family *family_of(const struct relation *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (belongs(r, &families[i]))
			return &families[i];
	return NULL;
}

bool family_counts_down(const struct candidate_table *t)
{
	const struct family *f = family_of(t->relation);

	return f && strcmp(f->name, "camunda") == 0;
}

void candidate_family(struct candidate_table *t)
{
	const struct family *f = family_of(t->relation);

	if (!f)
		return;
	t->out.family = f->name;
	/* Whoever is known may be called a log. */
	candidate_points(t, t->logged ? 4 + 8 : 4, f->name);
	t->logged = false;
}

/* ---- labels that the schema does not list ---- */

struct labels {
	VEC(const char *) v;
};

static void add_label(struct candidate_table *t, struct labels *l, const char *text, size_t len)
{
	*VEC_PUSH(&l->v) = arena_strndup(t->arena, text, len);
}

/* 'new'::character varying, 0, ('new'::text): the literals of an expression. */
static void literals(struct candidate_table *t, struct labels *l, const char *expr)
{
	const char *end;

	for (const char *p = strchr(expr, '\''); p; p = strchr(end + 1, '\'')) {
		end = strchr(p + 1, '\'');
		if (!end)
			return;
		add_label(t, l, p + 1, (size_t)(end - p - 1));
	}
}

static void numbers(struct candidate_table *t, struct labels *l, const char *p, const char *end)
{
	while (p < end) {
		size_t len = strspn(p, "-0123456789");

		if (len)
			add_label(t, l, p, len);
		p += len ? len : 1;
	}
}

/* "(status = 0)", "(status = ANY (ARRAY[0, 1]))", "(status = ANY ('{0,1}'::smallint[]))" of an
 * index, "0" of a default. False: it says something else. */
static bool codes(struct candidate_table *t, struct labels *l, const char *expr)
{
	const char *p = strstr(expr, " = "), *list;
	size_t len;

	if (p && strncmp(p, " = ANY (", 8) == 0) {
		list = p + strcspn(p, "[{");
		numbers(t, l, list, list + strcspn(list, "]}"));
		return true;
	}
	p = p ? p + 3 : expr;
	len = strspn(p, "-0123456789");
	if (!len || (p[len] && p[len] != ')'))
		return false;
	add_label(t, l, p, len);
	return true;
}

/* False: an index says which of them wait in a way that is not understood; a default would tell
 * only one. */
static bool said_by_schema(struct candidate_table *t, const struct column *c, struct labels *l)
{
	const struct relation *r = t->relation;
	bool code = is_integer(c), understood = true;

	for (size_t i = 0; i < r->nindexes; i++) {
		const char *predicate = r->indexes[i].predicate;

		if (!predicate || !strstr(predicate, c->name))
			continue;
		if (code)
			understood = codes(t, l, predicate) && understood;
		else
			literals(t, l, predicate);
	}
	if (!l->v.len && understood && c->default_expr && !c->generated) {
		if (code)
			(void)codes(t, l, c->default_expr);
		else
			literals(t, l, c->default_expr);
	}
	return understood || l->v.len;
}

static const char *spelled(struct candidate_table *t, const char *word, int how)
{
	char *s = arena_strdup(t->arena, word), *to = s;
	bool start = true;

	if (how == 0)
		return s;
	for (const char *p = word; *p; p++) {
		if (how == 2 && *p == '_') {
			start = true;
			continue;
		}
		*to++ = (char)(how == 1 || start ? toupper((unsigned char)*p) : *p);
		start = false;
	}
	*to = '\0';
	return s;
}

/* new, NEW, New; in_progress, IN_PROGRESS, InProgress */
static const char *const *spellings(struct candidate_table *t, const char *const *words)
{
	struct labels l = { .v = VEC_INIT };
	const char **out;

	for (; *words; words++)
		for (int how = 0; how < 3; how++)
			*VEC_PUSH(&l.v) = spelled(t, *words, how);
	out = arena_array(t->arena, l.v.len + 1, sizeof *out);
	memcpy(out, l.v.v, l.v.len * sizeof *out);
	VEC_RELEASE(&l.v);
	return out;
}

static const char *const *terminated(struct candidate_table *t, struct labels *l)
{
	const char **out = arena_array(t->arena, l->v.len + 1, sizeof *out);

	if (l->v.len)
		memcpy(out, l->v.v, l->v.len * sizeof *out);
	VEC_RELEASE(&l->v);
	return out;
}

bool candidate_unlisted_states(struct candidate_table *t, const struct column *c)
{
	const struct family *f = family_of(t->relation);
	struct labels said = { .v = VEC_INIT };
	struct outbox_states *s = &t->out.states;
	const char *const *labels;

	if (f && f->states.pending) {
		*s = f->states;
		return true;
	}
	t->unreadable = !said_by_schema(t, c, &said) || t->unreadable;
	labels = terminated(t, &said);
	if (is_integer(c)) {
		/* A message begins as one that waits. */
		s->pending = labels;
		return true;
	}
	for (const char *const *l = labels; *l; l++)
		if (state_is_business(*l)) {
			t->business = true;
			return false;
		}
	t->unlisted = true;
	state_words(s);
	s->flight = spellings(t, s->flight);
	s->done = spellings(t, s->done);
	s->dead = spellings(t, s->dead);
	s->retry = spellings(t, s->retry);
	s->delayed = spellings(t, s->delayed);
	t->out.labels_guessed = true;
	t->out.pending_guessed = !*labels;
	s->pending = *labels ? states_waiting(t, labels) : spellings(t, s->pending);
	if (c->typmod == 5) /* char(1), varchar(1): letters tell nothing */
		*s = (struct outbox_states){ 0 };
	return true;
}
