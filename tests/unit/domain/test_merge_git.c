/* SPDX-License-Identifier: MIT */
/*
 * The merge of texts against git's: the same tokens, one per line, through git merge-file.
 * Where both are clean the texts are equal; where git conflicts, so do we; never the reverse.
 */
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "domain/merge.h"
#include "support/leak.h"

extern char **environ;

enum { MAX_ITEMS = 64 };

/* A word with what follows it.  Tokens: the word, a comma or none, one blank or two. */
struct item {
	int word;
	bool comma, wide;
};

struct text {
	struct item v[MAX_ITEMS];
	int len;
};

struct dice {
	uint64_t state;
	int words; /* of the vocabulary: few make many ways to see a change */
};

static int roll(struct dice *d, int sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (int)(d->state >> 33) % sides;
}

static struct item any_item(struct dice *d)
{
	return (struct item){ roll(d, d->words), roll(d, 6) == 0, roll(d, 8) == 0 };
}

static void edit(struct dice *d, struct text *t)
{
	int at = t->len ? roll(d, t->len) : 0;

	switch (t->len ? roll(d, 6) : 0) {
	case 0:
	case 1:
		if (t->len == MAX_ITEMS)
			break;
		memmove(t->v + at + 1, t->v + at, sizeof *t->v * (size_t)(t->len++ - at));
		t->v[at] = any_item(d);
		break;
	case 2:
		memmove(t->v + at, t->v + at + 1, sizeof *t->v * (size_t)(--t->len - at));
		break;
	case 3:
		t->v[at].word = roll(d, d->words);
		break;
	case 4:
		t->v[at].comma = !t->v[at].comma;
		break;
	case 5:
		t->v[at].wide = !t->v[at].wide;
		break;
	}
}

static void write_text(struct buf *out, const struct text *t)
{
	for (int i = 0; i < t->len; i++)
		buf_addf(out, "w%d%s%s", t->v[i].word, t->v[i].comma ? "," : "",
			 t->v[i].wide ? "  " : " ");
	buf_adds(out, "end\n");
}

/* One token per line; a token that is white space is told by its length. */
static void write_lines(struct buf *out, const struct text *t)
{
	for (int i = 0; i < t->len; i++)
		buf_addf(out, "w%d\n%s%s\n", t->v[i].word, t->v[i].comma ? ",\n" : "",
			 t->v[i].wide ? "__" : "_");
	buf_adds(out, "end\n$\n");
}

static void unlines(struct buf *b)
{
	struct buf out = BUF_INIT;

	for (const char *s = b->data; *s; s += strcspn(s, "\n") + 1) {
		size_t n = strcspn(s, "\n");

		if (*s == '_')
			buf_addn(&out, ' ', n);
		else if (*s == '$')
			buf_addc(&out, '\n');
		else
			buf_add(&out, s, n);
	}
	buf_release(b);
	*b = out;
}

/* True if git merges clean; out gets the text. */
static bool git_merge(const char *dir, const struct text side[3], struct buf *out)
{
	static const char *const names[] = { "mine", "base", "theirs" };
	static const int order[] = { 2, 0, 1 };
	char *paths[3], *argv[] = {
		(char[]){ "git" }, (char[]){ "merge-file" }, NULL, NULL, NULL, NULL
	};
	struct err err = ERR_INIT;
	int status;
	pid_t pid;

	for (int i = 0; i < 3; i++) {
		struct buf b = BUF_INIT;
		FILE *f;

		paths[i] = argv[2 + i] = path_join(dir, names[i]);
		write_lines(&b, &side[order[i]]);
		f = fopen(paths[i], "w");
		fputs(b.data, f);
		fclose(f);
		buf_release(&b);
	}
	cr_assert_eq(posix_spawnp(&pid, "git", NULL, NULL, argv, environ), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) < 128, "git merge-file failed");
	cr_assert(path_read(paths[0], 1 << 20, out, &err));
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	unlines(out);
	return WEXITSTATUS(status) == 0;
}

static bool our_merge(const struct text side[3], struct buf *out)
{
	struct buf text[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct merge_input in = { .name = "description", .type = MERGE_TEXT };
	struct merge_plan *plan;
	const char *result;
	bool clean;

	for (int i = 0; i < 3; i++)
		write_text(&text[i], &side[i]);
	in.base = text[0].data;
	in.theirs = text[1].data;
	in.mine = text[2].data;
	plan = merge_new(&in, 1);
	clean = merge_result(plan, 0, &result);
	if (clean)
		buf_adds(out, result);
	merge_free(&plan);
	for (int i = 0; i < 3; i++)
		buf_release(&text[i]);
	return clean;
}

struct tally {
	int both, neither, only_git;
};

static void compare(struct dice *d, const char *dir, struct tally *tally)
{
	struct text side[3] = { 0 };
	struct buf ours = BUF_INIT, gits = BUF_INIT;
	uint64_t seed = d->state;
	bool we, git;

	d->words = 2 + roll(d, 30);
	for (int n = roll(d, 40); n > 0; n--)
		side[0].v[side[0].len++] = any_item(d);
	side[1] = side[2] = side[0];
	for (int s = 1; s < 3; s++)
		for (int n = 1 + roll(d, 5); n > 0; n--)
			edit(d, &side[s]);
	we = our_merge(side, &ours);
	git = git_merge(dir, side, &gits);
	cr_assert(git || !we, "state %llx: git sees a conflict and we merge: %s",
		  (unsigned long long)seed, ours.data);
	if (we && git)
		cr_assert_str_eq(ours.data, gits.data, "state %llx:\n%s%s",
				 (unsigned long long)seed, ours.data, gits.data);
	tally->both += we && git;
	tally->neither += !we && !git;
	tally->only_git += !we && git;
	buf_release(&ours);
	buf_release(&gits);
}

LEAK_TEST(merge_git, agrees)
{
	const char *turns = getenv("SOUK_GIT_TURNS"), *start = getenv("SOUK_SEED");
	struct dice d = { .state = start ? strtoull(start, NULL, 16) : 20261002 };
	char dir[] = "/tmp/souk-merge-XXXXXX";
	/* Turns whose differences can be seen in several ways: git sees a conflict. */
	static const uint64_t hard[] = { 0x7c6962a757cdf05c, 0x5bbdc064d1fabaa9 };
	struct tally tally = { 0 };
	struct err err = ERR_INIT;

	cr_assert_not_null(mkdtemp(dir));
	for (size_t i = 0; i < ARRAY_SIZE(hard); i++)
		compare(&(struct dice){ .state = hard[i] }, dir, &tally);
	for (long i = turns ? strtol(turns, NULL, 10) : 300; i > 0; i--)
		compare(&d, dir, &tally);
	cr_log_info("both clean %d, both conflict %d, only git clean %d", tally.both,
		    tally.neither, tally.only_git);
	/* Or the test would say nothing. */
	cr_assert_gt(tally.both, tally.only_git);
	cr_assert_gt(tally.neither, 0);
	cr_assert(path_remove_tree(dir, &err));
}
