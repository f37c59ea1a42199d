/* SPDX-License-Identifier: MIT */
/*
 * Eight editors and eight writers in raw SQL on the same few rows.  Every change adds one to a
 * counter, so a lost update is a number that is too small: each counter must end as the number
 * of acknowledged additions, and the version as the number of writes that bump it.
 *
 * An editor does what a person does with the form: reads, thinks, saves what it read plus one;
 * somebody saved meanwhile: the merge engine joins what was apart and applies its addition to
 * their number.
 *
 * SOUK_HAMMER=N makes it N times as long.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "command/target.h"
#include "domain/merge.h"
#include "support/bench.h"

enum { EDITORS = 8, WRITERS = 8, ROWS = 3, FIELDS = 4, OPS = 25, RAW_OPS = 150 };

static const char *const fields[FIELDS] = { "a", "b", "c", "d" };

struct hammer {
	struct loop *loop;
	struct loop_timer *limit;
	char *admin;
	const char *relation;
	bool bumps; /* raw writers know version */
	uint64_t seed;
	long added[ROWS][FIELDS]; /* acknowledged */
	long saves[ROWS], raw[ROWS];
	long conflicts, merges;
	int busy; /* editors not done yet */
	bool late;
};

struct editor {
	struct hammer *h;
	struct session *session;
	struct record_plan *plan;
	struct loop_timer *think;
	struct record base;
	struct merge_plan *merge;
	int left, row, field;
};

static int roll(struct hammer *h, int sides)
{
	h->seed = h->seed * 6364136223846793005u + 1442695040888963407u;
	return (int)(h->seed >> 33) % sides;
}

static long factor(void)
{
	const char *text = getenv("SOUK_HAMMER");
	long n = text ? strtol(text, NULL, 10) : 1;

	return n > 0 ? n : 1;
}

/* ---- an editor ---- */

static void begin_edit(struct editor *e);
static void save_on(struct editor *e, const char *value);

static void on_saved(void *ctx, const struct save_result *r)
{
	struct editor *e = ctx;
	struct hammer *h = e->h;
	const char *text;

	if (r->outcome == SAVE_DONE) {
		h->added[e->row - 1][e->field]++;
		h->saves[e->row - 1]++;
		begin_edit(e);
		return;
	}
	cr_assert_eq(r->outcome, SAVE_CONFLICT, "outcome %d: %s", r->outcome,
		     r->err.why ? r->err.why : "");
	h->conflicts++;
	if (!e->merge) {
		struct merge_input in[FIELDS];
		char *mine = xasprintf(
			"%ld", strtol(record_value(&e->base, fields[e->field]), NULL, 10) + 1);

		for (int i = 0; i < FIELDS; i++) {
			const struct record_field *f = record_field(&e->base, fields[i]);

			in[i] = merge_input_of(f->column);
			in[i].counter = true;
			in[i].base = f->value;
			in[i].theirs = record_value(&r->theirs, fields[i]);
			in[i].mine = i == e->field ? mine : f->value;
		}
		e->merge = merge_new(in, FIELDS);
		free(mine);
	} else {
		const char *theirs[FIELDS];

		for (int i = 0; i < FIELDS; i++)
			theirs[i] = record_value(&r->theirs, fields[i]);
		merge_rebase(e->merge, theirs);
	}
	/* What is only mine stays mine; where both added, my addition goes on top of theirs. */
	if (merge_at(e->merge, (size_t)e->field)->verdict == MERGE_MINE)
		h->merges++;
	else
		cr_assert(merge_choose(e->merge, (size_t)e->field, CHOICE_OFFER));
	cr_assert(merge_is_resolved(e->merge));
	cr_assert(merge_result(e->merge, (size_t)e->field, &text));
	record_copy(&e->base, &r->theirs);
	save_on(e, text);
}

static void save_on(struct editor *e, const char *value)
{
	struct change change = {
		.column = relation_column(record_plan_relation(e->plan), fields[e->field]),
		.value = value,
	};
	struct save_request req = { .plan = e->plan,
				    .kind = SAVE_UPDATE,
				    .base = &e->base,
				    .changes = &change,
				    .nchanges = 1 };

	save_start(e->session, &req, on_saved, e);
}

static void on_thought(void *ctx)
{
	struct editor *e = ctx;
	char *value = xasprintf("%ld",
				strtol(record_value(&e->base, fields[e->field]), NULL, 10) + 1);

	save_on(e, value);
	free(value);
}

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct editor *e = ctx;

	cr_assert(record && !err, "%s", err ? err->why : "no record");
	record_copy(&e->base, record);
	loop_timer_start(e->think, (uint64_t)roll(e->h, 12), 0);
}

static void begin_edit(struct editor *e)
{
	char *key;
	const char *texts[2] = { 0 };

	merge_free(&e->merge);
	if (e->left-- == 0) {
		e->h->busy--;
		return;
	}
	e->row = 1 + roll(e->h, ROWS);
	e->field = roll(e->h, FIELDS);
	texts[0] = key = xasprintf("%d", e->row);
	record_fetch(e->session, e->plan, texts, on_record, e);
	free(key);
}

static void on_limit(void *ctx)
{
	((struct hammer *)ctx)->late = true;
}

static void open_editor(struct hammer *h, struct editor *e, const char *conninfo)
{
	struct err err = ERR_INIT;

	*e = (struct editor){ .h = h, .left = (int)(OPS * factor()) };
	e->session = bench_session(h->loop, conninfo, &h->late);
	e->plan = target_plan(e->session, h->relation, NULL, &err);
	cr_assert(e->plan, "%s", err.why);
	e->think = loop_timer_new(h->loop, on_thought, e);
}

static void close_editor(struct editor *e)
{
	loop_timer_free(&e->think);
	merge_free(&e->merge);
	record_release(&e->base);
	record_plan_free(&e->plan);
	session_free(&e->session);
}

/* ---- a writer ---- */

/* The script is a file, so that psql never waits for us. */
static FILE *start_writer(struct hammer *h, const char *conninfo, int n)
{
	char *path =
		xasprintf("%s/writer-%d-%d.sql", cluster_host(cluster()), (int)getpid(), n);
	char *cmd = xasprintf("psql -X -q -v ON_ERROR_STOP=1 -f '%s' '%s' >/dev/null", path,
			      conninfo);
	FILE *script = fopen(path, "w"), *in;

	cr_assert(script);
	for (long i = 0; i < RAW_OPS * factor(); i++) {
		int row = roll(h, ROWS), field = roll(h, FIELDS);

		fprintf(script,
			"UPDATE %s SET %s = %s + 1%s WHERE id = %d;\nSELECT pg_sleep(0.01);\n",
			h->relation, fields[field], fields[field],
			h->bumps ? ", version = version + 1" : "", row + 1);
		h->added[row][field]++;
		h->raw[row]++;
	}
	fclose(script);
	in = popen(cmd, "r");
	cr_assert(in);
	free(cmd);
	free(path);
	return in;
}

/* ---- the end of it ---- */

static long number(struct hammer *h, const char *column, int row)
{
	char *sql = xasprintf("SELECT %s FROM %s WHERE id = %d", column, h->relation, row);
	char *text = cluster_sql(h->admin, sql);
	long n = strtol(text, NULL, 10);

	free(text);
	free(sql);
	return n;
}

static void check(struct hammer *h, bool versioned, bool trigger)
{
	for (int row = 0; row < ROWS; row++) {
		for (int f = 0; f < FIELDS; f++)
			cr_assert_eq(
				number(h, fields[f], row + 1), h->added[row][f],
				"row %d %s: %ld additions were acknowledged, %ld are there",
				row + 1, fields[f], h->added[row][f],
				number(h, fields[f], row + 1));
		if (versioned)
			cr_assert_eq(number(h, "version", row + 1),
				     h->saves[row] + (h->bumps || trigger ? h->raw[row] : 0),
				     "row %d: version %ld", row + 1,
				     number(h, "version", row + 1));
	}
	cr_assert_gt(h->conflicts, 0, "nobody met anybody: this proves nothing");
	cr_assert_gt(h->merges, 0);
}

static void hammer_run(struct hammer *h, const char *conninfo)
{
	struct editor editors[EDITORS];
	FILE *writers[WRITERS];

	bench_state();
	h->seed = 0x20261121;
	h->loop = loop_new();
	h->limit = loop_timer_new(h->loop, on_limit, h);
	loop_timer_start(h->limit, 120000u * (uint64_t)factor(), 0);
	for (int i = 0; i < EDITORS; i++)
		open_editor(h, &editors[i], conninfo);
	for (int i = 0; i < WRITERS; i++)
		writers[i] = start_writer(h, conninfo, i);
	h->busy = EDITORS;
	for (int i = 0; i < EDITORS; i++)
		begin_edit(&editors[i]);
	while (h->busy && !h->late)
		loop_turn(h->loop, true);
	cr_assert_eq(h->busy, 0, "%d editors never finished", h->busy);
	for (int i = 0; i < WRITERS; i++)
		cr_assert_eq(pclose(writers[i]), 0, "a raw writer failed");
	for (int i = 0; i < EDITORS; i++)
		close_editor(&editors[i]);
	loop_timer_free(&h->limit);
	loop_free(&h->loop);
}

#define TABLES                                                                                 \
	"CREATE TABLE counters (id int PRIMARY KEY, a int NOT NULL DEFAULT 0, b int NOT NULL " \
	"DEFAULT 0, c int NOT NULL DEFAULT 0, d int NOT NULL DEFAULT 0"
#define FILLED "); INSERT INTO counters (id) SELECT g FROM generate_series(1, 3) AS g;"
#define TRIGGERED                                                                              \
	"CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS "                          \
	"$$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;"                         \
	"CREATE TRIGGER bump BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION bump();"

static void hammer(const char *tables, bool bumps, bool trigger)
{
	struct hammer h = { .admin = cluster_database(""),
			    .relation = "counters",
			    .bumps = bumps };

	free(cluster_sql(h.admin, tables));
	hammer_run(&h, h.admin);
	check(&h, strstr(tables, "version") != NULL, trigger);
	free(h.admin);
}

Test(hammer, writers_who_keep_the_version, .timeout = 400)
{
	hammer(TABLES ", version bigint NOT NULL DEFAULT 0" FILLED, true, false);
}

Test(hammer, a_version_kept_by_a_trigger, .timeout = 400)
{
	hammer(TABLES ", version bigint NOT NULL DEFAULT 0" FILLED TRIGGERED, false, true);
}

/* They are found by xmin: the version does not tell. */
Test(hammer, writers_who_do_not_know_the_version, .timeout = 400)
{
	hammer(TABLES ", version bigint NOT NULL DEFAULT 0" FILLED, false, false);
}

Test(hammer, a_table_with_only_xmin, .timeout = 400)
{
	hammer(TABLES FILLED, false, false);
}

Test(hammer, through_a_transaction_pooler, .timeout = 400)
{
	struct cluster *server = cluster_new(NULL);
	struct hammer h = { .admin = cluster_database_in(server, ""),
			    .relation = "counters",
			    .bumps = true };
	char *pooled = xasprintf("%s port=6432", h.admin);

	free(cluster_sql(h.admin, TABLES ", version bigint NOT NULL DEFAULT 0" FILLED));
	setenv("POOL_SIZE", "8", 1);
	cluster_pooler(server, NULL);
	hammer_run(&h, pooled);
	check(&h, true, false);
	free(pooled);
	free(h.admin);
	cluster_free(&server);
}
