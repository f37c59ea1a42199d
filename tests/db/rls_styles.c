/* SPDX-License-Identifier: MIT */
/*
 * Schemas in other styles: each hole of theirs is found, no sound neighbour is flagged, what a
 * finding calls a leak is shown by a probe, and what a probe shows has a finding.
 */
#include "rls_mend.h"

/* Objects of one kind by the beginning of their names, or of the comment on them. */
static char *named(const char *conninfo, const char *prefix)
{
	char *sql = xasprintf(
		     "SELECT nspname FROM pg_namespace WHERE obj_description(oid, " /* not SQL */
		     "'pg_namespace') ~ '^%s' UNION SELECT oid::regclass::text " /* not SQL */
		     "FROM pg_class WHERE obj_description(oid, 'pg_class') ~ '^%s' " /* not SQL */
		     "UNION SELECT 'role ' || rolname FROM pg_roles WHERE " /* not SQL */
		     "shobj_description(oid, 'pg_authid') ~ '^%s' UNION " /* not SQL */
		     "SELECT proname FROM pg_proc WHERE obj_description(oid, " /* not SQL */
		     "'pg_proc') ~ '^%s' UNION " /* not SQL */
		     "SELECT relname FROM pg_class WHERE relname ~ '^%s_' AND " /* not SQL */
		     "relkind IN ('r','p','v','m','f','S') AND relname !~ '_seq$' "
		     "UNION SELECT proname FROM pg_proc WHERE proname ~ '^%s_' " /* not SQL */
		     "UNION SELECT pubname FROM pg_publication WHERE pubname ~ " /* not SQL */
		     "'^%s_' UNION SELECT nspname FROM pg_namespace WHERE "	 /* not SQL */
		     "nspname ~ '^%s_' UNION SELECT 'role ' || rolname FROM "	 /* not SQL */
		     "pg_roles WHERE rolname ~ '^%s_' ORDER BY 1",		 /* not SQL */
		     prefix, prefix, prefix, prefix, prefix, prefix, prefix, prefix, prefix),
	     *names = cluster_sql(conninfo, sql);

	free(sql);
	return names;
}

static bool is_about(const struct finding *f, const char *name)
{
	const char *paren = strchr(f->object, '('), *at = paren ? paren : strchr(f->object, '\0');
	size_t n;

	while (at > f->object && at[-1] != '.')
		at--;
	if (strncmp(name, "role ", 5) == 0)
		name += 5;
	n = strlen(name);

	return strcmp(f->object, name) == 0 ||
	       (strncmp(at, name, n) == 0 && (at[n] == '\0' || at[n] == '(' || at[n] == ' '));
}

static bool is_found(const struct look *l, const char *name)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (f->severity > SEVERITY_INFO && is_about(f, name))
			return true;
	}
	return false;
}

static bool has_finding(const struct look *l, const char *object, bool unmended)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		if (f->severity > SEVERITY_INFO && strcmp(f->object, object) == 0 &&
		    !(unmended && f->fix))
			return true;
	}
	return false;
}

/* Blockers that no probe shows; each says why itself.  One that is shown, or is no finding any
 * more, must go. */
static const struct {
	const char *file, *object;
} only_said[] = {
	/* the claim is kept in a JSON of the directory of people */
	{ "orgs", "public.hole_usermeta2" },
	/* the rows of the tenants are alike in what it shows */
	{ "workspaces", "ws.hole_scalar" },
	/* what it shows was kept before there were rows */
	{ "grants", "e.hole_mv_view" },
	/* there are no rows */
	{ "grants", "e.hole_colgrant" },
	{ "grants", "e.hole_norls" },
	{ "predicates", "dbo.hole_History" },
	{ "regions", "archive.hole_accounts_old" },
	/* some columns, and not those of the key */
	{ "mandanten", "lager.hole_offen" },
	/* no key of its rows is one tenant's alone */
	{ "mandanten", "lager.hole_bestand" },
	/* the rule writes what it likes */
	{ "grants", "e.hole_rule" },
	{ "predicates", "dbo.hole_Rule" },
	{ "objects", "public.hole_copied" },
	{ "backoffice", "bo.hole_ruled" },
	/* it is on the far side */
	{ "grants", "e.hole_ft" },
	{ "objects", "public.hole_remote" },
	{ "backoffice", "bo.hole_far" },
	/* no two tenants have a body alike */
	{ "postgrest", "api.hole_self_join" },
	/* its key has the tenant, and no free one is known */
	{ "regions", "billing.hole_filtered" },
	/* it composes what it runs */
	{ "members", "lib.hole_dyn(t text)" },
	{ "predicates", "dbo.hole_usp_Sql(\"@Where\" text)" },
	{ "legacy", "leg.hole_find_any(tab text)" },
	{ "meters", "grid.by_sql(q text)" },
	/* it is on the far side */
	{ "freight", "public.ext_invoices" },
	/* it stands before a rule, which writes what it likes */
	{ "freight", "public.v_imports_in" },
	/* whose rows it shows no column tells */
	{ "bakeries", "loaf.v_market" },
	{ "bakeries", "recipes.sales_of(s text)" },
	/* a procedure is not called */
	{ "workspaces", "lib.hole_proc(IN t text)" },
	/* for its caller to be let in, or to be given what nobody knows */
	{ "empresas", "public.hole_promover(p_empresa uuid, p_usuario uuid)" },
	{ "hierarchy", "hub.hole_move(p_item integer, p_org integer)" },
	{ "mandanten", "werk.hole_umbuchen(von smallint, nach smallint)" },
	/* the condition joins what is looked up, or is said by a view */
	{ "cabinets", "Compta.hole_Vue Lat\303\251rale" },
	{ "cabinets", "Compta.hole_recherche" },
	{ "predicates", "dbo.hole_vIn" },
	{ "predicates", "dbo.hole_vMember" },
	{ "hierarchy", "hub.hole_distinct" },
	{ "empresas", "public.hole_apagar_autor" },
	{ "empresas", "public.hole_claim_raw" },
	{ "empresas", "public.hole_itens" },
	{ "empresas", "public.hole_por_perfil" },
	/* nobody could be made for it */
	{ "hierarchy", "hub.hole_column_select" },
	{ "hierarchy", "hub.hole_workspace_only" },
	/* who belongs where is said by a parent, or for a session by its number */
	{ "starter", "public.hole_team_members" },
	{ "spaces", "ws.hole_login" },
	{ "spaces", "ws.login_ws" },
	{ "starter", "public.hole_audit_log" },
	/* who lets himself in does so row by row */
	{ "families", "fam.hole_shared" },
	/* it orders as it is told */
	{ "harbour", "port.hole_sort(o text)" },
	/* what it shows was kept, and no probe fills it anew */
	{ "harbour", "port.hole_summary" },
	/* what it looks up is empty */
	{ "rails", "public.hole_exists_row" },
	/* the tenants that are compared share no region */
	{ "clinics", "med.hole_of_region" },
	{ "clinics", "med.hole_renote(n text)" },
	{ "clinics", "med.hole_of_list()" },
	/* figures that are kept */
	{ "clinics", "kept.hole_by_clinic" },
	{ "ledgers", "lg.hole_balances" },
	/* who is in a list without tenants is not tried */
	{ "bazaar", "sh.hole_super" },
	/* neither of the teams that are compared is frozen */
	{ "sharing", "wiki.hole_case" },
	/* whose rows a function shows, no column tells */
	{ "apartments", "t_acme.hole_export()" },
	{ "apartments", "public.hole_orders_of(s text)" },
	/* whose rows it shows, no column tells */
	{ "woningen", "gemeen.alle_huurders" },
	{ "woningen", "gemeen.zoek_huurder(n text)" },
	/* what it is asked beside the tenant is not known, or stands in its way */
	{ "hospitals", "hn.chart_note" },
	{ "hospitals", "hn.export_table(t text, f text)" },
	{ "hospitals", "hn.merge_patients(a bigint, b bigint)" },
	/* the login says who one is, and a group of logins is nobody */
	{ "condominio", "condo.appunti" },
	/* what may only be written */
	{ "apartments", "t_vandelay" },
	/* it changes the list of tenants, and shows nothing */
	{ "labs", "lab.rename(p_lab integer, p_slug text)" },
	/* it writes pairs of tenants, which are neither's */
	{ "ladders", "la.attach(child integer, under integer)" },
	{ "ladders", "la.hang(child integer, over integer)" },
	/* all of one's rows are moved, or none, and some may not be */
	{ "ledgers", "lg.hole_upd_check" },
};

/* Its place in the list; ARRAY_SIZE(only_said): it is not there. */
static size_t only_said_at(const char *file, const char *object)
{
	const char *name = strrchr(file, '/') + 1;
	size_t i = 0, n = strcspn(name, ".");

	while (i < ARRAY_SIZE(only_said) &&
	       (strcmp(only_said[i].object, object) != 0 || strlen(only_said[i].file) != n ||
		strncmp(only_said[i].file, name, n) != 0))
		i++;
	return i;
}

/* Does some probe of the object, or as the role, leak? */
static bool leaks_by_probe(const struct told *t, const char *object)
{
	char *of = xasprintf("%s|", object), *as = xasprintf("|leaks|%s\n", object),
	     *lines = xstrdup(t->rows.data), *rest;
	bool found = strstr(t->rows.data, as) != NULL;

	for (char *line = strtok_r(lines, "\n", &rest); line && !found;
	     line = strtok_r(NULL, "\n", &rest))
		found = strncmp(line, of, strlen(of)) == 0 && strstr(line, "|leaks|");
	free(lines);
	free(of);
	free(as);
	return found;
}

/* A blocker says that rows of others can be had: a probe has them, or says why it cannot. */
static void expect_claims_proven(const struct look *l, const struct told *t, const char *file)
{
	bool used[ARRAY_SIZE(only_said) + 1] = { false };

	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];
		bool leaks = leaks_by_probe(t, f->object), listed;
		char *said_so;

		if (f->severity != SEVERITY_BLOCKER)
			continue;
		listed = only_said_at(file, f->object) < ARRAY_SIZE(only_said);
		used[only_said_at(file, f->object)] = true;
		cr_expect(leaks || listed, "%s: %s on %s is not shown", file, f->id, f->object);
		cr_expect(!leaks || !listed, "%s: %s is shown now: only_said need not have it",
			  file, f->object);
		said_so = xasprintf("%s|finding|could not probe|", f->object);
		cr_expect(leaks || said(t, said_so), "%s: nothing is said of %s on %s", file,
			  f->id, f->object);
		free(said_so);
	}
	for (size_t i = 0; i < ARRAY_SIZE(only_said); i++)
		cr_expect(used[i] || only_said_at(file, only_said[i].object) != i,
			  "%s: only_said has %s, and no finding has", file,
			  only_said[i].object);
}

/* What leaks has a finding (a finding that a person must mend, if unmended), and is not sound.
 */
static size_t expect_probed(struct look *l, const char *file, bool unmended)
{
	size_t leaks = 0;
	struct told t;

	probe(l, &t, probe_all, ARRAY_SIZE(probe_all));
	if (!unmended)
		expect_claims_proven(l, &t, file);
	for (char *rest, *line = strtok_r(t.rows.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *bar = strchr(line, '|');
		const char *role = strrchr(line, '|') + 1;

		if (!strstr(line, "|leaks"))
			continue;
		leaks++;
		*bar = '\0';
		cr_expect(has_finding(l, role, unmended) ||
				  (has_finding(l, line, unmended) && !strstr(line, ".sound_")),
			  "%s: %s leaks by %s%s", file, line, bar + 1,
			  unmended ? " after all was mended" : "");
	}
	buf_release(&t.rows);
	err_release(&t.err);
	return leaks;
}

/* Nothing is said of what a comment calls sound. */
static void expect_quiet(const struct look *l, const char *db, const char *file)
{
	char *names = named(db, "sound"), *rest;

	for (char *name = strtok_r(names, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest))
		cr_expect(!is_found(l, name), "false alarm in %s: %s", file, name);
	free(names);
}

static bool any_fix(const struct look *l)
{
	for (size_t i = 0; i < l->scan->findings->list.len; i++)
		if (l->scan->findings->list.v[i].severity > SEVERITY_INFO &&
		    l->scan->findings->list.v[i].fix)
			return true;
	return false;
}

/* leaks: how many of the probes at least show a hole. */
static void style_leaking(const char *file, size_t at_least, size_t leaks)
{
	struct cluster *own = cluster_new("wal_level = logical\n");
	char *db = cluster_database_in(own, file), *names = named(db, "hole"), *rest;
	struct look l;
	size_t n = 0;

	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	for (char *name = strtok_r(names, "\n", &rest); name;
	     name = strtok_r(NULL, "\n", &rest), n++)
		cr_expect(is_found(&l, name), "%s: %s was not found", file, name);
	cr_expect_geq(n, at_least, "only %zu holes", n);
	for (size_t i = 0; i < l.scan->findings->list.len; i++) {
		const struct finding *f = &l.scan->findings->list.v[i];
		const char *dot = strrchr(f->object, '.'), *at = dot ? dot + 1 : f->object;

		cr_expect(f->severity == SEVERITY_INFO || strncmp(at, "sound_", 6) != 0,
			  "false alarm in %s: %s on %s: %s (%s)", file, f->id, f->object,
			  f->message, f->evidence ? f->evidence : "");
	}
	expect_quiet(&l, db, file);
	cr_expect_geq(expect_probed(&l, file, false), leaks);
	cr_expect_geq(expect_mended(&l, db), 5);
	look_release(&l);
	look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	if (any_fix(&l)) { /* what had to wait for another's mending */
		expect_mended(&l, db);
		look_release(&l);
		look_at(&l, db, CHECK_ISOLATION | CHECK_SPEED);
	}
	expect_probed(&l, file, true);
	look_release(&l);
	free(names);
	free(db);
	cluster_free(&own);
}

/* name: of its file; holes: how many it has at least. */
#define STYLE(name, holes)                                                                     \
	LEAK_TEST(rls_styles, name)                                                            \
	{                                                                                      \
		style_leaking("tests/db/rls/" #name ".sql", holes, 3);                         \
	}

STYLE(members, 54)
STYLE(claims, 12)
STYLE(grants, 38)
STYLE(accounts, 17)
STYLE(persons, 10)
STYLE(workspaces, 54)
STYLE(orgs, 21)
STYLE(companies, 35)
STYLE(hasura, 23)
STYLE(claims_api, 30)
STYLE(cabinets, 31)
STYLE(mandanten, 37)
STYLE(empresas, 21)
STYLE(predicates, 31)
STYLE(hierarchy, 26)
STYLE(supabase, 18)
STYLE(django, 25)
STYLE(postgraphile, 19)
STYLE(regions, 24)
STYLE(rails, 22)
STYLE(postgrest, 17)
STYLE(objects, 16)
STYLE(fleet, 20)
STYLE(crm, 11)
STYLE(market, 14)
STYLE(starter, 12)
STYLE(legacy, 18)
STYLE(claims_tree, 12)
STYLE(spaces, 16)
STYLE(bazaar, 21)
STYLE(shards, 12)
STYLE(families, 12)
STYLE(backoffice, 12)
STYLE(realms, 12)
STYLE(sharing, 27)
STYLE(clinics, 31)
STYLE(guilds, 30)
STYLE(harbour, 30)
STYLE(agencies, 22)
STYLE(stores, 25)
STYLE(practices, 22)
STYLE(documents, 29)
STYLE(ledgers, 28)
STYLE(gateway, 35)
STYLE(campus, 31)
STYLE(lodges, 15)
STYLE(desks, 13)
STYLE(libraries, 17)
STYLE(meters, 27)
STYLE(freight, 19)
STYLE(bakeries, 9)
STYLE(apartments, 16)
STYLE(studios, 17)
STYLE(schools, 17)
STYLE(telemetry, 17)
STYLE(wards, 14)
STYLE(crews, 12)
STYLE(notebooks, 9)
STYLE(labs, 9)
STYLE(arcade, 14)
STYLE(condominio, 11)
STYLE(brokers, 12)
STYLE(okul, 15)
STYLE(instruments, 21)
STYLE(woningen, 7)
STYLE(souko, 9)
STYLE(hospitals, 13)
STYLE(treuhand, 5)
STYLE(auctions, 18)
STYLE(gazettes, 11)
STYLE(errands, 12)
STYLE(ladders, 5)
STYLE(partners, 5)
STYLE(pantries, 5)

/* Two of the roles are acted as. */
LEAK_TEST(rls_styles, roles)
{
	style_leaking("tests/db/rls/roles.sql", 13, 20);
}
