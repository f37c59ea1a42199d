/* SPDX-License-Identifier: MIT */
/*
 * cmd_journal.c - what this person wrote from this machine, for a look and for the ticket.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/path.h"
#include "base/vec.h"
#include "command/command.h"
#include "command/journal.h"

static const struct table_column columns[] = {
	{ .name = "time" },
	{ .name = "action" },
	{ .name = "relation" },
	{ .name = "key" },
	{ .name = "outcome" },
	{ .name = "sqlstate" },
	{ .name = "before", .type = CELL_JSON },
	{ .name = "after", .type = CELL_JSON },
	{ .name = "reason" },
	{ .name = "guard" },
	{ .name = "xid" },
	{ .name = "save_id" },
};

static void print_entry(const struct host *h, const struct json *o)
{
	char *texts[ARRAY_SIZE(columns)];

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		texts[i] = journal_text(o, columns[i].name);
	h->ops->table_row(h->ctx, (const char *const *)texts);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		free(texts[i]);
}

static void print(struct call *c, const struct journal *j)
{
	const struct host *h = call_host(c);

	h->ops->table_begin(h->ctx, "journal", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < journal_len(j); i++)
		print_entry(h, journal_at(j, i));
	h->ops->table_end(h->ctx);
}

static void as_lines(struct buf *out, const struct journal *j)
{
	for (size_t i = 0; i < journal_len(j); i++) {
		json_write(out, journal_at(j, i), JSON_COMPACT);
		buf_addc(out, '\n');
	}
}

static bool write_file(struct call *c, const struct journal *j, struct err *err)
{
	char *path = path_expand(args_get(call_args(c), "file"));
	size_t len = strlen(path);
	const struct host *h = call_host(c);
	struct buf out = BUF_INIT;
	bool ok;

	if (len > 3 && strcmp(path + len - 3, ".md") == 0)
		journal_markdown(&out, j, INT64_MIN);
	else
		as_lines(&out, j);
	ok = path_write(path, out.data ? out.data : "", out.len, err);
	if (ok) {
		char *text = xasprintf("%zu writes in %s", journal_len(j), path);

		h->ops->say(h->ctx, SAY_DONE, text);
		free(text);
	}
	buf_release(&out);
	free(path);
	return ok;
}

static void journal_run(struct call *c)
{
	const struct args *a = call_args(c);
	struct err err = ERR_INIT;
	struct journal *j = journal_read((size_t)args_int(a, "limit", 1000), &err);

	if (j && args_has(a, "file"))
		(void)write_file(c, j, &err);
	else if (j)
		print(c, j);
	journal_free(&j);
	call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_journal = {
	.name = "journal",
	.summary = "What I wrote from this machine, and what became of it",
	.args = "[file:file] [--limit:int(1)]",
	.help = "The last 1000 writes (--limit), the newest last: before and after of the "
		"changed "
		"columns, the guard, the transaction, the outcome. With FILE they are written "
		"there, as a Markdown table if its name ends in .md, else as JSON lines. "
		"Values "
		"of columns that look secret or personal are masked in it.",
	.needs = NEEDS_SESSION | BATCH,
	.run = journal_run,
};
