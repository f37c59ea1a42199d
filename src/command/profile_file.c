/* SPDX-License-Identifier: MIT */
/* Where a database's profile file is, and how a line of it is changed. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "command_priv.h"

/* A server or database may be called anything; a file may not. */
static char *safe(const char *text)
{
	char *name = xstrdup(text);

	for (char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (!isalnum(c) && !strchr("._-", c) && c < 0x80)
			*p = '_';
	}
	if (*name == '.')
		*name = '_';
	return name;
}

static char *in_profiles(const char *name)
{
	char *file = xasprintf("profiles/%s.ini", name), *path = path_config(file);

	free(file);
	return path;
}

/* The path, if there is such a file; owned, or gone. */
static char *if_exists(char *owned)
{
	if (path_exists(owned))
		return owned;
	free(owned);
	return NULL;
}

char *profile_file_choose(const char *given, const char *screens, const struct db_session *d)
{
	bool local = !d || !d->host || !*d->host || *d->host == '/' || *d->host == '@';
	char *database, *server, *both, *first, *found;

	if (given && (strchr(given, '/') || path_exists(given)))
		return path_expand(given);
	if (given)
		return in_profiles(given);
	database = safe(d && d->database ? d->database : "postgres");
	server = safe(local ? "local" : d->host);
	both = xasprintf("%s@%s", database, server);
	first = in_profiles(both);
	found = path_exists(first) ? NULL : if_exists(in_profiles(database));
	if (!found && screens && !path_exists(first))
		found = if_exists(path_join(screens, "profile.ini"));
	free(database);
	free(server);
	free(both);
	if (!found)
		return first;
	free(first);
	return found;
}

bool profile_file_write(const char *path, const char *before, const struct profile_entry *e,
			struct err *err)
{
	struct buf after = BUF_INIT;
	char *dir = xstrndup(path, (size_t)(strrchr(path, '/') ? strrchr(path, '/') - path : 0));
	bool ok = !*dir || path_mkdirs(dir, err);

	profile_text_put(&after, before, e);
	ok = ok && path_write(path, after.data, after.len, err);
	buf_release(&after);
	free(dir);
	return ok;
}

bool profile_file_restore(const char *path, const struct buf *before, struct err *err)
{
	if (before)
		return path_write(path, before->data, before->len, err);
	return unlink(path) == 0;
}
