/* SPDX-License-Identifier: MIT */
/*
 * merge.h - three records in (base, theirs, mine), a plan out.  Pure: no input, no output.
 *
 * Each field gets a verdict:
 *
 *	UNCHANGED  nobody touched it               result: base
 *	MINE       only I did                      result: mine
 *	THEIRS     only they did                   result: theirs
 *	SAME       both did, to equal values       result: theirs
 *	MERGED     both did, and it fits together  result: what was made of both
 *	CONFLICT   both did, and it does not       no result until somebody chooses
 *
 * Whether a side changed a field is decided by the canonical text (10.0 to 10.00 is a change); equality
 * of the type is asked for theirs against mine only, where this module knows it.  Where only
 * the server does (citext, interval, ranges …), ask_server is set: feed the answer with
 * merge_server_equal() before the plan is believed.
 *
 * What fits together: words of a long text (three-way, white space kept), keys of JSON objects at any
 * depth, elements that both added to a JSON array, elements of an array of tags as of a set (what
 * both added: theirs, then mine).  A conflict inside a text or an object is a *part*, which can be chosen by
 * itself.  A number that counts something has an offer: my change applied to their value.
 *
 * Laws: merge(b,b,x)=x, merge(b,x,b)=x, merge(b,x,x)=x; swapping the sides swaps names, and the order of
 * additions only.  A choice overrides the verdict, survives merge_rebase(), and is never made by
 * itself.  Nothing that was given is thrown away.
 *
 * Texts are database texts, untrusted: sanitize them when they are shown.  NULL is SQL NULL.
 */
#ifndef DOMAIN_MERGE_H
#define DOMAIN_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum merge_type {
	MERGE_ATOM,   /* a whole: bool, date, uuid, enum, short code … */
	MERGE_NUMBER, /* integer and numeric: 1.0 equals 1.00 */
	MERGE_TEXT,   /* by words if it is long, a whole if it is short */
	MERGE_JSON,   /* by key */
	MERGE_SET,    /* an array literal, one dimension, as a set */
};

enum merge_verdict {
	MERGE_UNCHANGED, MERGE_MINE, MERGE_THEIRS, MERGE_SAME, MERGE_MERGED, MERGE_CONFLICT,
};

enum merge_choice {
	CHOICE_NONE, /* as the verdict says */
	CHOICE_THEIRS, CHOICE_MINE, CHOICE_BASE,
	CHOICE_OFFER,  /* my change applied to their number */
	CHOICE_EDITED, /* a text of its own */
};

/* One field as it goes in; texts are copied. */
struct merge_input {
	const char *name;
	enum merge_type type;
	bool counter;         /* counts something: make the offer */
	bool server_equality; /* only the server can tell whether two of its values are equal */
	const char *base, *theirs, *mine;
};

/* A conflict inside a field.  Texts of JSON are JSON, NULL for a key that is not there. */
struct merge_part {
	char *path; /* JSON: "weight.unit", "" for the whole; NULL for words of a text */
	char *base, *theirs, *mine;
	enum merge_choice choice; /* NONE, THEIRS, MINE or BASE */
};

struct merge_field {
	char *name;
	enum merge_type type;
	bool counter, server_equality;
	char *base, *theirs, *mine;
	enum merge_verdict verdict;
	char *merged;    /* of MERGED, or of a CONFLICT all of whose parts are chosen */
	char *offer;     /* what CHOICE_OFFER gives, worth showing where both changed; NULL: none */
	bool ask_server; /* verdict is provisional until merge_server_equal() */
	struct merge_part *parts; /* the conflicts inside, as they are now */
	size_t nparts;
	struct merge_part *remembered; /* parts that somebody chose, also those that went away since */
	size_t nremembered;
	enum merge_choice choice;
	bool has_edited; /* somebody typed a text: it stays, whatever is chosen afterwards */
	char *edited;    /* of CHOICE_EDITED */
	bool moved;   /* their value is another than when the choice (of it or a part) was made */
};

struct merge_plan;

struct merge_plan *merge_new(const struct merge_input *fields, size_t n);
void merge_free(struct merge_plan **plan);

size_t merge_len(const struct merge_plan *plan);
const struct merge_field *merge_at(const struct merge_plan *plan, size_t i);
/* NULL if there is no such field. */
const struct merge_field *merge_find(const struct merge_plan *plan, const char *name);

/* The result of a field; false while it has none.  *text is borrowed, NULL for SQL NULL. */
bool merge_result(const struct merge_plan *plan, size_t i, const char **text);
/* The result is another than theirs: these columns are what a save on their guard writes. */
bool merge_writes(const struct merge_plan *plan, size_t i);
/* Fields without a result, and fields that wait for the server's word. */
size_t merge_unresolved(const struct merge_plan *plan);
bool merge_is_resolved(const struct merge_plan *plan);
/* The next field with verdict CONFLICT after i (before i with step -1), around the end; -1: none.
 * From the outside: i = -1. */
int merge_next_conflict(const struct merge_plan *plan, int i, int step);

/* The server's word on theirs = mine of a field with ask_server. */
void merge_server_equal(struct merge_plan *plan, size_t i, bool equal);

/* The dialog.  CHOICE_NONE takes a choice back, CHOICE_EDITED takes what was typed before.  False
 * if there is no such thing to choose: an offer that was not made, a text that was not typed. */
bool merge_choose(struct merge_plan *plan, size_t i, enum merge_choice choice);
/* Choose a text of one's own, copied; NULL is SQL NULL. */
void merge_edit(struct merge_plan *plan, size_t i, const char *text);
bool merge_choose_part(struct merge_plan *plan, size_t i, size_t part, enum merge_choice choice);
/* THEIRS, MINE … for each field without a result, each that both changed, or the whole record. */
enum merge_all { MERGE_ALL_OPEN, MERGE_ALL_BOTH, MERGE_ALL_FIELDS };
void merge_choose_all(struct merge_plan *plan, enum merge_choice choice, enum merge_all which);

/* Theirs has moved again: one text per field, in order, copied.  Choices stay (an offer that cannot
 * be made any more, because a side is no number now, is no choice either). */
void merge_rebase(struct merge_plan *plan, const char *const *theirs);

/*
 * What a cell of the dialog shows, in one line: of long texts the excerpts that changed, of JSON and
 * sets "+added ~changed -removed" against base, else the value.  False for SQL NULL and
 * for a result that does not exist yet.
 */
enum merge_side { MERGE_SIDE_BASE, MERGE_SIDE_THEIRS, MERGE_SIDE_MINE, MERGE_SIDE_RESULT };
bool merge_summary(const struct merge_plan *plan, size_t i, enum merge_side side, struct buf *out);
/* "unchanged" "mine" "theirs" "both the same" "merged" "CONFLICT" "chosen: theirs" … */
const char *merge_word(const struct merge_field *f);

/* A name like quantity, on_hand, reserved, attempts, points: something that is counted. */
bool merge_counter_name(const char *column);
/* How a column's values are merged; the texts are left NULL, the name is borrowed. */
struct column;
struct merge_input merge_input_of(const struct column *column);

#endif
