/* SPDX-License-Identifier: MIT */
/*
 * merge_priv.h - what the files of the merge share.
 */
#ifndef DOMAIN_MERGE_PRIV_H
#define DOMAIN_MERGE_PRIV_H

#include "domain/merge.h"

/*
 * The merge of one field, where both sides changed it to different values: three texts and the
 * choices made for its parts in, result and parts out.
 */
struct three {
	const char *base, *theirs, *mine; /* base may be NULL */
	/* Asked for each conflict inside; CHOICE_NONE leaves it open. */
	enum merge_choice (*choose)(void *ctx, const struct merge_part *part);
	void *ctx;

	/* The conflicts found, owned by the caller. */
	struct {
		struct merge_part *v;
		size_t len, cap;
	} parts;
	bool open; /* a conflict was left open */
};

/* Note a conflict (texts are copied) and return the choice made for it. */
enum merge_choice three_conflict(struct three *x, const struct merge_part *part);
void parts_release(struct merge_part *parts, size_t n);

/* The merged text, which the caller owns; NULL: conflict (its parts are noted, if it has any). */
char *merge_text(struct three *x);
char *merge_json(struct three *x);
char *merge_set(const struct three *x);

/* Equal as the type says: theirs against mine, both not NULL and different texts. */
bool merge_json_equal(const char *a, const char *b);

#endif
