/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "import_priv.h"

static void look_range(struct import *i);

/* ---- the answer ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void take_values(const struct import *i, struct import_row *row, const struct reply *r,
			size_t at)
{
	for (size_t k = 0; k < i->map.relation->ncolumns; k++) {
		char name[32];
		int col;

		snprintf(name, sizeof name, "souk mine %zu", k);
		col = reply_column(r, name);
		if (col < 0 || !row->cells[k].given)
			continue;
		free(row->cells[k].value);
		row->cells[k].value = xstrdup_null(reply_text(r, at, (size_t)col));
	}
}

static bool changes(const struct import *i, const struct import_row *row)
{
	for (size_t k = 0; k < i->map.relation->ncolumns; k++) {
		const struct column *c = &i->map.relation->columns[k];

		if (!i->map.written[k] || !row->cells[k].given || (int)k == i->map.tenant)
			continue;
		/* What may not be read cannot be compared: it is written. */
		if (!record_field(&row->theirs, c->name) ||
		    !same(row->cells[k].value, record_value(&row->theirs, c->name)))
			return true;
	}
	return false;
}

static void judge_there(const struct import *i, struct import_row *row)
{
	int v = i->map.version;

	if (v >= 0 && row->cells[v].given && row->cells[v].value && changes(i, row) &&
	    !same(row->cells[v].value,
		  record_value(&row->theirs, i->map.relation->columns[v].name))) {
		row->fate = FATE_CONFLICT;
		free(row->why);
		row->why = xasprintf(
			"the file has version %s, the record is at %s", row->cells[v].value,
			record_value(&row->theirs, i->map.relation->columns[v].name));
	} else if (!changes(i, row)) {
		row->fate = FATE_UNCHANGED;
	} else if (i->req.insert_only) {
		import_reject(row, "there is a record with this key already", "");
	} else {
		row->fate = FATE_UPDATE;
	}
}

static void judge_new(const struct import *i, struct import_row *row)
{
	for (size_t k = 0; i->map.match.len && k < i->map.match.len; k++) {
		const struct column *c = &i->map.relation->columns[i->map.match.v[k]];

		if (c->identity == 'a' && row->cells[i->map.match.v[k]].value) {
			import_reject(row,
				      "there is no such record, and the server makes the "
				      "keys of new ones",
				      "");
			return;
		}
	}
	if (i->req.update_only)
		import_reject(row, "there is no record with this key", "");
	else
		row->fate = FATE_INSERT;
}

static void take_row(struct import *i, const struct reply *r, size_t at)
{
	size_t n = (size_t)reply_int(r, at, 0);
	struct import_row *row = n < i->rows.len ? &i->rows.v[n] : NULL;

	if (!row)
		return;
	if (row->fate != FATE_OPEN) {
		if (row->fate != FATE_REJECT)
			import_reject(row, "more than one record has this key", "");
		return;
	}
	take_values(i, row, r, at);
	if (!reply_text(r, at, 1)) {
		judge_new(i, row);
		return;
	}
	record_from_reply(&row->theirs, i->plan, r, at);
	judge_there(i, row);
}

/* ---- keys that come twice ---- */

/* From here on (some ten thousand keys) they are in a file without a name, which the kernel
 * keeps in memory as far as there is any. */
#define SEEN_IN_MEMORY ((size_t)1 << 20)

struct seen_key {
	uint64_t hash, line;
};

static uint64_t key_hash(const struct import *i, const struct import_row *row)
{
	uint64_t h = 1469598103934665603u; /* FNV-1a */

	for (size_t k = 0; k < i->map.match.len; k++) {
		const char *s = row->cells[i->map.match.v[k]].value;

		if (!s)
			return 0; /* NULL equals nothing */
		do {
			h = (h ^ (unsigned char)*s) * 1099511628211u;
		} while (*s++);
	}
	return i->map.match.len ? h | 1 : 0;
}

static struct seen_key *seen_slot(struct import *i, uint64_t hash)
{
	size_t at = (size_t)(hash >> 1) & (i->seen_cap - 1);

	while (i->seen[at].hash && i->seen[at].hash != hash)
		at = (at + 1) & (i->seen_cap - 1);
	return &i->seen[at];
}

static struct seen_key *seen_alloc(size_t cap)
{
	size_t size = cap * sizeof(struct seen_key);
	FILE *file;
	void *v = MAP_FAILED;

	if (size < SEEN_IN_MEMORY)
		return xcalloc(cap, sizeof(struct seen_key));
	file = tmpfile();
	/* Room for all of it now: a full disk must not end us when it is written to. */
	if (file && posix_fallocate(fileno(file), 0, (off_t)size) == 0)
		v = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	if (file)
		fclose(file);
	return v == MAP_FAILED ? NULL : v;
}

static void seen_free(struct seen_key *v, size_t cap)
{
	size_t size = cap * sizeof(struct seen_key);

	if (size < SEEN_IN_MEMORY)
		free(v);
	else
		munmap(v, size);
}

void import_seen_release(struct import *i)
{
	seen_free(i->seen, i->seen_cap);
	i->seen = NULL;
	i->seen_cap = i->seen_len = 0;
}

static bool seen_grow(struct import *i)
{
	struct seen_key *old = i->seen;
	size_t cap = i->seen_cap, larger = cap ? cap * 2 : 1024;
	struct seen_key *v = seen_alloc(larger);

	if (!v)
		return err_set(&i->disk, ERR_FAILED, i->path,
			       "there is no room (in the folder for temporary files) to "
			       "remember its %zu keys, which tells those that come twice",
			       i->seen_len);
	i->seen = v;
	i->seen_cap = larger;
	for (size_t k = 0; k < cap; k++)
		if (old[k].hash)
			*seen_slot(i, old[k].hash) = old[k];
	seen_free(old, cap);
	return true;
}

static bool refuse_doubles(struct import *i)
{
	for (size_t n = 0; n < i->rows.len; n++) {
		struct import_row *row = &i->rows.v[n];
		uint64_t hash = row->fate != FATE_REJECT ? key_hash(i, row) : 0;
		struct seen_key *slot;
		char *why;

		if (!hash)
			continue;
		if (2 * i->seen_len >= i->seen_cap && !seen_grow(i))
			return false;
		slot = seen_slot(i, hash);
		if (slot->hash) {
			why = xasprintf("the same key stands on line %llu already",
					(unsigned long long)slot->line);
			import_reject(row, why, "");
			free(why);
		} else {
			*slot = (struct seen_key){ hash, row->line };
			i->seen_len++;
		}
	}
	return true;
}

/* ---- which value it is: the server does not say, so each is judged by itself ---- */

static void try_column(struct import *i);

static void column_tried(void *ctx, const struct txn_result *result)
{
	struct import *i = ctx;
	struct import_row *row = &i->rows.v[i->todo.v[i->todo.len - 1].from];
	char *why;

	if (!result->err.kind) {
		i->suspect++;
		try_column(i);
	} else if (!import_data_error(&result->err)) {
		import_fail(i, &result->err);
	} else {
		why = xasprintf("%s: %s", i->map.relation->columns[i->suspect].name,
				result->err.why);
		import_reject(row, why, result->err.sqlstate);
		free(why);
		i->todo.len--;
		look_range(i);
	}
}

static void try_column(struct import *i)
{
	struct import_row *row = &i->rows.v[i->todo.v[i->todo.len - 1].from];
	const struct relation *r = i->map.relation;
	struct request_callbacks cb = { .done = column_tried, .ctx = i };
	const struct column *c = NULL;
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *txn;

	for (; i->suspect < r->ncolumns && !c; i->suspect += !c)
		if (i->map.used[i->suspect] && row->cells[i->suspect].given &&
		    row->cells[i->suspect].text)
			c = &r->columns[i->suspect];
	if (!c) { /* each is a value of its type: they do not go together */
		import_reject(row, i->refusal.why, i->refusal.sqlstate);
		i->todo.len--;
		look_range(i);
		return;
	}
	sql_fragment(&sql, session_sql(i->session),
		     import_by_cast(c) ? "validate.cast" : "validate.assigned",
		     (struct sqlvar[]){ { "type", c->type } }, 1);
	params_text(&p, row->cells[i->suspect].text);
	session_scope(i->session, USE_BULK, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql.data, &p);
	db_send(session_db(i->session), DB_BULK, txn, &cb, i);
	scope_release(&scope);
	params_release(&p);
	buf_release(&sql);
}

/* ---- without a temporary table ---- */

/* The server keeps this role, or everybody (a standby, an engine that knows none), from making
 * one. */
static bool no_table(const struct import *i, const struct txn_result *result)
{
	static const char *const states[] = { "42501", "25006", "0A000", "42601" };

	for (size_t k = 0; i->staged && result->failed == 0 && k < ARRAY_SIZE(states); k++)
		if (strcmp(result->err.sqlstate, states[k]) == 0)
			return true;
	return false;
}

static void go_without(struct import *i, const struct err *err)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "without a temporary table (%s): the records travel as parameters",
		 err->why);
	i->cb.say(i->cb.ctx, text.data);
	buf_release(&text);
	i->staged = false;
}

/* ---- ranges: a value that is refused refuses its range, so it is halved until the row is
 * found ---- */

static void looked(void *ctx, const struct txn_result *result)
{
	struct import *i = ctx;
	struct import_range range = i->todo.v[i->todo.len - 1];
	const struct reply *r = result->n ? result->replies[result->n - 1] : NULL;

	if (no_table(i, result)) {
		go_without(i, &result->err);
		look_range(i);
		return;
	}
	if (import_data_error(&result->err) && range.to - range.from == 1) {
		err_release(&i->refusal);
		i->refusal = (struct err)ERR_INIT;
		err_copy(&i->refusal, &result->err);
		i->suspect = 0;
		try_column(i);
		return;
	}
	i->todo.len--;
	if (!result->err.kind && r) {
		for (size_t at = 0; at < reply_rows(r); at++)
			take_row(i, r, at);
	} else if (!import_data_error(&result->err)) {
		import_fail(i, &result->err);
		return;
	} else {
		size_t half = range.from + (range.to - range.from) / 2;

		*VEC_PUSH(&i->todo) = (struct import_range){ half, range.to };
		*VEC_PUSH(&i->todo) = (struct import_range){ range.from, half };
	}
	look_range(i);
}

/* The table is for this question only. */
static enum txn_verdict no_trace(void *ctx UNUSED, struct txn *txn UNUSED,
				 const struct txn_result *result UNUSED)
{
	return TXN_ROLLBACK;
}

static void look_range(struct import *i)
{
	struct request_callbacks cb = { .done = looked, .verdict = no_trace, .ctx = i };

	if (i->todo.len)
		db_send(session_db(i->session), DB_BULK,
			import_ask(i, &i->todo.v[i->todo.len - 1]), &cb, i);
	else if (refuse_doubles(i))
		import_write(i);
	else
		import_fail(i, &i->disk);
}

void import_look(struct import *i)
{
	/* Read-only is read-only: no table then, not even one that goes at once. */
	if (!session_armed(i->session))
		i->staged = false;
	VEC_CLEAR(&i->todo);
	*VEC_PUSH(&i->todo) = (struct import_range){ 0, i->rows.len };
	look_range(i);
}
