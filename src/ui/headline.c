/* SPDX-License-Identifier: MIT */
#include "headline.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui_priv.h"

enum { GAP = 2, LEAST_CUT = 14, WIDEST_TAB = 31, TOLD_APART = 6, LEAST_TAB = 4 };

void headline_add(struct headline *h, int rank, bool right, enum style style, char *owned)
{
	*VEC_PUSH(&h->v) = (struct headline_part){
		.text = owned, .style = style, .rank = rank, .right = right
	};
}

void headline_add_tab(struct headline *h, int number, bool front, enum style style,
		      char *owned_label)
{
	headline_add(h, 0, false, style, owned_label);
	h->v.v[h->v.len - 1].tab = number;
	h->v.v[h->v.len - 1].front = front;
}

/* False: there is no room for it. */
static bool fit(struct headline_part *s, int room, int cols)
{
	s->width = frame_width_of(s->text);
	if (s->rank == 0) { /* a long name leaves room for who one is */
		if (!s->right && s->width > cols / 2)
			s->width = cols / 2;
		return true;
	}
	if (s->rank == 1 && s->width + GAP > room && room >= LEAST_CUT + GAP)
		s->width = room - GAP;
	return s->width + GAP <= room;
}

/* ---- tabs ---- */

/* How wide a label may be, of the tab in front and of the others, and what lies between them.
 */
struct sharing {
	int front, other, gap;
};

/* Blanks stand around the one in front. */
static int tab_width(const struct headline_part *s, const struct sharing *by)
{
	int limit = s->front ? by->front : by->other, width = frame_width_of(s->text);

	if (limit < LEAST_TAB)
		width = (int)strcspn(s->text, " ");
	else if (width > limit)
		width = limit;
	return width + (s->front ? 2 : 0);
}

static int tabs_width(const struct headline *h, const struct sharing *by)
{
	int total = 0;

	for (size_t i = 0; i < h->v.len; i++)
		if (h->v.v[i].tab)
			total += tab_width(&h->v.v[i], by) + by->gap;
	return total ? total + GAP - by->gap : 0;
}

/* The widest that there is room for, in this order: the one in front whole, all of them cut,
 * their numbers alone. */
static struct sharing share(const struct headline *h, int room)
{
	struct sharing by = { WIDEST_TAB, WIDEST_TAB, GAP };

	for (; by.other >= TOLD_APART; by.other--)
		if (tabs_width(h, &by) <= room)
			return by;
	by = (struct sharing){ WIDEST_TAB, WIDEST_TAB, 1 };
	for (; by.other >= LEAST_TAB; by.front = --by.other)
		if (tabs_width(h, &by) <= room)
			return by;
	by.other = 0;
	for (by.front = WIDEST_TAB; by.front >= LEAST_TAB && tabs_width(h, &by) > room;)
		by.front--;
	return by;
}

static void cut_tab(struct headline_part *s, const struct sharing *by)
{
	struct buf cut = BUF_INIT;
	size_t number = strcspn(s->text, " ");
	int width = tab_width(s, by) - (s->front ? 2 : 0);

	s->width = tab_width(s, by);
	buf_add(&cut, " ", s->front);
	if (width == (int)number)
		buf_add(&cut, s->text, number);
	else
		utf8_ellipsis(&cut, s->text, strlen(s->text), width);
	buf_add(&cut, " ", s->front);
	free(s->text);
	s->text = buf_detach(&cut);
}

/* ---- the line ---- */

/* The important first; what does not fit makes no room for itself, a narrower one may still. */
static struct sharing keep_what_fits(struct headline *h, int room)
{
	struct sharing least = { LEAST_TAB, 0, 1 }, by = least;
	int cols = room;

	for (int rank = 0; rank <= HEADLINE_RANKS; rank++) {
		if (rank == 2) {
			by = share(h, room);
			room -= tabs_width(h, &by);
		}
		for (size_t i = 0; i < h->v.len;) {
			struct headline_part *s = &h->v.v[i];
			int kept = rank < 2 ? tabs_width(h, &least) : 0;

			if (s->tab || s->rank != rank) {
				i++;
			} else if (fit(s, room - kept, cols)) {
				room -= s->width + GAP;
				i++;
			} else {
				free(s->text);
				VEC_REMOVE(&h->v, i);
			}
		}
	}
	for (size_t i = 0; i < h->v.len; i++)
		if (h->v.v[i].tab)
			cut_tab(&h->v.v[i], &by);
	return by;
}

/* States have no background of their own; scope-like ones do, and keep it. */
static void paint_part(const struct headline_part *s, struct canvas *c, int row, int col,
		       int width)
{
	int used = canvas_text(c, row, col, width, s->style, s->text);

	if (s->style == STYLE_WARNING || s->style == STYLE_CRITICAL || s->style == STYLE_INFO)
		canvas_over(c, row, col, 1, used, STYLE_HEADER);
}

static int paint_right(const struct headline *h, struct canvas *c, int row)
{
	int right = c->cols - 1;

	for (size_t i = h->v.len; i-- > 0;) {
		const struct headline_part *s = &h->v.v[i];

		if (!s->right)
			continue;
		right -= s->width;
		paint_part(s, c, row, right, c->cols);
		right -= GAP;
	}
	return right;
}

void headline_paint(struct headline *h, struct ui *ui, struct canvas *c, int row)
{
	struct sharing by = keep_what_fits(h, c->cols - 1);
	int left = 1, right;

	canvas_fill(c, row, 0, 1, c->cols, STYLE_HEADER);
	right = paint_right(h, c, row);
	for (size_t i = 0; i < h->v.len; i++) {
		const struct headline_part *s = &h->v.v[i];

		if (!s->right) {
			paint_part(s, c, row, left,
				   s->width < right - left ? s->width : right - left);
			if (s->tab)
				frame_add_spot(ui, row, left, s->width,
					       xasprintf("tab go %d", s->tab));
			left += s->width +
				(s->tab && i + 1 < h->v.len && s[1].tab ? by.gap : GAP);
		}
		free(s->text);
	}
	VEC_RELEASE(&h->v);
}
