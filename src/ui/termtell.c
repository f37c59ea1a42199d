/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "term_priv.h"

/* In the terminal's own charset. */
static void send_encoded(struct term *t, const char *text, size_t len)
{
	struct buf b = BUF_INIT;

	if (utf8_locale()) {
		term_send(t, text, len);
		return;
	}
	utf8_to_locale(&b, text, len);
	term_send(t, b.data, b.len);
	buf_release(&b);
}

void term_tell(struct term *t, const char *text, size_t len)
{
	if (!t->paused)
		send_encoded(t, text, len);
}

void term_bell(struct term *t)
{
	if (!t->paused)
		term_send_text(t, "\a");
}

static void send_osc(struct term *t, const char *start, const char *text)
{
	struct buf b = BUF_INIT;

	if (!term_like_xterm() || t->paused)
		return;
	buf_adds(&b, start);
	utf8_sanitize(&b, text, strlen(text), SANITIZE_LINE);
	buf_adds(&b, "\033\\");
	send_encoded(t, b.data, b.len);
	buf_release(&b);
}

void term_set_title(struct term *t, const char *title)
{
	if (!t->opts.linear)
		send_osc(t, "\033]2;", title);
}

/* tmux keeps to itself what is not wrapped for the terminal around it, each escape twice. */
static void send_around(struct term *t, const char *start, const char *text)
{
	struct buf b = BUF_INIT;

	if (!term_like_xterm() || t->paused)
		return;
	buf_addf(&b, "\033Ptmux;\033%s", start);
	utf8_sanitize(&b, text, strlen(text), SANITIZE_LINE);
	buf_adds(&b, "\033\033\\\033\\");
	send_encoded(t, b.data, b.len);
	buf_release(&b);
}

/* rxvt and foot have their own sequence; to others it would be noise. */
void term_notify(struct term *t, const char *text)
{
	const char *term = getenv("TERM"), *tmux = getenv("TMUX");
	bool titled = term && (strncmp(term, "rxvt", 4) == 0 || strncmp(term, "foot", 4) == 0);
	const char *start = titled ? "\033]777;notify;souk;" : "\033]9;";

	if (tmux && *tmux)
		send_around(t, start, text);
	else
		send_osc(t, start, text);
}

static void add_base64(struct buf *b, const unsigned char *s, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)s[i] << 16 |
			     (i + 1 < len ? (uint32_t)s[i + 1] << 8 : 0) |
			     (i + 2 < len ? s[i + 2] : 0);

		buf_addc(b, digits[v >> 18 & 63]);
		buf_addc(b, digits[v >> 12 & 63]);
		buf_addc(b, i + 1 < len ? digits[v >> 6 & 63] : '=');
		buf_addc(b, i + 2 < len ? digits[v & 63] : '=');
	}
}

bool term_copy(struct term *t, const char *text, size_t len)
{
	struct buf b = BUF_INIT;

	if (!term_like_xterm() || t->paused || t->gone)
		return false;
	buf_adds(&b, "\033]52;c;");
	add_base64(&b, (const unsigned char *)text, len);
	buf_adds(&b, "\033\\");
	term_send(t, b.data, b.len);
	buf_release(&b);
	return true;
}
