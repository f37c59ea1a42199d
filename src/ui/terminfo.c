/* SPDX-License-Identifier: MIT */
#include "terminfo.h"

#include <curses.h>
#include <term.h>

int terminfo_colors(const char *name, int fd)
{
	int why, colors;

	if (setupterm(name, fd, &why) != OK)
		return -1;
	colors = tigetnum("colors");
	del_curterm(cur_term);
	return colors > 0 ? colors : 0;
}
