-- :tables tables of 12 columns, each with two indexes and a policy: in one transaction a lock for each
SELECT format('CREATE TABLE t%s (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, a text, b text, c integer, d integer,
	e numeric(12,2), f jsonb, g boolean, h date, created_at timestamptz, version bigint NOT NULL DEFAULT 0);
	CREATE INDEX ON t%s (tenant_id, id); ALTER TABLE t%s ENABLE ROW LEVEL SECURITY;
	CREATE POLICY isolation ON t%s USING (tenant_id = current_setting(''app.tenant_id'', true)::bigint)', n, n, n, n)
  FROM generate_series(1, :tables) n \gexec
ANALYZE;
