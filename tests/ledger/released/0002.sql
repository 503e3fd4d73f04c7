BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE aliases (
	no INTEGER NOT NULL, 
	flaw INTEGER NOT NULL, 
	alias TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	CONSTRAINT pk_aliases PRIMARY KEY (no), 
	CONSTRAINT fk_aliases_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT uq_aliases_alias_flaw UNIQUE (alias, flaw)
);
INSERT INTO "aliases" VALUES(1,1,'sline/1:00000000000000000000000000000001','new');
INSERT INTO "aliases" VALUES(2,1,'loc/1:00000000000000000000000000000001','new');
INSERT INTO "aliases" VALUES(3,2,'sline/1:00000000000000000000000000000002','new');
INSERT INTO "aliases" VALUES(4,2,'loc/1:00000000000000000000000000000002','new');
CREATE TABLE decisions (
	no INTEGER NOT NULL, 
	flaw INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	"by" TEXT, 
	reason TEXT, 
	until TEXT, 
	duplicate_of TEXT, 
	"commit" TEXT, 
	lifted_at TEXT, 
	CONSTRAINT pk_decisions PRIMARY KEY (no), 
	CONSTRAINT fk_decisions_flaw FOREIGN KEY(flaw) REFERENCES flaws (no)
);
INSERT INTO "decisions" VALUES(1,2,'accepted','2026-01-01T00:00:00+00:00','ticket','ada',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE flaws (
	no INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	target TEXT NOT NULL, 
	family TEXT NOT NULL, 
	birth TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	first_seen TEXT NOT NULL, 
	features BLOB NOT NULL, 
	baseline BOOLEAN NOT NULL, 
	settled TEXT NOT NULL, 
	CONSTRAINT pk_flaws PRIMARY KEY (no), 
	CONSTRAINT uq_flaws_id UNIQUE (id)
);
INSERT INTO "flaws" VALUES(1,'00000000-0000-0000-0000-000000000001','shop','bandit','sline/1:00000000000000000000000000000001',0,'2026-01-01T00:00:00+00:00',X'7B2272756C65223A2242363038222C227469746C65223A2253514C222C227365766572697479223A2268696768222C226B696E64223A22636F6465222C22746F6F6C223A2242616E646974227D',0,'settled under this');
INSERT INTO "flaws" VALUES(2,'00000000-0000-0000-0000-000000000002','shop','bandit','sline/1:00000000000000000000000000000002',0,'2026-01-01T00:00:00+00:00',X'7B2272756C65223A2242363038222C227469746C65223A2253514C222C227365766572697479223A2268696768222C226B696E64223A22636F6465222C22746F6F6C223A2242616E646974227D',0,'settled under this');
CREATE TABLE intents (
	id TEXT NOT NULL, 
	run TEXT NOT NULL, 
	tracker TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	action TEXT NOT NULL, 
	nonce TEXT NOT NULL, 
	high_water_mark TEXT NOT NULL, 
	sent_at TEXT NOT NULL, 
	state TEXT NOT NULL, 
	ticket_id TEXT, 
	reason TEXT NOT NULL, 
	note TEXT NOT NULL, 
	flaws TEXT NOT NULL, 
	finished_at TEXT, 
	CONSTRAINT pk_intents PRIMARY KEY (id)
);
INSERT INTO "intents" VALUES('i1','r','sec','00000000-0000-0000-0000-000000000001','create','nonce i1','','2026-01-01T00:00:00+00:00','open',NULL,'new','','["00000000-0000-0000-0000-000000000001"]',NULL);
CREATE TABLE marks (
	tracker TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (tracker)
);
INSERT INTO "marks" VALUES('sec','7');
CREATE TABLE members (
	ticket INTEGER NOT NULL, 
	flaw INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	struck BOOLEAN NOT NULL, 
	CONSTRAINT pk_members PRIMARY KEY (ticket, flaw), 
	CONSTRAINT fk_members_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT fk_members_ticket FOREIGN KEY(ticket) REFERENCES tickets (no)
);
INSERT INTO "members" VALUES(1,1,0,0);
CREATE TABLE relations (
	flaw INTEGER NOT NULL, 
	other INTEGER NOT NULL, 
	because TEXT NOT NULL, 
	linked_at TEXT, 
	CONSTRAINT pk_relations PRIMARY KEY (flaw, other), 
	CONSTRAINT fk_relations_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT fk_relations_other FOREIGN KEY(other) REFERENCES flaws (no)
);
INSERT INTO "relations" VALUES(1,2,'same place','2026-01-02T00:00:00+00:00');
CREATE TABLE results (
	scope INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	flaw INTEGER, 
	CONSTRAINT pk_results PRIMARY KEY (scope, digest), 
	CONSTRAINT fk_results_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT fk_results_scope FOREIGN KEY(scope) REFERENCES scopes (no)
)
 WITHOUT ROWID

;
INSERT INTO "results" VALUES(1,X'E46963F29E4ADCDD46170B8AC19AA291',2);
CREATE TABLE rulings (
	no INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	flaw INTEGER NOT NULL, 
	other INTEGER, 
	aliases TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	"by" TEXT, 
	reason TEXT NOT NULL, 
	undone_at TEXT, 
	CONSTRAINT pk_rulings PRIMARY KEY (no), 
	CONSTRAINT fk_rulings_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT fk_rulings_other FOREIGN KEY(other) REFERENCES flaws (no), 
	CONSTRAINT uq_rulings_id UNIQUE (id)
);
INSERT INTO "rulings" VALUES(1,'8b546f9c1133','merge',1,2,'[]','2026-01-02T00:00:00+00:00','command','ada','same line','2026-01-02T00:00:00+00:00');
INSERT INTO "rulings" VALUES(2,'f14ce6d4ca0c','split',2,NULL,'["loc/1:00000000000000000000000000000002"]','2026-01-02T00:00:00+00:00','command','ada','',NULL);
CREATE TABLE runs (
	id TEXT NOT NULL, 
	command TEXT NOT NULL, 
	version TEXT NOT NULL, 
	url TEXT, 
	started_at TEXT NOT NULL, 
	ended_at TEXT, 
	outcome TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('run 2026-01-01T00:00:00+00:00','sync','',NULL,'2026-01-01T00:00:00+00:00',NULL,'','{}');
INSERT INTO "runs" VALUES('run 2026-01-02T00:00:00+00:00','sync','',NULL,'2026-01-02T00:00:00+00:00',NULL,'','{}');
CREATE TABLE scans (
	no INTEGER NOT NULL, 
	scope INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	tool TEXT NOT NULL, 
	version TEXT, 
	started TEXT, 
	ended TEXT, 
	"commit" TEXT, 
	branch TEXT, 
	complete BOOLEAN NOT NULL, 
	reasons TEXT NOT NULL, 
	results INTEGER NOT NULL, 
	url TEXT, 
	run TEXT, 
	CONSTRAINT pk_scans PRIMARY KEY (no), 
	CONSTRAINT fk_scans_scope FOREIGN KEY(scope) REFERENCES scopes (no), 
	CONSTRAINT uq_scans_scope_digest UNIQUE (scope, digest)
);
INSERT INTO "scans" VALUES(1,1,'A','Bandit',NULL,NULL,NULL,NULL,NULL,1,'[]',2,NULL,'run 2026-01-01T00:00:00+00:00');
INSERT INTO "scans" VALUES(2,1,'B','Bandit',NULL,NULL,NULL,NULL,NULL,1,'[]',0,NULL,'run 2026-01-02T00:00:00+00:00');
CREATE TABLE scopes (
	no INTEGER NOT NULL, 
	target TEXT NOT NULL, 
	family TEXT NOT NULL, 
	environment TEXT NOT NULL, 
	part TEXT NOT NULL, 
	branch TEXT NOT NULL, 
	last_scan INTEGER, 
	CONSTRAINT pk_scopes PRIMARY KEY (no), 
	CONSTRAINT uq_scopes_target_family_environment_part_branch UNIQUE (target, family, environment, part, branch)
);
INSERT INTO "scopes" VALUES(1,'shop','bandit','','','default',2);
CREATE TABLE sightings (
	scope INTEGER NOT NULL, 
	flaw INTEGER NOT NULL, 
	first_scan INTEGER NOT NULL, 
	last_scan INTEGER NOT NULL, 
	absences INTEGER NOT NULL, 
	CONSTRAINT pk_sightings PRIMARY KEY (scope, flaw), 
	CONSTRAINT fk_sightings_first_scan FOREIGN KEY(first_scan) REFERENCES scans (no), 
	CONSTRAINT fk_sightings_flaw FOREIGN KEY(flaw) REFERENCES flaws (no), 
	CONSTRAINT fk_sightings_last_scan FOREIGN KEY(last_scan) REFERENCES scans (no), 
	CONSTRAINT fk_sightings_scope FOREIGN KEY(scope) REFERENCES scopes (no)
)
 WITHOUT ROWID

;
INSERT INTO "sightings" VALUES(1,1,1,1,1);
INSERT INTO "sightings" VALUES(1,2,1,1,0);
CREATE TABLE tickets (
	no INTEGER NOT NULL, 
	tracker TEXT NOT NULL, 
	id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	url TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	group_key TEXT, 
	state TEXT NOT NULL, 
	closed TEXT, 
	closed_at TEXT, 
	kept_open BOOLEAN NOT NULL, 
	asked BOOLEAN NOT NULL, 
	revision TEXT NOT NULL, 
	draft TEXT NOT NULL, 
	due TEXT, 
	severity TEXT NOT NULL, 
	written TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	CONSTRAINT pk_tickets PRIMARY KEY (no), 
	CONSTRAINT uq_tickets_tracker_id UNIQUE (tracker, id)
);
INSERT INTO "tickets" VALUES(1,'sec','1','SEC-1','','00000000-0000-0000-0000-000000000001',NULL,'open',NULL,NULL,0,0,'','',NULL,'','{}','');
CREATE INDEX ix_flaws_target_family ON flaws (target, family);
CREATE INDEX ix_flaws_target_settled ON flaws (target, settled);
CREATE INDEX ix_aliases_flaw ON aliases (flaw);
CREATE INDEX ix_sightings_flaw ON sightings (flaw);
CREATE INDEX ix_results_flaw ON results (flaw);
CREATE INDEX ix_decisions_flaw ON decisions (flaw);
CREATE UNIQUE INDEX uq_decisions_standing ON decisions (flaw) WHERE lifted_at IS NULL;
CREATE INDEX ix_tickets_key ON tickets ("key");
CREATE INDEX ix_tickets_tracker_subject ON tickets (tracker, subject);
CREATE INDEX ix_members_flaw ON members (flaw);
CREATE INDEX ix_intents_run ON intents (run);
CREATE INDEX ix_intents_subject ON intents (subject);
CREATE INDEX ix_intents_tracker_ticket_id ON intents (tracker, ticket_id);
CREATE UNIQUE INDEX uq_intents_pending ON intents (tracker, subject, action) WHERE state IN ('open', 'unknown');
CREATE INDEX ix_rulings_flaw ON rulings (flaw);
CREATE INDEX ix_rulings_other ON rulings (other);
CREATE INDEX ix_relations_other ON relations (other);
COMMIT;
