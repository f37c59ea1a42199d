/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "term_priv.h"
#include "terminfo.h"

bool term_like_xterm(void)
{
	const char *term = getenv("TERM");
	static const char *const plain[] = { "linux", "vt", "ansi", "cons25",
					     "sun",   "wy", "dumb" };

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (!term || strncmp(term, plain[i], strlen(plain[i])) == 0)
			return false;
	return true;
}

char *term_richer_name(const char *name, int fd)
{
	const char *promise = getenv("COLORTERM"), *no_color = getenv("NO_COLOR");
	size_t stem = strcspn(name, "-");
	char *other;

	if (!promise || !*promise || (no_color && *no_color) || !term_like_xterm())
		return NULL;
	if (strcmp(promise, "truecolor") == 0 || strcmp(promise, "24bit") == 0) {
		other = strcmp(name, "xterm-kitty") == 0
				? xstrdup("kitty-direct")
				: xasprintf("%.*s-direct", (int)stem, name);
		if (terminfo_colors(other, fd) > 256)
			return other;
		free(other);
	}
	if (terminfo_colors(name, fd) >= 256)
		return NULL;
	other = xasprintf("%s-256color", name);
	if (terminfo_colors(other, fd) >= 256)
		return other;
	free(other);
	return NULL;
}

/* Terminals of these names, and those that promise colours, are xterms with 256 of them at
 * least. */
const char *term_substitute(const char *name, int fd)
{
	static const char *const modern[] = { "foot",	 "xterm",   "kitty",   "alacritty",
					      "wezterm", "ghostty", "konsole", "tmux",
					      "vte",	 "gnome",   "st-",     "contour",
					      "mlterm" };
	const char *promise = getenv("COLORTERM");
	bool rich = (promise && *promise) || strstr(name, "256color");

	for (size_t i = 0; i < ARRAY_SIZE(modern); i++)
		rich = rich || strncmp(name, modern[i], strlen(modern[i])) == 0;
	if (rich && terminfo_colors("xterm-256color", fd) >= 0)
		return "xterm-256color";
	return terminfo_colors("xterm", fd) >= 0 ? "xterm" : NULL;
}
