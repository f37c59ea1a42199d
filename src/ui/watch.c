/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "ui_priv.h"

struct watch {
	struct screen *screen;
	void (*fn)(struct screen *s);
	struct loop_timer *timer;
	double interval;
	bool paused;
};

static void on_timer(void *ctx)
{
	struct watch *w = ctx;

	if (screen_in_front(w->screen))
		w->fn(w->screen);
}

static void set(struct watch *w, double seconds)
{
	uint64_t ms = (uint64_t)(seconds * 1000);

	w->interval = seconds;
	if (seconds > 0 && !w->paused)
		loop_timer_start(w->timer, ms, ms);
	else
		loop_timer_stop(w->timer);
	screen_changed(w->screen, SCREEN_LOOK);
}

struct watch *watch_new(struct screen *s, double interval, void (*fn)(struct screen *s))
{
	struct watch *w = xcalloc(1, sizeof *w);

	w->screen = s;
	w->fn = fn;
	w->timer = loop_timer_new(ui_loop(s->ui), on_timer, w);
	w->paused = ui_still(s->ui);
	set(w, interval);
	return w;
}

void watch_free(struct watch **w)
{
	if (!*w)
		return;
	loop_timer_free(&(*w)->timer);
	free(*w);
	*w = NULL;
}

static bool step(struct watch *w, const char *how, struct err *err)
{
	static const double steps[] = { 0.5, 1, 2, 5, 10, 30, 60, 300 };
	size_t i = 0;

	if (w->interval <= 0)
		return err_set(err, ERR_FAILED, "interval",
			       "this screen is not watched; :refresh 2s watches it");
	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < w->interval)
		i++;
	if (strcmp(how, "longer") == 0 && i + 1 < ARRAY_SIZE(steps))
		i++;
	else if (strcmp(how, "shorter") == 0 && i > 0)
		i--;
	set(w, steps[i]);
	return true;
}

static bool parse(struct watch *w, const char *every, struct err *err)
{
	double seconds = 0;

	if (strcmp(every, "off") != 0 && (!timefmt_parse_duration(every, &seconds) ||
					  (seconds > 0 && seconds < 0.2)))
		return err_set(err, ERR_USAGE, every,
			       "is no duration of at least 0.2 s; off ends watching");
	set(w, seconds);
	return true;
}

bool watch_action(struct watch *w, enum action act, const struct args *args, struct err *err)
{
	if (act == ACTION_INTERVAL)
		return step(w, args_get(args, "how"), err);
	if (act == ACTION_REFRESH)
		return parse(w, args_get(args, "interval"), err);
	if (w->interval <= 0)
		return err_set(err, ERR_FAILED, "pause", "this screen is not watched");
	w->paused = !w->paused;
	set(w, w->interval);
	return true;
}

void watch_note(const struct watch *w, struct buf *out)
{
	if (w->interval <= 0)
		return;
	buf_adds(out, out->len ? ", " : "");
	buf_adds(out, w->paused ? "paused, every " : "every ");
	timefmt_duration(out, w->interval);
}
