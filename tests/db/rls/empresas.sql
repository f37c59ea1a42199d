-- SPDX-License-Identifier: MIT
-- Companies ("empresas") of signed-in people: who belongs to what stands in a profile or in a membership, and who may
-- write that may let himself in.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS; CREATE ROLE authenticator LOGIN NOINHERIT;
	GRANT anon, authenticated, service_role TO authenticator;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth, public TO anon, authenticated, service_role;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC;
CREATE TABLE empresas (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), nome text NOT NULL, dono uuid REFERENCES auth.users ON DELETE SET NULL);
CREATE TABLE membros (empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, usuario_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, papel text NOT NULL DEFAULT 'leitor', PRIMARY KEY (empresa_id, usuario_id));
ALTER TABLE empresas ENABLE ROW LEVEL SECURITY; ALTER TABLE membros ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON empresas, membros TO authenticated;
CREATE POLICY proprio ON membros FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid()));
CREATE POLICY minhas ON empresas FOR SELECT TO authenticated USING (id IN (SELECT m.empresa_id FROM membros m WHERE m.usuario_id = (SELECT auth.uid())));
CREATE SCHEMA interno; GRANT USAGE ON SCHEMA interno TO authenticated;
CREATE FUNCTION interno.sou_membro(e uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select exists (select 1 from public.membros where empresa_id = e and usuario_id = (select auth.uid())) $$;
CREATE FUNCTION interno.sou_admin(e uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select exists (select 1 from public.membros where empresa_id = e and usuario_id = (select auth.uid()) and papel = 'admin') $$;
CREATE FUNCTION interno.mk(n text, extra text DEFAULT '', privilegios text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE public.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), empresa_id uuid NOT NULL REFERENCES public.empresas ON DELETE CASCADE, titulo text NOT NULL DEFAULT '''', criador uuid %s)', n, extra);
	EXECUTE format('CREATE INDEX ON public.%I (empresa_id)', n); EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('GRANT %s ON public.%I TO authenticated', privilegios, n);
END $$;
CREATE FUNCTION interno.p(n text, c text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM interno.mk(n); EXECUTE format('CREATE POLICY p ON public.%I TO authenticated USING (%s)', n, c); END $$;

-- The company stands in the person's own profile: sound while the person cannot write it there
CREATE TABLE perfis_fixos (usuario_id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, nome text);
ALTER TABLE perfis_fixos ENABLE ROW LEVEL SECURITY; GRANT SELECT ON perfis_fixos TO authenticated; GRANT UPDATE (nome) ON perfis_fixos TO authenticated;
CREATE POLICY eu ON perfis_fixos FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid())); CREATE POLICY eu_muda ON perfis_fixos FOR UPDATE TO authenticated USING (usuario_id = (SELECT auth.uid()));
SELECT interno.p('sound_por_perfil', 'empresa_id = (SELECT f.empresa_id FROM public.perfis_fixos f WHERE f.usuario_id = (SELECT auth.uid()))');
CREATE TABLE hole_perfis (usuario_id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, nome text);
ALTER TABLE hole_perfis ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON hole_perfis TO authenticated;
CREATE POLICY eu ON hole_perfis FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid())); CREATE POLICY eu_muda ON hole_perfis FOR UPDATE TO authenticated USING (usuario_id = (SELECT auth.uid()));
SELECT interno.p('hole_por_perfil', 'empresa_id = (SELECT f.empresa_id FROM public.hole_perfis f WHERE f.usuario_id = (SELECT auth.uid()))');
CREATE TABLE sound_perfis_com_check (usuario_id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, nome text);
ALTER TABLE sound_perfis_com_check ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON sound_perfis_com_check TO authenticated;
CREATE POLICY eu ON sound_perfis_com_check FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid()));
CREATE POLICY eu_muda ON sound_perfis_com_check FOR UPDATE TO authenticated USING (usuario_id = (SELECT auth.uid())) WITH CHECK (usuario_id = (SELECT auth.uid()) AND interno.sou_membro(empresa_id));
SELECT interno.p('sound_por_perfil_com_check', 'empresa_id = (SELECT f.empresa_id FROM public.sound_perfis_com_check f WHERE f.usuario_id = (SELECT auth.uid()))');

-- Memberships that the person may write for himself
CREATE TABLE hole_adesoes (empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, usuario_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, PRIMARY KEY (empresa_id, usuario_id));
ALTER TABLE hole_adesoes ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON hole_adesoes TO authenticated;
CREATE POLICY eu ON hole_adesoes FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid())); CREATE POLICY entro ON hole_adesoes FOR INSERT TO authenticated WITH CHECK (usuario_id = (SELECT auth.uid()));
SELECT interno.p('hole_por_adesao', 'empresa_id IN (SELECT a.empresa_id FROM public.hole_adesoes a WHERE a.usuario_id = (SELECT auth.uid()))');
CREATE TABLE sound_equipe (empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, usuario_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, PRIMARY KEY (empresa_id, usuario_id));
ALTER TABLE sound_equipe ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, DELETE ON sound_equipe TO authenticated;
CREATE POLICY eu ON sound_equipe FOR SELECT TO authenticated USING (usuario_id = (SELECT auth.uid())); CREATE POLICY convido ON sound_equipe FOR INSERT TO authenticated WITH CHECK (interno.sou_admin(empresa_id)); CREATE POLICY saio ON sound_equipe FOR DELETE TO authenticated USING (usuario_id = (SELECT auth.uid()));
SELECT interno.p('sound_por_equipe', 'empresa_id IN (SELECT a.empresa_id FROM public.sound_equipe a WHERE a.usuario_id = (SELECT auth.uid()))');

-- Functions with their owner's rights that write memberships
CREATE TABLE convites (codigo text PRIMARY KEY DEFAULT gen_random_uuid()::text, empresa_id uuid NOT NULL REFERENCES empresas ON DELETE CASCADE, email text NOT NULL, usado_em timestamptz);
CREATE INDEX ON convites (empresa_id); ALTER TABLE convites ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.hole_entrar(p_empresa uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ insert into public.membros (empresa_id, usuario_id, papel) values (p_empresa, auth.uid(), 'leitor') on conflict do nothing $$;
CREATE FUNCTION public.hole_entrar_plpgsql(p_empresa uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin if auth.uid() is null then raise exception 'entre primeiro'; end if; insert into public.membros values (p_empresa, auth.uid(), 'leitor'); return true; end $$;
CREATE FUNCTION public.hole_promover(p_empresa uuid, p_usuario uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin update public.membros set papel = 'admin' where empresa_id = p_empresa and usuario_id = p_usuario; end $$;
CREATE FUNCTION public.sound_aceitar(p_codigo text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ declare c public.convites; begin
 select * into c from public.convites where codigo = p_codigo and usado_em is null and email = (auth.jwt() ->> 'email'); if not found then raise exception 'convite inválido'; end if;
 insert into public.membros (empresa_id, usuario_id) values (c.empresa_id, auth.uid()); update public.convites set usado_em = now() where codigo = c.codigo; end $$;
CREATE FUNCTION public.sound_criar(p_nome text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ declare nova uuid; begin insert into public.empresas (nome, dono) values (p_nome, auth.uid()) returning id into nova; insert into public.membros values (nova, auth.uid(), 'admin'); return nova; end $$;
CREATE FUNCTION public.sound_convidar(p_empresa uuid, p_usuario uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin if not interno.sou_admin(p_empresa) then raise exception 'não'; end if; insert into public.membros values (p_empresa, p_usuario, 'leitor'); end $$;
CREATE FUNCTION public.sound_sair(p_empresa uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ delete from public.membros where empresa_id = p_empresa and usuario_id = (select auth.uid()) $$;
CREATE FUNCTION public.sound_entrar_servico(p_empresa uuid, p_usuario uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ insert into public.membros values (p_empresa, p_usuario, 'leitor') $$;
GRANT EXECUTE ON FUNCTION hole_entrar, hole_entrar_plpgsql, hole_promover, sound_aceitar, sound_criar, sound_convidar, sound_sair TO authenticated; GRANT EXECUTE ON FUNCTION sound_entrar_servico TO service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA interno, auth TO authenticated, anon;

-- Claims: what the server signs, and what the person writes himself
SELECT interno.p('sound_claim_app', 'empresa_id = ((SELECT auth.jwt()) -> ''app_metadata'' ->> ''empresa_id'')::uuid');
SELECT interno.p('sound_claim_lista', 'empresa_id = ANY (ARRAY(SELECT jsonb_array_elements_text((SELECT auth.jwt()) #> ''{app_metadata,empresas}''))::uuid[])');
SELECT interno.p('sound_claim_caminho', 'empresa_id::text = ((SELECT auth.jwt()) #>> ''{app_metadata,empresa_id}'')');
SELECT interno.p('sound_claim_sub', 'empresa_id IN (SELECT m.empresa_id FROM public.membros m WHERE m.usuario_id = ((SELECT auth.jwt()) ->> ''sub'')::uuid)');
SELECT interno.p('hole_claim_usuario', 'empresa_id = ((SELECT auth.jwt()) #>> ''{user_metadata,empresa_id}'')::uuid');
SELECT interno.p('hole_claim_raw', 'empresa_id = (SELECT (u.raw_user_meta_data ->> ''empresa_id'')::uuid FROM auth.users u WHERE u.id = (SELECT auth.uid()))');
SELECT interno.p('hole_claim_admin_usuario', 'interno.sou_membro(empresa_id) OR ((SELECT auth.jwt()) -> ''user_metadata'' ->> ''admin'')::boolean');
SELECT interno.p('hole_nao_anonimo', 'NOT coalesce(((SELECT auth.jwt()) ->> ''is_anonymous'')::boolean, false)');
SELECT interno.p('hole_email', 'split_part((SELECT auth.jwt()) ->> ''email'', ''@'', 2) = ''exemplo.com.br''');
SELECT interno.p('hole_algum_membro', '(SELECT auth.uid()) IN (SELECT m.usuario_id FROM public.membros m)');
SELECT interno.p('hole_papel', '(SELECT m.papel FROM public.membros m WHERE m.usuario_id = (SELECT auth.uid()) LIMIT 1) = ''admin''');
SELECT interno.p('hole_dono_qualquer', 'EXISTS (SELECT 1 FROM public.empresas e WHERE e.dono = (SELECT auth.uid()))');
SELECT interno.p('sound_dono', 'EXISTS (SELECT 1 FROM public.empresas e WHERE e.dono = (SELECT auth.uid()) AND e.id = empresa_id)');
SELECT interno.p('sound_dono_reverso', '(SELECT auth.uid()) = (SELECT e.dono FROM public.empresas e WHERE e.id = empresa_id)');
SELECT interno.p('sound_dono_in', '(SELECT auth.uid()) IN (SELECT m.usuario_id FROM public.membros m WHERE m.empresa_id = sound_dono_in.empresa_id)');
SELECT interno.p('hole_dono_diferente', '(SELECT auth.uid()) IS DISTINCT FROM (SELECT e.dono FROM public.empresas e WHERE e.id = empresa_id)');

-- Public at the owner's wish: read by everybody on purpose? Not by itself, and never written
SELECT interno.mk('sound_ponte'); CREATE POLICY p ON sound_ponte TO authenticated USING (interno.sou_membro(empresa_id)) WITH CHECK (interno.sou_membro(empresa_id) AND criador = (SELECT auth.uid()));
SELECT interno.mk('hole_mover'); CREATE POLICY r ON hole_mover FOR SELECT TO authenticated USING (interno.sou_membro(empresa_id)); CREATE POLICY u ON hole_mover FOR UPDATE TO authenticated USING (interno.sou_membro(empresa_id)) WITH CHECK (criador = (SELECT auth.uid()));
SELECT interno.mk('sound_mover', '', 'SELECT, UPDATE'); CREATE POLICY r ON sound_mover FOR SELECT TO authenticated USING (interno.sou_membro(empresa_id)); CREATE POLICY u ON sound_mover FOR UPDATE TO authenticated USING (interno.sou_membro(empresa_id) AND criador = (SELECT auth.uid()));
SELECT interno.mk('hole_apagar_autor', '', 'SELECT, DELETE'); CREATE POLICY r ON hole_apagar_autor FOR SELECT TO authenticated USING (interno.sou_membro(empresa_id)); CREATE POLICY d ON hole_apagar_autor FOR DELETE TO authenticated USING (criador = (SELECT auth.uid()) OR titulo = 'rascunho');
-- A child whose policy asks for the parent, and one that asks for any parent
SELECT interno.p('sound_pedidos', 'interno.sou_membro(empresa_id)');
CREATE TABLE sound_itens (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pedido uuid NOT NULL REFERENCES sound_pedidos ON DELETE CASCADE, n int); CREATE INDEX ON sound_itens (pedido); ALTER TABLE sound_itens ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON sound_itens TO authenticated;
CREATE POLICY p ON sound_itens TO authenticated USING (pedido IN (SELECT id FROM sound_pedidos));
CREATE TABLE hole_itens (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pedido uuid NOT NULL REFERENCES sound_pedidos ON DELETE CASCADE, n int); CREATE INDEX ON hole_itens (pedido); ALTER TABLE hole_itens ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON hole_itens TO authenticated;
CREATE POLICY p ON hole_itens TO authenticated USING (EXISTS (SELECT 1 FROM sound_pedidos p WHERE p.id = pedido OR p.titulo = ''));
CREATE VIEW hole_resumo AS SELECT empresa_id, count(*) AS n FROM sound_pedidos GROUP BY 1; GRANT SELECT ON hole_resumo TO authenticated;
CREATE VIEW sound_resumo WITH (security_invoker = on) AS SELECT empresa_id, count(*) AS n FROM sound_pedidos GROUP BY 1; GRANT SELECT ON sound_resumo TO authenticated;
CREATE VIEW hole_usuarios AS SELECT u.id, u.email, u.raw_app_meta_data FROM auth.users u JOIN membros m ON m.usuario_id = u.id; GRANT SELECT ON hole_usuarios TO authenticated;

INSERT INTO auth.users SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'p' || n || '@exemplo.com.br', '{}', '{}' FROM generate_series(1, 2) n;
INSERT INTO empresas SELECT ('11111111-1111-1111-1111-11111111111' || n)::uuid, 'Empresa ' || n, ('00000000-0000-0000-0000-00000000000' || n)::uuid FROM generate_series(1, 2) n;
INSERT INTO membros SELECT e.id, e.dono, 'admin' FROM empresas e; INSERT INTO hole_adesoes SELECT id, dono FROM empresas; INSERT INTO sound_equipe SELECT id, dono FROM empresas;
INSERT INTO perfis_fixos SELECT dono, id FROM empresas; INSERT INTO hole_perfis SELECT dono, id FROM empresas; INSERT INTO sound_perfis_com_check SELECT dono, id FROM empresas;
DO $$ DECLARE r regclass; BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'criador' WHERE c.relkind = 'r' LOOP
		EXECUTE format('INSERT INTO %s (empresa_id, titulo, criador) SELECT e.id, ''linha '' || n, e.dono FROM public.empresas e, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO sound_itens (pedido, n) SELECT id, 1 FROM sound_pedidos; INSERT INTO hole_itens (pedido, n) SELECT id, 1 FROM sound_pedidos;
