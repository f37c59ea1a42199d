/* SPDX-License-Identifier: MIT */
/*
 * The save protocol on a real server: every edge of the state machine in command/save.h.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "support/bench.h"

/* ---- done ---- */

Test(save, a_version_grows_by_one_whoever_bumps_it)
{
	static const char *const relations[] = { "triggered", "counted", "doubled" };

	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		char *query =
			xasprintf("SELECT name || version FROM %s WHERE id = 2", relations[i]);

		bench_open(&b, "saver");
		bench_load(&b, relations[i], "2");
		cr_assert_eq(record_plan_guard(b.plan), GUARD_VERSION, "%s", relations[i]);
		bench_save(&b, "name=rye");
		bench_expect(&b, SAVE_DONE, NULL);
		cr_assert_str_eq(b.after.version, "1");
		bench_expect_sql(&b, query, "rye1");
		/* And once more on what the save brought back. */
		record_copy(&b.base, &b.after);
		bench_save(&b, "name=spelt");
		bench_expect(&b, SAVE_DONE, NULL);
		bench_expect_sql(&b, query, "spelt2");
		free(query);
		bench_close(&b);
	}
}

Test(save, only_the_changed_column_is_written)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_sql(&b, "REVOKE UPDATE ON triggered FROM saver; GRANT UPDATE (price, version) ON "
		      "triggered TO saver");
	bench_load(&b, "triggered", "3");
	bench_save(&b, "price=4.5");
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert_str_eq(record_value(&b.after, "price"), "4.50");
	bench_close(&b);
}

Test(save, names_that_need_quotes)
{
	struct bench b;
	const char *words[] = { "select={\"b\": 2.50}", "a\"b={y,\"z w\"}", NULL };

	bench_open(&b, "saver");
	bench_load(&b, "\"odd \"\"name\"\" % ü\"", "k 1");
	bench_start(&b, SAVE_UPDATE, words);
	bench_wait(&b);
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert_str_eq(record_value(&b.after, "select"), "{\"b\": 2.50}");
	cr_assert_str_eq(record_value(&b.after, "a\"b"), "{y,\"z w\"}");
	bench_close(&b);
}

Test(save, an_insert_brings_the_row_back)
{
	struct bench b;
	const char *words[] = { "name=oat", "price=1", NULL };

	bench_open(&b, "saver");
	bench_load(&b, "triggered", "1");
	bench_insert(&b, words);
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert_str_eq(record_value(&b.after, "id"), "21");
	cr_assert_str_eq(record_value(&b.after, "name"), "oat");
	cr_assert(b.after.xmin);
	bench_close(&b);
}

Test(save, an_insert_into_partitions_brings_xmin_too)
{
	struct bench b;
	const char *words[] = { "id=7", "region=us", "name=seven", NULL };

	bench_open(&b, "saver");
	bench_load(&b, "parted", "1,eu");
	cr_assert_eq(record_plan_guard(b.plan), GUARD_XMIN);
	bench_insert(&b, words);
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert(b.after.xmin);
	bench_close(&b);
}

Test(save, a_delete_is_guarded_like_an_update)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "counted", "5");
	bench_sql(&b, "UPDATE counted SET name = 'theirs', version = 1 WHERE id = 5");
	bench_delete(&b);
	bench_expect(&b, SAVE_CONFLICT, NULL);
	bench_load(&b, "counted", "5");
	bench_delete(&b);
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT count(*) FROM counted WHERE id = 5", "0");
	bench_close(&b);
}

/* ---- conflicts ---- */

Test(save, another_version_is_a_conflict_with_theirs_at_hand)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "triggered", "4");
	bench_sql(&b, "UPDATE triggered SET price = 9 WHERE id = 4");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_CONFLICT, NULL);
	cr_assert_str_eq(record_value(&b.theirs, "price"), "9.00");
	cr_assert_str_eq(b.theirs.version, "1");
	bench_expect_sql(&b, "SELECT name FROM triggered WHERE id = 4", "loaf 4");
	bench_close(&b);
}

Test(save, a_writer_who_does_not_know_version_is_found_by_xmin)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "counted", "6");
	bench_sql(&b, "UPDATE counted SET name = 'sneaked' WHERE id = 6");
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_CONFLICT, NULL);
	cr_assert_str_eq(record_value(&b.theirs, "name"), "sneaked");
	bench_close(&b);
}

Test(save, without_version_and_xmin_all_old_values_guard)
{
	struct bench b;

	bench_open(&b, "postgres");
	/* A view has no xmin. Its key is told by a screen; here the column id. */
	{
		const char *key[] = { "id", NULL };
		struct err err = ERR_INIT;
		const struct relation *r =
			catalog_find(session_catalog(b.session), "plain_view", &err);
		const char *texts[] = { "3", NULL };

		cr_assert(r, "%s", err.why);
		b.plan = record_plan_new(session_catalog(b.session), session_profile(b.session),
					 r->oid, key, &err);
		cr_assert(b.plan, "%s", err.why);
		cr_assert_eq(record_plan_guard(b.plan), GUARD_COLUMNS);
		bench_fetch(&b, texts);
	}
	bench_sql(&b, "UPDATE plain SET amount = 33 WHERE id = 3");
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_CONFLICT, NULL);
	cr_assert_str_eq(record_value(&b.theirs, "amount"), "33");
	record_copy(&b.base, &b.theirs);
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || amount FROM plain WHERE id = 3", "mine33");
	bench_close(&b);
}

Test(save, a_row_that_moved_to_another_partition_is_told_as_gone_or_changed)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "parted", "1,eu");
	bench_sql(&b, "UPDATE parted SET region = 'us' WHERE id = 1");
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_GONE, NULL);
	bench_expect_sql(&b, "SELECT name FROM parted WHERE id = 1", "one");
	bench_close(&b);
}

/* ---- refused, gone ---- */

Test(save, deleted_underneath)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "plain", "7");
	bench_sql(&b, "DELETE FROM plain WHERE id = 7");
	bench_save(&b, "amount=1");
	bench_expect(&b, SAVE_GONE, NULL);
	bench_close(&b);
}

Test(save, visible_but_not_changeable_under_the_update_policy)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "looked", "2");
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_REFUSED, NULL);
	cr_assert(strstr(b.why, "policy"), "%s", b.why);
	bench_load(&b, "looked", "1");
	bench_save(&b, "name=mine");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_close(&b);
}

Test(save, a_trigger_that_skips_the_row_is_a_refusal)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "triggered", "8");
	bench_save(&b, "name=skipped");
	bench_expect(&b, SAVE_REFUSED, NULL);
	bench_close(&b);
}

/* ---- values that the server refuses ---- */

Test(save, field_errors_name_the_column)
{
	static const struct {
		const char *word, *column, *why;
	} cases[] = {
		{ "price=-1", "price", "check constraint" },
		{ "name!", "name", "null value" },
		{ "name=far too long a name", "name", "too long" },
		{ "price=abc", "price", "invalid input" },
		{ "name=forbidden", "", "not for sale" },
	};
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "triggered", "9");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bench_save(&b, cases[i].word);
		bench_expect(&b, SAVE_INVALID, NULL);
		cr_assert_str_eq(b.column, cases[i].column, "%s: %s", cases[i].word, b.column);
		cr_assert(strstr(b.why, cases[i].why), "%s: %s", cases[i].word, b.why);
	}
	bench_load(&b, "plain", "8");
	bench_save(&b, "name=n9");
	bench_expect(&b, SAVE_INVALID, NULL);
	cr_assert_str_eq(b.column, "name");
	bench_close(&b);
}

Test(save, a_deferred_constraint_fails_at_commit_and_is_no_lost_connection)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "deferred", "1");
	bench_save(&b, "parent=99");
	bench_expect(&b, SAVE_INVALID, NULL);
	cr_assert_str_eq(b.column, "parent");
	bench_expect_sql(&b, "SELECT parent FROM deferred", "1");
	bench_close(&b);
}

Test(save, numbers_are_rounded_as_an_assignment_does)
{
	struct bench b;

	bench_open(&b, "saver");
	bench_load(&b, "triggered", "10");
	bench_save(&b, "price=10.005");
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert_str_eq(record_value(&b.after, "price"), "10.01");
	bench_close(&b);
}

/* ---- locks ---- */

struct client_process {
	FILE *in;
};

/* name: what it calls itself. */
static void begin_beside(struct bench *b, struct client_process *p, const char *name,
			 const char *update)
{
	char *cmd = xasprintf("psql -qAt '%s application_name=%s' >/dev/null", b->admin, name);
	char *seen = xasprintf("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
			       "'%s' AND state = 'idle in transaction'",
			       name);

	p->in = popen(cmd, "w");
	fprintf(p->in, "BEGIN; %s;\n", update);
	fflush(p->in);
	for (int i = 0; i < 1000; i++) {
		char *n = cluster_sql(b->admin, seen);
		bool there = *n == '1';

		free(n);
		if (there) {
			free(cmd);
			free(seen);
			return;
		}
	}
	cr_assert_fail("%s never came to rest", name);
}

static void end_beside(struct client_process *p)
{
	fputs("ROLLBACK;\n", p->in);
	pclose(p->in);
}

static void expect_holder(const struct bench *b, const char *words)
{
	cr_assert(b->holder && strstr(b->holder, words), "%s: %s", words,
		  b->holder ? b->holder : "-");
}

/* Another one has written to the relation for longer: it is not in the way. */
Test(save, a_row_lock_is_told_with_who_holds_it)
{
	struct bench b;
	struct client_process bystander, holder;
	struct err err = ERR_INIT;

	bench_open(&b, "saver");
	cr_assert(session_set(b.session, "lock-timeout", "2s", &err));
	bench_load(&b, "plain", "11");
	begin_beside(&b, &bystander, "bystander", "UPDATE plain SET amount = 0 WHERE id = 12");
	begin_beside(&b, &holder, "holder", "UPDATE plain SET amount = 0 WHERE id = 11");
	bench_save(&b, "amount=1");
	bench_expect(&b, SAVE_LOCKED, NULL);
	expect_holder(&b, "held by postgres (pid ");
	expect_holder(&b, ", holder)");
	cr_assert_null(strstr(b.holder, "perhaps"));
	end_beside(&holder);
	end_beside(&bystander);
	bench_save(&b, "amount=1");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_close(&b);
}

/* Too short a wait to ask: then it is a guess, and said to be one. */
Test(save, a_guess_at_who_holds_a_lock_is_said_to_be_one)
{
	struct bench b;
	struct client_process p;
	struct err err = ERR_INIT;

	bench_open(&b, "postgres");
	cr_assert(session_set(b.session, "lock-timeout", "50ms", &err));
	bench_load(&b, "plain", "11");
	begin_beside(&b, &p, "holder", "UPDATE plain SET amount = 0 WHERE id = 11");
	bench_save(&b, "amount=1");
	bench_expect(&b, SAVE_LOCKED, NULL);
	expect_holder(&b, "perhaps held by postgres (pid ");
	end_beside(&p);
	bench_save(&b, "amount=1");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_close(&b);
}

/* ---- the connection dies ---- */

Test(save, committed_although_the_answer_never_came)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "triggered", "12");
	proxy_cut_at(b.proxy, FROM_SERVER, 'C', "COMMIT", false);
	bench_save(&b, "name=truth");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 12", "truth1");
	bench_close(&b);
}

/* READ COMMITTED holds the word too, so the trap is laid when the statement itself is on its
 * way. */
static void cut_commit(void *ctx, enum db_lane lane, const char *text,
		       const struct params *params)
{
	(void)lane;
	(void)params;
	if (strcmp(text, "COMMIT") == 0)
		proxy_cut_at(ctx, FROM_CLIENT, 'P', "COMMIT", false);
}

Test(save, the_commit_that_never_reached_the_server_is_said_not_to_be_written)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "triggered", "13");
	db_echo(session_db(b.session), cut_commit, b.proxy);
	bench_save(&b, "name=lost");
	bench_expect(&b, SAVE_FAILED, NULL);
	cr_assert(strstr(b.why, "nothing was written") || strstr(b.why, "did not commit"), "%s",
		  b.why);
	bench_expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 13", "loaf 130");
	db_echo(session_db(b.session), NULL, NULL);
	/* A lost connection disarms. */
	cr_assert_not(session_armed(b.session));
	session_arm(b.session, true);
	/* And a second save neither doubles nor loses: the base is still right. */
	bench_save(&b, "name=again");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 13", "again1");
	bench_close(&b);
}

Test(save, the_connection_dies_before_the_verdict)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "triggered", "14");
	proxy_cut_at(b.proxy, FROM_SERVER, 'C', "UPDATE", false);
	bench_save(&b, "name=cut");
	bench_expect(&b, SAVE_FAILED, NULL);
	cr_assert(strstr(b.why, "nothing was written"), "%s", b.why);
	bench_expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 14", "loaf 140");
	bench_close(&b);
}

Test(save, the_verdict_is_one_round_trip_and_commit_one_more)
{
	struct bench b;
	struct proxy_counts counts;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "triggered", "15");
	bench_save(&b, "name=first"); /* connects the lane */
	record_copy(&b.base, &b.after);
	proxy_reset(b.proxy);
	bench_save(&b, "name=second");
	bench_expect(&b, SAVE_DONE, NULL);
	proxy_counts(b.proxy, &counts);
	cr_assert_eq(counts.round_trips, 2, "%d round trips", (int)counts.round_trips);
	bench_close(&b);
}
