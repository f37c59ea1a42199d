/* SPDX-License-Identifier: MIT */
/* terminfo.h - questions to the terminal database before curses is started.
 *
 * A file of its own because <term.h> has a struct term and short macros that are also ours.
 */
#ifndef UI_TERMINFO_H
#define UI_TERMINFO_H

/* How many colours NAME's description has, 0 without; -1: there is none that curses can use on the terminal FD.
 * To be asked first, since newterm() with an unknown name loses what it had allocated for the screen. */
int terminfo_colors(const char *name, int fd);

#endif
