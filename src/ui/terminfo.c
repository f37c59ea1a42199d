/* SPDX-License-Identifier: MIT */
#include "terminfo.h"

#include <curses.h>
#include <term.h>

bool terminfo_knows(const char *name, int fd)
{
	int why;

	if (setupterm(name, fd, &why) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}
