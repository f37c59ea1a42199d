/* SPDX-License-Identifier: MIT */
/*
 * lineedit_inputrc.h - the person's inputrc, where readline would go down with it.
 *
 * Readline follows $include without end when a file includes itself, over others too.  So it is looked
 * at first; where that is so, readline is given the lines one by one, without the $include that goes
 * round.  ($if counts for nothing in that look.)
 */
#ifndef UI_LINEEDIT_INPUTRC_H
#define UI_LINEEDIT_INPUTRC_H

#include <stdio.h>

#include <readline/readline.h>

/* Readline begins, and reads it.  What is wrong in it, owned by the caller: a line each; NULL: nothing. */
char *inputrc_take(void);
/* … once more, since it was changed. */
char *inputrc_again(void);
/* Whatever keys are bound to a function of readline's call ours. */
void inputrc_take_function(const char *name, rl_command_func_t *ours);

#endif
