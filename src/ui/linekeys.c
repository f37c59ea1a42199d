/* SPDX-License-Identifier: MIT */
#include "linekeys.h"

#include "base/attr.h"
#include "base/utf8.h"

/* There is a control byte for these; what only newer protocols tell apart is nothing in a line. */
static void add_control(struct buf *b, uint32_t code)
{
	if (code == ' ' || (code >= '@' && code <= '~'))
		buf_addc(b, (char)(code & 0x1F));
	else if (code == '/')
		buf_addc(b, '\037');
}

void linekeys_bytes(struct buf *b, const struct key *k)
{
	static const struct {
		uint32_t code;
		const char *csi; /* a letter, or a number before '~' */
	} special[] = {
		{ K_UP, "A" },	     { K_DOWN, "B" },	  { K_RIGHT, "C" },
		{ K_LEFT, "D" },     { K_HOME, "H" },	  { K_END, "F" },
		{ K_PGUP, "5~" },    { K_PGDN, "6~" },	  { K_INSERT, "2~" },
		{ K_DELETE, "3~" },  { K_F1, "11~" },	  { K_F1 + 1, "12~" },
		{ K_F1 + 2, "13~" }, { K_F1 + 3, "14~" }, { K_F1 + 4, "15~" },
		{ K_F1 + 5, "17~" }, { K_F1 + 6, "18~" }, { K_F1 + 7, "19~" },
		{ K_F1 + 8, "20~" }, { K_F1 + 9, "21~" },
	};
	int mods = 1 + (k->mods & MOD_SHIFT ? 1 : 0) + (k->mods & MOD_ALT ? 2 : 0) +
		   (k->mods & MOD_CTRL ? 4 : 0);

	for (size_t i = 0; i < ARRAY_SIZE(special); i++) {
		const char *csi = special[i].csi;
		size_t digits = strspn(csi, "0123456789");

		if (special[i].code != k->code)
			continue;
		if (mods == 1)
			buf_addf(b, "\033[%s", csi);
		else
			buf_addf(b, "\033[%.*s;%d%s", digits ? (int)digits : 1,
				 digits ? csi : "1", mods, csi + digits);
		return;
	}
	if (k->mods & MOD_ALT)
		buf_addc(b, '\033');
	if (k->code == K_ENTER || k->code == K_TAB || k->code == K_ESC)
		buf_addc(b, k->code == K_ENTER ? '\r' : k->code == K_TAB ? '\t' : '\033');
	else if (k->code == K_BACKSPACE)
		buf_addc(b, '\177');
	else if (k->mods & MOD_CTRL)
		add_control(b, k->code);
	else if (k->code < K_FIRST)
		utf8_encode(b, k->code);
}

void linekeys_pasted(struct buf *clean, const struct key *k, bool lines)
{
	size_t len = k->len;

	if (len && k->text[len - 1] == '\n')
		len--;
	if (len && k->text[len - 1] == '\r')
		len--;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)k->text[i];

		if (c == '\r' && i + 1 < len && k->text[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r')
			buf_addc(clean, lines ? '\n' : ' ');
		else if (c == '\t')
			buf_addc(clean, lines ? '\t' : ' ');
		else if (c >= 0x20 && c != 0x7F)
			buf_addc(clean, (char)c);
	}
}
