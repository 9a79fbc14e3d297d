-- The one way in for sessions that do not own the ledger: qplan.record().
-- Written out by qplan.ledger.rights, which fills in what stands between @ signs from the program's
-- own tables. Whoever calls these functions is named by session_user, which neither SET ROLE nor a
-- SECURITY DEFINER function changes; no argument says who acts.

CREATE OR REPLACE FUNCTION qplan.session_direct() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'qplan'), 'USAGE')
$$;

-- the department that this session acts for; null when it acts for none, or for more than one
CREATE OR REPLACE FUNCTION qplan.session_dept() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT CASE WHEN count(*) = 1 THEN min(d.id) END
  FROM department d
  JOIN pg_roles r ON r.rolname = CASE WHEN d.id = (SELECT office FROM plan) THEN @OFFICE@ ELSE @DEPT@ || d.id END
  WHERE d.retired = 0 AND pg_has_role(session_user, r.oid, 'USAGE')
$$;

CREATE OR REPLACE FUNCTION qplan.session_actor() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT session_user || '@' || session_dept()
$$;

CREATE OR REPLACE FUNCTION qplan.no(state text, english text, chinese text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = state, MESSAGE = english, DETAIL = chinese;
END $$;

-- canonical JSON, as qplan.core.events.canonical writes it
CREATE OR REPLACE FUNCTION qplan.canonical(given jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT CASE WHEN jsonb_typeof(given) = 'object' THEN
    '{' || coalesce((SELECT string_agg(to_json(key)::text || ':' || canonical(value), ',' ORDER BY key COLLATE "C")
                     FROM jsonb_each(given)), '') || '}'
  ELSE given::text END
$$;

CREATE OR REPLACE FUNCTION qplan.is_day(given text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND to_char(given::date, 'YYYY-MM-DD') = given;
EXCEPTION WHEN OTHERS THEN RETURN false;
END $$;

-- whether no text is longer than the program takes; lists of ids and what several departments say are longer
CREATE OR REPLACE FUNCTION qplan.all_short(given jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT NOT EXISTS (SELECT 1 FROM jsonb_each_text(given) AS f(k, v)
    WHERE k <> ALL (ARRAY['support', 'support_note', 'evidence_sha256'])
      AND length(v) > CASE WHEN k = ANY (@SHORT@) THEN @NAME@ ELSE @LONGEST@ END)
$$;

-- whether people work on a day: Monday to Friday, the State Council's exceptions, the plan's own
CREATE OR REPLACE FUNCTION qplan.is_workday(given date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT CASE
    WHEN rules->'workdays' ? given::text THEN true
    WHEN rules->'holidays' ? given::text THEN false
    WHEN years->to_char(given, 'YYYY')->'work' ? to_char(given, 'MMDD') THEN true
    WHEN years->to_char(given, 'YYYY')->'off' ? to_char(given, 'MMDD') THEN false
    ELSE extract(isodow FROM given) < 6 END
  FROM (SELECT p.rules::jsonb || coalesce(p.rules::jsonb->'calendar', '{}') AS rules, p.calendar::jsonb AS years
        FROM plan p) AS known
$$;

CREATE OR REPLACE FUNCTION qplan.due_day(deadline text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT CASE WHEN coalesce(p.rules::jsonb->'calendar'->>'rest_day_deadline', p.rules::jsonb->>'rest_day_deadline')
                   = 'next_working_day'
    THEN (SELECT min(d)::date::text FROM generate_series(deadline::date, deadline::date + 30, interval '1 day') AS d
          WHERE is_workday(d::date))
    ELSE deadline END
  FROM plan p
$$;

-- the day on which the office handed a task to its present lead; null for a mere proposal
CREATE OR REPLACE FUNCTION qplan.assigned_on(given task) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
  SELECT coalesce(
    (SELECT e.effective_on FROM event e
     WHERE e.subject = given.id AND e.kind IN ('task.assign', 'task.reassign', 'task.confirm')
       AND e.body::jsonb->'after' ?| ARRAY['lead', 'basis']
       AND NOT EXISTS (SELECT 1 FROM event u WHERE u.subject = given.id
                       AND u.body::jsonb->'info'->>'undoes' = e.seq::text)
     ORDER BY e.seq DESC LIMIT 1),
    CASE WHEN given.basis IS DISTINCT FROM 'proposed' THEN
      (SELECT to_char((e.recorded_at::timestamptz AT TIME ZONE 'UTC') + (SELECT utc_offset FROM plan)::interval,
                      'YYYY-MM-DD')
       FROM event e WHERE e.subject = given.id ORDER BY e.seq LIMIT 1) END)
$$;

-- A step of the workflow on a task: may this department take it now, and does the entry hold what
-- the step makes of the task, and nothing else? (o: the task before, n: after, eff: the day)
CREATE OR REPLACE FUNCTION qplan.check_step(
  verb text, o task, after jsonb, info jsonb, eff text, dept text, actor text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
DECLARE
  office text := (SELECT p.office FROM plan p);
  step record;
  what text;
  n task;
  others text;
  behalf text;
  fine boolean;
BEGIN
  SELECT * INTO step FROM (VALUES
@STEPS@
  ) AS s(action, states, roles, becomes, writes, answers) WHERE action = verb;
  IF NOT FOUND THEN
    PERFORM no('QP001', format('task.%s is not a step of the workflow', verb), format('流程中没有“%s”这一步', verb));
  END IF;
  what := CASE WHEN dept = office THEN 'office' WHEN dept = o.lead THEN 'lead'
               WHEN dept = ANY (string_to_array(o.support, ' ')) THEN 'support' ELSE 'other' END;
  IF NOT what = ANY (step.roles) THEN
    PERFORM no('QP001',
      format('“%s” on %s is for %s; you act for %s, which is %s there', verb, o.id, array_to_string(step.roles, ', '), dept, what),
      format('%s 的“%s”不由 %s 办理（其身份为 %s）', o.id, verb, dept, what));
  END IF;
  IF o.kind = 'group' OR o.retired <> 0 OR o.status IS NULL OR NOT o.status = ANY (step.states) THEN
    PERFORM no('QP001', format('%s is “%s”: “%s” is not open', o.id, o.status, verb),
                        format('%s 现为“%s”，不能办理“%s”', o.id, o.status, verb));
  END IF;
  IF EXISTS (SELECT 1 FROM jsonb_object_keys(after) AS k WHERE NOT k = ANY (step.writes)) THEN
    PERFORM no('QP001', format('“%s” does not write %s', verb,
                 (SELECT string_agg(k, ', ') FROM jsonb_object_keys(after) AS k WHERE NOT k = ANY (step.writes))),
               format('“%s”不得改动所列字段', verb));
  END IF;
  BEGIN
    n := jsonb_populate_record(o, after);
  EXCEPTION WHEN OTHERS THEN
    PERFORM no('QP002', format('a value of %s is not of its kind', o.id), format('%s 的某项内容类型不符', o.id));
  END;
  IF verb = 'approve' AND NOT (coalesce((SELECT (p.rules::jsonb->>'one_person_office')::boolean FROM plan p), false)
                               AND info->'one_person_office' = 'true')
     AND lower(regexp_replace(coalesce(o.submitted_by, ''), '@[^@]*$', '')) = lower(regexp_replace(actor, '@[^@]*$', '')) THEN
    PERFORM no('QP001', format('%s was submitted by %s: who reports a completion cannot verify it', o.id, o.submitted_by),
                        format('%s 由 %s 申请销号，申请人不得自行审核', o.id, o.submitted_by));
  END IF;
  behalf := CASE WHEN what = 'office' AND 'lead' = ANY (step.roles) AND o.lead <> office THEN o.lead END;
  SELECT string_agg(line, E'\n' ORDER BY place) || E'\n' INTO others
    FROM unnest(string_to_array(o.support_note, E'\n')) WITH ORDINALITY AS l(line, place)
    WHERE NOT starts_with(line, dept || ' ');
  others := coalesce(others, '') || dept || ' ' || eff || ' ';
  fine := n.status = coalesce(step.becomes, o.status)
    AND (info->>'on_behalf_of') IS NOT DISTINCT FROM behalf
    AND (NOT 'answered_on' = ANY (step.writes) OR NOT step.answers OR n.answered_on IS NOT DISTINCT FROM
         CASE WHEN o.urge_level <> '' AND o.answered_on IS NULL THEN eff ELSE o.answered_on END)
    AND (NOT 'last_update' = ANY (step.writes) OR n.last_update = greatest(o.last_update, eff))
    AND (n.progress IS NULL OR n.progress BETWEEN 0 AND 100)
    AND (n.evidence_sha256 IS NULL OR n.evidence_sha256 ~ '^([0-9a-f]{64}|-)(\n([0-9a-f]{64}|-))*$')
    AND all_short(after) AND all_short(info)
    AND CASE verb
@RULES@
    END;
  IF fine IS NOT TRUE THEN
    PERFORM no('QP002', format('this is not what “%s” makes of %s', verb, o.id),
                        format('所报内容与 %s 的“%s”应有的结果不符', o.id, verb));
  END IF;
END $$;

-- Figures, targets and staged goals: who may enter them, and what an entry may hold.
CREATE OR REPLACE FUNCTION qplan.check_entry(
  entry text, id text, o jsonb, after jsonb, info jsonb, eff text, dept text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
DECLARE
  office text := (SELECT p.office FROM plan p);
  n jsonb := coalesce(o, '{}') || after;
  i indicator;
  t task;
  fine boolean;
  writes text[];
BEGIN
  IF entry IN ('actual.measure', 'actual.correct') THEN
    SELECT * INTO i FROM indicator x WHERE x.id = n->>'indicator' AND x.retired = 0;
    writes := ARRAY['value', 'source', 'measured_on', 'note', 'retired'];
    IF entry = 'actual.measure' THEN
      writes := writes || ARRAY['indicator', 'year'];
    END IF;
    IF NOT coalesce(dept = office OR dept = i.lead OR dept = ANY (string_to_array(i.support, ' ')), false) THEN
      PERFORM no('QP001', format('Figures of %s are reported by %s or the office; you act for %s', n->>'indicator', i.lead, dept),
                          format('%s 的数据由 %s 或统筹办填报，不由 %s 填报', n->>'indicator', i.lead, dept));
    END IF;
    fine := id = i.id || '/' || (n->>'year') AND (n->>'year')::integer BETWEEN 1949 AND left(eff, 4)::integer
      AND n->>'value' ~ '^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$' AND n->>'source' <> ''
      AND (n->>'measured_on' = eff OR entry = 'actual.correct' AND NOT after ? 'measured_on') AND coalesce(after->>'retired', '0') = '0';
  ELSIF entry = 'indicator.target' THEN
    writes := ARRAY['target', 'unit', 'operator', 'target_status', 'target_document', 'baseline', 'baseline_year',
                    'baseline_clause', 'deadline'];
    IF dept <> office THEN
      PERFORM no('QP001', format('Targets are entered by the office; you act for %s', dept),
                          format('目标值由统筹办登记，不由 %s 登记', dept));
    END IF;
    fine := (o->>'target_status' <> 'set' OR o->>'target_document' <> '') AND n->>'target_status' = 'set'
      AND n->>'target_document' <> '' AND n->>'target' ~ '^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$'
      AND (n->>'deadline' IS NULL OR is_day(n->>'deadline'));
  ELSIF entry IN ('milestone.add', 'milestone.done', 'milestone.move') THEN
    SELECT * INTO t FROM task x WHERE x.id = n->>'task';
    IF NOT coalesce(dept = office OR (dept = t.lead AND entry <> 'milestone.move'), false) THEN
      PERFORM no('QP001', format('Milestones of %s are not changed so by %s', n->>'task', dept),
                          format('%s 的阶段目标不由 %s 这样办理', n->>'task', dept));
    END IF;
    IF t.kind = 'group' OR t.retired <> 0 OR NOT t.status = ANY (@OPEN@) THEN
      PERFORM no('QP001', format('%s is “%s”: its milestones stay as they are', t.id, t.status),
                          format('%s 现为“%s”，阶段目标不再变动', t.id, t.status));
    END IF;
    IF entry = 'milestone.add' THEN
      writes := ARRAY['task', 'title', 'due', 'original_due', 'basis', 'added', 'position'];
      fine := id ~ ('^' || regexp_replace(t.id, '([^A-Za-z0-9])', '\\\1', 'g') || '/a[1-9][0-9]*$') AND n->>'title' <> ''
        AND is_day(n->>'due') AND n->>'original_due' = n->>'due' AND (t.deadline IS NULL OR n->>'due' <= t.deadline)
        AND n->>'basis' = CASE WHEN dept = office THEN 'confirmed' ELSE 'proposed' END AND n->>'added' = '1';
    ELSIF entry = 'milestone.done' THEN
      writes := ARRAY['done_on', 'note'];
      fine := o->>'retired' = '0' AND o->>'done_on' IS NULL AND n->>'done_on' = eff
        AND coalesce((info->>'done_late')::boolean, false) = (eff > (o->>'due'));
    ELSE
      writes := ARRAY['due'];
      fine := o->>'retired' = '0' AND o->>'done_on' IS NULL AND is_day(n->>'due') AND info->>'reason' <> ''
        AND (t.deadline IS NULL OR n->>'due' <= t.deadline);
    END IF;
  ELSE
    PERFORM no('QP001', format('%s is not written by departments; the plan is loaded by the owner of the ledger', entry),
                        format('“%s”不由各单位登记；规划由台账所有者导入', entry));
  END IF;
  IF fine IS NOT TRUE OR NOT all_short(after) OR NOT all_short(info)
     OR EXISTS (SELECT 1 FROM jsonb_object_keys(after) AS k WHERE NOT k = ANY (writes)) THEN
    PERFORM no('QP002', format('this is not what %s makes of %s', entry, id), format('所报内容与 %s 的“%s”不符', id, entry));
  END IF;
END $$;

-- Taking an entry back: the office any, a department its own on what it leads or supports.
CREATE OR REPLACE FUNCTION qplan.check_undo(
  entry text, id text, o jsonb, after jsonb, info jsonb, dept text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, qplan, pg_temp AS $$
DECLARE
  office text := (SELECT p.office FROM plan p);
  entity text := split_part(entry, '.', 1);
  undone event;
  was jsonb;
  later event;
  gone integer[] := '{}';
  hindrance integer;
  t task;
BEGIN
  SELECT * INTO undone FROM event e WHERE e.seq = (info->>'undoes')::integer AND e.subject = id
    AND split_part(e.kind, '.', 1) = entity;
  IF NOT FOUND OR jsonb_typeof(info->'undoes') IS DISTINCT FROM 'number' THEN
    PERFORM no('QP002', format('there is no entry of %s to undo', id), format('%s 没有可撤销的登记', id));
  END IF;
  IF dept <> office THEN
    SELECT x.* INTO t FROM task x WHERE x.id = CASE entity WHEN 'task' THEN o->>'id' WHEN 'milestone' THEN o->>'task' END;
    IF regexp_replace(undone.actor, '^.*@', '') <> dept
       OR split_part(undone.kind, '.', 2) IN ('define', 'amend', 'retire')
       OR (entity <> 'actual' AND NOT coalesce(dept = t.lead OR dept = ANY (string_to_array(t.support, ' ')), false)) THEN
      PERFORM no('QP001', format('No. %s is not an entry of %s that it can undo', undone.seq, dept),
                          format('第 %s 条不是 %s 可以撤销的登记', undone.seq, dept));
    END IF;
  END IF;
  was := undone.body::jsonb;
  IF split_part(undone.kind, '.', 2) = ANY (@NEW@) THEN
    IF entry <> entity || '.retire' OR after <> '{"retired": 1}' THEN
      PERFORM no('QP002', format('undoing no. %s retires %s', undone.seq, id), format('撤销第 %s 条即撤下 %s', undone.seq, id));
    END IF;
  ELSIF entry <> entity || '.undo'
     OR (SELECT coalesce(jsonb_object_agg(k, coalesce(was->'before'->k, 'null')), '{}') FROM jsonb_object_keys(was->'after') AS k) <> after THEN
    PERFORM no('QP002', format('undoing no. %s gives back what was before it, and nothing else', undone.seq),
                        format('撤销第 %s 条只能恢复其登记前的内容', undone.seq));
  END IF;
  -- an entry and its undoing cancel each other, as in qplan.core.events.standing
  FOR later IN SELECT * FROM event e WHERE e.subject = id AND e.seq > undone.seq
      AND split_part(e.kind, '.', 1) = entity ORDER BY e.seq DESC LOOP
    CONTINUE WHEN later.seq = ANY (gone);
    IF (later.body::jsonb->'info'->>'undoes')::integer > undone.seq THEN
      gone := gone || (later.body::jsonb->'info'->>'undoes')::integer;
    ELSIF later.body::jsonb->'after' ?| ARRAY(SELECT jsonb_object_keys(after)) THEN
      hindrance := later.seq;
    END IF;
  END LOOP;
  IF hindrance IS NOT NULL THEN
    PERFORM no('QP001', format('No. %s cannot be undone: no. %s came after it; undo that first', undone.seq, hindrance),
                        format('第 %s 条不能撤销：其后有第 %s 条，请先撤销后者', undone.seq, hindrance));
  END IF;
  IF entity = 'task' AND after->>'status' = 'closed'
     AND NOT coalesce((SELECT (p.rules::jsonb->>'one_person_office')::boolean FROM plan p), false)
     AND lower(regexp_replace(coalesce(CASE WHEN after ? 'submitted_by' THEN after ELSE o END->>'submitted_by', ''), '@[^@]*$', ''))
         = lower(regexp_replace(session_actor(), '@[^@]*$', '')) THEN
    PERFORM no('QP001', format('Undoing no. %s closes %s again, which you reported: another person must', undone.seq, id),
                        format('撤销第 %s 条即恢复 %s 的销号，申请人不得自行办理', undone.seq, id));
  END IF;
END $$;

-- One change: checked, appended to the chain, applied to its row.
CREATE OR REPLACE FUNCTION qplan.record_one(
  entry text, id text, said text, version integer, eff text, request_id text) RETURNS event
LANGUAGE plpgsql SET search_path = pg_catalog, qplan, pg_temp AS $$
DECLARE
  dept text := session_dept();
  actor text := session_actor();
  entity text := split_part(entry, '.', 1);
  verb text := split_part(entry, '.', 2);
  fresh boolean := split_part(entry, '.', 2) = ANY (@NEW@);
  said_json jsonb;
  before jsonb;
  after jsonb;
  info jsonb;
  old jsonb;
  kept jsonb;
  later integer;
  last record;
  own record;
  e event;
BEGIN
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
     OR after = '{}' OR jsonb_typeof(info) <> 'object' OR (said_json ? 'info' AND info = '{}')
     OR EXISTS (SELECT 1 FROM jsonb_object_keys(said_json) AS k WHERE k NOT IN ('before', 'after', 'info', 'request'))
     OR (said_json->>'request') IS DISTINCT FROM request_id
     OR EXISTS (SELECT 1 FROM (SELECT * FROM jsonb_each(before) UNION ALL SELECT * FROM jsonb_each(after)
                               UNION ALL SELECT * FROM jsonb_each(info)) AS f(k, v)
                WHERE jsonb_typeof(v) IN ('object', 'array') OR (jsonb_typeof(v) = 'number' AND v::text !~ '^-?[0-9]+$'))
     OR EXISTS (SELECT 1 FROM jsonb_object_keys(info) AS k WHERE NOT k = ANY (@INFO@)) THEN
    PERFORM no('QP002', format('the body of %s is not a canonical entry', id), format('%s 的内容不符合登记格式', id));
  END IF;
  IF NOT entity = ANY (ARRAY['task', 'milestone', 'indicator', 'actual']) OR entry <> entity || '.' || verb THEN
    PERFORM no('QP001', format('%s is not written by departments; the plan is loaded by the owner of the ledger', entry),
                        format('“%s”不由各单位登记；规划由台账所有者导入', entry));
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
  IF entity = 'task' AND verb NOT IN ('undo', 'retire') THEN
    PERFORM check_step(verb, jsonb_populate_record(NULL::task, old), after, info, eff, dept, actor);
  ELSIF verb IN ('undo', 'retire') THEN
    PERFORM check_undo(entry, id, old, after, info, dept);
  ELSE
    PERFORM check_entry(entry, id, old, after, info, eff, dept);
  END IF;
  SELECT min(x.seq) INTO later FROM event x WHERE x.subject = id AND x.effective_on > eff
    AND x.body::jsonb->'after' ?| ARRAY(SELECT jsonb_object_keys(after));
  IF later IS NOT NULL THEN
    PERFORM no('QP001', format('%s has an entry (no. %s) effective later that sets the same; give a later day', id, later),
                        format('%s 的第 %s 条登记生效更晚且涉及相同事项，请改用更晚的日期', id, later));
  END IF;

  SELECT x.seq, x.hash INTO last FROM event x ORDER BY x.seq DESC LIMIT 1;
  SELECT x.id, x.genesis INTO own FROM ledger x;
  e.seq := coalesce(last.seq, 0) + 1;
  e.recorded_at := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
  e.effective_on := eff;
  e.actor := actor;
  e.kind := entry;
  e.subject := id;
  e.body := said;
  e.prev := coalesce(last.hash, own.genesis);
  e.hash := event_hash(e.prev, own.id, e.seq, e.recorded_at, e.effective_on, e.actor, e.kind, e.subject, e.body);
  INSERT INTO event SELECT (e).*;

  IF fresh THEN
    EXECUTE format('INSERT INTO %I SELECT * FROM jsonb_populate_record(NULL::%I, $1) RETURNING to_jsonb(%I.*)', entity, entity, entity)
      INTO kept USING (@DEFAULTS@::jsonb->entity) || after || jsonb_build_object('id', id, 'version', e.seq);
  ELSE
    EXECUTE (SELECT format('UPDATE %I t SET version = $3, %s FROM jsonb_populate_record(NULL::%I, $1) AS n WHERE t.id = $2 RETURNING to_jsonb(t)',
                           entity, string_agg(format('%I = n.%I', k, k), ', '), entity) FROM jsonb_object_keys(after) AS k)
      INTO kept USING after, id, e.seq;
  END IF;
  IF (kept @> after) IS NOT TRUE THEN
    PERFORM no('QP001', format('the change of %s was not accepted whole', id), format('%s 的改动未被完整接受', id));
  END IF;
  RETURN e;
END $$;

-- What a command writes: all its changes or none. A request id that is known gives back its entries.
CREATE OR REPLACE FUNCTION qplan.record(
  kinds text[], subjects text[], bodies text[], versions integer[], effective_on text, request_id text DEFAULT NULL)
RETURNS SETOF event
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, qplan, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  known plan;
  first integer;
  e event;
BEGIN
  PERFORM pg_advisory_xact_lock(@LOCK@);
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM no('QP001', 'entries are written in READ COMMITTED transactions only', '只能在 READ COMMITTED 事务中登记');
  END IF;
  IF session_dept() IS NULL THEN
    PERFORM no('QP001', format('The role %s acts for no department of this plan, or for several; it may read', session_user),
                        format('角色 %s 不代表本规划的任何一个单位（或代表多个单位），只能查看', session_user));
  END IF;
  IF request_id IS NOT NULL AND EXISTS (SELECT 1 FROM request r WHERE r.id = request_id) THEN
    RETURN QUERY SELECT x.* FROM event x JOIN request r ON r.id = request_id AND x.seq BETWEEN r.first_seq AND r.last_seq
      ORDER BY x.seq;
    RETURN;
  END IF;
  SELECT * INTO known FROM plan;
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
