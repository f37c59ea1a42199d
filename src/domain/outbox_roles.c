/* SPDX-License-Identifier: MIT */
/*
 * outbox_roles.c - which column plays which part: each plays one, the best that fits.
 */
#include "base/attr.h"
#include "outbox_priv.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A column plays one part only; parts are given in this order of weight. */
static const enum outbox_role order[] = {
	OUTBOX_DONE,	OUTBOX_DEAD,	       OUTBOX_WITHDRAWN, OUTBOX_STATE,
	OUTBOX_LEASE,	OUTBOX_LOCK,	       OUTBOX_DUE,	 OUTBOX_ENQUEUED,
	OUTBOX_LEFT,	OUTBOX_MAX_ATTEMPTS,   OUTBOX_ATTEMPTS,	 OUTBOX_ERROR,
	OUTBOX_PAYLOAD, OUTBOX_AGGREGATE_TYPE, OUTBOX_AGGREGATE, OUTBOX_EVENT_ID,
	OUTBOX_TRACE,	OUTBOX_TYPE,
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

/* A word that may be missing, beside a time that tells the end: it tells nothing of what has
 * none. */
static bool idle_state(const struct candidate_table *t, const struct column *c)
{
	const struct column *done = candidate_column(t, OUTBOX_DONE);

	return done && is_time(done) && !c->choices && !c->not_null && !c->default_expr &&
	       !t->out.family;
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
		fit = role_fit(t, role, c, t->words[i]);
		if (role == OUTBOX_DONE && done_unreadable(c, t->words[i]))
			t->unreadable = true;
		if (fit <= best)
			continue;
		if (role == OUTBOX_STATE && idle_state(t, c))
			continue;
		/* A state must also read as one. */
		if (role == OUTBOX_STATE && !candidate_states(t, c)) {
			t->unreadable = t->unreadable || fit > 1;
			continue;
		}
		best = fit;
		t->out.roles[role] = c->attnum;
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
