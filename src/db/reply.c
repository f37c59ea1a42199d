/* SPDX-License-Identifier: MIT */
#include "db/reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db_priv.h"

enum { LARGE = 512 << 10 };

struct reply {
	PGresult *res;
	unsigned shares;
	int next; /* the column behind the one that reply_get found last */
};

struct reply *reply_take(PGresult *owned)
{
	struct reply *r = xmalloc(sizeof *r);

	*r = (struct reply){ .res = owned, .shares = 1 };
	return r;
}

/* libpq's only complaint here is that memory is short. */
static void must(int ok)
{
	if (!ok)
		BUG("libpq: out of memory for a reply");
}

struct reply *reply_new(const char *const *names, size_t columns, const char *const *cells,
			size_t rows)
{
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc *attrs = xcalloc(columns, sizeof *attrs);

	must(res != NULL);
	for (size_t i = 0; i < columns; i++) {
		attrs[i].name = xstrdup(names[i]);
		attrs[i].typid = TEXT_OID;
		attrs[i].typlen = attrs[i].atttypmod = -1;
	}
	must(PQsetResultAttrs(res, (int)columns, attrs));
	for (size_t i = 0; i < columns; i++)
		free(attrs[i].name);
	free(attrs);
	for (size_t i = 0; i < rows * columns; i++) {
		char *text = xstrdup_null(cells[i]);

		must(PQsetvalue(res, (int)(i / columns), (int)(i % columns), text,
				text ? (int)strlen(text) : -1));
		free(text);
	}
	return reply_take(res);
}

struct reply *reply_where(const struct reply *r, size_t col, const char *text)
{
	PGresult *res = PQcopyResult(r->res, PG_COPYRES_ATTRS);
	int rows = 0;

	must(res != NULL);
	for (int i = 0; i < PQntuples(r->res); i++) {
		if (strcmp(PQgetvalue(r->res, i, (int)col), text) != 0)
			continue;
		for (int k = 0; k < PQnfields(r->res); k++) {
			bool null = PQgetisnull(r->res, i, k);

			must(PQsetvalue(res, rows, k, null ? NULL : PQgetvalue(r->res, i, k),
					null ? -1 : PQgetlength(r->res, i, k)));
		}
		rows++;
	}
	return reply_take(res);
}

/* ---- bytes ---- */

static const uint32_t null_length = UINT32_MAX;

static void put_number(struct buf *out, size_t n)
{
	uint32_t number = (uint32_t)n;

	buf_add(out, &number, sizeof number);
}

static void put_bytes(struct buf *out, const char *bytes, size_t n)
{
	put_number(out, n);
	buf_add(out, bytes, n);
}

void reply_store(const struct reply *r, struct buf *out)
{
	int columns = PQnfields(r->res), rows = PQntuples(r->res);

	put_number(out, (size_t)columns);
	put_number(out, (size_t)rows);
	for (int i = 0; i < columns; i++)
		put_bytes(out, PQfname(r->res, i), strlen(PQfname(r->res, i)) + 1);
	for (int row = 0; row < rows; row++) {
		for (int col = 0; col < columns; col++) {
			if (PQgetisnull(r->res, row, col))
				put_number(out, null_length);
			else
				put_bytes(out, PQgetvalue(r->res, row, col),
					  (size_t)PQgetlength(r->res, row, col));
		}
	}
}

static bool get_number(const char **p, const char *end, uint32_t *n)
{
	if ((size_t)(end - *p) < sizeof *n)
		return false;
	memcpy(n, *p, sizeof *n);
	*p += sizeof *n;
	return true;
}

/* *bytes: NULL for what is NULL. */
static bool get_bytes(const char **p, const char *end, const char **bytes, uint32_t *n)
{
	*bytes = NULL;
	if (!get_number(p, end, n))
		return false;
	if (*n == null_length)
		return true;
	if ((size_t)(end - *p) < *n || *n > INT32_MAX)
		return false;
	*bytes = *p;
	*p += *n;
	return true;
}

static bool load_names(PGresult *res, const char **p, const char *end, uint32_t columns)
{
	PGresAttDesc *attrs = xcalloc(columns + 1, sizeof *attrs);
	bool ok = true;
	const char *name;
	uint32_t n;

	for (uint32_t i = 0; i < columns && ok; i++) {
		ok = get_bytes(p, end, &name, &n) && name && n > 0 && !name[n - 1];
		attrs[i].name = (char *)(uintptr_t)name;
		attrs[i].typid = TEXT_OID;
		attrs[i].typlen = attrs[i].atttypmod = -1;
	}
	if (ok)
		must(PQsetResultAttrs(res, (int)columns, attrs));
	free(attrs);
	return ok;
}

static bool load_rows(PGresult *res, const char **p, const char *end, uint32_t columns,
		      uint32_t rows)
{
	const char *value;
	uint32_t n;

	for (uint32_t row = 0; row < rows; row++) {
		for (uint32_t col = 0; col < columns; col++) {
			if (!get_bytes(p, end, &value, &n))
				return false;
			must(PQsetvalue(res, (int)row, (int)col, (char *)(uintptr_t)value,
					value ? (int)n : -1));
		}
	}
	return true;
}

struct reply *reply_load(const char **p, const char *end)
{
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	uint32_t columns, rows;

	must(res != NULL);
	if (!get_number(p, end, &columns) || !get_number(p, end, &rows) || columns > INT16_MAX ||
	    !load_names(res, p, end, columns) || !load_rows(res, p, end, columns, rows)) {
		PQclear(res);
		return NULL;
	}
	return reply_take(res);
}

/* A share is counted in the reply itself; its rows never change. */
struct reply *reply_ref(const struct reply *r)
{
	struct reply *shared = (struct reply *)(uintptr_t)r;

	shared->shares++;
	return shared;
}

/* What a large one took is not wanted again soon, and the system has it back. */
void reply_free(struct reply **r)
{
	bool large;

	if (!*r)
		return;
	if (--(*r)->shares == 0) {
		large = reply_bytes(*r) > LARGE;
		PQclear((*r)->res);
		free(*r);
		if (large)
			memory_give_back();
	}
	*r = NULL;
}

size_t reply_rows(const struct reply *r)
{
	return (size_t)PQntuples(r->res);
}

size_t reply_columns(const struct reply *r)
{
	return (size_t)PQnfields(r->res);
}

static void check_column(const struct reply *r, size_t col)
{
	if (col >= reply_columns(r))
		BUG("column %zu of a reply with %zu", col, reply_columns(r));
}

static void check_cell(const struct reply *r, size_t row, size_t col)
{
	check_column(r, col);
	if (row >= reply_rows(r))
		BUG("row %zu of a reply with %zu", row, reply_rows(r));
}

const char *reply_name(const struct reply *r, size_t col)
{
	check_column(r, col);
	return PQfname(r->res, (int)col);
}

/* Not PQfnumber, which folds case and takes quotes off. */
int reply_column(const struct reply *r, const char *name)
{
	for (int i = 0; i < PQnfields(r->res); i++) {
		if (strcmp(PQfname(r->res, i), name) == 0)
			return i;
	}
	return -1;
}

uint32_t reply_type(const struct reply *r, size_t col)
{
	check_column(r, col);
	return PQftype(r->res, (int)col);
}

int reply_typmod(const struct reply *r, size_t col)
{
	check_column(r, col);
	return PQfmod(r->res, (int)col);
}

uint32_t reply_table(const struct reply *r, size_t col)
{
	check_column(r, col);
	return PQftable(r->res, (int)col);
}

int reply_table_column(const struct reply *r, size_t col)
{
	check_column(r, col);
	return PQftablecol(r->res, (int)col);
}

bool reply_null(const struct reply *r, size_t row, size_t col)
{
	check_cell(r, row, col);
	return PQgetisnull(r->res, (int)row, (int)col);
}

const char *reply_text(const struct reply *r, size_t row, size_t col)
{
	return reply_null(r, row, col) ? NULL : PQgetvalue(r->res, (int)row, (int)col);
}

size_t reply_length(const struct reply *r, size_t row, size_t col)
{
	check_cell(r, row, col);
	return (size_t)PQgetlength(r->res, (int)row, (int)col);
}

int64_t reply_int(const struct reply *r, size_t row, size_t col)
{
	const char *text = reply_text(r, row, col);

	return text ? strtoll(text, NULL, 10) : 0;
}

double reply_double(const struct reply *r, size_t row, size_t col)
{
	const char *text = reply_text(r, row, col);

	return text ? strtod(text, NULL) : 0;
}

bool reply_bool(const struct reply *r, size_t row, size_t col)
{
	const char *text = reply_text(r, row, col);

	return text && text[0] == 't';
}

/* The names of a named query are distinct, and are asked for in their order or nearly so. */
const char *reply_get(const struct reply *r, size_t row, const char *name)
{
	int n = PQnfields(r->res), col = r->next < n ? r->next : 0;

	for (int left = n; left > 0; left--) {
		if (strcmp(PQfname(r->res, col), name) == 0) {
			((struct reply *)(uintptr_t)r)->next = col + 1;
			return reply_text(r, row, (size_t)col);
		}
		col = col + 1 < n ? col + 1 : 0;
	}
	BUG("a reply without column \"%s\"", name);
}

const char *reply_tag(const struct reply *r)
{
	return PQcmdStatus(r->res);
}

int64_t reply_affected(const struct reply *r)
{
	const char *n = PQcmdTuples(r->res);

	return *n ? strtoll(n, NULL, 10) : -1;
}

size_t reply_bytes(const struct reply *r)
{
	return sizeof *r + PQresultMemorySize(r->res);
}

size_t reply_payload(const struct reply *r)
{
	size_t bytes = 0;

	for (int row = 0; row < PQntuples(r->res); row++) {
		for (int col = 0; col < PQnfields(r->res); col++)
			bytes += (size_t)PQgetlength(r->res, row, col);
	}
	return bytes;
}

void server_error_release(struct server_error *e)
{
	free(e->severity);
	free(e->sqlstate);
	free(e->message);
	free(e->detail);
	free(e->hint);
	free(e->schema);
	free(e->table);
	free(e->column);
	free(e->datatype);
	free(e->constraint);
	free(e->routine);
	free(e->context);
	*e = (struct server_error){ 0 };
}

void server_error_read(struct server_error *e, const PGresult *res)
{
	const struct {
		char **to;
		int code;
	} fields[] = {
		{ &e->severity, PG_DIAG_SEVERITY_NONLOCALIZED },
		{ &e->sqlstate, PG_DIAG_SQLSTATE },
		{ &e->message, PG_DIAG_MESSAGE_PRIMARY },
		{ &e->detail, PG_DIAG_MESSAGE_DETAIL },
		{ &e->hint, PG_DIAG_MESSAGE_HINT },
		{ &e->schema, PG_DIAG_SCHEMA_NAME },
		{ &e->table, PG_DIAG_TABLE_NAME },
		{ &e->column, PG_DIAG_COLUMN_NAME },
		{ &e->datatype, PG_DIAG_DATATYPE_NAME },
		{ &e->constraint, PG_DIAG_CONSTRAINT_NAME },
		{ &e->routine, PG_DIAG_SOURCE_FUNCTION },
		{ &e->context, PG_DIAG_CONTEXT },
	};
	const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);

	server_error_release(e);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		*fields[i].to = xstrdup_null(PQresultErrorField(res, fields[i].code));
	e->position = position ? (int)strtol(position, NULL, 10) : 0;
}

bool server_error_fatal(const struct server_error *e)
{
	return e->severity &&
	       (strcmp(e->severity, "FATAL") == 0 || strcmp(e->severity, "PANIC") == 0);
}

/* 08: connection exceptions; 57P01 to 57P05: the server ends this session. */
static bool is_connection_state(const char *sqlstate)
{
	return strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "57P", 3) == 0;
}

void server_error_tell(const struct server_error *e, struct err *err)
{
	enum err_kind kind = ERR_FAILED;

	if (server_error_fatal(e) || (e->sqlstate && is_connection_state(e->sqlstate)))
		kind = ERR_CONNECTION;
	err_set(err, kind, NULL, "%s", e->message ? e->message : "the server gave no reason");
	if (e->hint)
		err_hint(err, "%s", e->hint);
	server_error_words(e, err);
	if (e->sqlstate && strlen(e->sqlstate) == 5)
		memcpy(err->sqlstate, e->sqlstate, 6);
}
