/* SPDX-License-Identifier: MIT */
/*
 * outbox_guards.c - the points: what speaks for an outbox, and what against.
 */
#include <string.h>

#include "base/attr.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

enum { NEVER = -8 };

static const char *const queue_names[] = {
	"outbox",   "outboxer",	  "inbox",    "queue",	     "queues",	     "job",
	"jobs",	    "message",	  "messages", "publication", "envelope",     "envelopes",
	"delivery", "deliveries", "dispatch", "outgoing",    "publications", "tasks",
	"task",	    "timeout",	  "timeouts", "enqueue",     NULL
};
static const char *const strong_names[] = { "outbox", "outboxer", "inbox", "queue",
					    "job",    "jobs",	  "enqueue", NULL };
static const char *const never_names[] = { "archive",	    "archived",	  "log",
					   "logs",	    "history",	  "audit",
					   "audits",	    "batches",	  "templates",
					   "template",	    "endpoints",  "tokens",
					   "token",	    "offsets",	  "lock",
					   "locks",	    "migration",  "migrations",
					   "consumers",	    "instance",	  "instances",
					   "partition",	    "partitions", "meta",
					   "metadata",	    "processes",  "recurring",
					   "pauses",	    "semaphores", "workers",
					   "execution",	    "executions", "attempts",
					   "stats",	    "cron",	  "subscription",
					   "subscriptions", "projection", "projections",
					   "idempotency",   NULL };
static const char *const business_names[] = { "price",	  "amount",   "total",	  "email",
					      "url",	  "secret",   "token",	  "sku",
					      "iban",	  "phone",    "address",  "avatar",
					      "currency", "subtotal", "quantity", "salary",
					      NULL };
/* Tables of these are the business itself, whatever state a row is in. */
static const char *const business_tables[] = {
	"refunds",   "payments",     "invoices", "orders",    "carts",	      "offers",
	"postings",  "applications", "posts",	 "articles",  "tickets",      "customers",
	"users",     "bookings",     "leads",	 "documents", "appointments", "reservations",
	"coupons",   "products",     "todos",	 "contracts", "claims",	      "loans",
	"shipments", "reviews",	     "comments", "campaigns", "newsletters",  "feed",
	"feeds",     "stories",	     "uploads",	 "quotes",    "exports",      "imports",
	"backups",   "restores",     "builds",	 "runs",      "deployments",  "scans",
	"reports",   "snapshots",    "checks",	 NULL
};
static const char *const chat_names[] = { "conversation", "thread", "read", "title",
					  "slug",	  "stream", "seen", "sender",
					  "room",	  "unread", NULL };
/* Work that is handed to people. */
static const char *const people_names[] = { "assignee", "assigned",  "reviewer",
					    "approver", "moderator", NULL };

/* "completedtask", "sent_messages": where they are kept when they are done. */
static bool kept_when_done(const struct name_words *w)
{
	static const char *const words[] = { "completed", "finished", "archived", "processed",
					     "delivered" };

	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(words); k++)
			if (strncmp(w->v[i], words[k], strlen(words[k])) == 0)
				return true;
	return words_have(w, "sent");
}

static void name_points(struct candidate_table *t)
{
	t->named = words_any(&t->name, strong_names);
	if (words_any(&t->name, queue_names))
		candidate_points(t, 2, "its name");
	if ((words_any(&t->name, never_names) || kept_when_done(&t->name)) &&
	    !words_any(&t->name, LIST("outbox"))) {
		candidate_points(t, NEVER, NULL);
		t->named = false;
		t->logged = words_any(&t->name, LIST("log", "logs", "history"));
	}
}

static void role_points(struct candidate_table *t)
{
	static const struct {
		enum outbox_role role;
		int points;
	} table[] = {
		{ OUTBOX_TYPE, 1 },  { OUTBOX_AGGREGATE, 1 }, { OUTBOX_DONE, 2 },
		{ OUTBOX_DUE, 2 },   { OUTBOX_ENQUEUED, 1 },  { OUTBOX_ATTEMPTS, 2 },
		{ OUTBOX_ERROR, 1 }, { OUTBOX_LOCK, 1 },      { OUTBOX_LEASE, 1 },
		{ OUTBOX_LEFT, 2 },
	};
	const struct column *payload = candidate_column(t, OUTBOX_PAYLOAD);
	const struct column *state = candidate_column(t, OUTBOX_STATE);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const struct column *c = candidate_column(t, table[i].role);

		if (c)
			candidate_points(t, table[i].points, c->name);
	}
	if (payload)
		candidate_points(t, is_document(payload) ? 2 : 1, payload->name);
	if (state && state->choices && !t->business)
		candidate_points(t, 3, state->name);
	else if (state && candidate_column(t, OUTBOX_ATTEMPTS))
		candidate_points(t, 2, state->name);
	else if (state &&
		 (candidate_column(t, OUTBOX_ERROR) || candidate_column(t, OUTBOX_DONE)))
		candidate_points(t, 2, state->name);
}

/* Called a log, but it counts tries, hands rows out and has an index of those that wait. */
static void log_points(struct candidate_table *t)
{
	if (t->logged && t->out.pending_index && candidate_column(t, OUTBOX_ATTEMPTS) &&
	    (candidate_column(t, OUTBOX_LOCK) || candidate_column(t, OUTBOX_LEASE) ||
	     candidate_column(t, OUTBOX_DUE)))
		candidate_points(t, -NEVER, "tries and claims");
}

/* Does the index's predicate read this column?  Its name stands there as a word of its own. */
static bool predicate_reads(const struct index *x, const struct column *c)
{
	size_t len = strlen(c->name);

	for (const char *p = strstr(x->predicate, c->name); p; p = strstr(p + 1, c->name)) {
		char before = p == x->predicate ? '(' : p[-1];
		char after = p[len];

		if (strchr("( \"", before) && strchr(" )\":", after))
			return true;
	}
	return false;
}

static bool progress_index(const struct candidate_table *t, const struct index *x)
{
	static const enum outbox_role roles[] = { OUTBOX_DONE, OUTBOX_STATE, OUTBOX_DEAD,
						  OUTBOX_DUE,  OUTBOX_LOCK,  OUTBOX_LEFT };

	for (size_t i = 0; x->predicate && i < ARRAY_SIZE(roles); i++) {
		const struct column *c = candidate_column(t, roles[i]);

		if (c && predicate_reads(x, c))
			return true;
	}
	return false;
}

static void index_points(struct candidate_table *t)
{
	for (size_t i = 0; i < t->relation->nindexes; i++) {
		const struct index *x = &t->relation->indexes[i];

		if (!x->valid || x->unique || !progress_index(t, x))
			continue;
		if (!t->out.pending_index)
			candidate_points(t, 2, x->name);
		if (x->nkeys && x->columns[0] == t->out.roles[OUTBOX_TYPE] && x->columns[0])
			t->out.type_index = x;
		else if (!t->out.pending_index)
			t->out.pending_index = x;
	}
}

/* Every row was put aside after its delivery. */
static void archive_points(struct candidate_table *t)
{
	for (size_t i = 0; i < t->relation->ncolumns; i++) {
		const struct column *c = &t->relation->columns[i];

		if (is_time(c) && c->not_null && words_have(t->words[i], "archived"))
			candidate_points(t, -8, NULL);
	}
}

static void business_points(struct candidate_table *t)
{
	int lost = 0;
	bool chat = false, people = false, answered = false, subject = false;

	/* MassTransit's has addresses and conversations. */
	if (words_have(&t->name, "outbox") || t->out.family)
		return;
	/* "queue_orders": one for each kind. */
	if (!t->offset && words_end(&t->name, business_tables) &&
	    !words_have(&t->name, "queue")) {
		candidate_points(t, -4, NULL);
		t->named = false;
	}
	for (size_t i = 0; i < t->relation->ncolumns; i++) {
		const struct name_words *w = t->words[i];

		if (words_any(w, business_names) && lost < 6)
			lost += 3;
		chat = chat || words_any(w, chat_names);
		people = people || words_any(w, people_names);
		answered = answered ||
			   (words_have(w, "response") &&
			    words_any(w, LIST("status", "code", "body", "headers", "content")));
		subject = subject || words_have(w, "subject");
	}
	candidate_points(t, -lost, NULL);
	if (chat || people)
		candidate_points(t, -4, NULL);
	/* What the other side said to a try that was made: a log of them. */
	if (answered)
		candidate_points(t, -4, NULL);
	/* A letter: subject and text. */
	if (subject && candidate_column(t, OUTBOX_PAYLOAD) &&
	    is_text(candidate_column(t, OUTBOX_PAYLOAD)))
		candidate_points(t, -3, NULL);
	if (t->business)
		candidate_points(t, -4, NULL);
}

bool candidate_progress(const struct candidate_table *t)
{
	return t->offset || candidate_column(t, OUTBOX_DONE) ||
	       candidate_column(t, OUTBOX_STATE) || candidate_column(t, OUTBOX_DEAD) ||
	       candidate_column(t, OUTBOX_DUE) || candidate_column(t, OUTBOX_LOCK) ||
	       candidate_column(t, OUTBOX_LEASE) || candidate_column(t, OUTBOX_ATTEMPTS) ||
	       candidate_column(t, OUTBOX_LEFT);
}

/* What failed is put aside here, and nobody comes for it. */
static bool dead_letters(const struct candidate_table *t)
{
	return !candidate_column(t, OUTBOX_STATE) && !candidate_column(t, OUTBOX_DONE) &&
	       !candidate_column(t, OUTBOX_DUE) && !candidate_column(t, OUTBOX_ATTEMPTS) &&
	       candidate_column(t, OUTBOX_ERROR) && candidate_column(t, OUTBOX_PAYLOAD) &&
	       words_any(&t->name, LIST("failed", "dead"));
}

/* Consumers that say how far they have come in a numbered stream of messages. */
static bool has_offsets(const struct candidate_table *t)
{
	struct outbox_offsets at;

	return outbox_offsets_find(t->catalog, &t->out, &at) &&
	       strcmp(at.relation->schema, t->relation->schema) == 0;
}

/* Progress is kept beside the messages: how far each consumer has come. */
static void offset_points(struct candidate_table *t)
{
	if (!candidate_progress(t) && words_have(&t->name, "outbox") &&
	    candidate_column(t, OUTBOX_PAYLOAD) && !t->out.family && has_offsets(t))
		t->offset = true;
	if (!t->offset &&
	    (!relation_column(t->relation, "offset") || !candidate_column(t, OUTBOX_PAYLOAD)))
		return;
	for (size_t i = 0; i < catalog_relations(t->catalog) && !t->offset; i++) {
		const struct relation *r = catalog_relation_at(t->catalog, i);
		struct name_words w;

		name_words(&w, r->name);
		t->offset = strcmp(r->schema, t->relation->schema) == 0 &&
			    words_have(&w, "offsets");
	}
	if (t->offset)
		candidate_points(t, 3, "a table of offsets beside it");
}

/* What a broker is to be told: where to, under which key, what.  With an offset it is what one
 * told us. */
static bool addressed(const struct candidate_table *t)
{
	const struct column *to = candidate_column(t, OUTBOX_TYPE);
	bool key = false, received = false, headed = false;

	if (!to || !candidate_column(t, OUTBOX_PAYLOAD))
		return false;
	for (size_t i = 0; i < t->relation->ncolumns; i++) {
		const struct name_words *w = t->words[i];
		bool keyed = words_any(w, LIST("key", "routing", "partition"));

		key = key || (keyed && t->relation->columns[i].attnum != to->attnum);
		headed = headed || words_any(w, LIST("headers", "properties"));
		received = received ||
			   words_any(w, LIST("offset", "received", "consumed", "ingested"));
	}
	for (size_t i = 0; i < t->relation->ncolumns; i++)
		if (t->relation->columns[i].attnum == to->attnum)
			return words_any(t->words[i], LIST("topic", "exchange", "queue",
							   "destination", "subject")) &&
			       key && headed && !received;
	return false;
}

static void shape_points(struct candidate_table *t)
{
	bool payload = candidate_column(t, OUTBOX_PAYLOAD) != NULL;
	bool type = candidate_column(t, OUTBOX_TYPE) != NULL;

	if (t->relation->nreferrers >= 2)
		candidate_points(t, -2, NULL);
	if (!payload && !(candidate_column(t, OUTBOX_STATE) && type))
		candidate_points(t, -2, NULL);
	/* As little as an outbox needs, if it says that it is one. */
	if (t->relation->ncolumns <= 3 &&
	    !(words_have(&t->name, "outbox") && candidate_column(t, OUTBOX_DONE) && payload))
		candidate_points(t, -3, NULL);
	if (!candidate_progress(t) && addressed(t))
		candidate_points(t, 2, "an address, a key and headers");
	else if (!candidate_progress(t) && !dead_letters(t) &&
		 !(words_any(&t->name, LIST("outbox", "queue")) && type && payload))
		candidate_points(t, -3, NULL);
}

static void choose_shape(struct candidate_table *t)
{
	bool progress = candidate_progress(t);

	if (t->offset)
		t->out.shape = SHAPE_OFFSET;
	else if (words_have(&t->name, "dead") || dead_letters(t))
		t->out.shape = SHAPE_DEAD_LETTER;
	else if (candidate_column(t, OUTBOX_STATE))
		t->out.shape = SHAPE_STATE;
	else if (candidate_column(t, OUTBOX_DONE))
		t->out.shape = SHAPE_DONE_COLUMN;
	else if (t->unreadable && !t->out.family)
		t->out.shape = SHAPE_STATE;
	else if (progress || !words_have(&t->name, "outbox") || t->out.roles[OUTBOX_ENQUEUED])
		t->out.shape = SHAPE_DELETED;
	else
		t->out.shape = SHAPE_CDC;
	/* Debezium's router table has nothing but identity, aggregate, type and payload. */
	if (!progress && candidate_column(t, OUTBOX_AGGREGATE) &&
	    candidate_column(t, OUTBOX_PAYLOAD) && words_have(&t->name, "outbox"))
		t->out.shape = SHAPE_CDC;
	t->out.inbox = words_any(&t->name, LIST("inbox", "received", "incoming"));
}

void candidate_guards(struct candidate_table *t)
{
	role_points(t);
	offset_points(t);
	index_points(t);
	log_points(t);
	archive_points(t);
	business_points(t);
	shape_points(t);
	choose_shape(t);
	if (t->out.shape == SHAPE_CDC && t->named && candidate_column(t, OUTBOX_TYPE))
		candidate_points(t, 3,
				 "nothing but type and payload: a change-data relay reads it");
}

/* "regionoutbox" says it, too. */
static void name_ends(struct name_words *w)
{
	for (size_t i = 0; i < w->n; i++) {
		size_t len = strlen(w->v[i]);

		if (len > 6 && strcmp(w->v[i] + len - 6, "outbox") == 0)
			w->v[i] += len - 6;
	}
	name_initials(w);
}

/* The name counts before the roles are looked for: it decides how freely they are read. */
void candidate_name(struct candidate_table *t)
{
	name_words(&t->name, t->relation->name);
	name_ends(&t->name);
	name_points(t);
	candidate_family(t);
}
