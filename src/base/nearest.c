/* SPDX-License-Identifier: MIT */
/* The rest of deffile.h: "did you mean …?". */
#include "base/deffile.h"

#include <string.h>

#include "base/buf.h"

enum { MAX_WORD = 64, MAX_DISTANCE = 3, MAX_TOLD = 10 };

static int min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits between two words, a swap of neighbours counting as one. */
static int distance(const char *a, const char *b)
{
	int d[MAX_WORD + 1][MAX_WORD + 1];
	int la = (int)strlen(a), lb = (int)strlen(b);

	if (la > MAX_WORD || lb > MAX_WORD)
		return MAX_DISTANCE + 1;
	for (int i = 0; i <= la; i++)
		d[i][0] = i;
	for (int j = 0; j <= lb; j++)
		d[0][j] = j;
	for (int i = 1; i <= la; i++) {
		for (int j = 1; j <= lb; j++) {
			int change = a[i - 1] != b[j - 1];

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = min3(d[i][j], d[i - 2][j - 2] + 1, d[i][j]);
		}
	}
	return d[la][lb];
}

const char *nearest_word(const char *s, const char *const *words)
{
	return nearest_within(s, words, MAX_DISTANCE);
}

const char *nearest_within(const char *s, const char *const *words, int most)
{
	int best = most + 1, len = (int)strlen(s);
	const char *found = NULL;

	for (; *words; words++) {
		int n = distance(s, *words), other = (int)strlen(*words);

		/* What is mostly another word is no help, however short both are. */
		if (n < best && n < len && 2 * n <= (len > other ? len : other)) {
			best = n;
			found = *words;
		}
	}
	return found;
}

/* Few words are best said all. */
static bool hint_all(struct err *err, const char *const *words)
{
	struct buf all = BUF_INIT;
	size_t n = 0;

	for (; words[n] && n <= MAX_TOLD; n++)
		buf_addf(&all, "%s%s", n ? ", " : "", words[n]);
	if (n && n <= MAX_TOLD)
		err_hint(err, "there are %s", all.data);
	buf_release(&all);
	return false;
}

bool err_unknown(struct err *err, const char *kind, const char *s, const char *const *words)
{
	const char *near = nearest_word(s, words);

	if (near)
		return err_set(err, ERR_USAGE, NULL, "unknown %s \"%s\" (did you mean \"%s\"?)",
			       kind, s, near);
	err_set(err, ERR_USAGE, NULL, "unknown %s \"%s\"", kind, s);
	return hint_all(err, words);
}
