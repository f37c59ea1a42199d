/* SPDX-License-Identifier: MIT */
#include "command/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "base/vec.h"

static void append(const struct buf *line)
{
	char *dir = path_state(NULL);
	char *path = path_join(dir, "journal.jsonl");
	struct err err = ERR_INIT;
	int fd = -1;

	if (path_mkdirs(dir, &err))
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	/* One write: lines of two consoles do not mix. */
	if (fd < 0 || write(fd, line->data, line->len) != (ssize_t)line->len)
		log_line("journal", "%s could not be written", path);
	if (fd >= 0)
		close(fd);
	err_release(&err);
	free(dir);
	free(path);
}

static void member(struct buf *line, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(line, ", \"%s\": ", name);
	json_write_string(line, text, strlen(text));
}

static void begin(struct buf *line, const char *save_id)
{
	struct buf now = BUF_INIT;

	timefmt_instant(&now, time_now_us());
	buf_adds(line, "{\"time\": ");
	json_write_string(line, now.data, now.len);
	member(line, "save_id", save_id);
	buf_release(&now);
}

void journal_write(const struct journal_entry *e)
{
	struct buf line = BUF_INIT;

	begin(&line, e->save_id);
	member(&line, "action", e->action);
	member(&line, "relation", e->relation);
	member(&line, "key", e->key);
	buf_addf(&line, ", \"before\": %s, \"after\": %s", e->before, e->after);
	member(&line, "guard", e->guard);
	member(&line, "xid", e->xid);
	member(&line, "reason", e->reason);
	buf_adds(&line, "}\n");
	append(&line);
	buf_release(&line);
}

void journal_outcome(const char *save_id, const char *outcome, const char *sqlstate)
{
	struct buf line = BUF_INIT;

	begin(&line, save_id);
	member(&line, "outcome", outcome);
	member(&line, "sqlstate", sqlstate);
	buf_adds(&line, "}\n");
	append(&line);
	buf_release(&line);
}

/* ---- reading ---- */

enum { TAIL_MAX = 16 << 20 }; /* bytes that are looked at: some ten thousand writes */

struct journal {
	VEC(struct json *) list;
	size_t first; /* older ones are not asked for */
};

static void take_line(struct journal *j, struct map *by_id, const char *line, size_t len)
{
	struct err err = ERR_INIT;
	struct json *o = json_parse(line, len, &err), *entry;
	const struct json *id =
		o && json_type(o) == JSON_OBJECT ? json_get(o, "save_id") : NULL;
	const char *key = id && json_type(id) == JSON_STRING ? json_text(id) : NULL;

	if (key && json_get(o, "outcome")) {
		entry = map_get(by_id, key);
		if (entry) {
			json_set(entry, "outcome", json_dup(json_get(o, "outcome")));
			if (json_get(o, "sqlstate"))
				json_set(entry, "sqlstate", json_dup(json_get(o, "sqlstate")));
		}
	} else if (key) {
		json_set(o, "outcome", json_new_text("unfinished"));
		*VEC_PUSH(&j->list) = o;
		map_set(by_id, key, o);
		o = NULL;
	}
	json_free(&o);
	err_release(&err);
}

static void take_text(struct journal *j, const char *text, size_t len)
{
	struct map *by_id = map_new(NULL);
	const char *end = text + len, *nl;

	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (!nl)
			break; /* being written, or cut off by a crash */
		take_line(j, by_id, text, (size_t)(nl - text));
	}
	map_free(&by_id);
}

/* The end of the file, from the beginning of a line on. */
static bool read_tail(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	off_t from = size > TAIL_MAX ? size - TAIL_MAX : 0;
	char chunk[65536];
	ssize_t n = 0;

	if (fd < 0)
		return errno == ENOENT || err_errno(err, path);
	while ((n = pread(fd, chunk, sizeof chunk, from)) > 0) {
		buf_add(out, chunk, (size_t)n);
		from += n;
	}
	close(fd);
	if (n < 0)
		return err_errno(err, path);
	if (size > TAIL_MAX) {
		const char *nl = memchr(out->data, '\n', out->len);

		buf_splice(out, 0, nl ? (size_t)(nl + 1 - out->data) : out->len, NULL, 0);
	}
	return true;
}

struct journal *journal_read(size_t limit, struct err *err)
{
	struct journal *j = xcalloc(1, sizeof *j);
	char *path = path_state("journal.jsonl");
	struct buf text = BUF_INIT;

	if (!read_tail(path, &text, err))
		journal_free(&j);
	else if (text.len)
		take_text(j, text.data, text.len);
	if (j && j->list.len > limit)
		j->first = j->list.len - limit;
	buf_release(&text);
	free(path);
	return j;
}

void journal_free(struct journal **jp)
{
	struct journal *j = *jp;

	*jp = NULL;
	if (!j)
		return;
	for (size_t i = 0; i < j->list.len; i++)
		json_free(&j->list.v[i]);
	VEC_RELEASE(&j->list);
	free(j);
}

size_t journal_len(const struct journal *j)
{
	return j->list.len - j->first;
}

const struct json *journal_at(const struct journal *j, size_t i)
{
	return j->list.v[j->first + i];
}
