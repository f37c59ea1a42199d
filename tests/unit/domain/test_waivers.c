/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/waivers.h"

static const char good[] = "[waiver R82-unique]\n"
			   "object = shop.slugs\n"
			   "reason = public names\n"
			   "decision = 0012\n"
			   "expires = 2026-12-31\n"
			   "[waiver R13-using-true]\n"
			   "object = shop.*\n"
			   "policy = look\n"
			   "reason = a catalogue\n"
			   "expires = 2027-01-01\n";

static const struct waiver *find(const struct waivers *w, const char *id, const char *object,
				 const char *policy, const char *today)
{
	struct finding f = { .id = id, .object = object, .policy = policy };

	return waivers_find(w, &f, today);
}

Test(waivers, cover_what_they_name_until_their_day)
{
	struct waivers w;
	struct err err = ERR_INIT;

	waivers_init(&w);
	cr_assert(waivers_parse(&w, "waivers.ini", good, strlen(good), &err));
	cr_assert_eq(w.list.len, 2);
	cr_expect_not_null(find(&w, "R82-unique", "shop.slugs", NULL, "2026-12-31"));
	cr_expect_null(find(&w, "R82-unique", "shop.slugs", NULL, "2027-01-01"),
		       "its day has passed");
	cr_expect_null(find(&w, "R82-unique", "shop.slug", NULL, "2026-01-01"));
	cr_expect_null(find(&w, "R83-exclusion", "shop.slugs", NULL, "2026-01-01"));
	cr_expect_not_null(find(&w, "R13-using-true", "shop.products", "look", "2026-01-01"));
	cr_expect_null(find(&w, "R13-using-true", "shop.products", "own", "2026-01-01"));
	cr_expect_null(find(&w, "R13-using-true", "other.products", "look", "2026-01-01"));
	waivers_release(&w);
	err_release(&err);
}

Test(waivers, are_read_strictly)
{
	static const char *const bad[] = {
		"[waiver]\nobject = x\n",
		"[waiver R1-nothing]\nobject = x\n",
		"[screen]\n",
		"object = x\n",
		"[waiver R82-unique]\nobject = x\nreason = y\n",
		"[waiver R82-unique]\nreason = y\nexpires = 2026-01-01\n[waiver R82-unique]\n",
		"[waiver R82-unique]\nexpires = soon\n",
		"[waiver R82-unique]\nexpires = 2026-1-01\n",
		"[waiver R82-unique]\nobjekt = x\n",
		"[waiver R82-unique]\nobject = x\nobject = y\n",
		"[waiver R82]\nexpires = 2027-01-01\nexpires = 2027-01-01\n",
		("[waiver R82]\nobject = x\nreason = y\nexpires = 2027-01-01\n"
		 "[waiver R82-unique]\nobject = x\nreason = z\nexpires = 2028-01-01\n"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct waivers w;
		struct err err = ERR_INIT;

		waivers_init(&w);
		cr_expect_not(waivers_parse(&w, "waivers.ini", bad[i], strlen(bad[i]), &err),
			      "%s", bad[i]);
		cr_expect_not_null(err.why);
		waivers_release(&w);
		err_release(&err);
	}
}

Test(waivers, quoted_names_stand_for_themselves)
{
	static const char odd[] = "[waiver R82]\nobject = \" a \"\"b\"\" \\# *\"\nreason = x\n"
				  "expires = 2027-01-01\n"
				  "[waiver R13]\nobject = s.f(a integer, b text)\n"
				  "policy = \"all*\"\nreason = x\nexpires = 2027-01-01\n";
	struct waivers w;
	struct err err = ERR_INIT;

	waivers_init(&w);
	cr_assert(waivers_parse(&w, "w.ini", odd, strlen(odd), &err), "%s", err.why);
	cr_expect_not_null(find(&w, "R82-unique", " a \"b\" # *", NULL, "2026-01-01"));
	cr_expect_null(find(&w, "R82-unique", " a \"b\" # more", NULL, "2026-01-01"));
	cr_expect_not_null(
		find(&w, "R13-using-true", "s.f(a integer, b text)", "all*", "2026-01-01"));
	cr_expect_null(
		find(&w, "R13-using-true", "s.f(a integer, b text)", "all", "2026-01-01"));
	waivers_release(&w);
	err_release(&err);
}
