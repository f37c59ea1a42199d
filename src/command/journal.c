/* SPDX-License-Identifier: MIT */
#include "command/journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/timefmt.h"

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
