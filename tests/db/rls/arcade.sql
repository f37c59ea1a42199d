-- SPDX-License-Identifier: MIT
-- Game studios behind PostgREST: claims of a token, a crew, keys of invitations, folders, a generated tenant.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD 'x';
CREATE ROLE web_anon NOLOGIN; CREATE ROLE player NOLOGIN; CREATE ROLE gamedev_owner NOLOGIN; CREATE ROLE reporting LOGIN; CREATE ROLE live_ops LOGIN;
GRANT web_anon, player TO authenticator;
CREATE SCHEMA data AUTHORIZATION gamedev_owner; CREATE SCHEMA vault AUTHORIZATION gamedev_owner; CREATE SCHEMA api AUTHORIZATION gamedev_owner;
GRANT USAGE ON SCHEMA data, api TO web_anon, player, reporting, live_ops; GRANT USAGE ON SCHEMA vault TO player;
SET ROLE gamedev_owner;
CREATE FUNCTION vault.claims() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
CREATE FUNCTION vault.studio() RETURNS text LANGUAGE sql STABLE AS $$ SELECT vault.claims() ->> 'studio' $$;
CREATE FUNCTION vault.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (vault.claims() ->> 'sub')::uuid $$;
CREATE TABLE data.studios (slug text PRIMARY KEY, title text NOT NULL, stripe_key text, suspended_at timestamptz);
ALTER TABLE data.studios ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON data.studios FOR SELECT TO player USING (slug = (SELECT vault.studio()));
GRANT SELECT ON data.studios TO player; COMMENT ON TABLE data.studios IS 'sound: own row only';
CREATE TABLE data.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), handle text NOT NULL, mail text NOT NULL);
ALTER TABLE data.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY me ON data.accounts TO player USING (id = (SELECT vault.uid()));
GRANT SELECT, UPDATE ON data.accounts TO player; COMMENT ON TABLE data.accounts IS 'sound: own account';
CREATE TABLE data.crew (studio text NOT NULL REFERENCES data.studios, account uuid NOT NULL REFERENCES data.accounts, rank smallint NOT NULL DEFAULT 0, PRIMARY KEY (studio, account));
ALTER TABLE data.crew ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON data.crew FOR SELECT TO player USING (studio = (SELECT vault.studio()));
GRANT SELECT ON data.crew TO player; COMMENT ON TABLE data.crew IS 'sound: the crew of the own studio';
-- helper of memberships, definer, private
CREATE FUNCTION vault.may(s text, lowest int DEFAULT 0) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = data, vault, pg_temp AS
 $$ SELECT EXISTS (SELECT FROM crew c WHERE c.studio = s AND c.account = vault.uid() AND c.rank >= lowest) $$;
COMMENT ON FUNCTION vault.may IS 'sound: definer membership test';
REVOKE EXECUTE ON FUNCTION vault.may FROM PUBLIC; GRANT EXECUTE ON FUNCTION vault.may TO player;
CREATE FUNCTION pg_temp.t(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE data.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, studio text NOT NULL REFERENCES data.studios ON DELETE RESTRICT, made_by uuid REFERENCES data.accounts ON DELETE SET NULL, name text NOT NULL, born timestamptz NOT NULL DEFAULT now() %s)', n, extra);
 EXECUTE format('CREATE INDEX ON data.%I (studio, id)', n);
 EXECUTE format('CREATE INDEX ON data.%I (made_by)', n);
 EXECUTE format('ALTER TABLE data.%I ENABLE ROW LEVEL SECURITY', n);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON data.%I TO player', n); END $$;
SELECT pg_temp.t('titles'); CREATE POLICY p ON data.titles TO player USING (studio = (SELECT vault.studio())); COMMENT ON TABLE data.titles IS 'sound: plain';
SELECT pg_temp.t('builds', ', title_id bigint NOT NULL, UNIQUE (studio, id)'); CREATE POLICY p ON data.builds TO player USING (vault.may(studio)) WITH CHECK (vault.may(studio, 5)); COMMENT ON TABLE data.builds IS 'sound: membership by definer helper';
SELECT pg_temp.t('crashes'); CREATE POLICY p ON data.crashes TO player USING (vault.may(vault.studio())); COMMENT ON TABLE data.crashes IS 'hole: membership of the session, row is never looked at';
SELECT pg_temp.t('secrets'); CREATE POLICY p ON data.secrets TO player USING (studio = (vault.claims() -> 'user_metadata' ->> 'studio')); COMMENT ON TABLE data.secrets IS 'hole: claim that users edit';
SELECT pg_temp.t('licences'); CREATE POLICY p ON data.licences TO player USING (studio = (vault.claims() -> 'app_metadata' ->> 'studio')); COMMENT ON TABLE data.licences IS 'sound: server-side claim';
SELECT pg_temp.t('payouts'); CREATE POLICY p ON data.payouts TO player USING (studio = coalesce(vault.studio(), studio)); COMMENT ON TABLE data.payouts IS 'hole: fallback to the row';
SELECT pg_temp.t('roadmaps'); CREATE POLICY p ON data.roadmaps TO player USING (studio = (SELECT vault.studio())); CREATE POLICY q ON data.roadmaps FOR SELECT TO player USING ((SELECT vault.claims() ->> 'role') = 'player'); COMMENT ON TABLE data.roadmaps IS 'hole: any signed-in player reads all';
SELECT pg_temp.t('store_pages', ', listed boolean NOT NULL DEFAULT false, released_at timestamptz'); CREATE POLICY p ON data.store_pages TO player USING (studio = (SELECT vault.studio()));
CREATE POLICY shop ON data.store_pages FOR SELECT TO web_anon, player USING (listed AND released_at <= now()); GRANT SELECT ON data.store_pages TO web_anon; COMMENT ON TABLE data.store_pages IS 'sound: what is listed is public';
SELECT pg_temp.t('reviews', ', approved boolean NOT NULL DEFAULT false'); CREATE POLICY p ON data.reviews TO player USING (studio = (SELECT vault.studio()) OR approved); COMMENT ON TABLE data.reviews IS 'hole: what is approved can be written and deleted by anybody';
SELECT pg_temp.t('trophies'); CREATE POLICY ins ON data.trophies FOR INSERT TO player WITH CHECK (made_by = (SELECT vault.uid())); CREATE POLICY r ON data.trophies FOR SELECT TO player USING (studio = (SELECT vault.studio())); COMMENT ON TABLE data.trophies IS 'hole: rows can be put into any studio';
SELECT pg_temp.t('saves'); CREATE POLICY own ON data.saves TO player USING (made_by = (SELECT vault.uid())) WITH CHECK (made_by = (SELECT vault.uid()) AND vault.may(studio)); COMMENT ON TABLE data.saves IS 'sound: ones own saves';
-- invitations with expiry: those with the token
SELECT pg_temp.t('invites', ', token uuid NOT NULL DEFAULT gen_random_uuid(), valid_until timestamptz NOT NULL DEFAULT now() + interval ''7 days''');
CREATE POLICY p ON data.invites TO player USING (vault.may(studio, 5)); CREATE POLICY t ON data.invites FOR SELECT TO player, web_anon USING (token::text = (vault.claims() ->> 'invite') AND valid_until > now()); GRANT SELECT ON data.invites TO web_anon; COMMENT ON TABLE data.invites IS 'sound: by its token';
SELECT pg_temp.t('demo_keys', ', token uuid NOT NULL DEFAULT gen_random_uuid(), valid_until timestamptz NOT NULL DEFAULT now() + interval ''7 days''');
CREATE POLICY p ON data.demo_keys TO player USING (vault.may(studio, 5)); CREATE POLICY t ON data.demo_keys FOR SELECT TO player USING (valid_until > now()); COMMENT ON TABLE data.demo_keys IS 'hole: everything that has not expired';
-- asset folders: studio/file
CREATE TABLE data.assets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket text NOT NULL, path text NOT NULL, studio text NOT NULL GENERATED ALWAYS AS (split_part(path, '/', 1)) STORED, bytes bigint NOT NULL DEFAULT 0);
CREATE INDEX ON data.assets (studio); ALTER TABLE data.assets ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, DELETE ON data.assets TO player;
CREATE POLICY p ON data.assets TO player USING (split_part(path, '/', 1) = (SELECT vault.studio())); COMMENT ON TABLE data.assets IS 'sound: first folder is the studio';
CREATE TABLE data.uploads (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket text NOT NULL, path text NOT NULL, studio text NOT NULL REFERENCES data.studios, bytes bigint NOT NULL DEFAULT 0);
CREATE INDEX ON data.uploads (studio); ALTER TABLE data.uploads ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, DELETE ON data.uploads TO player;
CREATE POLICY p ON data.uploads TO player USING (bucket = 'builds' OR studio = (SELECT vault.studio())); COMMENT ON TABLE data.uploads IS 'hole: a whole bucket';
-- children
CREATE TABLE data.build_files (build_id bigint NOT NULL REFERENCES data.builds ON DELETE CASCADE, nr int NOT NULL, sha bytea NOT NULL, PRIMARY KEY (build_id, nr));
ALTER TABLE data.build_files ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON data.build_files TO player;
CREATE POLICY p ON data.build_files TO player USING (EXISTS (SELECT FROM data.builds b WHERE b.id = build_id)); COMMENT ON TABLE data.build_files IS 'sound: by its build';
CREATE TABLE data.build_logs (build_id bigint NOT NULL REFERENCES data.builds ON DELETE CASCADE, nr int NOT NULL, line text NOT NULL, PRIMARY KEY (build_id, nr));
GRANT SELECT, INSERT ON data.build_logs TO player; COMMENT ON TABLE data.build_logs IS 'hole: child without security';
-- shared reference
CREATE TABLE data.engines (code text PRIMARY KEY, name text NOT NULL); GRANT SELECT ON data.engines TO player, web_anon; COMMENT ON TABLE data.engines IS 'sound: for all';
-- api
CREATE VIEW api.titles WITH (security_invoker) AS SELECT id, name, studio FROM data.titles; GRANT SELECT, INSERT, UPDATE ON api.titles TO player; COMMENT ON VIEW api.titles IS 'sound: invoker';
CREATE FUNCTION api.rename_title(t bigint, n text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ UPDATE titles SET name = n WHERE id = t AND studio = vault.studio() $$; COMMENT ON FUNCTION api.rename_title IS 'sound: checks the studio';
CREATE FUNCTION api.leave(s text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ DELETE FROM crew WHERE studio = s AND account = vault.uid() $$; COMMENT ON FUNCTION api.leave IS 'sound: own membership';
CREATE FUNCTION api.join_studio(s text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ INSERT INTO crew (studio, account) VALUES (s, vault.uid()) ON CONFLICT DO NOTHING $$; COMMENT ON FUNCTION api.join_studio IS 'hole: lets oneself in';
CREATE FUNCTION api.accept(tok uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ DECLARE s text; BEGIN
 SELECT i.studio INTO s FROM invites i WHERE i.token = tok AND i.valid_until > now(); IF s IS NULL THEN RAISE EXCEPTION 'no such invitation'; END IF;
 INSERT INTO crew (studio, account) VALUES (s, vault.uid()) ON CONFLICT DO NOTHING; END $$; COMMENT ON FUNCTION api.accept IS 'sound: with a token';
CREATE FUNCTION api.standings(s text) RETURNS SETOF data.trophies LANGUAGE sql STABLE SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ SELECT t.* FROM trophies t WHERE t.studio = s $$; COMMENT ON FUNCTION api.standings IS 'hole: any studio by argument';
CREATE FUNCTION api.my_standings(s text) RETURNS SETOF data.trophies LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = data, vault, pg_temp AS $$ BEGIN IF NOT vault.may(s) THEN RAISE insufficient_privilege; END IF; RETURN QUERY SELECT t.* FROM trophies t WHERE t.studio = s; END $$; COMMENT ON FUNCTION api.my_standings IS 'sound: guarded';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA api FROM PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO player;
RESET ROLE;
CREATE VIEW api.payout_list AS SELECT id, studio, name FROM data.payouts; GRANT SELECT ON api.payout_list TO reporting; COMMENT ON VIEW api.payout_list IS 'hole: superuser view';
CREATE MATERIALIZED VIEW data.top_titles AS SELECT studio, name FROM data.titles; GRANT SELECT ON data.top_titles TO player; COMMENT ON MATERIALIZED VIEW data.top_titles IS 'hole: kept rows of all';
CREATE TABLE data.metrics (studio text NOT NULL REFERENCES data.studios, at date NOT NULL, kind text NOT NULL, n int NOT NULL, PRIMARY KEY (studio, at, kind)) PARTITION BY RANGE (at);
CREATE TABLE data.metrics_2025 PARTITION OF data.metrics FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); CREATE TABLE data.metrics_2026 PARTITION OF data.metrics FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE data.metrics ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON data.metrics USING (studio = (SELECT vault.studio())); GRANT SELECT ON data.metrics TO player; GRANT SELECT ON data.metrics_2026 TO live_ops;
COMMENT ON TABLE data.metrics IS 'sound: root'; COMMENT ON TABLE data.metrics_2025 IS 'sound: no rights of its own'; COMMENT ON TABLE data.metrics_2026 IS 'hole: leaf is granted';
INSERT INTO data.studios (slug, title) VALUES ('pixelhut', 'P'), ('ironoak', 'I'), ('moonloom', 'M');
INSERT INTO data.accounts (id, handle, mail) SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'u' || g, g || '@x' FROM generate_series(1, 6) g;
INSERT INTO data.crew SELECT s, ('00000000-0000-4000-8000-00000000000' || g)::uuid, 5 FROM (VALUES ('pixelhut', 1), ('pixelhut', 2), ('ironoak', 3), ('ironoak', 4), ('moonloom', 5)) v(s, g);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{titles,crashes,secrets,licences,payouts,roadmaps,store_pages,reviews,trophies,saves,invites,demo_keys}'::text[] LOOP
 EXECUTE format('INSERT INTO data.%I (studio, made_by, name) SELECT c.studio, c.account, c.studio || g FROM data.crew c, generate_series(1, 3) g', t); END LOOP; END $$;
INSERT INTO data.builds (studio, made_by, name, title_id) SELECT studio, made_by, 'b' || id, id FROM data.titles;
INSERT INTO data.assets (bucket, path) SELECT 'art', studio || '/a' || id || '.png' FROM data.titles;
INSERT INTO data.uploads (bucket, path, studio) SELECT CASE WHEN id % 2 = 0 THEN 'builds' ELSE 'art' END, 'f' || id, studio FROM data.titles;
INSERT INTO data.build_files SELECT id, 1, 'x' FROM data.builds; INSERT INTO data.build_logs SELECT id, 1, 'ok' || studio FROM data.builds;
INSERT INTO data.engines VALUES ('godot', 'Godot'); INSERT INTO data.metrics SELECT slug, '2026-02-01', 'dau', 5 FROM data.studios; INSERT INTO data.metrics SELECT slug, '2025-02-01', 'dau', 5 FROM data.studios;
UPDATE data.reviews SET approved = id % 2 = 0; UPDATE data.store_pages SET listed = id % 2 = 0, released_at = now() - interval '1 day';
REFRESH MATERIALIZED VIEW data.top_titles; ANALYZE;
