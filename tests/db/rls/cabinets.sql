-- SPDX-License-Identifier: MIT
-- Practices ("cabinets") with quoted mixed-case names in several schemas, told apart by a text code: conditions as
-- generators and people write them in French.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE "Proprietaire" NOLOGIN; CREATE ROLE "appliWeb" LOGIN; CREATE ROLE "lecture-seule" LOGIN; CREATE ROLE "éditeur" NOLOGIN;
	CREATE ROLE "membre-équipe" LOGIN; GRANT "éditeur" TO "membre-équipe";
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA "Compta" AUTHORIZATION "Proprietaire"; CREATE SCHEMA "Affaires Sociales" AUTHORIZATION "Proprietaire"; CREATE SCHEMA outils AUTHORIZATION "Proprietaire";
GRANT USAGE ON SCHEMA "Compta", "Affaires Sociales", outils TO "appliWeb", "lecture-seule", "éditeur";
SET ROLE "Proprietaire";
CREATE FUNCTION outils."codeCabinet"() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE RETURN nullif(current_setting('cabinet.code', true), '');
CREATE TABLE "Compta"."Cabinets" ("cabinetCode" text PRIMARY KEY, "raisonSociale" text NOT NULL);
ALTER TABLE "Compta"."Cabinets" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "soi-même" ON "Compta"."Cabinets" USING ("cabinetCode" = outils."codeCabinet"());
GRANT SELECT ON "Compta"."Cabinets" TO "appliWeb";
CREATE FUNCTION outils.creer(nom text, extra text DEFAULT '', schema_ text DEFAULT 'Compta') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE %I.%I ("id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "cabinetCode" text NOT NULL REFERENCES "Compta"."Cabinets" ON DELETE CASCADE, "libellé" text NOT NULL DEFAULT '''', "supprimeLe" timestamptz %s)', schema_, nom, extra);
	EXECUTE format('CREATE INDEX ON %I.%I ("cabinetCode")', schema_, nom);
	EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', schema_, nom);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO "appliWeb"', schema_, nom);
END $$;
CREATE FUNCTION outils.regle(nom text, c text, extra text DEFAULT '', schema_ text DEFAULT 'Compta') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	PERFORM outils.creer(nom, extra, schema_); EXECUTE format('CREATE POLICY "règle n°1" ON %I.%I USING (%s)', schema_, nom, c);
END $$;

-- The same question in other words
SELECT outils.regle('sound_Ecritures', '"cabinetCode" = outils."codeCabinet"()');
SELECT outils.regle('sound_Factures', '"cabinetCode" = outils."codeCabinet"()', schema_ => 'Affaires Sociales');
SELECT outils.regle('sound_Paies', '"cabinetCode" = (SELECT outils."codeCabinet"())', schema_ => 'Affaires Sociales');
SELECT outils.regle('sound_dans_liste', 'current_setting(''cabinet.code'', true) IN ("cabinetCode")');
SELECT outils.regle('sound_égal_vrai', '("cabinetCode" = outils."codeCabinet"()) = true');
SELECT outils.regle('sound_pas_distinct', '("cabinetCode" = outils."codeCabinet"()) IS NOT DISTINCT FROM true');
SELECT outils.regle('sound_cas', 'CASE WHEN "libellé" = ''modèle'' THEN "cabinetCode" = outils."codeCabinet"() AND "supprimeLe" IS NULL ELSE "cabinetCode" = outils."codeCabinet"() END');
SELECT outils.regle('sound_non_supprimé', '"cabinetCode" = outils."codeCabinet"() AND "supprimeLe" IS NULL');
SELECT outils.regle('sound_découpe', '"cabinetCode" = ANY (regexp_split_to_array(nullif(current_setting(''cabinet.codes'', true), ''''), ''\s*,\s*''))');
SELECT outils.regle('sound_ligne', 'ROW("cabinetCode", "supprimeLe" IS NULL) = ROW(outils."codeCabinet"(), true)');
SELECT outils.regle('sound_aucun', '"cabinetCode" = coalesce(outils."codeCabinet"(), '''')');
SELECT outils.regle('sound_valeurs', '"cabinetCode" IN (VALUES (outils."codeCabinet"()))');
SELECT outils.regle('sound_sous_requête', 'EXISTS (SELECT 1 FROM (SELECT outils."codeCabinet"() AS c) moi WHERE moi.c = "cabinetCode")');
SELECT outils.regle('sound_brouillon', '"cabinetCode" = outils."codeCabinet"() AND ("libellé" <> ''secret'' OR current_setting(''cabinet.role'', true) = ''associé'')');
SELECT outils.regle('sound_jsonb', 'jsonb_build_object(''c'', "cabinetCode") = jsonb_build_object(''c'', outils."codeCabinet"())');

SELECT outils.regle('hole_dans_liste_vide', 'current_setting(''cabinet.code'', true) IN ("cabinetCode", '''')');
SELECT outils.regle('hole_égal_colonne', '("cabinetCode" = outils."codeCabinet"()) = "actif"', ', "actif" boolean NOT NULL DEFAULT false');
SELECT outils.regle('hole_distinct_faux', '("cabinetCode" = outils."codeCabinet"()) IS DISTINCT FROM false');
SELECT outils.regle('hole_modèles', 'CASE WHEN "libellé" = ''modèle'' THEN true ELSE "cabinetCode" = outils."codeCabinet"() END');
SELECT outils.regle('hole_supprimé_ou', '"supprimeLe" IS NULL OR "cabinetCode" = outils."codeCabinet"()');
SELECT outils.regle('hole_plus_grand', 'greatest("cabinetCode", outils."codeCabinet"()) = outils."codeCabinet"()');
SELECT outils.regle('hole_motif_inverse', 'current_setting(''cabinet.codes'', true) ~ "cabinetCode"');
SELECT outils.regle('hole_recherche', 'to_tsvector(''simple'', "cabinetCode") @@ plainto_tsquery(''simple'', current_setting(''cabinet.code'', true))');
SELECT outils.regle('hole_début', '"cabinetCode" ^@ current_setting(''cabinet.code'', true)');
SELECT outils.regle('hole_longueur', 'length("cabinetCode") = length(outils."codeCabinet"())');
SELECT outils.regle('hole_hachage', 'hashtext("cabinetCode") % 16 = hashtext(outils."codeCabinet"()) % 16');
SELECT outils.regle('hole_traduit', 'translate("cabinetCode", ''0123456789'', '''') = translate(outils."codeCabinet"(), ''0123456789'', '''')');
SELECT outils.regle('hole_actif_seul', '"supprimeLe" IS NULL AND outils."codeCabinet"() IS NOT NULL');
SELECT outils.regle('hole_liste_ou_vide', 'cardinality(string_to_array(coalesce(current_setting(''cabinet.codes'', true), ''''), '','')) = 0 OR "cabinetCode" = ANY (string_to_array(current_setting(''cabinet.codes'', true), '',''))');
SELECT outils.regle('hole_xor', '("cabinetCode" <> outils."codeCabinet"()) <> (current_setting(''cabinet.mode'', true) = ''normal'')');
SELECT outils.regle('hole_substr', 'substr("cabinetCode", 1, 3) = substr(outils."codeCabinet"(), 1, 3)');
SELECT outils.regle('hole_split', 'split_part("cabinetCode", ''-'', 1) = split_part(outils."codeCabinet"(), ''-'', 1)');

-- Soft deletion as a policy of its own: harmless as a floor, a door as a second permissive one
SELECT outils.creer('sound_corbeille'); CREATE POLICY a ON "Compta"."sound_corbeille" USING ("cabinetCode" = outils."codeCabinet"());
CREATE POLICY "non supprimé" ON "Compta"."sound_corbeille" AS RESTRICTIVE FOR SELECT USING ("supprimeLe" IS NULL);
SELECT outils.creer('hole_corbeille'); CREATE POLICY a ON "Compta"."hole_corbeille" USING ("cabinetCode" = outils."codeCabinet"());
CREATE POLICY "non supprimé" ON "Compta"."hole_corbeille" FOR SELECT USING ("supprimeLe" IS NULL);
-- The floor binds what is written, not what is read; and the other way round with a sound permissive one
SELECT outils.creer('hole_plancher_écrit'); CREATE POLICY a ON "Compta"."hole_plancher_écrit" USING (true);
CREATE POLICY f ON "Compta"."hole_plancher_écrit" AS RESTRICTIVE USING (true) WITH CHECK ("cabinetCode" = outils."codeCabinet"());
SELECT outils.creer('sound_plancher_lu'); CREATE POLICY a ON "Compta"."sound_plancher_lu" USING ("cabinetCode" = outils."codeCabinet"());
CREATE POLICY f ON "Compta"."sound_plancher_lu" AS RESTRICTIVE USING (true) WITH CHECK (true);
-- Roles: the policy is for the web, the grant for everybody; an inherited group is let in by its own policy
SELECT outils.creer('sound_pour_web'); CREATE POLICY a ON "Compta"."sound_pour_web" TO "appliWeb" USING ("cabinetCode" = outils."codeCabinet"());
SELECT outils.creer('sound_public_sans_règle'); CREATE POLICY a ON "Compta"."sound_public_sans_règle" TO "appliWeb" USING ("cabinetCode" = outils."codeCabinet"());
SELECT outils.creer('sound_groupe'); CREATE POLICY a ON "Compta"."sound_groupe" TO "appliWeb", "éditeur" USING ("cabinetCode" = outils."codeCabinet"()); GRANT SELECT ON "Compta"."sound_groupe" TO "éditeur";
SELECT outils.creer('hole_groupe'); CREATE POLICY a ON "Compta"."hole_groupe" TO "appliWeb" USING ("cabinetCode" = outils."codeCabinet"()); GRANT SELECT ON "Compta"."hole_groupe" TO "éditeur";
CREATE POLICY b ON "Compta"."hole_groupe" FOR SELECT TO PUBLIC USING ("libellé" <> 'brouillon');

-- Keys: an expression unique index, one with COALESCE, one over a hash, an exclusion over text
SELECT outils.regle('hole_unique_minuscule', '"cabinetCode" = outils."codeCabinet"()', ', "courriel" text'); CREATE UNIQUE INDEX "Courriel Unique" ON "Compta"."hole_unique_minuscule" (lower("courriel")) WHERE "supprimeLe" IS NULL;
SELECT outils.regle('hole_unique_coalesce', '"cabinetCode" = outils."codeCabinet"()', ', "siret" text'); CREATE UNIQUE INDEX ON "Compta"."hole_unique_coalesce" (coalesce("siret", ''), "libellé");
SELECT outils.regle('sound_unique_minuscule', '"cabinetCode" = outils."codeCabinet"()', ', "courriel" text'); CREATE UNIQUE INDEX ON "Compta"."sound_unique_minuscule" ("cabinetCode", lower("courriel"));
SELECT outils.regle('hole_exclusion', '"cabinetCode" = outils."codeCabinet"()', ', "période" tstzrange, CONSTRAINT "pas deux fois" EXCLUDE USING gist ("période" WITH &&)');
SELECT outils.regle('hole_exclusion_btree', '"cabinetCode" = outils."codeCabinet"()', ', "numéro" int, EXCLUDE USING btree ("numéro" WITH =) WHERE ("supprimeLe" IS NULL)');
SELECT outils.regle('sound_exclusion', '"cabinetCode" = outils."codeCabinet"()', ', "numéro" int, EXCLUDE USING btree ("cabinetCode" WITH =, "numéro" WITH =)');
SELECT outils.regle('hole_référence', '"cabinetCode" = outils."codeCabinet"()', ', "écriture id" bigint REFERENCES "Compta"."sound_Ecritures" ON DELETE RESTRICT');

RESET ROLE;
-- Views with odd names
CREATE VIEW "Compta"."hole_Vue Totale" AS SELECT * FROM "Compta"."sound_Ecritures"; GRANT SELECT ON "Compta"."hole_Vue Totale" TO "lecture-seule";
CREATE VIEW "Compta"."sound_Vue Invitée" WITH (security_invoker) AS SELECT * FROM "Compta"."sound_Ecritures"; GRANT SELECT ON "Compta"."sound_Vue Invitée" TO "appliWeb";
CREATE VIEW "Compta"."hole_Vue Fenêtre" WITH (security_barrier) AS SELECT e.*, max(e."id") OVER () AS "dernier" FROM "Compta"."sound_Ecritures" e; GRANT SELECT ON "Compta"."hole_Vue Fenêtre" TO "appliWeb";
CREATE VIEW "Compta"."hole_Vue Latérale" WITH (security_barrier) AS SELECT c."cabinetCode", l."libellé" FROM (SELECT outils."codeCabinet"() AS "cabinetCode") c CROSS JOIN LATERAL (SELECT e."libellé" FROM "Compta"."sound_Ecritures" e ORDER BY e."id" LIMIT 3) l; GRANT SELECT ON "Compta"."hole_Vue Latérale" TO "appliWeb";
CREATE VIEW "Compta"."sound_Vue Latérale" WITH (security_barrier) AS SELECT c."cabinetCode", l."libellé" FROM (SELECT outils."codeCabinet"() AS "cabinetCode") c CROSS JOIN LATERAL (SELECT e."libellé" FROM "Compta"."sound_Ecritures" e WHERE e."cabinetCode" = c."cabinetCode" ORDER BY e."id" LIMIT 3) l; GRANT SELECT ON "Compta"."sound_Vue Latérale" TO "appliWeb";
CREATE VIEW "Compta"."sound_Vue Groupée" WITH (security_barrier) AS SELECT "cabinetCode", count(*) AS n FROM "Compta"."sound_Ecritures" GROUP BY "cabinetCode" HAVING "cabinetCode" = outils."codeCabinet"(); GRANT SELECT ON "Compta"."sound_Vue Groupée" TO "appliWeb";
CREATE VIEW "Compta"."hole_Vue Except" WITH (security_barrier) AS SELECT "id", "libellé" FROM "Compta"."sound_Ecritures" EXCEPT SELECT "id", "libellé" FROM "Compta"."sound_Ecritures" WHERE "cabinetCode" = outils."codeCabinet"(); GRANT SELECT ON "Compta"."hole_Vue Except" TO "appliWeb";
CREATE VIEW "Compta"."sound_Vue Intersect" WITH (security_barrier) AS SELECT "id", "libellé" FROM "Compta"."sound_Ecritures" WHERE "cabinetCode" = outils."codeCabinet"() INTERSECT SELECT "id", "libellé" FROM "Compta"."sound_Ecritures" WHERE "cabinetCode" = outils."codeCabinet"(); GRANT SELECT ON "Compta"."sound_Vue Intersect" TO "appliWeb";
CREATE FUNCTION outils."hole_tout Lire"("au plus" int) RETURNS SETOF "Compta"."sound_Ecritures" LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM "Compta"."sound_Ecritures" LIMIT $1 $$;
CREATE FUNCTION outils."sound_lire Mes"("au plus" int) RETURNS SETOF "Compta"."sound_Ecritures" LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM "Compta"."sound_Ecritures" WHERE "cabinetCode" = outils."codeCabinet"() LIMIT $1 $$;
CREATE FUNCTION outils."hole_Sans Chemin"() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC; SELECT count(*) FROM "Compta"."sound_Ecritures" WHERE "cabinetCode" = 'x'; END;

INSERT INTO "Compta"."Cabinets" VALUES ('CAB-1', 'Un'), ('CAB-22', 'Deux');
DO $$ DECLARE r regclass; BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'supprimeLe' WHERE c.relkind = 'r' LOOP
		EXECUTE format('INSERT INTO %s ("cabinetCode", "libellé") SELECT c."cabinetCode", ''ligne '' || c."cabinetCode" || n FROM "Compta"."Cabinets" c, generate_series(1, 2) n ', r);
	END LOOP;
END $$;
