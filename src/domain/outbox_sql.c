/* SPDX-License-Identifier: MIT */
/*
 * outbox_sql.c - what pending, claimed, dead and done mean for this table, as predicates over
 * m.
 *
 * Identifiers and labels come from the catalog and are quoted by db/sql.
 */
#include <string.h>

#include "base/attr.h"
#include "domain/equal.h"
#include "outbox_priv.h"

static void piece(struct candidate_table *t, struct buf *out, const char *name,
		  enum outbox_role role)
{
	const struct column *c = candidate_column(t, role);
	const struct column *max = candidate_column(t, OUTBOX_MAX_ATTEMPTS);
	const struct column *attempts = candidate_column(t, OUTBOX_ATTEMPTS);
	const struct sqlvar vars[] = { { "column", c->name },
				       { "max", max ? max->name : "" },
				       { "attempts", attempts ? attempts->name : "" } };

	sql_fragment(out, t->sql, name, vars, ARRAY_SIZE(vars));
}

static void join(struct candidate_table *t, struct buf *out, const char *word)
{
	if (!out->len)
		return;
	buf_addc(out, ' ');
	sql_fragment(out, t->sql, word, NULL, 0);
	buf_addc(out, ' ');
}

static void label_piece(struct candidate_table *t, struct buf *out, const struct column *c,
			const char *sign, const char *label)
{
	struct buf how = BUF_INIT, text = BUF_INIT;

	equal_sign(&how, t->sql, c->operators, sign);
	sql_literal(&text, label);
	{
		const struct sqlvar vars[] = { { "column", c->name },
					       { "sign", how.data },
					       { "label", text.data } };

		sql_fragment(out, t->sql, "outbox.is", vars, ARRAY_SIZE(vars));
	}
	buf_release(&how);
	buf_release(&text);
}

static const char *among(const struct column *c)
{
	if (!c->operators)
		return "outbox.in";
	if (c->type_category == 'S')
		return "outbox.any";
	return c->type_kind == 'e' ? "outbox.any_enum" : "outbox.any_text";
}

static void labels_piece(struct candidate_table *t, struct buf *out,
			 const char *const *const lists[3])
{
	const struct column *c = candidate_column(t, OUTBOX_STATE);
	struct buf labels = BUF_INIT, sign = BUF_INIT;

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; lists[k] && lists[k][i]; i++) {
			if (labels.len)
				buf_adds(&labels, ", ");
			sql_literal(&labels, lists[k][i]);
		}
	equal_sign(&sign, t->sql, c->operators, "=");
	{
		const struct sqlvar vars[] = { { "column", c->name },
					       { "labels", labels.data },
					       { "sign", sign.data },
					       { "type", c->type } };

		sql_fragment(out, t->sql, among(c), vars, ARRAY_SIZE(vars));
	}
	buf_release(&labels);
	buf_release(&sign);
}

static void one_piece(struct candidate_table *t, struct buf *out, const char *const *labels)
{
	labels_piece(t, out, (const char *const *const[3]){ labels });
}

/* What is scheduled waits for its time, where there is a column that tells it. */
static void waiting_piece(struct candidate_table *t, struct buf *out)
{
	const struct outbox_states *s = &t->out.states;
	bool timed = candidate_column(t, OUTBOX_DUE) != NULL;

	labels_piece(t, out,
		     (const char *const *const[3]){ s->pending, s->retry,
						    timed ? s->delayed : NULL });
}

static bool some(const char *const *list)
{
	return list && list[0];
}

static const char *keep(struct candidate_table *t, struct buf *b)
{
	const char *s = b->len ? arena_strdup(t->arena, b->data) : NULL;

	buf_release(b);
	return s;
}

/* ---- clocks ---- */

static bool says_utc(const struct column *c)
{
	struct name_words w;

	name_words(&w, c->name);
	return words_have(&w, "utc") || (c->default_expr && (strstr(c->default_expr, "'UTC'") ||
							     strstr(c->default_expr, "'utc'")));
}

static enum outbox_clock clock_of(const struct column *c)
{
	struct name_words w;

	if (!c)
		return CLOCK_NONE;
	if (is_zoned(c))
		return CLOCK_TIMESTAMPTZ;
	if (is_time(c))
		return says_utc(c) ? CLOCK_UTC : CLOCK_UNSURE;
	name_words(&w, c->name);
	if (!is_integer(c))
		return CLOCK_NONE;
	return words_have(&w, "ms") || words_have(&w, "millis") ? CLOCK_EPOCH_MS : CLOCK_EPOCH;
}

static const char *instant(struct candidate_table *t, enum outbox_role role,
			   enum outbox_clock clock)
{
	static const char *const pieces[] = {
		[CLOCK_TIMESTAMPTZ] = "outbox.column", [CLOCK_UTC] = "outbox.utc",
		[CLOCK_UNSURE] = "outbox.local",       [CLOCK_EPOCH_S] = "outbox.epoch_s",
		[CLOCK_EPOCH_MS] = "outbox.epoch_ms",  [CLOCK_EPOCH] = "outbox.epoch",
	};
	struct buf out = BUF_INIT;

	if (clock == CLOCK_NONE)
		return NULL;
	piece(t, &out, pieces[clock], role);
	return keep(t, &out);
}

static void clocks(struct candidate_table *t)
{
	struct outbox *o = &t->out;

	o->due_clock = clock_of(candidate_column(t, OUTBOX_DUE));
	o->enqueued_clock = clock_of(candidate_column(t, OUTBOX_ENQUEUED));
	o->done_clock = clock_of(candidate_column(t, OUTBOX_DONE));
	o->dead_clock = clock_of(candidate_column(t, OUTBOX_DEAD));
	o->due_time = instant(t, OUTBOX_DUE, o->due_clock);
	o->enqueued_time = instant(t, OUTBOX_ENQUEUED, o->enqueued_clock);
}

/* ---- predicates ---- */

static bool by_states(const struct candidate_table *t)
{
	const struct outbox_states *s = &t->out.states;

	return t->out.shape == SHAPE_STATE &&
	       (some(s->pending) || (some(s->delayed) && candidate_column(t, OUTBOX_DUE)));
}

/* 0 stands for nobody, or not yet. */
static bool counted(const struct column *c)
{
	return is_integer(c) && (c->not_null || c->default_expr);
}

/* A time, a flag or 0/1 that is set, or that is not. */
static void is_set(struct candidate_table *t, struct buf *out, enum outbox_role role)
{
	const struct column *c = candidate_column(t, role);

	piece(t, out,
	      is_bool(c)   ? "outbox.flag"
	      : counted(c) ? "outbox.not_zero"
			   : "outbox.not_null",
	      role);
}

static void is_not_set(struct candidate_table *t, struct buf *out, enum outbox_role role)
{
	const struct column *c = candidate_column(t, role);
	bool maybe = is_bool(c) && !c->not_null && !c->default_expr;

	join(t, out, "outbox.and");
	piece(t, out,
	      maybe	   ? "outbox.not_flag"
	      : is_bool(c) ? "outbox.no_flag"
	      : counted(c) ? "outbox.zero"
			   : "outbox.is_null",
	      role);
}

static void not_done(struct candidate_table *t, struct buf *out)
{
	if (candidate_column(t, OUTBOX_DONE) && !by_states(t))
		is_not_set(t, out, OUTBOX_DONE);
}

/* Symfony puts what failed into a queue of this name. */
static bool aside(struct candidate_table *t, struct buf *out, const char *sign)
{
	const struct column *c = candidate_column(t, OUTBOX_TYPE);

	if (!c || !t->out.family || strcmp(t->out.family, "symfony-messenger") != 0)
		return false;
	label_piece(t, out, c, sign, "failed");
	return true;
}

static void not_aside(struct candidate_table *t, struct buf *out)
{
	struct buf piece = BUF_INIT;

	if (aside(t, &piece, "<>")) {
		join(t, out, "outbox.and");
		buf_addbuf(out, &piece);
	}
	buf_release(&piece);
}

static void not_dead(struct candidate_table *t, struct buf *out)
{
	if (by_states(t))
		return;
	not_aside(t, out);
	if (candidate_column(t, OUTBOX_DEAD))
		is_not_set(t, out, OUTBOX_DEAD);
	if (candidate_column(t, OUTBOX_MAX_ATTEMPTS) && candidate_column(t, OUTBOX_ATTEMPTS)) {
		join(t, out, "outbox.and");
		piece(t, out, "outbox.not_exhausted", OUTBOX_ATTEMPTS);
	}
	if (candidate_column(t, OUTBOX_LEFT)) {
		join(t, out, "outbox.and");
		piece(t, out, "outbox.some_left", OUTBOX_LEFT);
	}
}

/* Where states tell it, only what was put away beside them counts. */
static void not_withdrawn(struct candidate_table *t, struct buf *out)
{
	const struct column *c = candidate_column(t, OUTBOX_WITHDRAWN);
	struct name_words w;

	if (!c)
		return;
	name_words(&w, c->name);
	if (by_states(t) && !words_have(&w, "deleted") && !words_have(&w, "archived"))
		return;
	is_not_set(t, out, OUTBOX_WITHDRAWN);
}

/* pgmq: who reads a message hides it for a while; one that was never read is just for later. */
static bool hides(const struct candidate_table *t)
{
	const struct column *due = candidate_column(t, OUTBOX_DUE);
	struct name_words w;

	if (!due || !is_zoned(due) || !candidate_column(t, OUTBOX_ATTEMPTS))
		return false;
	name_words(&w, due->name);
	return words_have(&w, "vt") || words_have(&w, "visible");
}

/* Claimed rows are in flight; where the state tells that, locks do not. */
static void not_claimed(struct candidate_table *t, struct buf *out)
{
	const struct column *lock = candidate_column(t, OUTBOX_LOCK);

	if (by_states(t))
		return;
	if (candidate_column(t, OUTBOX_LEASE)) {
		join(t, out, "outbox.and");
		piece(t, out, "outbox.not_leased", OUTBOX_LEASE);
	} else if (lock) {
		is_not_set(t, out, OUTBOX_LOCK);
	} else if (hides(t)) {
		join(t, out, "outbox.and");
		piece(t, out, "outbox.not_hidden", OUTBOX_DUE);
	}
}

static const char *pending(struct candidate_table *t)
{
	struct buf out = BUF_INIT;

	if (by_states(t))
		waiting_piece(t, &out);
	not_done(t, &out);
	not_dead(t, &out);
	not_withdrawn(t, &out);
	not_claimed(t, &out);
	if (!out.len && t->out.shape == SHAPE_DELETED)
		sql_fragment(&out, t->sql, "outbox.all", NULL, 0);
	return keep(t, &out);
}

/* What a bounded look walks over. An index that leaves out the claimed ones serves only what
 * leaves them out too. */
static const char *open_ones(struct candidate_table *t)
{
	static const enum outbox_role roles[] = { OUTBOX_LOCK, OUTBOX_LEASE };
	const struct index *x = t->out.pending_index;
	struct buf out = BUF_INIT;

	if (by_states(t))
		return NULL;
	for (size_t i = 0; x && i < ARRAY_SIZE(roles); i++)
		if (candidate_column(t, roles[i]) &&
		    strstr(x->predicate, candidate_column(t, roles[i])->name))
			return NULL;
	not_done(t, &out);
	not_dead(t, &out);
	not_withdrawn(t, &out);
	if (!out.len && t->out.shape == SHAPE_DELETED)
		sql_fragment(&out, t->sql, "outbox.all", NULL, 0);
	return keep(t, &out);
}

static const char *claimed(struct candidate_table *t)
{
	const struct column *lock = candidate_column(t, OUTBOX_LOCK);
	struct buf out = BUF_INIT;

	if (by_states(t)) {
		if (some(t->out.states.flight))
			one_piece(t, &out, t->out.states.flight);
	} else if (candidate_column(t, OUTBOX_LEASE)) {
		piece(t, &out, "outbox.leased", OUTBOX_LEASE);
	} else if (lock) {
		is_set(t, &out, OUTBOX_LOCK);
	} else if (hides(t)) {
		piece(t, &out, "outbox.hidden", OUTBOX_DUE);
	}
	if (out.len && !by_states(t)) {
		not_done(t, &out);
		not_dead(t, &out);
		not_withdrawn(t, &out);
	}
	return keep(t, &out);
}

/* An error beside the time when it was done is the outcome; a *last* error with attempts may
 * be an old one. */
static bool done_with_error(const struct candidate_table *t)
{
	const struct column *done = candidate_column(t, OUTBOX_DONE);
	const struct column *error = candidate_column(t, OUTBOX_ERROR);
	struct name_words w;

	if (!done || !error || !is_time(done) || error->not_null ||
	    !(error->rights & RIGHT_SELECT) || candidate_column(t, OUTBOX_DEAD) ||
	    (candidate_column(t, OUTBOX_MAX_ATTEMPTS) && candidate_column(t, OUTBOX_ATTEMPTS)))
		return false;
	name_words(&w, error->name);
	return !candidate_column(t, OUTBOX_ATTEMPTS) || w.n == 1;
}

/* Those of the dead labels that are final, or the others; NULL: none. */
static const char *dead_labels(struct candidate_table *t, bool final)
{
	const char *const *all = t->out.states.dead;
	const char **some_of;
	struct buf out = BUF_INIT;
	size_t n = 0;

	while (all[n])
		n++;
	some_of = arena_array(t->arena, n + 1, sizeof *some_of);
	n = 0;
	for (; *all; all++)
		if (state_is_final(*all) == final)
			some_of[n++] = *all;
	if (n)
		one_piece(t, &out, some_of);
	return keep(t, &out);
}

static void dead_or_failed_states(struct candidate_table *t)
{
	const struct outbox_states *s = &t->out.states;
	struct buf out = BUF_INIT;

	if (!some(s->dead))
		return;
	if (!candidate_column(t, OUTBOX_ATTEMPTS) || candidate_column(t, OUTBOX_MAX_ATTEMPTS) ||
	    (!t->unlisted && some(s->retry))) {
		one_piece(t, &out, s->dead);
		t->out.dead = keep(t, &out);
	} else if (t->unlisted) {
		one_piece(t, &out, s->dead);
		t->out.failed = keep(t, &out);
	} else {
		t->out.failed = dead_labels(t, false);
		t->out.dead = dead_labels(t, true);
	}
}

/* Tries that ran out are found among what is not done. */
static void exhausted(struct candidate_table *t, struct buf *out)
{
	struct buf among = BUF_INIT;

	if (candidate_column(t, OUTBOX_LEFT))
		piece(t, out, "outbox.none_left", OUTBOX_LEFT);
	else
		piece(t, out, "outbox.exhausted", OUTBOX_ATTEMPTS);
	not_done(t, out);
	not_withdrawn(t, out);
	not_done(t, &among);
	if (!among.len)
		sql_fragment(&among, t->sql, "outbox.all", NULL, 0);
	t->out.dead_among = keep(t, &among);
}

/* Dead for good, or failed with nobody to say whether it is tried again. */
static void dead_or_failed(struct candidate_table *t)
{
	bool limited = candidate_column(t, OUTBOX_MAX_ATTEMPTS) &&
		       candidate_column(t, OUTBOX_ATTEMPTS);
	struct buf out = BUF_INIT;

	if (by_states(t)) {
		dead_or_failed_states(t);
		return;
	}
	if (candidate_column(t, OUTBOX_DEAD)) {
		is_set(t, &out, OUTBOX_DEAD);
		not_withdrawn(t, &out);
	} else if (limited || candidate_column(t, OUTBOX_LEFT)) {
		exhausted(t, &out);
	} else if (done_with_error(t)) {
		/* Nobody tries again. */
		piece(t, &out, "outbox.not_null", OUTBOX_DONE);
		join(t, &out, "outbox.and");
		piece(t, &out, "outbox.not_null", OUTBOX_ERROR);
	}
	t->out.dead = keep(t, &out);
	if (aside(t, &out, "="))
		t->out.failed = keep(t, &out);
}

static const char *done(struct candidate_table *t)
{
	struct buf out = BUF_INIT;

	if (by_states(t)) {
		if (some(t->out.states.done))
			one_piece(t, &out, t->out.states.done);
	} else if (candidate_column(t, OUTBOX_DONE)) {
		is_set(t, &out, OUTBOX_DONE);
		if (done_with_error(t)) {
			join(t, &out, "outbox.and");
			piece(t, &out, "outbox.is_null", OUTBOX_ERROR);
		}
	}
	return keep(t, &out);
}

static const char *retrying(struct candidate_table *t)
{
	const struct column *c = candidate_column(t, OUTBOX_ATTEMPTS);
	struct buf out = BUF_INIT;

	if (!c || !is_integer(c))
		return NULL;
	if (t->out.pending)
		buf_adds(&out, t->out.pending);
	join(t, &out, "outbox.and");
	piece(t, &out, "outbox.tried", OUTBOX_ATTEMPTS);
	return keep(t, &out);
}

void candidate_predicates(struct candidate_table *t)
{
	struct outbox *o = &t->out;

	clocks(t);
	o->done_is_flag =
		candidate_column(t, OUTBOX_DONE) && !is_time(candidate_column(t, OUTBOX_DONE));
	if (o->shape == SHAPE_CDC || o->shape == SHAPE_OFFSET || o->shape == SHAPE_DEAD_LETTER)
		return;
	/* Codes, or words that nobody wrote down: which of them is pending is not for us to
	 * guess. */
	if (o->shape == SHAPE_STATE && !by_states(t) && !candidate_column(t, OUTBOX_DONE))
		return;
	o->pending = pending(t);
	o->open = open_ones(t);
	o->claimed = claimed(t);
	o->done = done(t);
	o->retrying = retrying(t);
	dead_or_failed(t);
	candidate_beside(t);
}
