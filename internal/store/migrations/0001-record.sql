CREATE TABLE instance (one INTEGER PRIMARY KEY CHECK (one = 1), id {{key}} NOT NULL) {{strict}};
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size BIGINT NOT NULL, at BIGINT NOT NULL) {{strict}};
CREATE TABLE leaf (
  number BIGINT PRIMARY KEY, leaf {{bytes}} NOT NULL, hash {{bytes}} NOT NULL,
  kind {{key}} NOT NULL, at BIGINT NOT NULL, service {{key}} NOT NULL, subject {{key}} NOT NULL, actor {{key}} NOT NULL, body {{key}} NOT NULL
) {{strict}};
CREATE INDEX leaf_service ON leaf (service, number);
CREATE INDEX leaf_body ON leaf (body);
CREATE TABLE body (id {{key}} PRIMARY KEY, key_id {{key}} NOT NULL, wrapped {{bytes}}, sealed {{bytes}} NOT NULL) {{strict}};
CREATE INDEX body_key ON body (key_id);

CREATE TABLE service (
  id {{key}} PRIMARY KEY, name TEXT NOT NULL, unit {{key}} NOT NULL, kept_in TEXT NOT NULL, number BIGINT NOT NULL, body {{key}} NOT NULL,
  digest {{key}} NOT NULL, changed BIGINT NOT NULL, registered BIGINT NOT NULL, retired BIGINT NOT NULL
) {{clustered}};
CREATE INDEX service_unit ON service (unit, id);
CREATE TABLE revision (
  service {{key}} NOT NULL, number BIGINT NOT NULL, parent BIGINT NOT NULL, body {{key}} NOT NULL, digest {{key}} NOT NULL, at BIGINT NOT NULL,
  actor {{key}} NOT NULL, PRIMARY KEY (service, number)
) {{clustered}};
CREATE TABLE evidence (
  service {{key}} NOT NULL, id {{key}} NOT NULL, body {{key}} NOT NULL, kind {{key}} NOT NULL, outcome {{key}} NOT NULL,
  observed {{key}} NOT NULL, learnt BIGINT NOT NULL, PRIMARY KEY (service, id)
) {{clustered}};
CREATE TABLE decision (
  service {{key}} NOT NULL, id {{key}} NOT NULL, body {{key}} NOT NULL, kind {{key}} NOT NULL, made {{key}} NOT NULL, learnt BIGINT NOT NULL,
  attested {{key}} NOT NULL, awaits {{key}} NOT NULL, key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL, PRIMARY KEY (service, id)
) {{clustered}};
CREATE INDEX decision_awaits ON decision (awaits) WHERE awaits <> '';
CREATE TABLE organisation (number BIGINT PRIMARY KEY, body {{key}} NOT NULL, digest {{key}} NOT NULL, at BIGINT NOT NULL, actor {{key}} NOT NULL) {{strict}};
CREATE TABLE pack (
  id {{key}} NOT NULL, number BIGINT NOT NULL, digest {{key}} NOT NULL, version TEXT NOT NULL, body {{key}} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (id, number)
) {{strict}};
CREATE TABLE posture (
  service {{key}} NOT NULL, body {{key}} NOT NULL, at BIGINT NOT NULL, revision BIGINT NOT NULL, engine {{key}} NOT NULL, PRIMARY KEY (service, body)
) {{clustered}};
CREATE INDEX posture_at ON posture (service, at);
CREATE TABLE line (
  service {{key}} PRIMARY KEY, body {{key}} NOT NULL, at BIGINT NOT NULL, next_change BIGINT NOT NULL, offer {{key}} NOT NULL, summary TEXT NOT NULL
) {{clustered}};
CREATE INDEX line_next ON line (next_change);
CREATE TABLE rest (service {{key}} NOT NULL, kind {{key}} NOT NULL, name {{key}} NOT NULL, PRIMARY KEY (service, kind, name)) {{clustered}};
CREATE INDEX rest_name ON rest (kind, name, service);
CREATE TABLE item (
  service {{key}} NOT NULL, ref {{key}} NOT NULL, kind {{key}} NOT NULL, title TEXT NOT NULL, state {{key}} NOT NULL, until BIGINT NOT NULL,
  PRIMARY KEY (service, ref)
) {{clustered}};
CREATE INDEX item_kind ON item (kind, state, service);
CREATE TABLE offer (service {{key}} PRIMARY KEY, digest {{key}} NOT NULL, until BIGINT NOT NULL, offer TEXT NOT NULL) {{strict}};
CREATE TABLE person (
  id {{key}} PRIMARY KEY, body {{key}} NOT NULL, identity {{key}} NOT NULL, left_at BIGINT NOT NULL, key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL
) {{clustered}};
CREATE UNIQUE INDEX person_identity ON person (identity) WHERE identity <> '';
CREATE TABLE passkey (
  id {{key}} PRIMARY KEY, person {{key}} NOT NULL, name TEXT NOT NULL, body {{key}} NOT NULL, at BIGINT NOT NULL, key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL
) {{clustered}};
CREATE INDEX passkey_person ON passkey (person);
CREATE TABLE token (
  id {{key}} PRIMARY KEY, hash {{key}} NOT NULL UNIQUE, body {{key}} NOT NULL, maker {{key}} NOT NULL, scope TEXT NOT NULL, created BIGINT NOT NULL,
  expires BIGINT NOT NULL, revoked BIGINT NOT NULL, key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL
) {{clustered}};
CREATE INDEX token_maker ON token (maker);
CREATE TABLE webhook (id {{key}} PRIMARY KEY, body {{key}} NOT NULL, at BIGINT NOT NULL) {{strict}};
CREATE TABLE redaction (id {{key}} PRIMARY KEY, body {{key}} NOT NULL, proposed_by {{key}} NOT NULL, at BIGINT NOT NULL, made BIGINT NOT NULL) {{strict}};
CREATE TABLE redacted (body {{key}} PRIMARY KEY, redaction {{key}} NOT NULL, at BIGINT NOT NULL) {{strict}};
CREATE TABLE proposal (
  service {{key}} NOT NULL, id {{key}} NOT NULL, body {{key}} NOT NULL, proposer {{key}} NOT NULL, at BIGINT NOT NULL, state {{key}} NOT NULL,
  PRIMARY KEY (service, id)
) {{clustered}};
CREATE INDEX proposal_waiting ON proposal (service, id) WHERE state = 'waiting';
CREATE TABLE agreement (
  service {{key}} NOT NULL, decision {{key}} NOT NULL, person {{key}} NOT NULL, role {{key}} NOT NULL, board {{key}} NOT NULL, part {{key}} NOT NULL,
  body {{key}} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (service, decision, person)
) {{clustered}};

CREATE TABLE dirty (
  service {{key}} PRIMARY KEY, mark BIGINT NOT NULL, since BIGINT NOT NULL, due BIGINT NOT NULL, lease BIGINT NOT NULL, holder {{key}} NOT NULL,
  tries BIGINT NOT NULL, trouble TEXT NOT NULL
) {{clustered}};
CREATE INDEX dirty_due ON dirty (due);
CREATE TABLE pace (service {{key}} PRIMARY KEY, judged BIGINT NOT NULL) {{clustered}};
CREATE TABLE job (
  id {{key}} PRIMARY KEY, kind {{key}} NOT NULL, name {{key}} NOT NULL, payload TEXT NOT NULL, due BIGINT NOT NULL, lease BIGINT NOT NULL, holder {{key}} NOT NULL,
  tries BIGINT NOT NULL, trouble TEXT NOT NULL, dead BIGINT NOT NULL, UNIQUE (kind, name)
) {{strict}};
CREATE INDEX job_due ON job (dead, due);
CREATE TABLE advice (service {{key}} PRIMARY KEY, posture {{key}} NOT NULL, actions TEXT NOT NULL) {{strict}};
CREATE TABLE checkpoint (size BIGINT PRIMARY KEY, text TEXT NOT NULL, at BIGINT NOT NULL) {{strict}};
CREATE TABLE tree (one INTEGER PRIMARY KEY CHECK (one = 1), size BIGINT NOT NULL, state {{bytes}} NOT NULL) {{strict}};
CREATE TABLE session (
  id {{key}} PRIMARY KEY, hash {{key}} NOT NULL UNIQUE, earlier {{key}} NOT NULL, person {{key}} NOT NULL, how {{key}} NOT NULL, held {{key}} NOT NULL,
  begun BIGINT NOT NULL, made BIGINT NOT NULL, seen BIGINT NOT NULL, idle BIGINT NOT NULL, expires BIGINT NOT NULL,
  key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL
) {{clustered}};
CREATE INDEX session_earlier ON session (earlier);
CREATE INDEX session_person ON session (person);
CREATE TABLE link (
  hash {{key}} PRIMARY KEY, purpose {{key}} NOT NULL, person {{key}} NOT NULL, payload TEXT NOT NULL, expires BIGINT NOT NULL,
  key_id {{key}} NOT NULL, mark {{bytes}} NOT NULL
) {{strict}};
CREATE INDEX link_person ON link (purpose, person);
CREATE TABLE attempt (name {{key}} PRIMARY KEY, count BIGINT NOT NULL, at BIGINT NOT NULL) {{strict}};
CREATE TABLE used (name {{key}} PRIMARY KEY, at BIGINT NOT NULL, note TEXT NOT NULL) {{clustered}};
CREATE TABLE answer (
  actor {{key}} NOT NULL, name {{key}} NOT NULL, request {{key}} NOT NULL, status INTEGER NOT NULL, type {{key}} NOT NULL,
  key_id {{key}} NOT NULL, wrapped {{bytes}}, sealed {{bytes}} NOT NULL, expires BIGINT NOT NULL, PRIMARY KEY (actor, name)
) {{strict}};
CREATE TABLE lease (name {{key}} PRIMARY KEY, holder {{key}} NOT NULL, until BIGINT NOT NULL) {{strict}};
