// Drives a desk over TLS with Microsoft's own JavaScript client; says each answer, and fails where one
// differs from what Graph documents.

import { createRequire } from "node:module";

const require = createRequire(`${process.env.FIREDAMP_NODE}/x.js`);
const { Client, PageIterator } = require("@microsoft/microsoft-graph-client");

function say(what, answer, wanted) {
  const [told, due] = [JSON.stringify(answer), JSON.stringify(wanted)];
  console.log(`${what}: ${told}`);
  if (told !== due) {
    console.error(`${what}: ${due} was due`);
    process.exit(1);
  }
}

const client = (token) =>
  Client.initWithMiddleware({
    authProvider: { getAccessToken: async () => token },
    baseUrl: `${process.env.FIREDAMP_BASE}/`,
    defaultVersion: "beta",
    customHosts: new Set(["localhost"]),
  });

const graph = client(process.env.FIREDAMP_TOKEN);
const path = "/security/partner/securityAlerts";
const first = await graph.api(path).top(1).count(true).get();
say("graph: alerts", first["@odata.count"], 3);
const seen = [];
await new PageIterator(graph, first, (alert) => seen.push(alert) > 0).iterate();
say("graph: over all pages", new Set(seen.map((alert) => alert.id)).size, 3);
const resolved = await graph.api(path).filter("status eq 'resolved'").select("id,resolvedReason").get();
say("graph: resolved by the other client", resolved.value.map((alert) => alert.resolvedReason), ["fraud"]);
const open = seen.find((alert) => alert.status === "active");
const patched = await graph.api(`${path}/${open.id}`).patch({ status: "resolved", resolvedReason: "ignore" });
say("graph: resolved", [patched.status, patched.resolvedReason, patched.resolvedBy], ["resolved", "ignore", "conformance-tls"]);
const told = async (call) => call.then(() => null, (error) => [error.statusCode, error.code]);
say("graph: an alert that is not there", await told(graph.api(`${path}/none`).get()), [404, "ResourceNotFound"]);
say("graph: a filter that is none", await told(graph.api(path).filter("x").get()), [400, "BadRequest"]);
say("graph: a key that is none", await told(client("none").api(path).get()), [401, "InvalidAuthenticationToken"]);
say("graph: on v1.0", await told(graph.api(path).version("v1.0").get()), [404, "ResourceNotFound"]);
const score = await graph.api("/security/partner/securityScore").get();
say("graph: score", [score.currentScore, score.maxScore], [100, 100]);
