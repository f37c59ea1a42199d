/* SPDX-License-Identifier: MIT */
/*
 * outbox_priv.h - how outboxes are recognised: words of names, roles of columns, points, predicates.
 */
#ifndef OUTBOX_PRIV_H
#define OUTBOX_PRIV_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/sql.h"
#include "domain/outbox.h"

/* ---- outbox_words.c: names as words ---- */
#define WORDS_MAX 12
struct name_words {
	char text[128];          /* lower case, cut off beyond */
	const char *v[WORDS_MAX];
	size_t n;
	uint32_t initials;       /* a bit for the first letter of each */
};
/* Split at '_', '-', '.', digits and case changes; glued names ("createdat") by a small list. */
void name_words(struct name_words *out, const char *name);
/* After one of its words was changed. */
void name_initials(struct name_words *w);
/* What a word of another language stands for, or the word itself. */
const char *word_means(const char *word);
bool words_have(const struct name_words *w, const char *word);
bool words_any(const struct name_words *w, const char *const *list);
/* The last word is one of the list, or one of its plurals in the singular. */
bool words_end(const struct name_words *w, const char *const *list);

/* ---- one relation while it is judged ---- */
struct candidate_table {
	struct arena *arena;
	const struct catalog *catalog;
	const struct sqlset *sql;
	const struct relation *relation;
	struct name_words name;
	const struct name_words **words; /* of the columns' names, in their order */
	struct outbox out;
	struct buf why;          /* pieces of the evidence */
	bool given[OUTBOX_ROLES]; /* by the profile file, "none" included */
	bool named;              /* the name says outbox, inbox, queue or job */
	bool state_is_code;      /* integers */
	bool unlisted;           /* nobody listed the states: ordinary words are tried */
	bool unreadable;         /* something tells progress, in values that nobody explains */
	bool logged;             /* the name says log or history */
	bool offset;             /* a table of consumer offsets stands beside it */
	bool business;           /* states of business among the labels */
};
/* Does any column tell how far a message has come? */
bool candidate_progress(const struct candidate_table *t);
void candidate_points(struct candidate_table *t, int points, const char *why);
const struct column *candidate_column(const struct candidate_table *t, enum outbox_role role);

/* ---- outbox_fit.c ---- */
/* 0: not at all; more is better. */
int role_fit(const struct candidate_table *t, enum outbox_role role, const struct column *c,
	     const struct name_words *w);
/* Named like what is done, in values that nobody explains. */
bool done_unreadable(const struct column *c, const struct name_words *w);
/* ---- outbox_roles.c ---- */
void candidate_roles(struct candidate_table *t);
/* ---- outbox_states.c ---- */
/* Do these labels read as states of a queue?  Fills out.states and the flags. */
bool candidate_states(struct candidate_table *t, const struct column *c);
/* Labels that are among the words for waiting or trying again. */
const char *const *states_waiting(struct candidate_table *t, const char *const *labels);
bool state_is_business(const char *label);
/* "dead", "discarded": whoever sees it knows that nobody tries again. */
bool state_is_final(const char *label);
/* The word lists themselves. */
void state_words(struct outbox_states *s);
/* ---- outbox_family.c ---- */
void candidate_family(struct candidate_table *t);
/* Its attempts are those that are left. */
bool family_counts_down(const struct candidate_table *t);
/* As candidate_states, of a text or code whose values nobody listed. */
bool candidate_unlisted_states(struct candidate_table *t, const struct column *c);
/* ---- outbox_guards.c ---- */
void candidate_name(struct candidate_table *t);
void candidate_guards(struct candidate_table *t);
/* ---- outbox_beside.c ---- */
/* Replaces the predicates where other tables hold the state. */
void candidate_beside(struct candidate_table *t);
/* ---- outbox_sql.c ---- */
void candidate_predicates(struct candidate_table *t);

/* Kinds of types, by pg_type facts of the base type. */
bool is_time(const struct column *c);
bool is_zoned(const struct column *c);
bool is_integer(const struct column *c);
bool is_text(const struct column *c);
bool is_bool(const struct column *c);
bool is_document(const struct column *c); /* json jsonb bytea xml */
bool is_uuid(const struct column *c);

#endif
