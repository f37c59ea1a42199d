-- SPDX-License-Identifier: MIT
-- A starter with teams, in the manner of Supabase (public documentation, in our own words): policies ask for a row
-- of the members by auth.uid(), children ask their parent.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA auth;
DO $$ BEGIN CREATE ROLE authenticated NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email varchar(255), encrypted_password varchar(255));
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
	AS $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text UNIQUE);
CREATE TABLE team_members (team_id uuid NOT NULL REFERENCES teams, user_id uuid NOT NULL REFERENCES auth.users,
	role text NOT NULL, PRIMARY KEY (team_id, user_id));
CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id uuid NOT NULL REFERENCES teams,
	title text NOT NULL);
CREATE TABLE document_blocks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), document_id uuid NOT NULL
	REFERENCES documents, body text);
ALTER TABLE teams ENABLE ROW LEVEL SECURITY; ALTER TABLE team_members ENABLE ROW LEVEL SECURITY; ALTER TABLE documents ENABLE ROW LEVEL SECURITY; ALTER TABLE document_blocks ENABLE ROW LEVEL SECURITY;
CREATE POLICY m ON teams FOR SELECT TO authenticated USING (id IN (SELECT team_id FROM team_members WHERE user_id = auth.uid()));
CREATE POLICY m ON team_members TO authenticated USING (user_id = auth.uid());
CREATE POLICY m ON documents TO authenticated USING (EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = documents.team_id AND m.user_id = auth.uid()));
CREATE POLICY m ON document_blocks TO authenticated USING (EXISTS (SELECT 1 FROM documents d WHERE d.id = document_blocks.document_id));
INSERT INTO teams(name,slug) VALUES ('Acme','acme'),('Globex','globex');
INSERT INTO documents(team_id,title) SELECT id,'Doc '||n FROM teams, generate_series(1,3) n;
INSERT INTO document_blocks(document_id,body) SELECT id,'B'||n FROM documents, generate_series(1,2) n;
