/* SPDX-License-Identifier: MIT */
/*
 * The page protocol against a sorted model: whatever the order, pages in both directions from
 * anywhere are the slices of the whole.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "domain/page.h"
#include "domain/pgtype.h"
#include "support/client.h"
#include "support/cluster.h"

enum { MOST_COLUMNS = 64 };

struct world {
	struct client c;
	size_t n; /* columns beside the key */
	char *names[MOST_COLUMNS], *types[MOST_COLUMNS];
	bool not_null[MOST_COLUMNS], composite[MOST_COLUMNS];
	bool elsewhere[MOST_COLUMNS]; /* of an extension whose schema is in no search_path */
	uint64_t dice;
};

/* The same numbers in every run: xorshift. */
static uint64_t roll(struct world *w, uint64_t sides)
{
	w->dice ^= w->dice << 13;
	w->dice ^= w->dice >> 7;
	w->dice ^= w->dice << 17;
	return w->dice % sides;
}

static void learn_columns(struct world *w)
{
	struct answer a = client_run(
		&w->c, DB_READ,
		client_txn(
			TXN_READ,
			"SELECT attname, format_type(atttypid, atttypmod), typtype, attnotnull "
			"FROM pg_attribute JOIN pg_type AS t ON t.oid = atttypid "
			"WHERE attrelid = 'types'::regclass AND attnum > 2 ORDER BY attnum",
			NULL));

	cr_assert_eq(a.outcome, TXN_DONE);
	w->n = reply_rows(a.replies[0]);
	cr_assert(w->n > 40 && w->n < MOST_COLUMNS);
	for (size_t i = 0; i < w->n; i++) {
		struct buf type = BUF_INIT;
		type_without_modifier(&type, reply_text(a.replies[0], i, 1));
		w->names[i] = xstrdup(reply_text(a.replies[0], i, 0));
		w->not_null[i] = reply_bool(a.replies[0], i, 3);
		w->composite[i] = *reply_text(a.replies[0], i, 2) == 'c';
		w->elsewhere[i] = strncmp(type.data, "extra.", 6) == 0;
		/* a domain has no cast, as the grid has none */
		w->types[i] =
			*reply_text(a.replies[0], i, 2) == 'd' ? NULL : xstrdup(type.data);
		buf_release(&type);
	}
	answer_release(&a);
}

/* setting: what the database has for all who connect, or NULL. */
static void open_world_with(struct world *w, uint64_t seed, const char *setting)
{
	char *db = cluster_database("tests/db/schemas/types.sql");
	char *set = setting ? xasprintf("DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET %s', "
					"current_database()); END $$",
					setting)
			    : NULL;

	if (set)
		free(cluster_sql(db, set));
	free(set);
	*w = (struct world){ .dice = seed };
	client_open(&w->c, db);
	learn_columns(w);
	free(db);
}

static void open_world(struct world *w, uint64_t seed)
{
	open_world_with(w, seed, NULL);
}

static void close_world(struct world *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->names[i]);
		free(w->types[i]);
	}
	client_close(&w->c);
}

/* ---- one order ---- */

struct order {
	struct sort_key keys[5];
	size_t n;
	struct page_column
		columns[5]; /* what the pages fetch: the keys, so anchors are there */
	char text[400];
};

static void add_key(struct order *o, const char *name, const char *type, bool not_null,
		    uint64_t bits)
{
	o->keys[o->n] = (struct sort_key){
		.column = name,
		.type = type,
		.not_null = not_null,
		.descending = bits & 1,
		.nulls_first = (bits & 1) != ((bits & 6) == 0),
	};
	o->columns[o->n++] = (struct page_column){ .name = name };
}

static void order_text(struct order *o)
{
	size_t at = 0;

	for (size_t i = 0; i < o->n; i++) {
		const struct sort_key *k = &o->keys[i];
		at += (size_t)snprintf(o->text + at, sizeof o->text - at, "%s%s %s NULLS %s",
				       i ? ", " : "", k->column, k->descending ? "DESC" : "ASC",
				       k->nulls_first ? "FIRST" : "LAST");
	}
}

/* column: the first; then up to two more, then the key. typed: parameters carry their types. */
static void make_order(struct world *w, struct order *o, size_t column, bool typed)
{
	size_t more = roll(w, 3);

	*o = (struct order){ 0 };
	for (size_t i = 0; i <= more; i++) {
		size_t c = i == 0 ? column : roll(w, w->n);
		bool there = false;
		for (size_t j = 0; j < o->n; j++)
			there = there || strcmp(o->keys[j].column, w->names[c]) == 0;
		if (!there)
			add_key(o, w->names[c], typed ? w->types[c] : NULL,
				w->not_null[c] && roll(w, 2), roll(w, 8));
		o->keys[o->n - 1].composite = w->composite[c] || !typed;
		o->keys[o->n - 1].operators = w->elsewhere[c] ? "extra" : NULL;
	}
	add_key(o, "part", NULL, true, roll(w, 2));
	add_key(o, "id", NULL, true, roll(w, 2));
	order_text(o);
}

static struct answer run_page(struct world *w, const struct page_request *req)
{
	struct buf sql = BUF_INIT;
	struct params params = PARAMS_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);

	page_compose(&sql, &params, w->c.sql, req);
	txn_add(t, sql.data, &params);
	struct answer a = client_run(&w->c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s\n%s", a.err.why, sql.data);
	buf_release(&sql);
	params_release(&params);
	return a;
}

static struct reply *model(struct world *w, const struct order *o)
{
	char *sql = xasprintf("SELECT %s", "");
	struct buf text = BUF_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);

	buf_adds(&text, sql);
	for (size_t i = 0; i < o->n; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", o->keys[i].column);
	buf_addf(&text, " FROM types ORDER BY %s", o->text);
	txn_add(t, text.data, NULL);
	struct answer a = client_run(&w->c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s\n%s", a.err.why, text.data);
	struct reply *all = reply_ref(a.replies[0]);
	answer_release(&a);
	buf_release(&text);
	free(sql);
	return all;
}

/* The page must be rows [from, from + n) of the model, turned round if reverse. */
static void check(const struct order *o, const struct reply *all, const struct reply *page,
		  size_t from, size_t n, bool reverse)
{
	cr_assert_eq(reply_rows(page), n, "%s: %zu rows, not %zu", o->text, reply_rows(page),
		     n);
	for (size_t i = 0; i < n; i++) {
		size_t row = reverse ? from + n - 1 - i : from + i;
		cr_assert_str_eq(reply_text(page, i, o->n - 1), reply_text(all, row, o->n - 1),
				 "%s: row %zu of the page is %s, not %s", o->text, i,
				 reply_text(page, i, o->n - 1), reply_text(all, row, o->n - 1));
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void page_at(struct world *w, const struct order *o, const struct reply *all,
		    enum page_from from, size_t at, size_t limit)
{
	size_t rows = reply_rows(all);
	const char *anchor[5];
	struct page_request req = {
		.base = "types AS q",
		.columns = o->columns,
		.ncolumns = o->n,
		.sort = o->keys,
		.nsort = o->n,
		.from = from,
		.anchor = anchor,
		.nanchor = o->n,
		.limit = (int)limit,
	};

	for (size_t i = 0; i < o->n; i++)
		anchor[i] = reply_text(all, at, i);
	struct answer a = run_page(w, &req);
	const struct reply *page = a.replies[0];
	switch (req.from) {
	case PAGE_FIRST:
		check(o, all, page, 0, least(limit, rows), false);
		break;
	case PAGE_LAST:
		check(o, all, page, rows - least(limit, rows), least(limit, rows), true);
		break;
	case PAGE_AFTER:
		check(o, all, page, at + 1, least(limit, rows - at - 1), false);
		break;
	case PAGE_BEFORE:
		check(o, all, page, at - least(limit, at), least(limit, at), true);
		break;
	case PAGE_AT:
		check(o, all, page, at, least(limit, rows - at), false);
		break;
	}
	answer_release(&a);
}

/* From anywhere, anywhere. */
static void one_page(struct world *w, const struct order *o, const struct reply *all)
{
	size_t at = roll(w, reply_rows(all)), limit = 1 + roll(w, 30);

	page_at(w, o, all, (enum page_from)roll(w, 5), at, limit);
}

/* From every row to its neighbours: no anchor is left out. */
static void every_place(struct world *w, const struct order *o, const struct reply *all)
{
	for (size_t at = 0; at < reply_rows(all); at++) {
		page_at(w, o, all, PAGE_AFTER, at, 1);
		page_at(w, o, all, PAGE_BEFORE, at, 1);
	}
}

static bool needs_its_type(const char *type)
{
	return type && (strstr(type, "pair") || strstr(type, "reg"));
}

/* Every column first, in orders and places of chance. */
static void every_column(uint64_t seed, bool typed)
{
	struct world w;
	struct order o;

	open_world(&w, seed);
	for (size_t column = 0; column < w.n; column++) {
		if (!typed && needs_its_type(w.types[column]))
			continue;
		for (int i = 0; i < 4; i++) {
			bool fits = true;
			make_order(&w, &o, column, typed);
			for (size_t k = 0; !typed && k < w.n; k++)
				for (size_t j = 0; needs_its_type(w.types[k]) && j < o.n; j++)
					fits = fits &&
					       strcmp(o.keys[j].column, w.names[k]) != 0;
			if (!fits)
				continue;
			struct reply *all = model(&w, &o);
			for (int p = 0; p < 6; p++)
				one_page(&w, &o, all);
			reply_free(&all);
		}
	}
	close_world(&w);
}

Test(page, is_a_slice_of_the_whole_typed, .timeout = 120)
{
	every_column(88172645463325252u, true);
}

/* As before the catalog has arrived: the server gives the parameters their types. */
Test(page, is_a_slice_of_the_whole_untyped, .timeout = 120)
{
	every_column(362436069u, false);
}

/* Texts of times are anchors too, whatever zone they are written in: hours that come twice,
 * offsets with minutes and seconds, a day that never was; and whatever style the database has. */
Test(page, in_any_time_zone, .timeout = 120)
{
	static const char *const settings[] = {
		"timezone = ''Europe/Berlin''",	   "timezone = ''America/St_Johns''",
		"timezone = ''Pacific/Apia''",	   "timezone = ''Australia/Lord_Howe''",
		"timezone = ''Africa/Monrovia''",  "datestyle = ''SQL, DMY''",
		"datestyle = ''German''",	   "intervalstyle = ''iso_8601''",
	};
	size_t tried = 0;

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		struct world w;
		struct order o;

		open_world_with(&w, 521288629u + i, settings[i]);
		char *set = client_value(&w.c, "SELECT array_to_string(setconfig, '') FROM "
					       "pg_db_role_setting AS s JOIN pg_database AS d "
					       "ON d.oid = s.setdatabase "
					       "WHERE datname = current_database()");
		cr_assert_not_null(set);
		free(set);
		for (size_t column = 0; column < w.n; column++) {
			const char *type = w.types[column];

			if (!type || (!strstr(type, "time") && !strstr(type, "date") &&
				      !strstr(type, "interval") && !strstr(type, "ts")))
				continue;
			tried++;
			make_order(&w, &o, column, true);
			struct reply *all = model(&w, &o);
			if (strstr(type, "with"))
				every_place(&w, &o, all);
			for (int p = 0; p < 6; p++)
				one_page(&w, &o, all);
			reply_free(&all);
		}
		close_world(&w);
	}
	cr_assert_gt(tried, ARRAY_SIZE(settings) * 5);
}

/* Page by page from one end to the other, on from the last row's texts: all rows, each once. */
static void walk(struct world *w, const struct order *o, const int *beginnings)
{
	enum { LIMIT = 7 };
	struct reply *all = model(w, o);
	bool back = roll(w, 2);
	size_t seen = 0, rows = reply_rows(all), n;
	const char *anchor[5];
	struct answer last = { 0 };
	struct page_request req = {
		.base = "types AS q",
		.columns = o->columns,
		.ncolumns = o->n,
		.sort = o->keys,
		.nsort = o->n,
		.from = back ? PAGE_LAST : PAGE_FIRST,
		.anchor = anchor,
		.beginnings = beginnings,
		.nanchor = o->n,
		.limit = LIMIT,
	};

	do {
		struct answer a = run_page(w, &req);
		const struct reply *page = a.replies[0];

		n = reply_rows(page);
		check(o, all, page, back ? rows - seen - n : seen, n, back);
		seen += n;
		answer_release(&last);
		last = a;
		for (size_t k = 0; k < o->n && n; k++)
			anchor[k] = reply_text(page, n - 1, k);
		req.from = back ? PAGE_BEFORE : PAGE_AFTER;
	} while (n == LIMIT);
	cr_assert_eq(seen, rows);
	answer_release(&last);
	reply_free(&all);
}

Test(page, by_page_all_rows_are_seen_once, .timeout = 120)
{
	struct world w;
	struct order o;

	open_world(&w, 2463534242u);
	for (int i = 0; i < 40; i++) {
		make_order(&w, &o, roll(&w, w.n), true);
		walk(&w, &o, NULL);
	}
	close_world(&w);
}

static bool is_cut(const struct sort_key *key)
{
	const char *type = key->type;

	if (!type)
		return strcmp(key->column, "c_domain") == 0; /* a domain */
	return !strchr(type, '[') &&
	       (strstr(type, "text") || strstr(type, "char") || strcmp(type, "bytea") == 0);
}

static void cut(struct order *o, int beginnings[5])
{
	enum { CUT = 1 };

	for (size_t k = 0; k + 2 < o->n; k++) {
		struct page_column *c = &o->columns[k];

		if (!is_cut(&o->keys[k]))
			continue;
		c->binary = o->keys[k].type && strcmp(o->keys[k].type, "bytea") == 0;
		c->cut = CUT;
		beginnings[k] = c->binary ? -CUT : CUT;
	}
}

/* Of texts and bytes but the beginnings came, of which some stand for several values: the server
 * takes these from the rows. */
Test(page, on_from_beginnings, .timeout = 120)
{
	struct world w;
	struct order o;
	size_t tried = 0;

	open_world(&w, 88172645u);
	for (size_t column = 0; column < w.n; column++) {
		const struct sort_key first = { .column = w.names[column],
						.type = w.types[column] };

		if (!is_cut(&first))
			continue;
		tried++;
		for (int i = 0; i < 8; i++) {
			int beginnings[5] = { 0 };

			make_order(&w, &o, column, true);
			cut(&o, beginnings);
			walk(&w, &o, beginnings);
		}
	}
	cr_assert_gt(tried, 8);
	close_world(&w);
}

/* The beginning of an anchor is a place too: the first row from there on. */
Test(page, at_a_beginning)
{
	struct world w;
	struct order o = { 0 };
	const char *anchor[] = { "b" };

	open_world(&w, 1);
	add_key(&o, "part", NULL, true, 0);
	add_key(&o, "id", NULL, true, 0);
	order_text(&o);
	struct reply *all = model(&w, &o);
	struct page_request req = {
		.base = "types AS q",
		.columns = o.columns,
		.ncolumns = o.n,
		.sort = o.keys,
		.nsort = o.n,
		.from = PAGE_AT,
		.anchor = anchor,
		.nanchor = 1,
		.limit = 5,
	};
	struct answer a = run_page(&w, &req);
	check(&o, all, a.replies[0], 30, 5, false);
	answer_release(&a);
	reply_free(&all);
	close_world(&w);
}

/* What E shows runs in psql and means the same. */
Test(page, with_its_values_in_it_means_the_same)
{
	struct world w;
	struct order o;

	open_world(&w, 521288629u);
	for (int i = 0; i < 30; i++) {
		make_order(&w, &o, roll(&w, w.n), true);
		struct reply *all = model(&w, &o);
		const char *anchor[5];
		for (size_t k = 0; k < o.n; k++)
			anchor[k] = reply_text(all, 40, k);
		struct page_request req = {
			.base = "types AS q",
			.columns = o.columns,
			.ncolumns = o.n,
			.sort = o.keys,
			.nsort = o.n,
			.from = PAGE_AFTER,
			.anchor = anchor,
			.nanchor = o.n,
			.limit = 9,
		};
		struct buf sql = BUF_INIT, plain = BUF_INIT;
		struct params params = PARAMS_INIT;
		struct txn *t = txn_new(TXN_READ, NULL);
		page_compose(&sql, &params, w.c.sql, &req);
		sql_with_values(&plain, sql.data, &params);
		txn_add(t, plain.data, NULL);
		struct answer a = client_run(&w.c, DB_READ, t);
		cr_assert_eq(a.outcome, TXN_DONE, "%s\n%s", a.err.why, plain.data);
		check(&o, all, a.replies[0], 41, 9, false);
		answer_release(&a);
		buf_release(&sql);
		buf_release(&plain);
		params_release(&params);
		reply_free(&all);
	}
	close_world(&w);
}
