/* SPDX-License-Identifier: MIT */
/*
 * headline.h - the header's first line: parts from the left and from the right, of which the
 * least important go where there is no room.
 *
 * Rank 0 never goes and HEADLINE_RANKS goes first; rank 1 is cut before it goes.  Of the tabs
 * each keeps its number, and as much of its name as all have room for: the one in front is
 * whole as long as the others can be told apart, for the second line begins with its name.
 */
#ifndef UI_HEADLINE_H
#define UI_HEADLINE_H

#include <stdbool.h>

#include "base/vec.h"
#include "ui/style.h"

struct canvas;
struct ui;

enum { HEADLINE_RANKS = 6 };

struct headline_part {
	char *text;
	enum style style;
	int rank;
	bool right;
	int tab; /* its number, or 0 */
	bool front;
	int width; /* known once it fits */
};
struct headline {
	VEC(struct headline_part) v;
};

void headline_add(struct headline *h, int rank, bool right, enum style style, char *owned);
/* label begins with the number and a blank. */
void headline_add_tab(struct headline *h, int number, bool front, enum style style,
		      char *owned_label);
/* Paints it, with a spot to click on for each tab, and releases it. */
void headline_paint(struct headline *h, struct ui *ui, struct canvas *c, int row);

#endif
