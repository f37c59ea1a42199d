-- SPDX-License-Identifier: MIT
-- Cal.com, from its public documents: appointments, Prisma names, organizations are teams.
CREATE TYPE "MembershipRole" AS ENUM ('MEMBER','ADMIN','OWNER');
CREATE TYPE "BookingStatus" AS ENUM ('cancelled','accepted','rejected','pending');
CREATE TABLE "Team" (id serial PRIMARY KEY, name text NOT NULL, slug text, "logoUrl" text, bio text,
	"hideBranding" boolean NOT NULL DEFAULT false, "createdAt" timestamp(3) NOT NULL DEFAULT now(),
	metadata jsonb, "parentId" int REFERENCES "Team", "isOrganization" boolean NOT NULL DEFAULT false,
	UNIQUE (slug, "parentId"));
CREATE TABLE users (id serial PRIMARY KEY, username text, name text, email text NOT NULL UNIQUE,
	"emailVerified" timestamp(3), bio text, "timeZone" text NOT NULL DEFAULT 'Europe/London',
	created timestamp(3) NOT NULL DEFAULT now(), "organizationId" int REFERENCES "Team",
	"twoFactorSecret" text, uuid uuid NOT NULL UNIQUE);
CREATE TABLE "UserPassword" (hash text NOT NULL, "userId" int NOT NULL UNIQUE REFERENCES users);
CREATE TABLE "Membership" (id serial PRIMARY KEY, "teamId" int NOT NULL REFERENCES "Team",
	"userId" int NOT NULL REFERENCES users, accepted boolean NOT NULL DEFAULT false,
	role "MembershipRole" NOT NULL, UNIQUE ("userId", "teamId"));
CREATE TABLE "EventType" (id serial PRIMARY KEY, title text NOT NULL, slug text NOT NULL, description text,
	length int NOT NULL, "userId" int REFERENCES users, "teamId" int REFERENCES "Team",
	"parentId" int REFERENCES "EventType", price int NOT NULL DEFAULT 0, currency text NOT NULL DEFAULT 'usd',
	metadata jsonb);
CREATE TABLE "Booking" (id serial PRIMARY KEY, uid text NOT NULL UNIQUE, "userId" int REFERENCES users,
	"eventTypeId" int REFERENCES "EventType", title text NOT NULL, "startTime" timestamp(3) NOT NULL,
	"endTime" timestamp(3) NOT NULL, location text, "createdAt" timestamp(3) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(3), status "BookingStatus" NOT NULL DEFAULT 'accepted',
	paid boolean NOT NULL DEFAULT false);
CREATE TABLE "Attendee" (id serial PRIMARY KEY, email text NOT NULL, name text NOT NULL,
	"timeZone" text NOT NULL, "bookingId" int REFERENCES "Booking");
CREATE TABLE "Schedule" (id serial PRIMARY KEY, "userId" int NOT NULL REFERENCES users, name text NOT NULL,
	"timeZone" text);
CREATE TABLE "Webhook" (id text PRIMARY KEY, "userId" int REFERENCES users, "teamId" int REFERENCES "Team",
	"eventTypeId" int REFERENCES "EventType", "subscriberUrl" text NOT NULL,
	active boolean NOT NULL DEFAULT true, secret text);
CREATE TABLE "WebhookScheduledTriggers" (id serial PRIMARY KEY, "jobName" text,
	"subscriberUrl" text NOT NULL, payload text NOT NULL, "startAfter" timestamp(3) NOT NULL,
	"retryCount" int NOT NULL DEFAULT 0, "createdAt" timestamp(3) DEFAULT now(),
	"webhookId" text REFERENCES "Webhook");
CREATE TABLE "Credential" (id serial PRIMARY KEY, type text NOT NULL, key jsonb NOT NULL,
	"userId" int REFERENCES users, "teamId" int REFERENCES "Team");
CREATE TABLE "Workflow" (id serial PRIMARY KEY, name text NOT NULL, "userId" int REFERENCES users,
	"teamId" int REFERENCES "Team");
CREATE TABLE "ApiKey" (id text PRIMARY KEY, "userId" int NOT NULL REFERENCES users,
	"teamId" int REFERENCES "Team", note text, "hashedKey" text NOT NULL UNIQUE);
CREATE TABLE "OrganizationSettings" (id serial PRIMARY KEY,
	"organizationId" int NOT NULL UNIQUE REFERENCES "Team", "orgAutoAcceptEmail" text NOT NULL);
CREATE TABLE "Task" (id text PRIMARY KEY, "scheduledAt" timestamp(3) NOT NULL DEFAULT now(),
	"succeededAt" timestamp(3), type text NOT NULL, payload text NOT NULL, attempts int NOT NULL DEFAULT 0,
	"maxAttempts" int NOT NULL DEFAULT 3, "lastError" text, "createdAt" timestamp(3) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(3) NOT NULL);
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
	finished_at timestamptz, migration_name varchar(255) NOT NULL,
	started_at timestamptz NOT NULL DEFAULT now());
