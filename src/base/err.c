/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

void err_init(struct err *e)
{
	*e = (struct err)ERR_INIT;
}

void err_release(struct err *e)
{
	free(e->what);
	free(e->why);
	free(e->hint);
	free(e->text);
	err_init(e);
}

void err_clear(struct err *e)
{
	err_release(e);
}

static char *PRINTF_LIKE(1, 0) format(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;

	buf_vaddf(&b, fmt, ap);
	return buf_detach(&b);
}

bool err_set(struct err *e, enum err_kind kind, const char *what, const char *fmt, ...)
{
	/* The new texts may be made of the old ones: free those last. */
	struct err old = *e;
	va_list ap;

	va_start(ap, fmt);
	*e = (struct err){ .kind = kind, .what = xstrdup_null(what), .why = format(fmt, ap) };
	va_end(ap);
	err_release(&old);
	return false;
}

bool err_errno(struct err *e, const char *what)
{
	return err_set(e, ERR_FAILED, what, "%s", strerror(errno));
}

bool err_hint(struct err *e, const char *fmt, ...)
{
	char *old = e->hint;
	va_list ap;

	va_start(ap, fmt);
	e->hint = format(fmt, ap);
	va_end(ap);
	free(old);
	return false;
}

bool err_within(struct err *e, const char *outer)
{
	char *old = e->what;

	e->what = old ? xasprintf("%s: %s", outer, old) : xstrdup(outer);
	free(old);
	return false;
}

bool err_place(struct err *e, const char *text, size_t at, size_t len)
{
	char *old = e->text;

	e->text = xstrdup_null(text);
	e->at = text ? at : 0;
	e->len = text ? len : 0;
	free(old);
	return false;
}

bool err_place_within(struct err *e, const char *part)
{
	size_t n = strlen(part), last;

	for (const char *p = e->text; p && n && (p = strstr(p, part)); p++) {
		size_t start = (size_t)(p - e->text);

		last = start + n;
		last += strspn(p + n, " \t\n");
		if (e->at < start || e->at > last)
			continue;
		if (e->at >= start + n)
			err_place(e, part, n, 0);
		else if (e->at + e->len > start + n)
			err_place(e, part, e->at - start, start + n - e->at);
		else
			err_place(e, part, e->at - start, e->len);
		return true;
	}
	return false;
}

void err_move(struct err *to, struct err *from)
{
	if (to == from)
		return;
	err_release(to);
	*to = *from;
	err_init(from);
}

void err_copy(struct err *to, const struct err *from)
{
	struct err copy = *from;

	copy.what = xstrdup_null(from->what);
	copy.why = xstrdup_null(from->why);
	copy.hint = xstrdup_null(from->hint);
	copy.text = xstrdup_null(from->text);
	err_release(to);
	*to = copy;
}

char *err_text(const struct err *e)
{
	struct buf b = BUF_INIT;

	if (e->what)
		buf_addf(&b, "%s: ", e->what);
	buf_adds(&b, e->why ? e->why : "no error");
	if (e->sqlstate[0])
		buf_addf(&b, " (%s)", e->sqlstate);
	return buf_detach(&b);
}

int err_exit_status(const struct err *e)
{
	switch (e->kind) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
	case ERR_FAILED:
	case ERR_CANCELLED:
		return 1;
	case ERR_CONNECTION:
		return 2;
	case ERR_CONFLICT:
		return 4;
	}
	BUG("error kind %d", (int)e->kind);
}
