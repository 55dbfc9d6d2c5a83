// A client made from the types that openapi-typescript generates; each answer it gets is also held
// against the file at run time.
import assert from "node:assert/strict";
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { Description } from "./document.js";
import type { components, paths } from "./schema.js";

export type Problem = components["schemas"]["Problem"];
export type Task = components["schemas"]["Task"];
export type Api = Client<paths>;

/** "get /api/v1/tasks 200" for every answer that was seen and fitted. */
export const seen = new Set<string>();

function checking(description: Description): Middleware {
  return {
    async onResponse({ request, response, schemaPath }) {
      const type = response.headers.get("content-type") ?? "";
      const body = type.startsWith("text/event-stream") ? "" : await response.clone().text();
      const { status, headers } = response;
      const faults = description.faultsOf(request.method, schemaPath, { status, headers, body });
      assert.deepEqual(faults, [], `${request.method} ${request.url} ${status}: ${body.slice(0, 2000)}`);
      seen.add(`${request.method.toLowerCase()} ${schemaPath} ${status}`);
      return undefined;
    },
  };
}

/** `headers`: who asks. */
export function clientOf(description: Description, baseUrl: string, headers: Record<string, string> = {}): Api {
  const client = createClient<paths>({ baseUrl, headers });
  client.use(checking(description));
  return client;
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What came with success; anything else fails the test with the problem in full. */
export function good<Data>(answer: Answer<Data>, status = 200): NonNullable<Data> {
  assert.equal(answer.response.status, status, `${answer.response.url}: ${JSON.stringify(answer.error)}`);
  assert.ok(answer.data !== undefined && answer.data !== null, `${answer.response.url} has no body`);
  return answer.data;
}

/** A success that says nothing more. */
export function done(answer: { response: Response; error?: unknown }): void {
  assert.equal(answer.response.status, 204, `${answer.response.url}: ${JSON.stringify(answer.error)}`);
}

/** The problem document of a refusal, whose fields are as RFC 9457 and docs/api.md say. */
export function refused(answer: { error?: Problem; response: Response }, status: number): Problem {
  const text = JSON.stringify(answer.error);
  assert.equal(answer.response.status, status, `${answer.response.url}: ${text}`);
  assert.ok(answer.error !== undefined, `${answer.response.url} has no problem document`);
  assert.equal(answer.error.status, status, text);
  assert.ok(answer.error.title !== "" && answer.error.code !== "", text);
  return answer.error;
}
