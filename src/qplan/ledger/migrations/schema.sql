CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE actual (
	id TEXT NOT NULL,
	indicator TEXT NOT NULL,
	year INTEGER NOT NULL,
	value TEXT NOT NULL,
	source TEXT,
	measured_on TEXT,
	note TEXT,
	retired INTEGER NOT NULL,
	version INTEGER NOT NULL, period TEXT,
	CONSTRAINT actual_pkey PRIMARY KEY (id)
)
 STRICT

;

CREATE INDEX actual_indicator ON actual (indicator, year);

CREATE TABLE department (
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	aliases TEXT NOT NULL,
	initials TEXT,
	role TEXT NOT NULL,
	remark TEXT,
	position INTEGER NOT NULL,
	retired INTEGER NOT NULL,
	version INTEGER NOT NULL, full_name TEXT, leader TEXT, owner TEXT, contact TEXT, members TEXT DEFAULT '' NOT NULL,
	CONSTRAINT department_pkey PRIMARY KEY (id),
	CONSTRAINT department_role CHECK (role = 'office' OR role = 'department' OR role = 'area')
)
 STRICT

;

CREATE TABLE event (
	seq INTEGER NOT NULL,
	recorded_at TEXT NOT NULL,
	effective_on TEXT NOT NULL,
	actor TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	prev TEXT NOT NULL,
	hash TEXT NOT NULL,
	CONSTRAINT event_pkey PRIMARY KEY (seq),
	CONSTRAINT event_effective_on CHECK (length(effective_on) = 10),
	CONSTRAINT event_hash CHECK (length(hash) = 64 AND length(prev) = 64)
)
 STRICT

;

CREATE INDEX event_effective_on ON event (effective_on, seq);

CREATE INDEX event_subject ON event (subject, seq);

CREATE TABLE ledger (
	id TEXT NOT NULL,
	genesis TEXT NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT ledger_pkey PRIMARY KEY (id)
)
 STRICT

;

CREATE TABLE milestone (
	id TEXT NOT NULL,
	task TEXT NOT NULL,
	title TEXT NOT NULL,
	due TEXT NOT NULL,
	original_due TEXT NOT NULL,
	basis TEXT NOT NULL,
	done_on TEXT,
	note TEXT,
	added INTEGER NOT NULL,
	position INTEGER NOT NULL,
	retired INTEGER NOT NULL,
	version INTEGER NOT NULL,
	CONSTRAINT milestone_pkey PRIMARY KEY (id),
	CONSTRAINT milestone_done_on CHECK (length(done_on) = 10),
	CONSTRAINT milestone_due CHECK (length(due) = 10),
	CONSTRAINT milestone_original_due CHECK (length(original_due) = 10)
)
 STRICT

;

CREATE INDEX milestone_due ON milestone (due, task) WHERE done_on IS NULL AND retired = 0;

CREATE INDEX milestone_task ON milestone (task, due);

CREATE TABLE "plan" (
	id TEXT NOT NULL,
	title TEXT NOT NULL,
	issuer TEXT,
	region TEXT,
	issued TEXT,
	begins TEXT NOT NULL,
	ends TEXT NOT NULL,
	utc_offset TEXT NOT NULL,
	office TEXT NOT NULL,
	rules TEXT NOT NULL,
	calendar TEXT NOT NULL,
	version INTEGER NOT NULL, fields TEXT DEFAULT '[]' NOT NULL, language TEXT DEFAULT 'zh' NOT NULL,
	CONSTRAINT plan_pkey PRIMARY KEY (id),
	CONSTRAINT plan_begins CHECK (length(begins) = 10),
	CONSTRAINT plan_ends CHECK (length(ends) = 10),
	CONSTRAINT plan_issued CHECK (length(issued) = 10)
)
 STRICT

;

CREATE TABLE request (
	id TEXT NOT NULL,
	first_seq INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	CONSTRAINT request_pkey PRIMARY KEY (id)
)
 STRICT

;

CREATE TABLE indicator (
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	core INTEGER NOT NULL,
	dimension TEXT,
	unit TEXT,
	operator TEXT NOT NULL,
	target TEXT,
	target_status TEXT NOT NULL,
	target_document TEXT,
	baseline TEXT,
	baseline_year INTEGER,
	baseline_clause TEXT,
	nature TEXT,
	lead TEXT,
	support TEXT NOT NULL,
	tasks TEXT NOT NULL,
	clause TEXT NOT NULL,
	deadline TEXT,
	remark TEXT,
	conflicts TEXT NOT NULL,
	position INTEGER NOT NULL,
	retired INTEGER NOT NULL,
	version INTEGER NOT NULL,
	qualifier TEXT, parts TEXT DEFAULT '' NOT NULL, deadline_basis TEXT,
	CONSTRAINT indicator_pkey PRIMARY KEY (id),
	CONSTRAINT indicator_nature CHECK (nature = 'expected' OR nature = 'binding'),
	CONSTRAINT indicator_operator CHECK (operator = '>=' OR operator = '<=' OR operator = '=' OR operator = 'up' OR operator = 'down' OR operator = 'rank'),
	CONSTRAINT indicator_target_status CHECK (target_status = 'set' OR target_status = 'to_be_assigned')
)
 STRICT

;

CREATE INDEX indicator_position ON indicator (position);

CREATE TABLE task (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	clause TEXT NOT NULL,
	title_basis TEXT NOT NULL,
	summary TEXT,
	section TEXT,
	column_no INTEGER,
	parent TEXT,
	position INTEGER NOT NULL,
	see TEXT NOT NULL,
	remark TEXT,
	lead TEXT,
	support TEXT NOT NULL,
	basis TEXT,
	deadline TEXT,
	original_deadline TEXT,
	deadline_basis TEXT,
	retired INTEGER NOT NULL,
	leader TEXT,
	owner TEXT,
	contact TEXT,
	status TEXT,
	progress INTEGER,
	note TEXT,
	difficulty TEXT,
	needs TEXT,
	next_step TEXT,
	support_note TEXT,
	evidence TEXT,
	evidence_sha256 TEXT,
	result TEXT,
	last_update TEXT,
	accepted_on TEXT,
	submitted_on TEXT,
	submitted_by TEXT,
	returned_on TEXT,
	closed_on TEXT,
	closed_by TEXT,
	document TEXT,
	extensions INTEGER NOT NULL,
	extension_to TEXT,
	extension_on TEXT,
	extension_reason TEXT,
	disputed_on TEXT,
	dispute TEXT,
	urge_level TEXT,
	urged_on TEXT,
	answer_by TEXT,
	answered_on TEXT,
	version INTEGER NOT NULL, deadline_text TEXT, term TEXT, begins TEXT, repeats TEXT, quantity TEXT, unit TEXT, weight TEXT, verifier TEXT, plan_leader TEXT, plan_owner TEXT, plan_contact TEXT, joint TEXT DEFAULT '' NOT NULL, fields TEXT DEFAULT '{}' NOT NULL, support_basis TEXT,
	CONSTRAINT task_pkey PRIMARY KEY (id),
	CONSTRAINT task_basis CHECK (basis = 'plan' OR basis = 'proposed' OR basis = 'confirmed'),
	CONSTRAINT task_deadline_basis CHECK (deadline_basis = 'plan' OR deadline_basis = 'attached' OR deadline_basis = 'proposed' OR deadline_basis = 'confirmed'),
	CONSTRAINT task_kind CHECK (kind = 'task' OR kind = 'column_item' OR kind = 'safeguard' OR kind = 'group'),
	CONSTRAINT task_status CHECK (status = 'assigned' OR status = 'active' OR status = 'blocked' OR status = 'submitted' OR status = 'closed' OR status = 'terminated'),
	CONSTRAINT task_extensions CHECK (extensions >= 0),
	CONSTRAINT task_closed_on CHECK (length(closed_on) = 10),
	CONSTRAINT task_deadline CHECK (length(deadline) = 10),
	CONSTRAINT task_extension_to CHECK (length(extension_to) = 10),
	CONSTRAINT task_last_update CHECK (length(last_update) = 10),
	CONSTRAINT task_original_deadline CHECK (length(original_deadline) = 10),
	CONSTRAINT task_submitted_on CHECK (length(submitted_on) = 10),
	CONSTRAINT task_progress CHECK (progress BETWEEN 0 AND 100)
)
 STRICT

;

CREATE INDEX task_closed ON task (closed_on) WHERE status = 'closed';

CREATE INDEX task_lead ON task (lead, position) WHERE kind <> 'group' AND retired = 0;

CREATE INDEX task_open ON task (deadline, position) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;

CREATE INDEX task_open_lead ON task (lead, deadline, position) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;

CREATE INDEX task_parent ON task (parent, position);

CREATE INDEX task_position ON task (position);

CREATE INDEX task_folded ON task (lower(id));

CREATE INDEX task_silent ON task (coalesce(last_update, '')) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;

CREATE INDEX task_joint ON task (joint) WHERE joint <> '' AND retired = 0;

CREATE TABLE signature (
	seq INTEGER NOT NULL,
	first_seq INTEGER NOT NULL,
	signature TEXT NOT NULL,
	CONSTRAINT signature_pkey PRIMARY KEY (seq),
	CONSTRAINT signature_entries CHECK (first_seq >= 1 AND first_seq <= seq)
)
 STRICT

;

CREATE TRIGGER event_sequence BEFORE INSERT ON event
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
          OR NEW.prev IS NOT coalesce(
               (SELECT hash FROM event ORDER BY seq DESC LIMIT 1), (SELECT genesis FROM ledger))
        BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the journal cannot be changed'); END;

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER request_no_delete BEFORE DELETE ON request
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER plan_no_delete BEFORE DELETE ON plan
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER department_no_delete BEFORE DELETE ON department
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER task_no_delete BEFORE DELETE ON task
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER milestone_no_delete BEFORE DELETE ON milestone
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER indicator_no_delete BEFORE DELETE ON indicator
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER actual_no_delete BEFORE DELETE ON actual
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END;

CREATE TRIGGER signature_no_replace BEFORE INSERT ON signature
        WHEN EXISTS (SELECT 1 FROM signature WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER request_no_replace BEFORE INSERT ON request
        WHEN EXISTS (SELECT 1 FROM request WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER plan_no_replace BEFORE INSERT ON plan
        WHEN EXISTS (SELECT 1 FROM plan WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER department_no_replace BEFORE INSERT ON department
        WHEN EXISTS (SELECT 1 FROM department WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER task_no_replace BEFORE INSERT ON task
        WHEN EXISTS (SELECT 1 FROM task WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER milestone_no_replace BEFORE INSERT ON milestone
        WHEN EXISTS (SELECT 1 FROM milestone WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER indicator_no_replace BEFORE INSERT ON indicator
        WHEN EXISTS (SELECT 1 FROM indicator WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER actual_no_replace BEFORE INSERT ON actual
        WHEN EXISTS (SELECT 1 FROM actual WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE(ABORT, 'this cannot be changed'); END;

CREATE TRIGGER request_no_update BEFORE UPDATE ON request
        BEGIN SELECT RAISE(ABORT, 'this cannot be changed'); END;

CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature
        BEGIN SELECT RAISE(ABORT, 'this cannot be changed'); END;

CREATE TRIGGER ledger_one BEFORE INSERT ON ledger
        WHEN EXISTS (SELECT 1 FROM ledger)
        BEGIN SELECT RAISE(ABORT, 'a ledger has one identity'); END;

INSERT INTO alembic_version VALUES ('0008');

PRAGMA application_id = 1903193198;

PRAGMA user_version = 8;

