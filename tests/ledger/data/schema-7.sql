-- The ledger of schema-6.sql, upgraded to schema 7; test_migrations.py upgrades it further.
BEGIN TRANSACTION;
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
INSERT INTO "actual" VALUES('I1/2023','I1',2023,'97.1',NULL,NULL,NULL,0,31,NULL);
INSERT INTO "actual" VALUES('I1/2025-06','I1',2025,'1','月报','2025-07-02',NULL,0,34,'2025-06');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
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
INSERT INTO "department" VALUES('zlb','领导小组办公室','',NULL,'office',NULL,1,0,2,NULL,NULL,NULL,NULL,'');
INSERT INTO "department" VALUES('scjg','市场监管局','市监局',NULL,'department',NULL,2,0,3,NULL,NULL,NULL,NULL,'');
INSERT INTO "department" VALUES('fgj','发展改革局','',NULL,'department',NULL,3,0,4,NULL,NULL,NULL,NULL,'');
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
INSERT INTO "event" VALUES(1,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','plan.define','test-plan','{"after":{"begins":"2021-08-01","calendar":"{\"2025\":{\"off\":[\"0101\"],\"work\":[\"0126\"]}}","ends":"2025-12-31","issued":"2021-08-15","office":"zlb","region":"试验区","title":"质量强区试验规划"},"before":{}}','2bdaa96be966b0b4945aa2ee98e7ead4b08f64b3374efdc3ad6661faf75d2e5e','0ca483112f1cd1804f75b98687bd1c3ee9b16f80ef20e79c30f619fe65021147');
INSERT INTO "event" VALUES(2,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','department.define','zlb','{"after":{"name":"领导小组办公室","position":1,"role":"office"},"before":{}}','0ca483112f1cd1804f75b98687bd1c3ee9b16f80ef20e79c30f619fe65021147','24016ea170672bfb8ae80de52e3649eb3ba066e26311e7437f38df31b1c90e1a');
INSERT INTO "event" VALUES(3,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','department.define','scjg','{"after":{"aliases":"市监局","name":"市场监管局","position":2},"before":{}}','24016ea170672bfb8ae80de52e3649eb3ba066e26311e7437f38df31b1c90e1a','db43036d1721675316c91042064ee678a632eb867059a65b0305810a40ee0736');
INSERT INTO "event" VALUES(4,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','department.define','fgj','{"after":{"name":"发展改革局","position":3},"before":{}}','db43036d1721675316c91042064ee678a632eb867059a65b0305810a40ee0736','883a34b9dc6c2e8b1ca55003c23234315bf0e3f18bd5c9278773990bfb70fa7b');
INSERT INTO "event" VALUES(5,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','T1','{"after":{"clause":"三(一)","kind":"group","position":1,"section":"三(一)","title":"提升质量"},"before":{}}','883a34b9dc6c2e8b1ca55003c23234315bf0e3f18bd5c9278773990bfb70fa7b','c4d416d90677bcf56f7d7d8e728b0fb57c01217695c502fa893c587d21abe6b8');
INSERT INTO "event" VALUES(6,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','T1.1','{"after":{"basis":"proposed","clause":"三(一)1","deadline":"2025-12-31","deadline_basis":"plan","kind":"task","lead":"scjg","original_deadline":"2025-12-31","parent":"T1","position":2,"progress":0,"section":"三(一)","status":"assigned","support":"fgj","title":"任务 1"},"before":{}}','c4d416d90677bcf56f7d7d8e728b0fb57c01217695c502fa893c587d21abe6b8','9c7930fecdb911ba4929fae12adbb0ef1a19da3ecf97f6c5a4b5b36f5d1ab4d1');
INSERT INTO "event" VALUES(7,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','T1.2','{"after":{"basis":"proposed","clause":"三(一)1","deadline":"2025-12-31","deadline_basis":"plan","kind":"task","lead":"scjg","original_deadline":"2025-12-31","parent":"T1","position":3,"progress":0,"section":"三(一)","status":"assigned","support":"fgj","title":"任务 2"},"before":{}}','9c7930fecdb911ba4929fae12adbb0ef1a19da3ecf97f6c5a4b5b36f5d1ab4d1','1f2c0e87bc02a944cca2ee8542302701071b3dde1fdfd600c4b352c7ea6ecfad');
INSERT INTO "event" VALUES(8,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','T1.3','{"after":{"basis":"proposed","clause":"三(一)1","deadline":"2025-12-31","deadline_basis":"plan","kind":"task","lead":"scjg","original_deadline":"2025-12-31","parent":"T1","position":4,"progress":0,"section":"三(一)","status":"assigned","support":"fgj","title":"任务 3"},"before":{}}','1f2c0e87bc02a944cca2ee8542302701071b3dde1fdfd600c4b352c7ea6ecfad','c9ea40a7056f14c8f087dd55db44ab50570b7f743e1ee04de8796403d797d4c1');
INSERT INTO "event" VALUES(9,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','T1.4','{"after":{"basis":"proposed","clause":"三(一)1","deadline":"2025-12-31","deadline_basis":"plan","kind":"task","lead":"scjg","original_deadline":"2025-12-31","parent":"T1","position":5,"progress":0,"section":"三(一)","status":"assigned","support":"fgj","title":"任务 4"},"before":{}}','c9ea40a7056f14c8f087dd55db44ab50570b7f743e1ee04de8796403d797d4c1','db714bd886e3a6b9af74be383e79619e8c571daed5f55e6ef7633e3cb019d1e9');
INSERT INTO "event" VALUES(10,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','task.define','C1.1','{"after":{"basis":"proposed","clause":"三(一)1","column_no":1,"deadline":"2025-12-31","deadline_basis":"plan","kind":"column_item","lead":"fgj","original_deadline":"2025-12-31","position":6,"progress":0,"section":"三(一)","status":"assigned","title":"任务 C1.1"},"before":{}}','db714bd886e3a6b9af74be383e79619e8c571daed5f55e6ef7633e3cb019d1e9','3c09996ca17fdb5c354d6dec7bdc98e68c78aa88539616b78a2d51ca86226f53');
INSERT INTO "event" VALUES(11,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','milestone.define','T1.1/m1','{"after":{"due":"2022-06-30","original_due":"2022-06-30","position":1,"task":"T1.1","title":"方案印发"},"before":{}}','3c09996ca17fdb5c354d6dec7bdc98e68c78aa88539616b78a2d51ca86226f53','551585ebcf7a7591bfc670d4cbb0fb956135fa9b0f23598d74b6a98ee416c63f');
INSERT INTO "event" VALUES(12,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','milestone.define','T1.1/m2','{"after":{"due":"2024-06-30","original_due":"2024-06-30","position":2,"task":"T1.1","title":"中期评估"},"before":{}}','551585ebcf7a7591bfc670d4cbb0fb956135fa9b0f23598d74b6a98ee416c63f','8635abe67332aa2c9f1c9618e3bec1fde463fd6f527113990a4409ab764f5e20');
INSERT INTO "event" VALUES(13,'2021-08-02T01:00:00Z','2021-08-01','测试@zlb','indicator.define','I1','{"after":{"core":1,"lead":"scjg","name":"合格率","nature":"expected","target":"98.5","unit":"%"},"before":{}}','8635abe67332aa2c9f1c9618e3bec1fde463fd6f527113990a4409ab764f5e20','bf549007279d1d7b8f920f8dbed4e05bf00130ca011ebcc1e4404f69829bed3c');
INSERT INTO "event" VALUES(14,'2024-03-01T02:00:00Z','2024-03-01','李@scjg','task.accept','T1.1','{"after":{"accepted_on":"2024-03-01","last_update":"2024-03-01","note":"已签收","status":"active"},"before":{"accepted_on":null,"last_update":null,"note":null,"status":"assigned"}}','bf549007279d1d7b8f920f8dbed4e05bf00130ca011ebcc1e4404f69829bed3c','d3e4add33510279219899c17559de0d3846fd2cc4735f5ff72fd91824a2887b3');
INSERT INTO "event" VALUES(15,'2024-04-01T02:00:00Z','2024-04-01','李@scjg','task.report','T1.1','{"after":{"last_update":"2024-04-01","owner":"张三","progress":30},"before":{"last_update":"2024-03-01","owner":null,"progress":0}}','d3e4add33510279219899c17559de0d3846fd2cc4735f5ff72fd91824a2887b3','ef8265601cfda56155290a6347902e8ea7e29cd07f310e98748099f3257343b9');
INSERT INTO "event" VALUES(16,'2024-04-02T02:00:00Z','2024-04-02','赵@fgj','task.contribute','T1.1','{"after":{"support_note":"fgj 2024-04-02 数据已报"},"before":{"support_note":null},"info":{"note":"数据已报"}}','ef8265601cfda56155290a6347902e8ea7e29cd07f310e98748099f3257343b9','ad3d3ab858e8c5a0de4e4ff4f5a55e03397386d7624b6fa5326ca484d3c6bb9f');
INSERT INTO "event" VALUES(17,'2024-04-03T02:00:00Z','2024-04-03','李@scjg','task.accept','T1.2','{"after":{"accepted_on":"2024-04-03","last_update":"2024-04-03","status":"active"},"before":{"accepted_on":null,"last_update":null,"status":"assigned"}}','ad3d3ab858e8c5a0de4e4ff4f5a55e03397386d7624b6fa5326ca484d3c6bb9f','6a8880205a45d9bfe82b6b40d165030540c42ef678408b754725cf65235853e8');
INSERT INTO "event" VALUES(18,'2024-05-06T02:00:00Z','2024-05-06','李@scjg','task.report','T1.1','{"after":{"last_update":"2024-05-06","progress":40},"before":{"last_update":"2024-04-01","progress":30}}','6a8880205a45d9bfe82b6b40d165030540c42ef678408b754725cf65235853e8','ec78983e9a8920405e920626b9b9d4618491f597aec63ab43a8302cdbd5c476f');
INSERT INTO "event" VALUES(19,'2024-05-07T02:00:00Z','2024-04-20','李@scjg','task.report','T1.2','{"after":{"last_update":"2024-04-20","progress":10},"before":{"last_update":"2024-04-03","progress":0}}','ec78983e9a8920405e920626b9b9d4618491f597aec63ab43a8302cdbd5c476f','db3c15474ad2eee0cb37b4043ed5e5b62d7ef6e1af79ef235aec2179921991c5');
INSERT INTO "event" VALUES(20,'2024-05-10T02:00:00Z','2024-05-10','李@scjg','task.block','T1.1','{"after":{"difficulty":"缺场地","last_update":"2024-05-10","needs":"协调","status":"blocked"},"before":{"difficulty":null,"last_update":"2024-05-06","needs":null,"status":"active"}}','db3c15474ad2eee0cb37b4043ed5e5b62d7ef6e1af79ef235aec2179921991c5','b62e9a301f409f6121f5db12f753b6ce0e1001908d03161561d83b9ef40bada7');
INSERT INTO "event" VALUES(21,'2024-05-11T02:00:00Z','2024-05-11','李@scjg','task.undo','T1.1','{"after":{"difficulty":null,"last_update":"2024-05-06","needs":null,"status":"active"},"before":{"difficulty":"缺场地","last_update":"2024-05-10","needs":"协调","status":"blocked"},"info":{"undoes":20}}','b62e9a301f409f6121f5db12f753b6ce0e1001908d03161561d83b9ef40bada7','20bb7a1b18f31a1be3e652d607c9f00cfd549f2ec411486d9cf4425db1db5c99');
INSERT INTO "event" VALUES(22,'2024-05-12T02:00:00Z','2024-05-12','王@zlb','task.confirm','T1.3','{"after":{"basis":"confirmed"},"before":{"basis":"proposed"},"info":{"document":"区质发〔2024〕1号"}}','20bb7a1b18f31a1be3e652d607c9f00cfd549f2ec411486d9cf4425db1db5c99','dc59b4dcbafbf2e78ca02573d29093e436cff5e438fc187eef19af73497d1a35');
INSERT INTO "event" VALUES(23,'2024-06-01T02:00:00Z','2024-06-01','李@scjg','task.submit','T1.1','{"after":{"evidence":"文3号","last_update":"2024-06-01","status":"submitted","submitted_by":"李@scjg","submitted_on":"2024-06-01"},"before":{"evidence":null,"last_update":"2024-05-06","status":"active","submitted_by":null,"submitted_on":null}}','dc59b4dcbafbf2e78ca02573d29093e436cff5e438fc187eef19af73497d1a35','70f5c1b2be2f3b41eb86055248f73a5372c5aa726b9fb5b350206c850fd4e6f8');
INSERT INTO "event" VALUES(24,'2024-06-03T02:00:00Z','2024-06-03','王@zlb','task.return','T1.1','{"after":{"progress":80,"result":"佐证不全","returned_on":"2024-06-03","status":"active","submitted_by":null,"submitted_on":null},"before":{"progress":40,"result":null,"returned_on":null,"status":"submitted","submitted_by":"李@scjg","submitted_on":"2024-06-01"}}','70f5c1b2be2f3b41eb86055248f73a5372c5aa726b9fb5b350206c850fd4e6f8','43bdfaa741ea8827d065bcd32fd7ac575082dc61080fc4fca3e520d1786e71f2');
INSERT INTO "event" VALUES(25,'2024-06-10T02:00:00Z','2024-06-10','李@scjg','task.submit','T1.1','{"after":{"evidence":"文4号","last_update":"2024-06-10","result":null,"status":"submitted","submitted_by":"李@scjg","submitted_on":"2024-06-10"},"before":{"evidence":"文3号","last_update":"2024-06-01","result":"佐证不全","status":"active","submitted_by":null,"submitted_on":null}}','43bdfaa741ea8827d065bcd32fd7ac575082dc61080fc4fca3e520d1786e71f2','dcafce01b5c589a863858549296f6d2bb492d147e1fe187f50ce7034a06d0973');
INSERT INTO "event" VALUES(26,'2024-06-12T02:00:00Z','2024-06-12','王@zlb','task.approve','T1.1','{"after":{"closed_by":"王@zlb","closed_on":"2024-06-12","progress":100,"result":"同意","status":"closed"},"before":{"closed_by":null,"closed_on":null,"progress":80,"result":null,"status":"submitted"},"info":{"closed_late":false}}','dcafce01b5c589a863858549296f6d2bb492d147e1fe187f50ce7034a06d0973','d424296cb501e22c92cf1dc9796c0ecc0b6029e786682f4bd01a03a590f688b3');
INSERT INTO "event" VALUES(27,'2026-01-15T02:00:00Z','2026-01-15','王@zlb','task.urge','T1.2','{"after":{"answer_by":"2026-01-22","urge_level":"reminder","urged_on":"2026-01-15"},"before":{"answer_by":null,"urge_level":null,"urged_on":null}}','d424296cb501e22c92cf1dc9796c0ecc0b6029e786682f4bd01a03a590f688b3','231fd588839e2b2830b215bcb764e7efc9258ba250528ae602bfce2f4616d16f');
INSERT INTO "event" VALUES(28,'2026-02-02T02:00:00Z','2026-02-02','李@scjg','task.request','T1.2','{"after":{"answered_on":"2026-02-02","extension_on":"2026-02-02","extension_reason":"延后","extension_to":"2026-12-31"},"before":{"answered_on":null,"extension_on":null,"extension_reason":null,"extension_to":null},"info":{"late":true}}','231fd588839e2b2830b215bcb764e7efc9258ba250528ae602bfce2f4616d16f','0e31cf13dde9ffbb190a271933835c8057374810e18e11fd06b822669aea24be');
INSERT INTO "event" VALUES(29,'2026-02-03T02:00:00Z','2026-02-03','王@zlb','task.extend','T1.2','{"after":{"deadline":"2026-12-31","extension_on":null,"extension_reason":null,"extension_to":null,"extensions":1},"before":{"deadline":"2025-12-31","extension_on":"2026-02-02","extension_reason":"延后","extension_to":"2026-12-31","extensions":0},"info":{"asked":"2026-12-31","late":true,"reason":"延后"}}','0e31cf13dde9ffbb190a271933835c8057374810e18e11fd06b822669aea24be','85e10eba1724480ddd09160e5ebbf17a46ec4e30c6ed8f3f2543d47679874d6c');
INSERT INTO "event" VALUES(30,'2026-03-01T02:00:00Z','2026-03-01','王@zlb','task.reopen','T1.1','{"after":{"closed_by":null,"closed_on":null,"last_update":"2026-03-01","progress":80,"result":null,"returned_on":null,"status":"active","submitted_by":null,"submitted_on":null},"before":{"closed_by":"王@zlb","closed_on":"2024-06-12","last_update":"2024-06-10","progress":100,"result":"同意","returned_on":"2024-06-03","status":"closed","submitted_by":"李@scjg","submitted_on":"2024-06-10"},"info":{"reason":"复查"}}','85e10eba1724480ddd09160e5ebbf17a46ec4e30c6ed8f3f2543d47679874d6c','48defd775f994e02513d8c0d20ede661615d16584d663a35450caf5ebc27bf06');
INSERT INTO "event" VALUES(31,'2026-03-02T02:00:00Z','2026-03-02','李@scjg','actual.measure','I1/2023','{"after":{"indicator":"I1","value":"97.1","year":2023},"before":{},"request":"r-1"}','48defd775f994e02513d8c0d20ede661615d16584d663a35450caf5ebc27bf06','10b9442924aec96fad76bb9f635d4a4dcb29850830117eb74acf16d17f5bf2b5');
INSERT INTO "event" VALUES(32,'2026-03-03T02:00:00Z','2026-03-03','张@zlb','task.amend','T1.1','{"after":{"deadline_text":"年底前","joint":"fgj","weight":"2"},"before":{"deadline_text":null,"joint":"","weight":null}}','10b9442924aec96fad76bb9f635d4a4dcb29850830117eb74acf16d17f5bf2b5','ebdefa8552ee17be57f85f467465bc0a8c10e171da512f46b312bf0ffc5ab52c');
INSERT INTO "event" VALUES(33,'2026-03-03T02:00:00Z','2026-03-03','张@zlb','task.amend','T1.2','{"after":{"fields":"{\"money\":\"12\"}","plan_owner":"王"},"before":{"fields":"{}","plan_owner":null}}','ebdefa8552ee17be57f85f467465bc0a8c10e171da512f46b312bf0ffc5ab52c','299322f7beea2a96f0777068ba42733a24cafd447d6dd62673cc6f7ad805f356');
INSERT INTO "event" VALUES(34,'2025-07-02T00:00:00Z','2025-07-02','甲@zlb','actual.measure','I1/2025-06','{"after":{"indicator":"I1","measured_on":"2025-07-02","period":"2025-06","source":"月报","value":"1","year":2025},"before":{}}','299322f7beea2a96f0777068ba42733a24cafd447d6dd62673cc6f7ad805f356','86cceaea13ba56d14e3c85586650c0633d1c1ba170964adbd6fc86a6a6522861');
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
	qualifier TEXT, parts TEXT DEFAULT '' NOT NULL,
	CONSTRAINT indicator_pkey PRIMARY KEY (id),
	CONSTRAINT indicator_nature CHECK (nature = 'expected' OR nature = 'binding'),
	CONSTRAINT indicator_operator CHECK (operator = '>=' OR operator = '<=' OR operator = '=' OR operator = 'up' OR operator = 'down' OR operator = 'rank'),
	CONSTRAINT indicator_target_status CHECK (target_status = 'set' OR target_status = 'to_be_assigned')
)
 STRICT

;
INSERT INTO "indicator" VALUES('I1','合格率',1,NULL,'%','>=','98.5','set',NULL,NULL,NULL,NULL,'expected','scjg','','','',NULL,NULL,'',0,0,13,NULL,'');
CREATE TABLE ledger (
	id TEXT NOT NULL,
	genesis TEXT NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT ledger_pkey PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "ledger" VALUES('feedc0de00000002','2bdaa96be966b0b4945aa2ee98e7ead4b08f64b3374efdc3ad6661faf75d2e5e','2021-08-02T01:00:00Z');
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
INSERT INTO "milestone" VALUES('T1.1/m1','T1.1','方案印发','2022-06-30','2022-06-30','proposed',NULL,NULL,0,1,0,11);
INSERT INTO "milestone" VALUES('T1.1/m2','T1.1','中期评估','2024-06-30','2024-06-30','proposed',NULL,NULL,0,2,0,12);
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
INSERT INTO "plan" VALUES('test-plan','质量强区试验规划',NULL,'试验区','2021-08-15','2021-08-01','2025-12-31','+08:00','zlb','{}','{"2025":{"off":["0101"],"work":["0126"]}}',1,'[]','zh');
CREATE TABLE request (
	id TEXT NOT NULL,
	first_seq INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	CONSTRAINT request_pkey PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "request" VALUES('r-1',31,31);
CREATE TABLE signature (
	seq INTEGER NOT NULL, 
	first_seq INTEGER NOT NULL, 
	signature TEXT NOT NULL, 
	CONSTRAINT signature_pkey PRIMARY KEY (seq), 
	CONSTRAINT signature_entries CHECK (first_seq >= 1 AND first_seq <= seq)
)
 STRICT

;
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
	version INTEGER NOT NULL, deadline_text TEXT, term TEXT, begins TEXT, repeats TEXT, quantity TEXT, unit TEXT, weight TEXT, verifier TEXT, plan_leader TEXT, plan_owner TEXT, plan_contact TEXT, joint TEXT DEFAULT '' NOT NULL, fields TEXT DEFAULT '{}' NOT NULL,
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
INSERT INTO "task" VALUES('T1','group','提升质量','三(一)','plan',NULL,'三(一)',NULL,NULL,1,'',NULL,NULL,'',NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','{}');
INSERT INTO "task" VALUES('T1.1','task','任务 1','三(一)1','plan',NULL,'三(一)',NULL,'T1',2,'',NULL,'scjg','fgj','proposed','2025-12-31','2025-12-31','plan',0,NULL,'张三',NULL,'active',80,'已签收',NULL,NULL,NULL,'fgj 2024-04-02 数据已报','文4号',NULL,NULL,'2026-03-01','2024-03-01',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,32,'年底前',NULL,NULL,NULL,NULL,NULL,'2',NULL,NULL,NULL,NULL,'fgj','{}');
INSERT INTO "task" VALUES('T1.2','task','任务 2','三(一)1','plan',NULL,'三(一)',NULL,'T1',3,'',NULL,'scjg','fgj','proposed','2026-12-31','2025-12-31','plan',0,NULL,NULL,NULL,'active',10,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2024-04-20','2024-04-03',NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,'reminder','2026-01-15','2026-01-22','2026-02-02',33,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'王',NULL,'','{"money":"12"}');
INSERT INTO "task" VALUES('T1.3','task','任务 3','三(一)1','plan',NULL,'三(一)',NULL,'T1',4,'',NULL,'scjg','fgj','confirmed','2025-12-31','2025-12-31','plan',0,NULL,NULL,NULL,'assigned',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,22,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','{}');
INSERT INTO "task" VALUES('T1.4','task','任务 4','三(一)1','plan',NULL,'三(一)',NULL,'T1',5,'',NULL,'scjg','fgj','proposed','2025-12-31','2025-12-31','plan',0,NULL,NULL,NULL,'assigned',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','{}');
INSERT INTO "task" VALUES('C1.1','column_item','任务 C1.1','三(一)1','plan',NULL,'三(一)',1,NULL,6,'',NULL,'fgj','','proposed','2025-12-31','2025-12-31','plan',0,NULL,NULL,NULL,'assigned',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,10,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','{}');
CREATE INDEX actual_indicator ON actual (indicator, year);
CREATE INDEX event_effective_on ON event (effective_on, seq);
CREATE INDEX event_subject ON event (subject, seq);
CREATE INDEX milestone_due ON milestone (due, task) WHERE done_on IS NULL AND retired = 0;
CREATE INDEX milestone_task ON milestone (task, due);
CREATE INDEX indicator_position ON indicator (position);
CREATE INDEX task_closed ON task (closed_on) WHERE status = 'closed';
CREATE INDEX task_lead ON task (lead, position) WHERE kind <> 'group' AND retired = 0;
CREATE INDEX task_open ON task (deadline, position) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;
CREATE INDEX task_open_lead ON task (lead, deadline, position) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;
CREATE INDEX task_parent ON task (parent, position);
CREATE INDEX task_position ON task (position);
CREATE INDEX task_folded ON task (lower(id));
CREATE INDEX task_silent ON task (coalesce(last_update, '')) WHERE status <> 'closed' AND status <> 'terminated' AND retired = 0;
CREATE INDEX task_joint ON task (joint) WHERE joint <> '' AND retired = 0;
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
COMMIT;
PRAGMA application_id = 1903193198;
PRAGMA user_version = 7;
