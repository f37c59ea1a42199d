/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/ui/histfile.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/path.h"
#include "support/leak.h"

enum { MOST = 3 };

/* What histfile_read gave; it takes no context, as readline's history has none. */
static struct buf seen;
/* A file to which somebody appends while it is read. */
static const char *appended_to;

static void see(const char *text)
{
	buf_addf(&seen, "%s,", text);
	if (appended_to && strcmp(text, "meanwhile") == 0) {
		histfile_append(appended_to, "from another console");
		appended_to = NULL;
	}
}

static void reads(const char *file, const char *expected)
{
	buf_init(&seen);
	histfile_read(file, MOST, see);
	cr_assert_str_eq(seen.data ? seen.data : "", expected);
	buf_release(&seen);
}

LEAK_TEST(histfile, two_write_and_nothing_is_lost)
{
	char dir[] = "/tmp/souk-histfile-XXXXXX";
	struct err err = ERR_INIT;
	struct stat st;
	char *file;

	cr_assert_not_null(mkdtemp(dir));
	file = path_join(dir, "history");
	reads(file, "");
	histfile_append(file, "a");
	histfile_append(file, "b");
	histfile_append(file, "a");
	reads(file, "a,b,a,");
	/* More than twice as many as are kept: the latest of each, the next time. */
	for (int i = 0; i < MOST; i++)
		histfile_append(file, "c");
	histfile_append(file, "meanwhile");
	/* This console read all of it before the other one wrote. */
	appended_to = file;
	reads(file, "a,b,a,c,c,c,meanwhile,");
	reads(file, "a,c,meanwhile,from another console,");
	cr_assert_eq(stat(file, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	cr_assert(path_remove_tree(dir, &err));
	free(file);
}

/* Kept elsewhere by a link, which is still one when the file was written anew. */
LEAK_TEST(histfile, a_link_is_followed)
{
	char dir[] = "/tmp/souk-histfile-XXXXXX";
	struct err err = ERR_INIT;
	struct stat st;

	cr_assert_not_null(mkdtemp(dir));
	char *file = path_join(dir, "kept"), *link = path_join(dir, "history");
	histfile_append(file, "a");
	cr_assert_eq(symlink("kept", link), 0);
	for (int i = 0; i < 2 * MOST; i++)
		histfile_append(link, "b");
	reads(link, "a,b,b,b,b,b,b,");
	reads(link, "a,b,");
	reads(file, "a,b,");
	cr_assert_eq(lstat(link, &st), 0);
	cr_assert(S_ISLNK(st.st_mode));
	cr_assert(path_remove_tree(dir, &err));
	free(file);
	free(link);
}

/* Whatever a line does with a password, it is not kept. */
LEAK_TEST(histfile, secrets_are_not_kept)
{
	static const char *const secret[] = {
		"connect postgresql://anna:hunter2@db/shop",
		"connect 'host=db Password=hunter2'",
		"connect postgresql://db/shop?sslpassword=hunter2",
		"sql ALTER ROLE anna PASSWORD 'hunter2'",
		"\\password anna",
		"where hash = crypt('hunter2', hash)",
		"sql SELECT pgp_sym_decrypt(card, 'hunter2')",
		"edit users 1 --set api_key=hunter2",
		"filter note = 'Bearer hunter2'",
	};
	static const char *const plain[] = {
		"connect postgresql://anna@db/shop",
		"products @acme /rye status=active",
		"filter site = https://example.com/a:b",
	};

	for (size_t i = 0; i < ARRAY_SIZE(secret); i++)
		cr_expect(!histfile_fit(secret[i]), "%s", secret[i]);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		cr_expect(histfile_fit(plain[i]), "%s", plain[i]);
}
