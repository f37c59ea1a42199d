-- Names of columns as spreadsheets and other systems bring them, which SQL has to quote.
CREATE TABLE "Order Details" (
	"Order ID" int,
	"Line" int,
	"Unit Price" numeric(8,2),
	"Unit" text NOT NULL,
	"Price" numeric(8,2) NOT NULL,
	"desc" text NOT NULL,
	"size: ""a"", b; #%" text,
	PRIMARY KEY ("Order ID", "Line")
);
INSERT INTO "Order Details"
SELECT g / 3, g % 3, nullif(g % 4, 0) * 1.5, 'u' || g % 2, g % 5, 'd' || g % 6, 's' || g % 3
  FROM generate_series(1, 12) AS g;
CREATE TABLE "Cust=omers" ("a=b" text PRIMARY KEY, "x}y" text NOT NULL);
INSERT INTO "Cust=omers" SELECT 'C=' || g, 'Company ' || g FROM generate_series(1, 3) AS g;
CREATE TABLE "t.x" (n int PRIMARY KEY, "a=b" text REFERENCES "Cust=omers", note int);
INSERT INTO "t.x" SELECT g, 'C=' || 1 + g % 3, g FROM generate_series(1, 6) AS g;
