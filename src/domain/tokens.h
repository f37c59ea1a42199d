/* SPDX-License-Identifier: MIT */
/*
 * tokens.h - texts as sequences of numbered tokens, and their longest common subsequences.
 */
#ifndef DOMAIN_TOKENS_H
#define DOMAIN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct token {
	const char *text; /* borrowed from the text that was split */
	size_t len;
	uint32_t id; /* equal tokens have equal ids, in all texts split with the same lexicon */
	bool word;   /* not only white space and punctuation */
};

struct tokens {
	struct token *v;
	size_t len, cap;
};

#define TOKENS_INIT { 0 }

enum grain { GRAIN_WORDS, GRAIN_LINES };

struct lexicon;
struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon **lex);

/* The tokens, put together, are the text, every byte of it. */
void tokens_split(struct tokens *out, struct lexicon *lex, const char *text, enum grain grain);
void tokens_release(struct tokens *t);

enum lcs {
	LCS_ANY,  /* one longest common subsequence */
	LCS_SURE, /* only what is matched alike in all of them: it could not be seen otherwise */
};

/*
 * match[i] is the index in b of the token that a's token i is matched with, or -1.  Indexes grow.
 * False if what differs is too long to be compared: then only the common ends are matched (LCS_ANY).
 */
bool tokens_match(const struct tokens *a, const struct tokens *b, enum lcs which, ptrdiff_t *match);

#endif
