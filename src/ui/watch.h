/* SPDX-License-Identifier: MIT */
/*
 * watch.h - a screen that is fetched again and again: interval, pause, and the words for it.
 */
#ifndef UI_WATCH_H
#define UI_WATCH_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/screen.h"

struct watch;

/* fn runs for s every interval seconds (0: never), only while s is in front: behind another nobody watches.
 * Where nothing moves by itself (ui_still) it begins paused. */
struct watch *watch_new(struct screen *s, double interval, void (*fn)(struct screen *s));
void watch_free(struct watch **w);
/* ACTION_REFRESH with an interval, ACTION_INTERVAL, ACTION_PAUSE. */
bool watch_action(struct watch *w, enum action act, const struct args *args, struct err *err) MUST_CHECK;
/* "every 2 s", "paused, every 2 s"; nothing when it is not watched. */
void watch_note(const struct watch *w, struct buf *out);

#endif
