/* SPDX-License-Identifier: MIT */
/*
 * The facts that only these rules need, row by row from their answers.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/rls.h"

void rls_extras_init(struct rls_extras *x)
{
	*x = (struct rls_extras){ .arena = arena_new() };
}

void rls_extras_release(struct rls_extras *x)
{
	VEC_RELEASE(&x->sequences);
	VEC_RELEASE(&x->defaults);
	VEC_RELEASE(&x->published);
	VEC_RELEASE(&x->mappings);
	VEC_RELEASE(&x->views);
	VEC_RELEASE(&x->rules);
	VEC_RELEASE(&x->leaky);
	VEC_RELEASE(&x->dangerous);
	VEC_RELEASE(&x->headroom);
	VEC_RELEASE(&x->subscribed);
	VEC_RELEASE(&x->exclusions);
	VEC_RELEASE(&x->grantors);
	VEC_RELEASE(&x->setters);
	VEC_RELEASE(&x->large);
	VEC_RELEASE(&x->parameters);
	VEC_RELEASE(&x->event_triggers);
	VEC_RELEASE(&x->languages);
	arena_free(&x->arena);
}

/* Columns are taken by their place: the query files say them in this order. */
static const char *text(struct rls_extras *x, const struct reply *r, size_t row, size_t col)
{
	const char *s = reply_text(r, row, col);

	return s ? arena_intern(x->arena, s) : NULL;
}

static oid number(const struct reply *r, size_t row, size_t col)
{
	return (oid)reply_int(r, row, col);
}

static void take_sequences(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->sequences) =
		(struct rls_sequence){ text(x, r, i, 0), text(x, r, i, 1), number(r, i, 2),
				       reply_bool(r, i, 3) };
}

static void take_defaults(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->defaults) = (struct rls_default){ text(x, r, i, 0), text(x, r, i, 1),
							number(r, i, 2), text(x, r, i, 3) };
}

static void take_publications(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->published) =
		(struct rls_published){ text(x, r, i, 0), number(r, i, 1), text(x, r, i, 2),
					text(x, r, i, 3), text(x, r, i, 4) };
}

static void take_mappings(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->mappings) = (struct rls_mapping){ text(x, r, i, 0), text(x, r, i, 1) };
}

static void take_views(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->views) = (struct rls_view){ number(r, i, 0), text(x, r, i, 1) };
}

static void take_rules(struct rls_extras *x, const struct reply *r, size_t i)
{
	const char *word = reply_text(r, i, 2);

	*VEC_PUSH(&x->rules) = (struct rls_rule){ number(r, i, 0), text(x, r, i, 1),
						  word ? *word : 0, number(r, i, 3) };
}

static void take_leaky(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->leaky) = (struct rls_leaky){ number(r, i, 0), text(x, r, i, 1),
						   (int)reply_int(r, i, 2), text(x, r, i, 3) };
}

static void take_server(struct rls_extras *x, const struct reply *r, size_t i)
{
	x->logical = reply_bool(r, i, 0);
}

static void take_dangerous(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->dangerous) = (struct rls_dangerous){ text(x, r, i, 0), text(x, r, i, 1) };
}

static void take_headroom(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->headroom) =
		(struct rls_headroom){ text(x, r, i, 0), (int)reply_int(r, i, 1),
				       text(x, r, i, 2), text(x, r, i, 3) };
}

static void take_subscriptions(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->subscribed) =
		(struct rls_subscribed){ text(x, r, i, 0), text(x, r, i, 1), number(r, i, 2) };
}

static void take_exclusions(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->exclusions) =
		(struct rls_exclusion){ number(r, i, 0), text(x, r, i, 1), text(x, r, i, 2) };
}

static void take_grantors(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->grantors) =
		(struct rls_grantor){ number(r, i, 0), number(r, i, 1), text(x, r, i, 2) };
}

static void take_setters(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->setters) = (struct rls_setter){ number(r, i, 0), text(x, r, i, 1) };
}

static void take_large(struct rls_extras *x, const struct reply *r, size_t i)
{
	const char *word = reply_text(r, i, 0);

	*VEC_PUSH(&x->large) =
		(struct rls_large){ word ? *word : 0, number(r, i, 1), text(x, r, i, 2),
				    reply_int(r, i, 3), text(x, r, i, 4) };
}

static void take_parameters(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->parameters) =
		(struct rls_parameter){ text(x, r, i, 0), number(r, i, 1), text(x, r, i, 2) };
}

static void take_event_triggers(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->event_triggers) =
		(struct rls_event_trigger){ text(x, r, i, 0), number(r, i, 1),
					    text(x, r, i, 2) };
}

static void take_languages(struct rls_extras *x, const struct reply *r, size_t i)
{
	*VEC_PUSH(&x->languages) = (struct rls_language){ text(x, r, i, 0), text(x, r, i, 1),
							  number(r, i, 2), text(x, r, i, 3) };
}

static const struct {
	const char *name; /* of the query file */
	void (*take)(struct rls_extras *x, const struct reply *r, size_t i);
} questions[RLS_QUESTIONS] = {
	[RLS_SEQUENCES] = { "rls_sequences", take_sequences },
	[RLS_DEFAULTS] = { "rls_defaults", take_defaults },
	[RLS_PUBLICATIONS] = { "rls_publications", take_publications },
	[RLS_MAPPINGS] = { "rls_mappings", take_mappings },
	[RLS_VIEWS] = { "rls_views", take_views },
	[RLS_RULES] = { "rls_rules", take_rules },
	[RLS_LEAKY] = { "rls_leaky", take_leaky },
	[RLS_SERVER] = { "rls_server", take_server },
	[RLS_DANGEROUS] = { "rls_dangerous", take_dangerous },
	[RLS_HEADROOM] = { "rls_headroom", take_headroom },
	[RLS_SUBSCRIPTIONS] = { "rls_subscriptions", take_subscriptions },
	[RLS_EXCLUSIONS] = { "rls_exclusions", take_exclusions },
	[RLS_GRANTORS] = { "rls_grantors", take_grantors },
	[RLS_SETTERS] = { "rls_setters", take_setters },
	[RLS_LARGE] = { "rls_large_objects", take_large },
	[RLS_PARAMETERS] = { "rls_parameters", take_parameters },
	[RLS_EVENT_TRIGGERS] = { "rls_event_triggers", take_event_triggers },
	[RLS_LANGUAGES] = { "rls_languages", take_languages },
};

const char *rls_question_name(enum rls_question q)
{
	return questions[q].name;
}

void rls_extras_rows(struct rls_extras *x, enum rls_question q, const struct reply *rows)
{
	for (size_t i = 0; i < reply_rows(rows); i++)
		questions[q].take(x, rows, i);
}
