/* SPDX-License-Identifier: MIT */
/* The rules as they are documented: one row each, complete, and which leave a choice. */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/rls.h"

Test(rls_rules, each_says_what_it_finds_and_passes_by)
{
	struct rls_rule_info r, other;
	size_t n = 0;

	for (; rls_rule_at(n, &r); n++) {
		cr_expect(strlen(r.id) > 4 && r.id[3] == '-', "%s", r.id);
		cr_expect(*r.summary && *r.lookalike, "%s", r.id);
		cr_expect_eq(strncmp(r.doc, "https://www.postgresql.org/docs/", 32), 0, "%s",
			     r.id);
		cr_expect(!r.by_hand || *r.by_hand, "%s", r.id);
		for (size_t i = 0; i < n; i++)
			cr_expect(rls_rule_at(i, &other) && strncmp(other.id, r.id, 4) != 0,
				  "%s is there twice", r.id);
	}
	cr_expect_geq(n, 110);
}

/* What never has SQL that mends it, by kind of reason; all others have it wherever a sound
 * condition is known.  A rule that joins or leaves this list does so knowingly. */
Test(rls_rules, these_are_for_a_person_to_decide)
{
	static const char by_hand[] =
		/* how the server, the session or the whole is */
		"R00 R59 R71 R73 R90 V01 M02 N15 "
		/* what a table, a column or a key means */
		"L01 L03 L04 L05 L06 L07 L08 L09 L10 L11 L12 N06 N09 N13 N14 X05 "
		/* rows would have to be moved, or writers changed */
		"N01 N07 N11 X07 ";
	static const char conditional[] =
		/* where no sound condition, pair of columns, method or text is known */
		"R01 R06 R07 R08 R09 R10 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R24 R26 "
		"R27 R28 R29 R30 R33 R34 R35 R36 R37 R38 R39 R67 R80 R81 R82 R83 R86 P03 N10 "
		"X08 N02 "
		/* what the application owns itself must be kept elsewhere */
		"R54 "
		/* whose rights code shall have that runs with its owner's */
		"R56 "
		/* whether rows lean on the other tenant's */
		"R77 ";
	struct rls_rule_info r;

	for (size_t i = 0; rls_rule_at(i, &r); i++) {
		char id[5] = { r.id[0], r.id[1], r.id[2], ' ', '\0' };
		bool listed = strstr(by_hand, id) || strstr(conditional, id);

		cr_expect(listed == (r.by_hand != NULL), "%s %s", r.id,
			  listed ? "always has SQL now" : "leaves a choice now");
	}
}
