-- The one way to write for sessions that do not own the ledger: qplan.record().
-- Written out by qplan.ledger.postgres.rights, which replaces the words between @ signs.
--
-- The database authenticates, and no rule of the workflow or the calendar is written here a second time:
--   1. session_user names the actor; neither SET ROLE nor a SECURITY DEFINER function changes it
--   2. a row of qplan.transition says for which entry a role may write, in which states, with which fields
--   3. qplan.field says of what type a value is: every command can read what was taken
--   4. who claimed a completion does not verify it, whatever was undone since
--   5. an undoing is the inverse of an entry of the journal that its record still holds
--   6. an entry goes to the end of the chain, on the row that its writer read, once for a request id
-- What the calendar and the whole history say is checked by the program before, and by `qplan verify`
-- afterwards, which names whoever wrote past it (qplan.core.audit).
-- Every function fixes every setting on which its text depends.

DROP TABLE IF EXISTS qplan.transition, qplan.field;
CREATE TABLE qplan.transition (
  kind text COLLATE "C" PRIMARY KEY,
  states text[],            -- of the task; null: no state matters
  roles text[] NOT NULL,    -- of the session's department on the task or indicator
  becomes text COLLATE "C", -- the state after it; null: it stays
  required text[] NOT NULL, -- fields that have a value after it
  fields text[] NOT NULL,   -- fields that it may write
  info text[] NOT NULL      -- what its entry may carry beside them
);
CREATE TABLE qplan.field (
  name text COLLATE "C" PRIMARY KEY,
  type text COLLATE "C" NOT NULL
);
INSERT INTO qplan.transition VALUES
@TRANSITIONS@;
INSERT INTO qplan.field VALUES
@FIELDS@;

-- The plan that the ledger is kept for: of several that replaced one another the newest.
CREATE OR REPLACE FUNCTION qplan.in_force() RETURNS plan
LANGUAGE sql STABLE @FIXED@ AS $$
  SELECT p.* FROM plan p ORDER BY p.begins DESC, coalesce(p.issued, '') DESC, p.id DESC LIMIT 1
$$;

-- The departments of the plan and the roles that act for them.
CREATE OR REPLACE FUNCTION qplan.units(OUT role text, OUT dept text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER @FIXED@ AS $$
  SELECT CASE WHEN d.id = p.office THEN @OFFICE@ ELSE @DEPT@ || d.id END, d.id
  FROM department d CROSS JOIN in_force() p WHERE d.retired = 0
$$;

CREATE OR REPLACE FUNCTION qplan.session_direct() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER @FIXED@ AS $$
  SELECT pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'qplan'), 'USAGE')
$$;

-- The department that this session acts for; null when it acts for none, or for more than one.
CREATE OR REPLACE FUNCTION qplan.session_dept() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER @FIXED@ AS $$
  SELECT CASE WHEN count(*) = 1 THEN min(u.dept) END
  FROM units() u JOIN pg_roles r ON r.rolname = u.role
  WHERE pg_has_role(session_user, r.oid, 'USAGE')
$$;

CREATE OR REPLACE FUNCTION qplan.session_actor() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER @FIXED@ AS $$
  SELECT session_user || '@' || session_dept()
$$;

CREATE OR REPLACE FUNCTION qplan.no(state text, english text, chinese text) RETURNS void
LANGUAGE plpgsql @FIXED@ AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = state, MESSAGE = english, DETAIL = chinese;
END $$;

-- Canonical JSON, as qplan.core.events.canonical writes it.
CREATE OR REPLACE FUNCTION qplan.canonical(given jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT @FIXED@ AS $$
  SELECT CASE WHEN jsonb_typeof(given) = 'object' THEN
    '{' || coalesce((SELECT string_agg(to_json(key)::text || ':' || canonical(value), ',' ORDER BY key COLLATE "C")
                     FROM jsonb_each(given)), '') || '}'
  ELSE given::text END
$$;

CREATE OR REPLACE FUNCTION qplan.is_day(given text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE @FIXED@ AS $$
BEGIN
  RETURN given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND to_char(given::date, 'YYYY-MM-DD') = given
    AND given BETWEEN '1900-01-01' AND '2199-12-31';
EXCEPTION WHEN OTHERS THEN RETURN false;
END $$;

-- Whether a text is one that the program takes: not empty, not too long, no character that steers a
-- terminal or an editor; line breaks only where lines are kept.
CREATE OR REPLACE FUNCTION qplan.is_text(given text, longest integer, lines boolean DEFAULT false) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT @FIXED@ AS $$
  SELECT given <> '' AND length(given) <= longest
    AND CASE WHEN lines THEN replace(given, chr(10), '') ELSE given END !~ @FORBIDDEN@
$$;

CREATE OR REPLACE FUNCTION qplan.person(actor text) RETURNS text
LANGUAGE sql IMMUTABLE @FIXED@ AS $$
  SELECT lower(regexp_replace(coalesce(actor, ''), '@[^@]*$', ''))
$$;

-- Whether a value, of a field or of what an entry carries beside them, is of its type; o is the record
-- before, n after.
CREATE OR REPLACE FUNCTION qplan.is_valid(
  field text, value jsonb, o jsonb, n jsonb, eff text, dept text, actor text) RETURNS boolean
LANGUAGE plpgsql STABLE @FIXED@ AS $$
DECLARE
  type text := (SELECT f.type FROM field f WHERE f.name = field);
  text_value text := value #>> '{}';
BEGIN
  IF jsonb_typeof(value) <> (CASE WHEN type IN ('percent', 'next', 'place', 'flag', 'one', 'year') THEN 'number'
                                 WHEN type = 'mark' THEN 'boolean' ELSE 'string' END)
     OR jsonb_typeof(value) = 'number' AND text_value !~ '^[0-9]{1,9}$' THEN
    RETURN false;
  END IF;
  RETURN CASE type
    WHEN 'text' THEN is_text(text_value, @LONGEST@)
    WHEN 'name' THEN is_text(text_value, @NAME@)
    WHEN 'lines' THEN is_text(text_value, @LONGEST@, coalesce(n->field = value, false))
    WHEN 'day' THEN is_day(text_value)
    WHEN 'today' THEN text_value = eff
    WHEN 'latest' THEN text_value = greatest(o->>field, eff)
    WHEN 'actor' THEN text_value = actor
    WHEN 'basis' THEN text_value = CASE WHEN dept = (SELECT p.office FROM in_force() p) THEN 'confirmed' ELSE 'proposed' END
    WHEN 'departments' THEN text_value ~ '^([^ ]+( [^ ]+)*)?$' AND NOT EXISTS (
      SELECT 1 FROM unnest(string_to_array(text_value, ' ')) AS s(id)
      WHERE NOT EXISTS (SELECT 1 FROM department d WHERE d.id = s.id))
    WHEN 'department' THEN EXISTS (SELECT 1 FROM department d WHERE d.id = text_value AND d.retired = 0)
    WHEN 'parent' THEN is_text(text_value, 64)
    WHEN 'decimal' THEN text_value ~ '^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$'
    WHEN 'operator' THEN text_value IN ('>=', '<=', '=', 'rank')
    WHEN 'set' THEN text_value = 'set'
    WHEN 'hashes' THEN text_value ~ '^([0-9a-f]{64}|-)(\n([0-9a-f]{64}|-))*$'
    WHEN 'parts' THEN is_own_part(o->>field, text_value, dept, eff)
    WHEN 'period' THEN text_value ~ '^[0-9]{4}-(0[1-9]|1[0-2]|Q[1-4]|H[12])$' AND left(text_value, 4) = n->>'year'
    WHEN 'percent' THEN text_value::integer BETWEEN 0 AND 100
    WHEN 'next' THEN text_value::integer = coalesce((o->>field)::integer, 0) + 1
    WHEN 'place' THEN text_value::integer <= 1 + (SELECT coalesce(max(m.position), 0) FROM milestone m WHERE m.task = n->>'task')
    WHEN 'flag' THEN text_value IN ('0', '1')
    WHEN 'one' THEN text_value = '1'
    WHEN 'year' THEN text_value::integer BETWEEN 1949 AND 2199
    ELSE type IN ('state', 'mark') END;
END $$;

-- Whether what supporting departments report changes by one part, which is the department's own: a line
-- that begins with a blank goes on.
CREATE OR REPLACE FUNCTION qplan.is_own_part(before text, given text, dept text, eff text) RETURNS boolean
LANGUAGE sql IMMUTABLE @FIXED@ AS $$
  SELECT starts_with(given, others) AND own !~ '\n([^ ]|$)' AND is_text(replace(own, chr(10) || ' ', chr(10)), @LONGEST@, true) FROM (
    SELECT others, substr(given, length(others) + 1) AS own FROM (
      SELECT coalesce(string_agg(part || chr(10), '' ORDER BY place), '') || dept || ' ' || eff || ' ' AS others
      FROM regexp_split_to_table(before, '\n(?! )') WITH ORDINALITY AS p(part, place)
      WHERE NOT starts_with(part, dept || ' ')) AS s) AS t
$$;

-- Whether an actor has claimed the completion that an approval would verify: by the record, or by any
-- entry since the task was last returned, reopened or handed to another lead. Undoing such an entry (no.
-- besides: the one that is about to be undone) or a claim washes nobody clean.
CREATE OR REPLACE FUNCTION qplan.has_claimed(task_id text, submitted_by text, by_whom text, besides integer) RETURNS boolean
LANGUAGE sql STABLE @FIXED@ AS $$
  SELECT person(submitted_by) = person(by_whom) OR EXISTS (
    SELECT 1 FROM event e WHERE e.subject = task_id AND e.kind = 'task.submit' AND person(e.actor) = person(by_whom)
    AND NOT EXISTS (
      SELECT 1 FROM event x WHERE x.subject = task_id AND x.seq > e.seq AND x.seq <> besides
      AND x.kind IN ('task.return', 'task.reopen', 'task.reassign')
      AND NOT EXISTS (SELECT 1 FROM event u WHERE u.subject = task_id AND u.kind = 'task.undo'
                      AND u.body::jsonb->'info'->>'undoes' = x.seq::text)))
$$;

-- An entry of a kind that qplan.transition has: may this department write it now, and does it hold what
-- such an entry may hold? (o: the record before, null where it is new)
CREATE OR REPLACE FUNCTION qplan.check_entry(
  entry text, id text, o jsonb, after jsonb, info jsonb, eff text, dept text, actor text) RETURNS void
LANGUAGE plpgsql STABLE @FIXED@ AS $$
DECLARE
  office text := (SELECT p.office FROM in_force() p);
  n jsonb := coalesce(o, '{}') || after;
  entity text := split_part(entry, '.', 1);
  may transition := (SELECT x FROM transition x WHERE x.kind = entry);
  t task; -- of an indicator: its id and its departments
  leads text[];
  what text;
  behalf text;
BEGIN
  IF entity IN ('task', 'milestone') THEN
    SELECT * INTO t FROM task x WHERE x.id = CASE entity WHEN 'task' THEN o->>'id' ELSE n->>'task' END;
  ELSE
    SELECT x.id, x.lead, '', x.support INTO t.id, t.lead, t.joint, t.support FROM indicator x
      WHERE x.retired = 0 AND x.id = CASE entity WHEN 'indicator' THEN o->>'id' ELSE n->>'indicator' END;
  END IF;
  leads := string_to_array(btrim(t.lead || ' ' || t.joint), ' ');
  what := CASE WHEN dept = office THEN 'office' WHEN dept = ANY (leads) THEN 'lead' WHEN dept = t.verifier THEN 'verifier'
               WHEN dept = ANY (string_to_array(t.support, ' ')) THEN 'support' ELSE 'other' END;
  IF NOT what = ANY (may.roles) OR what = 'office' AND 'verifier' = ANY (may.roles) AND t.verifier IS NOT NULL THEN
    PERFORM no('QP001',
      format('“%s” on %s is for %s; you act for %s, which is %s there',
             split_part(entry, '.', 2), id, array_to_string(may.roles, ', '), dept, what),
      format('%s 的“%s”不由 %s 办理（其身份为 %s）', id, split_part(entry, '.', 2), dept, what));
  END IF;
  IF coalesce((o->>'retired')::integer, 0) <> 0 AND NOT after @> '{"retired": 0}' OR t.id IS NULL
     OR may.states IS NOT NULL AND (t.kind = 'group' OR t.retired <> 0 OR t.status IS NULL OR NOT t.status = ANY (may.states)) THEN
    PERFORM no('QP001', format('%s is “%s”: “%s” is not open', id, t.status, split_part(entry, '.', 2)),
                        format('%s 现为“%s”，不能办理“%s”', id, t.status, split_part(entry, '.', 2)));
  END IF;
  IF EXISTS (SELECT 1 FROM jsonb_object_keys(after) AS k WHERE NOT k = ANY (may.fields)) THEN
    PERFORM no('QP001', format('“%s” does not write %s', split_part(entry, '.', 2),
                 (SELECT string_agg(k, ', ') FROM jsonb_object_keys(after) AS k WHERE NOT k = ANY (may.fields))),
               format('“%s”不得改动所列字段', split_part(entry, '.', 2)));
  END IF;
  IF entry = 'task.approve' AND has_claimed(id, t.submitted_by, actor, 0)
     AND NOT (info @> '{"one_person_office": true}' AND is_one_person_office()) THEN
    PERFORM no('QP001', format('%s was submitted by %s: who reports a completion cannot verify it', id, t.submitted_by),
                        format('%s 由 %s 申请销号，申请人不得自行审核', id, t.submitted_by));
  END IF;
  behalf := CASE WHEN entity = 'task' AND what = 'office' AND 'lead' = ANY (may.roles) AND NOT office = ANY (leads)
                 THEN array_to_string(leads, ' ') END;
  IF entity = 'task' AND (n->>'status') IS DISTINCT FROM coalesce(may.becomes, t.status)
     OR coalesce(n->>'retired', '0') <> (CASE entry WHEN 'milestone.remove' THEN '1' ELSE '0' END)
     OR (info->>'on_behalf_of') IS DISTINCT FROM behalf
     OR EXISTS (SELECT 1 FROM jsonb_each(info) AS f(k, v) WHERE NOT k = ANY (may.info || '{on_behalf_of}'::text[])
                OR is_valid(k, v, o, n, eff, dept, actor) IS NOT TRUE)
     OR EXISTS (SELECT 1 FROM jsonb_each(after) AS f(k, v)
                WHERE v <> 'null' AND is_valid(k, v, o, n, eff, dept, actor) IS NOT TRUE)
     OR EXISTS (SELECT 1 FROM unnest(may.required) AS r(name) WHERE CASE WHEN starts_with(name, 'info.') THEN NOT info ? substr(name, 6)
                ELSE is_valid(name, n->name, o, n, eff, dept, actor) IS NOT TRUE END)
     OR entry = 'actual.measure' AND id <> t.id || '/' || coalesce(n->>'period', n->>'year')
     OR entry = 'milestone.add' AND id <> t.id || '/a' || (SELECT 1 + count(*) FROM milestone m WHERE m.task = t.id AND m.added = 1) THEN
    PERFORM no('QP002', format('this is not what “%s” makes of %s', split_part(entry, '.', 2), id),
                        format('所报内容与 %s 的“%s”应有的结果不符', id, split_part(entry, '.', 2)));
  END IF;
END $$;

CREATE OR REPLACE FUNCTION qplan.is_one_person_office() RETURNS boolean
LANGUAGE sql STABLE @FIXED@ AS $$
  SELECT coalesce((SELECT (p.rules::jsonb->>'one_person_office')::boolean FROM in_force() p), false)
$$;

-- Reverting an entry: the office any, a department its own on what it leads or supports.
CREATE OR REPLACE FUNCTION qplan.check_undo(
  entry text, id text, o jsonb, after jsonb, info jsonb, dept text) RETURNS void
LANGUAGE plpgsql STABLE @FIXED@ AS $$
DECLARE
  office text := (SELECT p.office FROM in_force() p);
  entity text := split_part(entry, '.', 1);
  undone event;
  was jsonb;
  made boolean;
  t task;
BEGIN
  SELECT * INTO undone FROM event e WHERE info = jsonb_build_object('undoes', e.seq) AND e.subject = id
    AND e.seq = CASE WHEN info->>'undoes' ~ '^[0-9]{1,9}$' THEN (info->>'undoes')::integer END
    AND split_part(e.kind, '.', 1) = entity;
  IF NOT FOUND THEN
    PERFORM no('QP002', format('there is no entry of %s to undo', id), format('%s 没有可撤销的登记', id));
  END IF;
  IF dept <> office THEN
    SELECT x.* INTO t FROM task x WHERE x.id = CASE entity WHEN 'task' THEN o->>'id' WHEN 'milestone' THEN o->>'task' END;
    IF regexp_replace(undone.actor, '^.*@', '') <> dept
       OR split_part(undone.kind, '.', 2) IN ('define', 'amend', 'retire')
       OR (entity <> 'actual' AND NOT coalesce(dept IN (t.lead, t.verifier) OR dept = ANY (string_to_array(t.joint || ' ' || t.support, ' ')), false)) THEN
      PERFORM no('QP001', format('No. %s is not an entry of %s that it can undo', undone.seq, dept),
                          format('第 %s 条不是 %s 可以撤销的登记', undone.seq, dept));
    END IF;
  END IF;
  was := undone.body::jsonb;
  made := split_part(undone.kind, '.', 2) = ANY (@NEW@);
  IF entry <> entity || (CASE WHEN made THEN '.retire' ELSE '.undo' END)
     OR after <> (CASE WHEN made THEN '{"retired": 1}' ELSE (SELECT coalesce(jsonb_object_agg(k, coalesce(was->'before'->k, 'null')), '{}')
                                                           FROM jsonb_object_keys(was->'after') AS k) END) THEN
    PERFORM no('QP002', format('undoing no. %s gives back what was before it, and nothing else', undone.seq),
                        format('撤销第 %s 条只能恢复其登记前的内容', undone.seq));
  ELSIF NOT made AND (o @> (was->'after')) IS NOT TRUE THEN
    PERFORM no('QP001', format('No. %s cannot be undone: %s was changed after it; undo that first', undone.seq, id),
                        format('第 %s 条不能撤销：其后 %s 已有改动，请先撤销后者', undone.seq, id));
  END IF;
  IF entity = 'task' AND after->>'status' = 'closed' AND NOT is_one_person_office()
     AND has_claimed(id, CASE WHEN after ? 'submitted_by' THEN after ELSE o END->>'submitted_by', session_actor(), undone.seq) THEN
    PERFORM no('QP001', format('Undoing no. %s closes %s again, which you reported: another person must', undone.seq, id),
                        format('撤销第 %s 条即恢复 %s 的销号，申请人不得自行办理', undone.seq, id));
  END IF;
END $$;

-- One change: checked, appended to the chain, applied to its row.
CREATE OR REPLACE FUNCTION qplan.record_one(
  entry text, id text, said text, version integer, eff text, request_id text) RETURNS event
LANGUAGE plpgsql @FIXED@ AS $$
DECLARE
  dept text := session_dept();
  actor text := session_actor();
  entity text := split_part(entry, '.', 1);
  verb text := split_part(entry, '.', 2);
  fresh boolean := split_part(entry, '.', 2) = ANY (@NEW@);
  may transition;
  said_json jsonb;
  before jsonb;
  after jsonb;
  info jsonb;
  old jsonb;
  kept jsonb;
  e event;
BEGIN
  SELECT * INTO may FROM transition x WHERE x.kind = entry;
  IF NOT FOUND AND entry !~ '^(@ENTITIES@)[.](undo|retire)$' THEN
    PERFORM no('QP001', format('%s is not written by departments; the plan is loaded by the owner of the ledger', entry),
                        format('“%s”不由各单位登记；规划由台账所有者导入', entry));
  END IF;
  BEGIN
    said_json := said::jsonb;
  EXCEPTION WHEN OTHERS THEN
    PERFORM no('QP002', 'the body is not JSON', '内容不是 JSON');
  END;
  before := said_json->'before';
  after := said_json->'after';
  info := coalesce(said_json->'info', '{}');
  -- a longer entry could not be read back from an exported journal
  IF said IS NULL OR octet_length(said) > 1000000 OR said IS DISTINCT FROM canonical(said_json)
     OR jsonb_typeof(before) IS DISTINCT FROM 'object' OR jsonb_typeof(after) IS DISTINCT FROM 'object'
     OR after = '{}' AND may.fields IS DISTINCT FROM '{}'
     OR jsonb_typeof(info) <> 'object' OR (said_json ? 'info' AND info = '{}')
     OR EXISTS (SELECT 1 FROM jsonb_object_keys(said_json) AS k WHERE k NOT IN ('before', 'after', 'info', 'request'))
     OR (said_json->>'request') IS DISTINCT FROM request_id
     OR EXISTS (SELECT 1 FROM (SELECT * FROM jsonb_each(before) UNION ALL SELECT * FROM jsonb_each(after)
                               UNION ALL SELECT * FROM jsonb_each(info)) AS f(k, v)
                WHERE jsonb_typeof(v) IN ('object', 'array') OR (jsonb_typeof(v) = 'number' AND v::text !~ '^-?[0-9]+$')) THEN
    PERFORM no('QP002', format('the body of %s is not a canonical entry', id), format('%s 的内容不符合登记格式', id));
  END IF;
  EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', entity) INTO old USING id;
  IF fresh <> (old IS NULL) THEN
    PERFORM no('QP003', format('%s was changed by somebody else meanwhile; look at it again and repeat', id),
                        format('%s 已被他人改动，请查看后重试', id));
  ELSIF fresh THEN
    IF before <> '{}' THEN
      PERFORM no('QP002', format('%s is new: there is nothing before it', id), format('%s 为新增，不应有原值', id));
    END IF;
  ELSIF old->>'version' IS DISTINCT FROM version::text OR (old @> before) IS NOT TRUE
     OR ARRAY(SELECT jsonb_object_keys(before) ORDER BY 1) <> ARRAY(SELECT jsonb_object_keys(after) ORDER BY 1) THEN
    PERFORM no('QP003', format('%s was changed by somebody else meanwhile; look at it again (qplan show %s) and repeat', id, id),
                        format('%s 已被他人改动，请查看（qplan show %s）后重试', id, id));
  END IF;
  IF may.kind IS NULL THEN
    PERFORM check_undo(entry, id, old, after, info, dept);
  ELSE
    PERFORM check_entry(entry, id, old, after, info, eff, dept, actor);
  END IF;
  SELECT x.seq + 1, to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), eff, session_actor(), entry, record_one.id, said, x.hash
    INTO e FROM event x ORDER BY x.seq DESC LIMIT 1;
  e.hash := (SELECT event_hash(e.prev, l.id, e.seq, e.recorded_at, eff, e.actor, entry, e.subject, said) FROM ledger l);
  INSERT INTO event SELECT (e).*;

  IF fresh THEN
    EXECUTE format('INSERT INTO %I SELECT * FROM jsonb_populate_record(NULL::%I, $1) RETURNING to_jsonb(%I.*)', entity, entity, entity)
      INTO kept USING (@DEFAULTS@::jsonb->entity) || after || jsonb_build_object('id', id, 'version', e.seq);
  ELSE
    EXECUTE (SELECT format('UPDATE %I t SET version = $3%s FROM jsonb_populate_record(NULL::%I, $1) AS n WHERE t.id = $2 RETURNING to_jsonb(t)',
                           entity, coalesce(string_agg(format(', %I = n.%I', k, k), ''), ''), entity) FROM jsonb_object_keys(after) AS k)
      INTO kept USING after, id, e.seq;
  END IF;
  IF (kept @> after) IS NOT TRUE THEN
    PERFORM no('QP001', format('the change of %s was not accepted whole', id), format('%s 的改动未被完整接受', id));
  END IF;
  RETURN e;
END $$;

-- The lock under which all writers write, for the rest of the transaction. Readers cannot take it: they
-- may not call this function, and the mode needs the right to write to the table. An entry is on the disk
-- before it is acknowledged. Whoever goes idle with the lock is ended after a minute, a statement after ten,
-- whatever the session had set before; what it sets afterwards counts, and no server refuses that.
CREATE OR REPLACE FUNCTION qplan.lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER @FIXED@ AS $$
BEGIN
  LOCK TABLE ledger IN EXCLUSIVE MODE;
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM set_config(name, most, true)
    FROM (VALUES ('idle_in_transaction_session_timeout', '1min'), ('statement_timeout', '10min')) AS s(name, most)
    WHERE current_setting(name)::interval NOT BETWEEN '1ms' AND most::interval;
END $$;

-- What a command writes: all its changes or none. A request id that is known gives back its entries, if
-- the same actor asks for the same again; it is refused otherwise.
CREATE OR REPLACE FUNCTION qplan.record(
  kinds text[], subjects text[], bodies text[], versions integer[], effective_on text, request_id text DEFAULT NULL)
RETURNS SETOF event
LANGUAGE plpgsql SECURITY DEFINER @FIXED@ AS $$
#variable_conflict use_variable
DECLARE
  known plan;
  earlier request;
  first integer;
  e event;
BEGIN
  PERFORM lock();
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM no('QP001', 'entries are written in READ COMMITTED transactions only', '只能在 READ COMMITTED 事务中登记');
  END IF;
  IF session_dept() IS NULL THEN
    PERFORM no('QP001', format('The role %s acts for no department of this plan, or for several; it may read', session_user),
                        format('角色 %s 不代表本规划的任何一个单位（或代表多个单位），只能查看', session_user));
  END IF;
  IF NOT is_text(coalesce(request_id, '-'), @NAME@) OR NOT is_text(session_actor(), @NAME@) THEN
    PERFORM no('QP002', 'a request id or a login name holds what no name may hold', '请求编号或登录名含有不允许的字符');
  END IF;
  SELECT * INTO earlier FROM request r WHERE r.id = request_id;
  IF FOUND THEN
    IF NOT EXISTS (
         SELECT 1 FROM event x WHERE x.seq BETWEEN earlier.first_seq AND earlier.last_seq
         AND x.actor = session_actor() AND x.effective_on = record.effective_on
         HAVING array_agg(x.kind ORDER BY x.seq) = kinds AND array_agg(x.subject ORDER BY x.seq) = subjects
            AND array_agg(x.body ORDER BY x.seq) = bodies) THEN
      PERFORM no('QP001', format('the request id %s was used for another command', request_id),
                          format('请求编号 %s 已用于另一条命令', request_id));
    END IF;
    RETURN QUERY SELECT x.* FROM event x WHERE x.seq BETWEEN earlier.first_seq AND earlier.last_seq ORDER BY x.seq;
    RETURN;
  END IF;
  SELECT * INTO known FROM in_force();
  IF NOT coalesce(is_day(effective_on), false) OR effective_on < known.begins
     OR effective_on > to_char((clock_timestamp() AT TIME ZONE 'UTC') + known.utc_offset::interval, 'YYYY-MM-DD') THEN
    PERFORM no('QP002', format('%s is not a day from the beginning of the plan to today', effective_on),
                        format('%s 不是规划起始日至今天之间的日期', effective_on));
  END IF;
  IF coalesce(array_length(kinds, 1), 0) NOT BETWEEN 1 AND 10000 OR array_length(subjects, 1) IS DISTINCT FROM array_length(kinds, 1)
     OR array_length(bodies, 1) IS DISTINCT FROM array_length(kinds, 1)
     OR array_length(versions, 1) IS DISTINCT FROM array_length(kinds, 1)
     OR array_position(kinds, NULL) IS NOT NULL OR array_position(subjects, NULL) IS NOT NULL THEN
    PERFORM no('QP002', 'each change has a kind, a subject, a body and a version', '每项改动应有类别、对象、内容和版本');
  END IF;
  FOR place IN 1 .. array_length(kinds, 1) LOOP
    e := record_one(kinds[place], subjects[place], bodies[place], versions[place], effective_on, request_id);
    first := coalesce(first, e.seq);
    RETURN NEXT e;
  END LOOP;
  IF request_id IS NOT NULL THEN
    INSERT INTO request VALUES (request_id, first, e.seq);
  END IF;
END $$;

-- The signature of entries that this session's actor wrote, by an SSH key; whose key it is, verify checks.
CREATE OR REPLACE FUNCTION qplan.sign(first integer, last integer, given text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER @FIXED@ AS $$
BEGIN
  PERFORM lock();
  IF (first BETWEEN 1 AND last AND last - first < 10000 AND length(given) < 10000
      AND given ~ '^-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+\n-----END SSH SIGNATURE-----\n$'
      AND (SELECT count(*) FROM event e WHERE e.seq BETWEEN first AND last AND e.actor = session_actor()) = last - first + 1
      AND NOT EXISTS (SELECT 1 FROM signature s WHERE s.first_seq <= last AND s.seq >= first)) IS NOT TRUE THEN
    PERFORM no('QP002', 'this is no signature of entries that your role wrote and that have none', '这不是对您的角色所登记、尚未签名之内容的签名');
  END IF;
  INSERT INTO signature VALUES (last, first, given);
END $$;
