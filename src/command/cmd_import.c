/* SPDX-License-Identifier: MIT */
/*
 * cmd_import.c - records of a file into a screen's relation.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/command.h"
#include "command/parse.h"
#include "command/target.h"
#include "import.h"

enum { EXIT_CONFLICT = 4, SHOWN_MAX = 1000 };

struct shown_conflict {
	char *cells[5];
};

struct import_call {
	struct call *call;
	struct record_plan *plan;
	const struct screendef *def;
	struct import *import;
	char **key;
	VEC(struct shown_conflict) conflicts;
};

static void import_call_free(void *data)
{
	struct import_call *c = data;

	import_free(&c->import);
	record_plan_free(&c->plan);
	for (size_t i = 0; c->key && c->key[i]; i++)
		free(c->key[i]);
	free(c->key);
	for (size_t i = 0; i < c->conflicts.len; i++)
		for (size_t k = 0; k < ARRAY_SIZE(c->conflicts.v[i].cells); k++)
			free(c->conflicts.v[i].cells[k]);
	VEC_RELEASE(&c->conflicts);
	free(c);
}

/* ---- what is told ---- */

static void on_progress(void *ctx, uint64_t done, uint64_t total, double rate)
{
	struct import_call *c = ctx;
	const struct host *h = call_host(c->call);
	const struct import_counts *n = import_counts(c->import);
	struct buf text = BUF_INIT;

	buf_addf(&text, "import %llu rows, %.0f/s", (unsigned long long)n->rows, rate);
	if (n->rejected)
		buf_addf(&text, ", %llu rejected", (unsigned long long)n->rejected);
	if (rate > 0 && n->rows && done < total) {
		buf_adds(&text, ", ");
		/* Bytes a row are as many in the rest of the file, roughly. */
		timefmt_duration(&text, (double)(total - done) /
						((double)done / (double)n->rows) / rate);
		buf_adds(&text, " left");
	}
	h->ops->progress(h->ctx, text.data, (double)done, (double)total);
	buf_release(&text);
}

static void on_mapped(void *ctx, const char *match, const char *notes)
{
	struct import_call *c = ctx;
	const struct host *h = call_host(c->call);
	struct buf text = BUF_INIT;

	if (!match)
		buf_adds(&text, "the file has no key: every record is a new one");
	else
		buf_addf(&text, "records are found by %s", match);
	if (*notes)
		buf_addf(&text, "; %s", notes);
	h->ops->say(h->ctx, SAY_INFO, text.data);
	buf_release(&text);
}

static void on_say(void *ctx, const char *text)
{
	struct import_call *c = ctx;
	const struct host *h = call_host(c->call);

	h->ops->say(h->ctx, SAY_INFO, text);
}

static void on_conflict(void *ctx, uint64_t line, const char *key, const char *column,
			const char *theirs, const char *mine)
{
	struct import_call *c = ctx;

	if (call_host(c->call)->batch || c->conflicts.len == SHOWN_MAX)
		return;
	*VEC_PUSH(&c->conflicts) = (struct shown_conflict){ {
		xasprintf("%llu", (unsigned long long)line),
		xstrdup(key),
		xstrdup(column),
		xstrdup_null(theirs),
		xstrdup_null(mine),
	} };
}

static void print_conflicts(const struct import_call *c)
{
	static const struct table_column columns[] = {
		{ .name = "line", .type = CELL_NUMBER },
		{ .name = "key" },
		{ .name = "column" },
		{ .name = "theirs" },
		{ .name = "mine" },
	};
	const struct host *h = call_host(c->call);

	if (!c->conflicts.len)
		return;
	h->ops->table_begin(h->ctx, "import: conflicts", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < c->conflicts.len; i++)
		h->ops->table_row(h->ctx, (const char *const *)c->conflicts.v[i].cells);
	h->ops->table_end(h->ctx);
}

static void print_counts(const struct import_call *c)
{
	static const struct table_column columns[] = {
		{ .name = "rows", .type = CELL_NUMBER },
		{ .name = "inserted", .type = CELL_NUMBER },
		{ .name = "updated", .type = CELL_NUMBER },
		{ .name = "unchanged", .type = CELL_NUMBER },
		{ .name = "conflicts", .type = CELL_NUMBER },
		{ .name = "rejected", .type = CELL_NUMBER },
		{ .name = "dry_run", .type = CELL_BOOL },
		{ .name = "rejects_file" },
		{ .name = "conflicts_file" },
	};
	const struct import_counts *n = import_counts(c->import);
	const uint64_t numbers[] = { n->rows,	   n->inserted,	 n->updated,
				     n->unchanged, n->conflicts, n->rejected };
	const struct host *h = call_host(c->call);
	const char *cells[ARRAY_SIZE(columns)];
	char *texts[ARRAY_SIZE(numbers)];

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		cells[i] = texts[i] = xasprintf("%llu", (unsigned long long)numbers[i]);
	cells[6] = args_has(call_args(c->call), "dry-run") ? "true" : "false";
	cells[7] = import_rejects(c->import);
	cells[8] = import_conflicts(c->import);
	h->ops->table_begin(h->ctx, "import", columns, ARRAY_SIZE(columns));
	h->ops->table_row(h->ctx, cells);
	h->ops->table_end(h->ctx);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		free(texts[i]);
}

/* What the numbers mean, where they are not the whole truth. */
static void say_rest(const struct import_call *c)
{
	const struct host *h = call_host(c->call);
	char *text;

	if (args_has(call_args(c->call), "dry-run"))
		h->ops->say(h->ctx, SAY_INFO,
			    import_tried(c->import)
				    ? "dry run: tried and taken back, nothing was written"
				    : "dry run, read-only: values and keys are judged; "
				      "constraints, triggers and policies only with --armed");
	if (import_conflicts(c->import)) {
		text = xasprintf("conflicts are in %s%s", import_conflicts(c->import),
				 args_has(call_args(c->call), "dry-run")
					 ? ""
					 : "; the first hundred are kept as drafts, too");
		h->ops->say(h->ctx, SAY_WARNING, text);
		free(text);
	}
	if (import_rejects(c->import)) {
		text = xasprintf("rejected records are in %s, each with its reason: mend them "
				 "there and import that file",
				 import_rejects(c->import));
		h->ops->say(h->ctx, SAY_WARNING, text);
		free(text);
	}
}

static void on_done(void *ctx, const struct err *err)
{
	struct import_call *c = ctx;
	const struct host *h = call_host(c->call);
	const struct import_counts *n = import_counts(c->import);
	int status = -1;

	h->ops->progress(h->ctx, "import", -1, 0);
	if (!err || n->rows)
		print_counts(c);
	if (!err) {
		print_conflicts(c);
		say_rest(c);
		status = n->conflicts ? EXIT_CONFLICT : n->rejected ? 1 : 0;
	}
	call_done(c->call, err, status);
}

/* ---- what is asked for ---- */

static bool delimiter_of(const struct args *a, const char *path, char *out, struct err *err)
{
	const char *given = args_get(a, "delimiter"), *input = args_get(a, "input");
	const char *dot = strrchr(path, '.');

	*out = ',';
	if (!input && dot &&
	    (strcmp(dot, ".jsonl") == 0 || strcmp(dot, ".ndjson") == 0 ||
	     strcmp(dot, ".json") == 0))
		input = "jsonl";
	if (!input && dot && (strcmp(dot, ".tsv") == 0 || strcmp(dot, ".tab") == 0))
		input = "tsv";
	if (input && strcmp(input, "jsonl") == 0)
		*out = '\0';
	else if (input && strcmp(input, "tsv") == 0)
		*out = '\t';
	if (!given)
		return true;
	if (!*out || strlen(given) != 1 || *given == '"' || *given == '\n' || *given == '\r')
		return err_set(err, ERR_USAGE, "--delimiter",
			       "wants one character of a CSV file, not \"%s\"", given);
	*out = *given;
	return true;
}

/* "a,b" of --key. */
static char **split_key(const char *text)
{
	VEC(char *) list = VEC_INIT;

	while (text && *text) {
		size_t len = strcspn(text, ",");

		*VEC_PUSH(&list) = xstrndup(text, len);
		text += len + (text[len] == ',');
	}
	*VEC_PUSH(&list) = NULL;
	return list.v;
}

static bool begin(struct import_call *c, struct err *err)
{
	const struct args *a = call_args(c->call);
	const struct host *h = call_host(c->call);
	const char *screen = args_get(a, "what"), *file = args_get(a, "file");
	const struct import_callbacks cb = {
		.progress = on_progress,
		.mapped = on_mapped,
		.say = on_say,
		.conflict = on_conflict,
		.done = on_done,
		.ctx = c,
	};
	struct import_request req = {
		.null_text = args_get(a, "null"),
		.rejects = args_get(a, "rejects"),
		.conflicts = args_get(a, "conflicts"),
		.reason = args_get(a, "reason"),
		.insert_only = args_has(a, "insert-only"),
		.update_only = args_has(a, "update-only"),
		.dry_run = args_has(a, "dry-run"),
		.resume = args_has(a, "resume"),
		.batch = args_int(a, "batch", 0),
	};

	/* In the console one word is the file: into what one looks at. */
	if (!file) {
		file = screen;
		screen = h->ops->here ? h->ops->here(h->ctx, NULL) : NULL;
	}
	if (!screen)
		return err_set(err, ERR_USAGE, "import",
			       "a screen and the name of a file are wanted");
	if (!req.dry_run && !session_armed(call_session(c->call))) {
		err_set(err, ERR_FAILED, "import", "souk is read-only");
		return err_hint(err,
				h->batch ? "add --armed, or look first with --dry-run"
					 : "arm it with :arm, or look first with --dry-run");
	}
	if (session_tenant(call_session(c->call))->kind == TENANT_ALL)
		return err_set(err, ERR_FAILED, "import",
			       "records are never written in the scope of all tenants") ||
		       err_hint(err, "choose one with --tenant");
	if (!delimiter_of(a, file, &req.delimiter, err))
		return false;
	c->plan = target_plan(call_session(c->call), screen, &c->def, err);
	if (!c->plan)
		return false;
	if (c->def && c->def->edit.reason == REASON_REQUIRED && !req.reason && !req.dry_run)
		return err_set(err, ERR_USAGE, c->def->name, "a change here needs a reason") ||
		       err_hint(err, "add --reason TEXT");
	c->key = split_key(args_get(a, "key"));
	req.plan = c->plan;
	req.def = c->def;
	req.path = file;
	req.words.map = args_all(a, "map");
	req.words.key = (const char *const *)c->key;
	c->import = import_start(call_session(c->call), &req, &cb, err);
	return c->import != NULL;
}

static void import_run(struct call *call)
{
	struct import_call *c = xcalloc(1, sizeof *c);
	struct err err = ERR_INIT;

	c->call = call;
	call_set_data(call, c, import_call_free);
	if (!begin(c, &err))
		call_done(call, &err, -1);
	err_release(&err);
}

const struct command cmd_import = {
	.name = "import",
	.summary = "Write the records of a CSV or JSON lines file",
	.args = "what:file [file:file] [--dry-run] [--resume] [--map:mapping] [--key:columns] "
		"[--insert-only] [--update-only] [--input:choice(csv|tsv|jsonl)] "
		"[--delimiter:text] [--null:text] [--batch:int(1)] [--rejects:file] "
		"[--conflicts:file] [--reason:text]",
	.help = "In a shell: souk import SCREEN FILE; in the console import FILE writes into "
		"what the current screen shows. The first line of a CSV file names the columns "
		"(of JSON lines the first object does); case does not count, --map NAME=COLUMN "
		"says what fits nothing, --map NAME= leaves it out. A record finds its row by "
		"the key, else by a unique index whose columns the file has, or by --key "
		"COL,COL; a row that is there is changed where it differs, else it is new. The "
		"server judges every value. A version column in the file is the guard: where "
		"the "
		"record has another by now it is a conflict, not overwritten. Unquoted "
		"nothing is NULL, \"\" the empty text; --null TEXT says otherwise. Batches of "
		"500 records travel by COPY into a temporary table of texts (without the right to "
		"make one as parameters) and are a transaction each; what stops half way goes on "
		"with --resume. Rejected records go to FILE.rejects.csv with line and reason, "
		"conflicts to FILE.conflicts.jsonl. --dry-run writes nothing. Exit status: 0 "
		"all "
		"in, 1 some rejected, 4 some in conflict.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = import_run,
};
