/* SPDX-License-Identifier: MIT */
/*
 * rls_priv.h - what the rules share: whom they are about (actors), what they are about
 * (tables), and how a finding is made.
 *
 * An actor stands for all roles that have the same rights: same inherited owners, grantees and
 * policy roles.  Ten thousand tables are judged for a handful of actors.
 */
#ifndef DOMAIN_RLS_PRIV_H
#define DOMAIN_RLS_PRIV_H

#include "base/map.h"
#include "domain/rls.h"
#include "domain/rls_clause.h"

enum rule {
#define RULE(name, ...) RULE_##name,
#include "rls_rules.def"
#undef RULE
	RULES
};

struct actor {
	const struct role *role;
	const struct role **same; /* others with the same rights; NULL-terminated, may be cut */
	bool login;		  /* it, or one of its like, can log in */
	bool reached;		  /* a login can become it */
	bool application;	  /* works inside one tenant */
	bool trusted;		  /* a policy by its name shows it all tenants on purpose */
	bool everything;	  /* by pg_read_all_data or pg_write_all_data */
	bool bypasses;
};

struct judged {
	const struct policy *policy;
	const struct expr *using_expr, *check_expr; /* check: what acts as one */
	struct clause_verdict using_verdict, check_verdict;
	bool usual; /* using acts as check */
};

struct table {
	const struct relation *r;
	const struct tenancy *tenancy; /* NULL: holds no tenant's data */
	const char *tenant;	       /* its tenant column; NULL: none or by parent */
	int attnum;
	bool by_parent, directory;
	int *rights;		 /* per actor: RIGHT_ bits */
	bool *bound;		 /* per actor */
	struct judged *policies; /* r->npolicies long */
};

enum held { HELD_UNASKED, HELD_YES, HELD_NO };

struct judge {
	const struct rls_input *in;
	const struct catalog *catalog;
	struct arena *arena;
	struct findings *out;
	struct map *index;	 /* id, object, policy → position + 1 */
	struct map *expressions; /* text → tree */
	struct map *names;	 /* "schema.name" and "name" → relation */
	struct map *functions;	 /* the same for functions */
	struct map *by_oid;	 /* oid as text → table */
	struct map *bodies;	 /* calls → what their functions come to */
	struct map *blind;	 /* oids of functions → do they say the same to all? */
	struct map *parties;	 /* tenancy, its column, another → are rows two tenants' by it? */
	struct map *house;	 /* tenant column and type → its usual condition; NULL: not asked */
	struct rooms *rooms;	 /* tenants' schemas; NULL: not asked */
	struct claims *claims;	 /* what policies ask; NULL: not asked (judge_claims()) */
	const struct tenancy **pairs; /* per tenancy: the other column's; NULL: not asked */
	VEC(struct actor) actors;
	enum held *held; /* per actor, by any policy and by its name (rls_meant.c) */
	struct table *tables; /* one per relation of the catalog, in its order */
	size_t ntables;
	size_t *in_tenancy; /* relations of each tenancy of the profile */
	struct clause_lookup lookup;
	struct buf fix; /* the fix that is being put together */
};

struct subject {
	const struct relation *relation;
	const char *object; /* instead of the relation's name */
	const char *policy;
	const char *role;
};

/* A finding of the rule's usual severity; NULL if there was one already, whose roles are then
 * extended. */
struct finding *judge_find(struct judge *j, enum rule rule, const struct subject *s,
			   const char *message, ...) PRINTF_LIKE(4, 5);
/* The one that judge_find() made before; NULL: none. */
struct finding *judge_found(struct judge *j, enum rule rule, const struct subject *s);
void judge_evidence(struct judge *j, struct finding *f, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Append a piece of rls_fix.sql to the fix that is being made. NULL members are empty. */
struct fix {
	const struct relation *relation;
	const char *policy, *role, *name, *column, *condition, *other, *object, *tail;
};
void judge_fix(struct judge *j, const char *piece, const struct fix *v);
/* An index on these columns, as SQL: beside writers, where the relation takes it so. */
void judge_fix_index(struct judge *j, const struct relation *r, const char *columns);
/* Give the finding what was appended (f may be NULL: dropped). */
void judge_fixed(struct judge *j, struct finding *f);
/* Mend f by taking these rights (words: as SQL) on t from all to whom they are granted. */
void judge_revoke(struct judge *j, const struct table *t, int rights, const char *words,
		  struct finding *f);
/* Where nothing but a person can choose: "-- sentence:" and the piece, in comments too (piece
 * NULL: the sentence alone). Told only if the finding is given no fix. */
void judge_choose(struct judge *j, struct finding *f, const char *sentence, const char *piece,
		  const struct fix *v);
/* The condition that a policy of this table should have, as SQL; NULL if the setting is not
 * known. judge_own_condition: of its tenant column alone, where a tenant is two. */
const char *judge_own_condition(struct judge *j, const struct table *t);
const char *judge_condition(struct judge *j, const struct table *t);
/* The same, else what most other tables with this tenant column are protected by. */
const char *judge_sound_condition(struct judge *j, const struct table *t);
/* Both conditions, as SQL. */
const char *judge_both(struct judge *j, const char *old, const char *condition);
/* The same as the table's own reading policy says it, if that is sound. */
const char *judge_usual_condition(struct judge *j, const struct table *t);

/* Rows that policies for SELECT show to every tenant on purpose, as SQL over the table's own
 * columns; NULL: none (rls_shared.c). */
const char *judge_shared_rows(struct judge *j, const struct table *t);
/* Of these what the role is shown; NULL: whoever works for a tenant, not who is nobody yet. */
const char *judge_shared_with(struct judge *j, const struct table *t, const struct role *role);
/* The same, with what hangs from such rows; depth: how many keys below them. */
const char *judge_shared_below(struct judge *j, const struct table *t, bool all,
			       const struct role *role, int depth);
/* What a policy that asks whether the parent can be seen shows because the parent's rows are
 * shared, as SQL over t's columns; NULL: nothing (rls_visible.c). */
const char *judge_shared_by_parent(struct judge *j, const struct table *t,
				   const struct judged *g, bool all, const struct role *role,
				   int depth);
/* The parent of which everybody is shown rows, if being able to see it is all that e asks of whose
 * row of t it is; NULL. */
const struct table *judge_open_parent(struct judge *j, const struct table *t,
				      const struct expr *e, const struct role *role);
/* By which rows of t are written: the condition of a policy, its tenant's, or its parent's. */
const char *judge_writing_condition(struct judge *j, const struct table *t);
/* The same, if t has no tenant of its own and everybody is shown rows of its parent; NULL. */
const char *judge_open_below(struct judge *j, const struct table *t);
/* Rows of t without a tenant are shown to all on purpose. */
bool judge_null_shared(const struct table *t);
/* The parent has such rows: a key cannot pair the tenants, and a policy looks up what is referred to; false: it
 * cannot. */
bool judge_fix_reference(struct judge *j, const struct table *child, const struct table *parent,
			 const struct foreign_key *k);
/* Another policy than `but` names the role and shows it all rows: no floor was meant for it. */
bool judge_shown_all(struct judge *j, const struct table *t, const struct judged *but,
		     const struct actor *a);
/* Whom the floor is for already and whom g lets past it, where somebody else is shown all rows by a policy of his
 * own; NULL: nobody is, and it may be for all. */
const char *judge_floor_roles(struct judge *j, const struct table *t, const struct judged *g,
			      const struct judged *floor);
/* Whoever reads the view may read the columns that its text names: it runs with his rights from now on. */
void judge_fix_readers(struct judge *j, const struct relation *view, const char *text);
/* The same for who works with the child, whose condition looks the parent up. */
void judge_fix_lookers(struct judge *j, const struct table *child, const struct table *parent,
		       const char *condition);
/* Beside p, which is mended: another that shows what it showed. */
void judge_fix_reads(struct judge *j, const struct table *t, const struct policy *p);
/* Let p write by the condition alone, and show what it showed. */
void judge_fix_writes(struct judge *j, const struct table *t, const struct policy *p,
		      const char *condition);
/* a writes by g what hangs from rows that everybody is shown; check: by its WITH CHECK. */
void rule_open_parent(struct judge *j, const struct table *t, const struct judged *g,
		      const struct actor *a, bool check);
/* A policy for SELECT that admits every row and says so by its name, where each person is a tenant: "Public profiles
 * are viewable by everyone". */
bool judge_public_by_name(const struct table *t, const struct judged *g);
/* A condition on columns of the row alone: one is named for what is public, or is a flag that no row
 * has unless its tenant sets it (live boolean DEFAULT false). */
bool judge_says_public(const struct table *t, const struct expr *e);
/* What a finding of the rule says of the arm that opens a condition; usual: where it has one form. */
const char *judge_why(enum rule rule, const struct expr *arm, const char *usual);
/* Does the arm say that the row is a tenant's by another column, as what shows its rows says too
 * (rls_party.c)? */
bool judge_is_party(struct judge *j, const struct table *t, const struct expr *arm);
/* Members of the tenant that the column says are shown the row as those of its own are: a party
 * by a list of members. */
bool judge_has_members_by(struct judge *j, const struct table *t, const char *column);
/* What the arm compares with the session is no person but what rows of many tenants have alike: a
 * region, a country. */
bool judge_goes_by_group(const struct judge *j, const struct table *t, const struct expr *arm);
/* Nothing but the parties of a row is asked by the verdict's condition e, and either will do. */
bool judge_is_parties(struct judge *j, const struct table *t, const struct expr *e,
		      const struct clause_verdict *v);
/* condition, which is the tenant's, or that of the other parties of a row, as rows of other tables
 * with columns of the same names are shown. */
const char *judge_with_parties(struct judge *j, const struct table *t, const char *condition);

/* ---- rls_arms.c ---- */
const char *judge_without_parens(struct judge *j, const char *text);
/* The next part before the word ("OR") that joins them; *s is moved behind it, NULL: the last. */
const char *judge_next_part(struct judge *j, const char **s, const char *word);
/* An arm that looks at other columns of the row alone, or at one tenant that all share. */
bool judge_is_shared_arm(struct judge *j, const struct table *t, const char *text);
/* The clause of p with the tenant's condition beside what it asks (narrow), or instead of what
 * opens it. */
const char *judge_mended(struct judge *j, const struct table *t, const struct policy *p,
			 const char *old, const char *condition, bool narrow);
/* Some of them go by who asks: they are given to the session's tenant. */
bool judge_gives_rows(struct judge *j, const struct table *t);
/* Does the policy's own condition admit the actor by a role's name? */
bool judge_named_inside(const struct judge *j, const struct judged *g, const struct actor *a);

/* What the policies and what they call ask of the session (rls_claims.h). */
const struct claims *judge_claims(struct judge *j);

struct table *judge_table(const struct judge *j, oid relation);
const struct expr *judge_parse(struct judge *j, const char *text);
struct clause_context judge_clause(struct judge *j, const struct table *t);
const char *judge_name(struct judge *j, const struct relation *r); /* schema.name */
const char *judge_function_name(struct judge *j, const struct function *f);
/* Does the policy apply to the actor? By PUBLIC: *named false. */
bool judge_applies(const struct judge *j, const struct policy *p, const struct actor *a,
		   bool *named);
/* How many of t's policies apply to the actor for the command ('r', 'a', 'w', 'd'). */
void judge_count(const struct judge *j, const struct table *t, const struct actor *a, char command,
		 size_t *permissive, size_t *restrictive);
/* By its name a role of those who have not said who they are: nobody trusts it on purpose. */
bool judge_is_anybody(const struct actor *a);
/* Is g, which names the role of a and lets it past the tenant, meant to (rls_meant.c)? */
bool judge_is_meant(const struct judge *j, const struct table *t, const struct judged *g,
		    const struct actor *a, unsigned reasons);
/* Holds tenants' data: by column, parent or as the directory. */
bool table_tenant(const struct table *t);
/* Does text mention name as a word of its own? */
bool mentions_word(const char *text, const char *name);
/* The same of a relation: "other.name" is another's. */
bool mentions_relation(const char *text, const struct relation *r);
/* Some actor that is neither trusted nor bypassing and has any of these rights; NULL: none. */
const struct actor *judge_reacher(const struct judge *j, const struct table *t, int rights);

/* The query of a view, parsed; NULL: its text is not known. */
const struct expr *view_query(struct judge *j, const struct relation *v);
/* Does its text name b?  It may know no more of b than the type of its rows. */
bool view_names(struct judge *j, const struct relation *v, const struct relation *b);
/* Wherever the view takes rows of b, is there a condition that binds them to the session's
 * tenant, or to rows that are bound? */
bool view_binds(struct judge *j, const struct relation *v, const struct relation *b);

/* All that v shows is figures, of no single row (rls_figures.c); depth: 0. */
bool view_gives_figures(struct judge *j, const struct relation *v, int depth);
/* Says so of the view v, which a reads. */
void rule_figures(struct judge *j, const struct table *v, const struct actor *a);

/* ---- rls_definer.c ---- */
/* Somebody who may call f and is bound otherwise, an application if there is one; NULL: nobody. */
const struct actor *code_executor(const struct judge *j, const struct function *f);
/* f runs with its owner's rights: does it show or change rows of other tenants? */
void rule_definer(struct judge *j, const struct function *f);
/* f asks for one of the two columns of a tenant (rls_definer_half.c). */
void rule_definer_half(struct judge *j, const struct function *f);
/* f works on rows of which each person has his own (rls_definer_person.c). */
void rule_definer_person(struct judge *j, const struct function *f);
/* f writes, as it is told, the table that policies go by (rls_definer_trusted.c). */
void rule_definer_trusted(struct judge *j, const struct function *f);
/* f sets the tenant for the session (rls_setters.c). */
void rule_setter(struct judge *j, const struct function *f);
/* A tenant's table that the body of f names and no policy binds for it; NULL: none. */
const struct table *code_unbound_mention(struct judge *j, const struct function *f);
/* Why f, of its owner's rights, works on rows of all tenants (*t: of which table); NULL: it does
 * not. */
const char *code_definer_fault(struct judge *j, const struct function *f,
			       const struct table **t);
/* f changes nothing, as far as its text tells. */
bool code_only_reads(const struct function *f);
/* f says yes or no, and changes nothing: of a tenant that it is told that is the question of a
 * policy, whose answer is nobody's row. */
bool code_only_answers(const struct function *f);
/* A policy calls it: without EXECUTE that would raise. */
bool code_is_policys(const struct judge *j, const struct function *f);
/* Why its caller has the say of whose rows of t, which it reads unfiltered, it works on; NULL:
 * he has not (rls_caller.c). */
/* Does it find what it is told by a secret (a token, the hash of a password)? */
bool code_asks_secret(struct judge *j, const struct function *f);
/* It reads no more than what the secret that it is told opens: a link that was shared. */
bool code_finds_by_secret(struct judge *j, const struct function *f);
/* Some name or literal in the text is a word for what is public on purpose. */
bool text_says_public(const char *text);
bool column_is_secret(const struct relation *r, const struct column *c);
const char *code_caller_says(struct judge *j, const struct function *f, const struct table *t);
/* He may say it, and gets his own tenant's if he does not: COALESCE(parameter, mine()). */
bool code_says_or_own(struct judge *j, const struct function *f);
/* How long a comparison is that begins at s: one value, a list or a path; 0: it is none. */
size_t code_comparison(const char *s);
/* The n signs at s, if they name one of its parameters; NULL. */
const char *code_parameter_named(struct judge *j, const struct function *f, const char *s,
				 size_t n);
/* The parameter that the body compares a tenant column with; NULL: none. */
const char *code_tenant_parameter(struct judge *j, const struct function *f);
/* The list of tenants, where its caller says whose row of it, which no policy guards, is changed,
 * and is not asked who he is; NULL: no such. */
const struct table *code_changes_tenant(struct judge *j, const struct function *f);
/* Takes EXECUTE on it from all but its owner: appended to the fix. */
void code_fix_execute(struct judge *j, const struct function *f);
/* Such a function that the view v calls, whoever reads it; NULL: none. */
const struct function *view_open_function(struct judge *j, const struct relation *v,
					  const struct actor *a, const struct table **t);
/* Does it look at who asks: the setting, the login, the tenant column or a helper that does? */
bool code_looks_at_tenant(const struct judge *j, const struct function *f);
/* Why what it EXECUTEs is its caller's to say; NULL: it is not (rls_dynamic.c). */
const char *code_runs_callers(struct judge *j, const struct function *f);
/* Does it ask of which tenant the session is? */
bool code_asks_session(const struct judge *j, const struct function *f);
/* Does f say the same to every session: its owner's rights read tables that no policy filters
 * for it, and it asks nobody? */
bool code_is_blind(const struct judge *j, const struct function *f);
/* As GRANT and ALTER FUNCTION name it. */
const char *code_function_sql(struct judge *j, const struct function *f);

/* Is it one tenant's, by the schema where it is at home (rls_rooms.c)? */
bool judge_has_home(struct judge *j, const struct role *role);
/* Mend f by ending the membership, or the step of a chain of them, that makes login what target
 * is. */
void judge_revoke_membership(struct judge *j, const struct role *login,
			     const struct role *target, struct finding *f);

void judge_init(struct judge *j, const struct rls_input *in);
/* All but the findings and their arena. */
void judge_release(struct judge *j);
void judge_actors(struct judge *j);
void judge_tables(struct judge *j); /* facts of every table */
void rules_tables(struct judge *j);
/* The table's owner is bound, and cannot undo it; from rules_tables (rls_owners.c). */
void rule_owner(struct judge *j, const struct table *t);
void rule_not_forced(struct judge *j, const struct table *t);
/* What fills the tenant column is not what the policies ask for; from rules_tables
 * (rls_default.c). */
void rule_tenant_default(struct judge *j, const struct table *t);
/* A kind of rows is shown to all who signed in, its neighbour to members; from rules_tables (rls_kinds.c). */
void rule_kind_alone(struct judge *j, const struct table *t);
/* A text of the row says whose it is, and what is written need not say it (rls_topics.c). */
void rule_topics(struct judge *j, const struct table *t);
void rules_policies(struct judge *j);
/* What the policy goes by, in the table t; from rules_forms (rls_trust.c). */
void rules_trust(struct judge *j, const struct table *t, const struct judged *g);
void rules_composite(struct judge *j);
/* What lists only one column of tenants that have two is no list of tenants; before rights are filled. */
void composite_drop_halves(struct judge *j);
/* The same table by the other column of its tenant, if that is two; false: it is one. */
bool composite_half(struct judge *j, const struct table *t, struct table *half);
/* The column by which t's policies go instead of its tenant, where tables beside it go by both;
 * NULL: they do not. */
const char *composite_other(struct judge *j, const struct table *t);
void rules_forms(struct judge *j);
void rules_roles(struct judge *j);
void rules_objects(struct judge *j);
void rules_owned(struct judge *j);
void rules_privileges(struct judge *j);
void rules_views(struct judge *j);
void rules_code(struct judge *j);
void rules_beside(struct judge *j); /* from rules_code, where there is a tenancy */
void rules_schemas(struct judge *j);
void rules_keys(struct judge *j);
/* A policy or trigger of the child looks the parent up by the key (rls_keys.c). */
bool key_looked_up(struct judge *j, const struct table *child, const struct table *parent,
		   const struct foreign_key *k);
/* What happens to the parent's row changes the child's. */
bool key_acts(const struct foreign_key *k);
/* SQL of the child's columns alone, in the judge's arena: k leads to a row of the parent for which the condition holds
 * (rls_visible.c). */
const char *judge_in_parent(struct judge *j, const struct table *t, const struct table *parent,
			    const struct foreign_key *k, const char *condition);
/* The parent has no tenant column and hangs from a tenant's row itself (rls_below.c). */
void rule_reference_below(struct judge *j, const struct table *child, const struct table *parent,
			  const struct foreign_key *k);
void rules_speed(struct judge *j);
void rules_design(struct judge *j);
void rules_platform(struct judge *j);
void rules_server(struct judge *j);
void rules_unknown(struct judge *j);

#endif
