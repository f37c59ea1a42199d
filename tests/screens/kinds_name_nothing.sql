-- As Rails does it: whose comment it is stands in a type and a key.
CREATE TABLE comments (id int PRIMARY KEY, commentable_type varchar NOT NULL, commentable_id int NOT NULL, body text);
INSERT INTO comments VALUES (1, 'Account', 7, 'Call them back');
CREATE TABLE jobs (id int PRIMARY KEY, "jobType" text NOT NULL, status text NOT NULL);
INSERT INTO jobs VALUES (41, 'Mail', 'queued');
ANALYZE;
