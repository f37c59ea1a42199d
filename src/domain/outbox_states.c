/* SPDX-License-Identifier: MIT */
/*
 * outbox_states.c - do the labels of a state column read as those of a queue, and which means
 * what?
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/vec.h"
#include "base/alloc.h"
#include "outbox_priv.h"

static const char *const pending[] = { "pending",	    "new",	    "queued",
				       "available",	    "todo",	    "ready",
				       "waiting",	    "unprocessed",  "unsent",
				       "unpublished",	    "enqueued",	    "not_started",
				       "created",	    "incoming",	    "outgoing",
				       "not_published",	    "not_sent",	    "not_processed",
				       "to_send",	    "to_publish",   "to_process",
				       "published_pending", "open_pending", "init",
				       "initial",	    "received",	    NULL };
static const char *const delayed[] = { "scheduled", "delayed", "deferred", "postponed", NULL };
static const char *const retry[] = { "retry",	 "retryable",	"retrying",
				     "to_retry", "will_retry",	"retry_pending",
				     "backoff",	 "resubmitted", "errored",
				     NULL };
static const char *const flight[] = { "processing",  "running",	    "active",	  "executing",
				      "doing",	     "picked",	    "publishing", "in_flight",
				      "in_progress", "in_process",  "claimed",	  "locked",
				      "started",     "leased",	    "reserved",	  "invoking",
				      "sending",     "dispatching", "delivering", NULL };
static const char *const done[] = { "completed",    "done",	 "succeeded", "success",
				    "processed",    "published", "sent",      "delivered",
				    "handled",	    "complete",	 "finished",  "dispatched",
				    "cancelled",    "canceled",	 "reverted",  "successful",
				    "acknowledged", "acked",	 "emitted",   "forwarded",
				    "confirmed",    "consumed",	 "cancel",    "skipped",
				    "superseded",   NULL };
static const char *const dead[] = { "failed",
				    "dead",
				    "discarded",
				    "error",
				    "abandoned",
				    "exception",
				    "expired",
				    "rejected",
				    "dead_letter",
				    "aborted",
				    "failure",
				    "poison",
				    "undeliverable",
				    "parked",
				    "dead_lettered",
				    "given_up",
				    "permanently_failed",
				    "killed",
				    "dlq",
				    "dead_letter_queue",
				    "quarantined",
				    "exhausted",
				    "unrecoverable",
				    "fatal",
				    NULL };
/* Of those the ones that nobody tries again, where others of them are listed too. */
static const char *const buried[] = {
	"dead",		 "discarded",	       "abandoned",   "poison",
	"parked",	 "given_up",	       "dead_letter", "dead_lettered",
	"undeliverable", "permanently_failed", "killed",      "dlq",
	"quarantined",	 "dead_letter_queue",  "exhausted",   "unrecoverable",
	NULL
};
static const char *const business[] = { "paid",	    "shipped",	   "draft",	"open",
					"accepted", "authorized",  "approved",	"refunded",
					"inactive", "closed",	   "confirmed", "captured",
					"unpaid",   "unfulfilled", "fulfilled", "visible",
					"hidden",   "enabled",	   "disabled",	"trialing",
					"past_due", "resolved",	   "banned",	"invited",
					NULL };

/* "InProgress" and "in-progress" are in_progress. */
static void normal(char *out, size_t size, const char *label)
{
	size_t n = 0;

	for (size_t i = 0; label[i] && n + 2 < size; i++) {
		unsigned char c = (unsigned char)label[i];

		if (i && isupper(c) && islower((unsigned char)label[i - 1]))
			out[n++] = '_';
		out[n++] = c == '-' || c == ' ' || c == '.' ? '_' : (char)tolower(c);
	}
	out[n] = '\0';
	if (word_means(out) != out)
		snprintf(out, size, "%s", word_means(out));
}

static bool among(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

struct picked {
	VEC(const char *) v;
};

static const char *const *keep(struct candidate_table *t, struct picked *p)
{
	const char **list = arena_array(t->arena, p->v.len + 1, sizeof *list);

	for (size_t i = 0; i < p->v.len; i++)
		list[i] = p->v.v[i];
	VEC_RELEASE(&p->v);
	return list;
}

/* "published" is what a relay has done, but in Spring Modulith it is what waits for the
 * listener. */
static bool modulith(const struct column *c)
{
	bool published = false, resubmitted = false;

	for (const char *const *l = c->choices; *l; l++) {
		published = published || strcmp(*l, "PUBLISHED") == 0;
		resubmitted = resubmitted || strcmp(*l, "RESUBMITTED") == 0;
	}
	return published && resubmitted;
}

const char *const *states_waiting(struct candidate_table *t, const char *const *labels)
{
	struct picked waiting = { 0 };

	for (; *labels; labels++) {
		char word[64];

		normal(word, sizeof word, *labels);
		if (among(word, pending) || among(word, retry))
			*VEC_PUSH(&waiting.v) = *labels;
	}
	return keep(t, &waiting);
}

bool state_is_final(const char *label)
{
	char word[64];

	normal(word, sizeof word, label);
	return among(word, buried);
}

bool state_is_business(const char *label)
{
	char word[64];

	normal(word, sizeof word, label);
	return among(word, business);
}

void state_words(struct outbox_states *s)
{
	*s = (struct outbox_states){ .pending = pending,
				     .flight = flight,
				     .done = done,
				     .dead = dead,
				     .retry = retry,
				     .delayed = delayed };
}

/* "consumed" is the end, unless another word says that: then it is in a worker's hands. */
static bool ends_otherwise(const struct column *c)
{
	for (const char *const *label = c->choices; *label; label++) {
		char word[64];

		normal(word, sizeof word, *label);
		if (among(word, done) && strcmp(word, "consumed") != 0)
			return true;
	}
	return false;
}

static bool lists(const struct column *c, const char *const *words)
{
	for (const char *const *label = c->choices; *label; label++) {
		char word[64];

		normal(word, sizeof word, *label);
		if (among(word, words))
			return true;
	}
	return false;
}

/* Beside "active" and an end "inactive" is what waits; elsewhere it is a customer. */
static bool rests(const struct column *c, const char *word)
{
	static const char *const works[] = { "active", NULL };

	return strcmp(word, "inactive") == 0 && lists(c, works) && lists(c, done) &&
	       lists(c, dead);
}

bool candidate_states(struct candidate_table *t, const struct column *c)
{
	static const char *const *const sets[] = {
		pending, flight, done, dead, retry, delayed
	};
	struct picked picked[ARRAY_SIZE(sets)] = { 0 };
	int touched = 0, wrong = 0;
	bool ends;

	if (!c->choices || is_integer(c)) {
		/* Text without a CHECK, or codes: only beside other signs of progress (judged
		 * by the points). */
		t->state_is_code = is_integer(c);
		return candidate_unlisted_states(t, c);
	}
	ends = ends_otherwise(c);
	for (const char *const *label = c->choices; *label; label++) {
		char word[64];

		normal(word, sizeof word, *label);
		/* In an outbox even "confirmed" is no order's. */
		if (rests(c, word)) {
			*VEC_PUSH(&picked[0].v) = *label;
			continue;
		}
		wrong += among(word, business) && !words_have(&t->name, "outbox");
		if (strcmp(word, "consumed") == 0) {
			*VEC_PUSH(&picked[ends ? 1 : 2].v) = *label;
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
			if (among(word, sets[i]) ||
			    (i == 0 && strcmp(word, "published") == 0 && modulith(c)) ||
			    (i == 0 && strcmp(word, "resubmitted") == 0)) {
				*VEC_PUSH(&picked[i].v) = *label;
				break;
			}
	}
	touched = (picked[0].v.len || picked[4].v.len || picked[5].v.len) + !!picked[1].v.len +
		  !!picked[2].v.len + !!picked[3].v.len;
	/* Scheduled and done, and nothing between: a calendar. */
	if (!picked[0].v.len && !picked[4].v.len && !picked[1].v.len && !picked[3].v.len)
		touched = 0;
	t->business = wrong > 0;
	t->out.states.pending = keep(t, &picked[0]);
	t->out.states.flight = keep(t, &picked[1]);
	t->out.states.done = keep(t, &picked[2]);
	t->out.states.dead = keep(t, &picked[3]);
	t->out.states.retry = keep(t, &picked[4]);
	t->out.states.delayed = keep(t, &picked[5]);
	if (touched < 2 || wrong) {
		t->out.states = (struct outbox_states){ 0 };
		return false;
	}
	return true;
}
