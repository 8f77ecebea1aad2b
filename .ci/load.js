// What .ci/load asks of a server, with k6. One scenario at a time, by name in SCENARIO; the rest is in the environment too.
import http from "k6/http";
import { check, sleep } from "k6";
import { Trend, Counter } from "k6/metrics";
import exec from "k6/execution";

const servers = __ENV.BULKHEAD_SERVERS.split(",");
const base = servers[__VU % servers.length] + "/api/v1"; // each client asks one of them
const headers = { Authorization: "Bearer " + __ENV.BULKHEAD_TOKEN, "Content-Type": "application/json", "Accept-Encoding": "gzip" };
const seconds = __ENV.EACH || "20";
const fresh = new Trend("posture_fresh", true);
const change = new Trend("change", true);
const lost = new Counter("lost");

const scenarios = {
  reads: { executor: "constant-vus", vus: 50, duration: seconds + "s", exec: "reads" },
  paced: { executor: "constant-vus", vus: 50, duration: seconds + "s", exec: "paced" },
  changes: { executor: "constant-vus", vus: Number(__ENV.CHANGERS || 1), duration: seconds + "s", exec: "changes" },
  evidence: { executor: "constant-arrival-rate", rate: 300, timeUnit: "1s", duration: seconds + "s", preAllocatedVUs: 100, maxVUs: 200, exec: "evidence" },
  freshness: { executor: "constant-vus", vus: 2, duration: seconds + "s", exec: "freshness" },
};

const wanted = (__ENV.SCENARIO || "reads").split(",");
export const options = {
  scenarios: Object.fromEntries(wanted.map((name) => [name, scenarios[name]])),
  summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max"],
  discardResponseBodies: wanted[0] === "reads" || wanted[0] === "paced",
};

export function setup() {
  const ids = [];
  for (let after = "", more = true; more; ) {
    const page = http.get(`${base}/services?limit=500&after=${after}`, { headers, responseType: "text" }).json();
    page.items.forEach((s) => ids.push(s.service));
    after = page.next;
    more = after !== "";
  }
  const some = ids.filter((_, i) => i % Math.ceil(ids.length / 20) === 0).slice(0, 20); // twenty services, among all
  return { ids: wanted[0] === "evidence" ? [] : ids, some, run: Date.now().toString(36) }; // every client has its own copy of it
}

const any = (list) => list[Math.floor(Math.random() * list.length)];

export function reads(data) {
  const id = any(data.ids);
  const asked = any(["/services?limit=50&after=" + id, "/services/" + id + "/posture", "/services/" + id, "/services/" + id + "/evidence?limit=50"]);
  const answer = http.get(base + asked, { headers, tags: { name: asked.replace(id, "ID") } });
  check(answer, { "is answered": (r) => r.status === 200 });
}

// paced reads as people and tools do who look at what they were given: a tenth of a second passes before they ask again.
export function paced(data) {
  reads(data);
  sleep(0.05 + Math.random() * 0.1);
}

export function changes(data) {
  const id = data.ids[exec.vu.idInTest % data.ids.length];
  const now = http.get(`${base}/services/${id}`, { headers, tags: { name: "read" } });
  const answer = http.patch(`${base}/services/${id}`, JSON.stringify({ edits: [{ op: "set", path: "/service/purpose", value: `Purpose ${data.run} ${exec.scenario.iterationInTest}` }] }),
    { headers: { ...headers, "If-Match": now.headers["Etag"] }, tags: { name: "change" } });
  if (check(answer, { "is changed": (r) => r.status === 200 })) change.add(answer.timings.duration);
}

function observed(id) {
  return { id, subject: ["control:multi-factor-authentication"], kind: "test", strength: "tested", outcome: "passed", observed: new Date().toISOString().slice(0, 19) + "Z" };
}

export function evidence(data) {
  const id = any(data.some);
  const answer = http.post(`${base}/services/${id}/evidence`, JSON.stringify({ records: [observed(`load-${data.run}-${exec.scenario.iterationInTest}`)] }), { headers, tags: { name: "evidence" } });
  if (!check(answer, { "is recorded": (r) => r.status === 201 })) lost.add(1);
}

// freshness measures how long after a record was acknowledged the posture shows it, whatever else arrives meanwhile.
export function freshness(data) {
  const id = any(data.some);
  const record = `fresh-${data.run}-${exec.vu.idInTest}-${exec.vu.iterationInScenario}`;
  http.post(`${base}/services/${id}/evidence`, JSON.stringify({ records: [observed(record)] }), { headers, tags: { name: "evidence" } });
  const acknowledged = Date.now();
  for (let i = 0; i < 600; i++) {
    const p = http.get(`${base}/services/${id}/posture`, { headers, responseType: "text", tags: { name: "posture" } });
    if (p.body.includes(record)) break;
    sleep(0.1);
  }
  fresh.add(Date.now() - acknowledged);
}
