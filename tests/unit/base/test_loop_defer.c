/* SPDX-License-Identifier: MIT */
/* Calls that are deferred, and the hook before the loop sleeps. */
#include "base/loop.h"

#include "base/buf.h"
#include "support/leak.h"

struct scene {
	struct loop *loop;
	struct buf seen; /* what was called, a letter each */
	struct loop_timer *timer;
	int count, other;
};

static void begin(struct scene *s)
{
	*s = (struct scene){ .loop = loop_new(), .seen = BUF_INIT };
}

static void end(struct scene *s)
{
	loop_free(&s->loop);
	cr_assert_null(s->loop);
	buf_release(&s->seen);
}

static void on_timer(void *ctx)
{
	buf_addc(&((struct scene *)ctx)->seen, 't');
}

static void say_a(void *ctx)
{
	buf_addc(&((struct scene *)ctx)->seen, 'a');
}

static void say_b(void *ctx)
{
	buf_addc(&((struct scene *)ctx)->seen, 'b');
}

static void again(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, 'r');
	loop_forget(s->loop, &s->count);
	loop_defer(s->loop, say_b, s);
}

static void never(void *ctx)
{
	cr_assert_fail("%p was forgotten", ctx);
}

static void hook(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, '.');
	if (s->count++ == 0)
		loop_defer(s->loop, say_a, s);
}

LEAK_TEST(loop_defer, deferred_in_order)
{
	struct scene s;

	begin(&s);
	loop_defer(s.loop, say_a, &s);
	loop_defer(s.loop, say_b, &s);
	loop_defer(s.loop, again, &s);
	loop_defer(s.loop, never, &s.count);
	cr_assert_str_eq(s.seen.data, "");
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "abrb");
	loop_defer(s.loop, never, &s.other);
	loop_forget(s.loop, &s.other);
	loop_run(s.loop);
	end(&s);
}

LEAK_TEST(loop_defer, hook_runs_before_sleep_and_may_defer)
{
	struct scene s;

	begin(&s);
	loop_before_sleep(s.loop, hook, &s);
	s.timer = loop_timer_new(s.loop, on_timer, &s);
	loop_timer_start(s.timer, 50, 0);
	loop_run(s.loop);
	/* hook, the call it deferred, hook, sleep, timer; the turn goes on to its end. */
	cr_assert_str_eq(s.seen.data, ".a.t.");
	loop_timer_free(&s.timer);
	end(&s);
}

static void dot(void *ctx)
{
	buf_addc(&((struct scene *)ctx)->seen, '.');
}

static void one_of(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, 'd');
	if (--s->count > 0)
		loop_defer(s->loop, one_of, s);
}

LEAK_TEST(loop_defer, what_is_deferred_goes_before_the_hook_but_not_without_end)
{
	struct scene s;

	begin(&s);
	loop_before_sleep(s.loop, dot, &s);
	s.count = 2;
	loop_defer(s.loop, one_of, &s);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "dd.");
	buf_clear(&s.seen);
	s.count = 10;
	loop_defer(s.loop, one_of, &s);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "dddd.dddd.dd.");
	end(&s);
}

LEAK_TEST(loop_defer, freed_with_calls_waiting)
{
	struct scene s;

	begin(&s);
	loop_defer(s.loop, never, &s);
	end(&s);
}

static void late(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, 'l');
	if (--s->count > 0)
		loop_defer_late(s->loop, late, s);
	else
		loop_defer(s->loop, one_of, s);
}

LEAK_TEST(loop_defer, late_is_after_the_hook_and_what_that_defers_before_sleep)
{
	struct scene s;

	begin(&s);
	loop_before_sleep(s.loop, dot, &s);
	s.count = 1;
	loop_defer(s.loop, one_of, &s);
	loop_defer_late(s.loop, late, &s);
	loop_defer_late(s.loop, never, &s.other);
	loop_forget(s.loop, &s.other);
	loop_run(s.loop);
	/* d takes the count to 0, l defers another d. */
	cr_assert_str_eq(s.seen.data, "d.ld.");
	end(&s);
}

LEAK_TEST(loop_defer, late_by_late_waits_for_the_next_turn)
{
	struct scene s;

	begin(&s);
	loop_before_sleep(s.loop, dot, &s);
	s.count = 2;
	loop_defer_late(s.loop, late, &s);
	s.timer = loop_timer_new(s.loop, on_timer, &s);
	loop_timer_start(s.timer, 5, 0);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, ".lt.ld.");
	loop_timer_free(&s.timer);
	loop_defer_late(s.loop, never, &s);
	end(&s);
}
