/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "support/leak.h"

static void expect(char *got, const char *expected)
{
	cr_assert_str_eq(got, expected);
	free(got);
}

static char *make_dir(void)
{
	char *dir = xstrdup("/tmp/souk-path-XXXXXX");

	cr_assert_not_null(mkdtemp(dir));
	return dir;
}

LEAK_TEST(path, names)
{
	setenv("HOME", "/home/anna", 1);
	unsetenv("XDG_CONFIG_HOME");
	setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
	unsetenv("XDG_RUNTIME_DIR");
	expect(path_config(NULL), "/home/anna/.config/souk");
	expect(path_config("keymap"), "/home/anna/.config/souk/keymap");
	expect(path_state("drafts"), "/home/anna/.local/state/souk/drafts");
	expect(path_runtime("lock"), "/home/anna/.local/state/souk/lock");
	setenv("XDG_CONFIG_HOME", "/c/", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	expect(path_config("x"), "/c/souk/x");
	expect(path_runtime("lock"), "/run/user/7/souk/lock");
	expect(path_expand("~"), "/home/anna");
	expect(path_expand("~/x"), "/home/anna/x");
	expect(path_expand("~ben/x"), "~ben/x");
	expect(path_expand("/x"), "/x");
	expect(path_join("a", "b"), "a/b");
	expect(path_join("", "b"), "/b");
}

LEAK_TEST(path, home_without_home)
{
	char *home;

	unsetenv("HOME");
	home = path_expand("~");
	cr_assert_eq(home[0], '/');
	free(home);
}

LEAK_TEST(path, folders_and_files)
{
	char *root = make_dir(), *dir = path_join(root, "a/b/c"), *file = path_join(dir, "f");
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;
	struct stat st;

	cr_assert(path_mkdirs(dir, &err));
	cr_assert(path_mkdirs(dir, &err));
	cr_assert_eq(stat(dir, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700u);
	cr_assert_not(path_exists(file));
	cr_assert(path_write(file, "one", 3, &err));
	cr_assert(path_write(file, "two\0!", 5, &err));
	cr_assert_eq(stat(file, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600u);
	cr_assert(path_exists(file));
	buf_adds(&b, ">");
	cr_assert(path_read(file, 5, &b, &err));
	cr_assert_eq(b.len, 6u);
	cr_assert(!memcmp(b.data, ">two\0!", 7));
	cr_assert_not(path_read(file, 4, &b, &err));
	cr_assert_not_null(strstr(err.why, "larger than 4 bytes"));
	cr_assert(path_remove_tree(root, &err));
	cr_assert_not(path_exists(root));
	cr_assert(path_remove_tree(root, &err));
	free(root);
	free(dir);
	free(file);
	buf_release(&b);
	err_release(&err);
}

LEAK_TEST(path, big_files)
{
	char *root = make_dir(), *file = path_join(root, "big");
	struct buf big = BUF_INIT, back = BUF_INIT;
	struct err err = ERR_INIT;

	buf_addn(&big, 'x', 300000);
	cr_assert(path_write(file, big.data, big.len, &err));
	cr_assert(path_read(file, 300000, &back, &err));
	cr_assert_str_eq(back.data, big.data);
	cr_assert(path_remove_tree(root, &err));
	free(root);
	free(file);
	buf_release(&big);
	buf_release(&back);
}

LEAK_TEST(path, what_fails_says_so_and_leaves_nothing)
{
	char *root = make_dir(), *file = path_join(root, "f"), *below = path_join(file, "x");
	char *dir = path_join(root, "d");
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert_not(path_read(file, 9, &b, &err));
	cr_assert_str_eq(err.what, file);
	cr_assert_not(path_read(root, 9, &b, &err));
	cr_assert_not(path_write(below, "x", 1, &err));
	cr_assert(path_write(file, "x", 1, &err));
	cr_assert_not(path_mkdirs(file, &err));
	cr_assert_str_eq(err.why, "Not a directory");
	cr_assert_not(path_mkdirs(below, &err));
	cr_assert_not(path_mkdirs("", &err));
	cr_assert(path_mkdirs(dir, &err));
	cr_assert_not(path_write(dir, "x", 1, &err)); /* rename refuses: the draft goes too */
	cr_assert(path_remove_tree(dir, &err));
	unlink(file);
	cr_assert_eq(rmdir(root), 0);
	free(root);
	free(file);
	free(below);
	free(dir);
	buf_release(&b);
	err_release(&err);
}

LEAK_TEST(path, remove_tree_does_not_follow_links)
{
	char *root = make_dir(), *kept = make_dir(), *file = path_join(kept, "f");
	char *link = path_join(root, "link");
	struct err err = ERR_INIT;

	cr_assert(path_write(file, "x", 1, &err));
	cr_assert_eq(symlink(kept, link), 0);
	cr_assert(path_remove_tree(root, &err));
	cr_assert(path_exists(file));
	cr_assert(path_remove_tree(kept, &err));
	cr_assert_not(path_remove_tree("/proc/self/fd", &err));
	err_release(&err);
	free(root);
	free(kept);
	free(file);
	free(link);
}

LEAK_TEST(log, lines)
{
	char *root = make_dir(), *file = path_join(root, "log");
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	struct stat st;

	log_line("db", "goes nowhere");
	cr_assert_not(log_on());
	cr_assert_not(log_open(root, &err));
	cr_assert(log_open(file, &err));
	cr_assert(log_on());
	log_line("db", "pid %d\n\x1b[0m", 7);
	cr_assert(log_open(file, &err)); /* again: appends */
	log_line("loop", "x");
	log_close();
	log_close();
	cr_assert(path_read(file, 1000, &b, &err));
	cr_assert_not_null(strstr(b.data, " db       pid 7"));
	cr_assert_null(strchr(b.data, '\x1b'));
	cr_assert_not_null(strstr(b.data, " loop     x\n"));
	cr_assert_eq(stat(file, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600u);
	cr_assert(path_remove_tree(root, &err));
	buf_release(&b);
	err_release(&err);
	free(root);
	free(file);
}

LEAK_TEST(log, a_full_disk_ends_it)
{
	struct err err = ERR_INIT;

	cr_assert(log_open("/dev/full", &err));
	log_line("db", "x");
	cr_assert_not(log_on());
}
