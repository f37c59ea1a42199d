/* SPDX-License-Identifier: MIT */
/*
 * filter_text.c - conditions about texts: contains, matches, begins with.
 */
#include <string.h>

#include "base/utf8.h"
#include "domain/pgtype.h"
#include "filter_priv.h"

void filter_piece(struct buf *out, const struct sqlset *set, const char *name,
		  const struct sqlvar *vars, size_t n)
{
	struct buf fragment = BUF_INIT;

	buf_addf(&fragment, "filter.%s", name);
	sql_fragment(out, set, fragment.data, vars, n);
	buf_release(&fragment);
}

void filter_subject(struct buf *out, const struct sqlset *set, const struct filter_column *col,
		    bool as_text)
{
	/* Of a varchar they are its text's: a sign for the very type would be somebody else's. */
	bool text = col->category == 'S' && col->type != PGTYPE_VARCHAR;
	const char *name = as_text && text && col->odd_collation ? "column_collated"
			   : as_text && !text			 ? "column_text"
								 : "column";

	filter_piece(out, set, name, &(struct sqlvar){ "column", col->name }, 1);
}

static void add_text_param(struct buf *out, struct params *params, const struct sqlset *set,
			   const char *text)
{
	struct buf n = BUF_INIT;

	buf_addf(&n, "$%d", params_text(params, text));
	const struct sqlvar v[] = { { "param", n.data }, { "type", "pg_catalog.text" } };
	filter_piece(out, set, "typed_value", v, ARRAY_SIZE(v));
	buf_release(&n);
}

static void escape_like(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("%_\\", *s))
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

void filter_like(struct buf *out, struct params *params, const struct sqlset *set,
		 const char *name, const char *subject, const char *value, bool inside)
{
	struct buf pattern = BUF_INIT, param = BUF_INIT;

	if (inside) {
		buf_addc(&pattern, '%');
		escape_like(&pattern, value);
		buf_addc(&pattern, '%');
	} else {
		buf_adds(&pattern, value);
	}
	add_text_param(&param, params, set, pattern.data);
	const struct sqlvar v[] = { { "subject", subject }, { "value", param.data } };
	filter_piece(out, set, name, v, ARRAY_SIZE(v));
	buf_release(&pattern);
	buf_release(&param);
}

void filter_contains(struct buf *sql, struct params *params, const struct sqlset *set,
		     const struct filter_column *column, const char *text)
{
	struct buf subject = BUF_INIT;

	filter_subject(&subject, set, column, true);
	filter_like(sql, params, set, "ilike", subject.data, text, true);
	buf_release(&subject);
}

/* The first text after all that begin with this one, in the order of bytes.  Only an ASCII
 * character is counted up: that is right in every encoding of the server.  False: not possible.
 */
static bool after_prefix(struct buf *out, const char *prefix)
{
	size_t n = strlen(prefix);

	if (n == 0 || (unsigned char)prefix[n - 1] >= 0x7e)
		return false;
	buf_add(out, prefix, n - 1);
	buf_addc(out, (char)(prefix[n - 1] + 1));
	return true;
}

static void begins_by_range(struct buf *sql, struct params *params, const struct sqlset *set,
			    const struct filter_column *col, const char *prefix,
			    const char *end)
{
	struct buf low = BUF_INIT, high = BUF_INIT;

	add_text_param(&low, params, set, prefix);
	add_text_param(&high, params, set, end);
	const struct sqlvar v[] = {
		{ "column", col->name },
		{ "low", low.data },
		{ "high", high.data },
	};
	filter_piece(sql, set, col->prefix == PREFIX_RANGE ? "begins_range" : "begins_pattern",
		     v, ARRAY_SIZE(v));
	buf_release(&low);
	buf_release(&high);
}

void filter_begins(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct filter_column *column, const char *prefix)
{
	struct buf end = BUF_INIT, subject = BUF_INIT;

	if (column->icase) {
		filter_subject(&subject, set, column, true);
		escape_like(&end, prefix);
		buf_addc(&end, '%');
		filter_like(sql, params, set, "ilike", subject.data, end.data, false);
	} else if (column->prefix != PREFIX_SLOW && after_prefix(&end, prefix)) {
		begins_by_range(sql, params, set, column, prefix, end.data);
	} else {
		filter_subject(&subject, set, column, true);
		filter_like(sql, params, set, "begins", subject.data, prefix, false);
	}
	buf_release(&end);
	buf_release(&subject);
}
