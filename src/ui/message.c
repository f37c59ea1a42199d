/* SPDX-License-Identifier: MIT */
/*
 * message.c - what souk says: a toast over the hint line, and the log of all that was said.
 *
 * An error stays until a key is pressed; the rest goes away by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "ui/viewer.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { KEPT = 500, SECONDS = 5, LINES = 4, BESIDE = 20, INDENT = 21 };

struct message {
	enum say how;
	char *text, *hint;
	int64_t us;
	int times;	   /* said again and again */
	int64_t beside_us; /* beside the answer to the key of that time; 0: by souk */
	int passed;	   /* the like that stood here before it */
};

struct messages {
	VEC(struct message) log;
	bool showing; /* the last one is a toast now */
	int64_t until_us;
	size_t untold; /* at the end of the log */
};

static const char *const words[] = {
	[SAY_INFO] = "", [SAY_DONE] = "", [SAY_WARNING] = "warning: ", [SAY_ERROR] = "error: "
};
static const enum style styles[] = { [SAY_INFO] = STYLE_TOAST,
				     [SAY_DONE] = STYLE_TOAST,
				     [SAY_WARNING] = STYLE_WARNING,
				     [SAY_ERROR] = STYLE_ERROR };

struct messages *messages_new(void)
{
	return xcalloc(1, sizeof(struct messages));
}

static void message_release(struct message *m)
{
	free(m->text);
	free(m->hint);
}

void messages_free(struct messages **m)
{
	if (!*m)
		return;
	for (size_t i = 0; i < (*m)->log.len; i++)
		message_release(&(*m)->log.v[i]);
	VEC_RELEASE(&(*m)->log);
	free(*m);
	*m = NULL;
}

static bool said_just_now(const struct messages *m, enum say how, const char *text)
{
	const struct message *last = m->log.len ? &m->log.v[m->log.len - 1] : NULL;

	return last && last->how == how && strcmp(last->text, text) == 0;
}

/* What another tab says is said with its name. */
static char *with_name(const struct ui *ui, const char *text)
{
	char *label, *whole;

	if (tabs_in_front(ui))
		return xstrdup(text);
	label = tabs_label(ui);
	whole = xasprintf("tab %s: %s", label, text);
	free(label);
	return whole;
}

/* A loop that raises notices would drive all else out of the log. */
static bool crowded(const struct messages *m, int64_t beside_us)
{
	if (!beside_us || m->log.len < BESIDE)
		return false;
	for (size_t i = m->log.len - BESIDE; i < m->log.len; i++)
		if (m->log.v[i].beside_us != beside_us)
			return false;
	return true;
}

static void push(struct messages *m, const struct message *e)
{
	if (m->log.len == KEPT) {
		message_release(&m->log.v[0]);
		VEC_REMOVE(&m->log, 0);
	}
	*VEC_PUSH(&m->log) = *e;
	m->untold += m->untold < m->log.len;
}

/* Takes what e owns. */
static void say_it(struct ui *ui, struct message *e)
{
	struct messages *m = ui->messages;
	struct message *last = m->log.len ? &m->log.v[m->log.len - 1] : NULL;
	enum say how = e->how;

	e->us = time_now_us();
	e->times = 1;
	if (said_just_now(m, how, e->text)) {
		last->times++;
		last->us = e->us;
		message_release(e);
	} else if (crowded(m, e->beside_us)) {
		e->passed = last->passed + last->times;
		message_release(last);
		*last = *e;
	} else {
		push(m, e);
	}
	m->untold += !m->untold;
	m->showing = true;
	m->until_us = how >= SAY_WARNING || ui_still(ui)
			      ? INT64_MAX
			      : time_monotonic_us() + SECONDS * 1000000;
	ui_changed(tabs_front(ui->tabs));
}

void messages_add(struct ui *ui, enum say how, const char *text, const char *hint)
{
	struct message e = { .how = how,
			     .text = with_name(ui, text),
			     .hint = xstrdup_null(hint) };

	say_it(ui, &e);
}

void messages_add_beside(struct ui *ui, enum say how, const char *text)
{
	struct message e = { .how = how,
			     .text = with_name(ui, text),
			     .beside_us = ui->keyed_us + 1 };

	say_it(ui, &e);
}

void messages_note(struct ui *ui, const char *text)
{
	bool showing = ui->messages->showing;
	int64_t until = ui->messages->until_us;

	if (showing)
		return; /* something more urgent stands there; it is on top of the log */
	messages_add(ui, SAY_INFO, text, NULL);
	ui->messages->showing = showing;
	ui->messages->until_us = until;
}

void messages_tell(struct ui *ui, struct buf *out)
{
	struct messages *m = ui->messages;

	for (; m->untold; m->untold--) {
		const struct message *e = &m->log.v[m->log.len - m->untold];

		buf_addf(out, "%s%s\n", words[e->how], e->text);
		if (e->hint)
			buf_addf(out, "%s\n", e->hint);
	}
}

void messages_seen(struct ui *ui)
{
	if (!ui->messages->showing)
		return;
	ui->messages->showing = false;
	ui_changed(ui);
}

bool messages_paint(struct ui *ui, struct canvas *c)
{
	struct messages *m = ui->messages;
	const struct message *last;
	struct buf text = BUF_INIT;
	struct lines lines;
	int64_t left = m->until_us - time_monotonic_us();
	int n;

	if (!m->showing || !m->log.len)
		return false;
	/* A script's screens must not depend on how long it took. */
	if (left <= 0 && ui->term) {
		m->showing = false;
		return false;
	}
	if (m->until_us != INT64_MAX && ui->term)
		ui_repaint_in(ui, (unsigned)(left / 1000) + 1);
	last = &m->log.v[m->log.len - 1];
	buf_addf(&text, "%s%s", words[last->how], last->text);
	if (last->hint)
		buf_addf(&text, "\n%s", last->hint);
	lines_wrap(&lines, text.data, text.len, c->cols - 2);
	n = (int)lines.len < LINES ? (int)lines.len : LINES;
	for (int i = 0; i < n; i++) {
		int row = c->rows - n + i;

		canvas_fill(c, row, 0, 1, c->cols, styles[last->how]);
		canvas_text(c, row, 1, c->cols - 2, styles[last->how], lines.v[i]);
	}
	/* The log has the rest. */
	if ((int)lines.len > n)
		canvas_glyph(c, c->rows - 1, c->cols - 1, GLYPH_ELLIPSIS, styles[last->how]);
	lines_release(&lines);
	buf_release(&text);
	return true;
}

/* Under the time there is nothing but times. */
static void add_indented(struct buf *out, const char *text)
{
	for (const char *end; (end = strchr(text, '\n')); text = end + 1)
		buf_addf(out, "%.*s\n%*s", (int)(end - text), text, INDENT, "");
	buf_adds(out, text);
}

void messages_show(struct ui *ui)
{
	const struct messages *m = ui->messages;
	struct buf out = BUF_INIT, spelt = BUF_INIT;

	for (size_t i = m->log.len; i-- > 0;) {
		const struct message *e = &m->log.v[i];

		timefmt_instant(&out, e->us);
		buf_adds(&out, "  ");
		/* Before what was said, of which nobody knows how long it is. */
		if (e->passed)
			buf_addf(&out, "(the last of %d) ", e->passed + e->times);
		else if (e->times > 1)
			buf_addf(&out, "(%d times) ", e->times);
		buf_adds(&out, words[e->how]);
		add_indented(&out, e->text);
		buf_addc(&out, '\n');
		if (e->hint) {
			buf_addf(&out, "%*s", INDENT, "");
			add_indented(&out, e->hint);
			buf_addc(&out, '\n');
		}
	}
	if (!out.len)
		buf_adds(&out, "Nothing was said yet.\n");
	utf8_spell(&spelt, out.data, out.len);
	viewer_open(ui, "What was said", spelt.data, spelt.len, VIEW_LIST);
	buf_release(&spelt);
	buf_release(&out);
}
