/* SPDX-License-Identifier: MIT */
/*
 * histfile.h - the file of lines typed, shared by all consoles of a person: 0600, a line an entry, appended to by
 * each.  What is longer than it should be is written anew by one who reads it, without losing what others append
 * meanwhile.  A history that cannot be kept is no reason to say anything.
 */
#ifndef UI_HISTFILE_H
#define UI_HISTFILE_H

#include <stdbool.h>

/* Is it fit to be kept: nothing in it looks like a password? */
bool histfile_fit(const char *text);
/* Each line, the oldest first, and repeats as they are. */
void histfile_read(const char *path, int most, void (*fn)(const char *text));
void histfile_append(const char *path, const char *text);

#endif
