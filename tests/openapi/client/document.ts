// docs/openapi.json at run time: which schema an answer must fit, and whether it does.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";

interface MediaTypes {
  content?: Record<string, { schema?: object }>;
}

export interface Parameter {
  name: string;
  in: "query" | "path" | "header";
  required?: boolean;
}

export interface Operation {
  operationId: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: MediaTypes;
  responses: Record<string, MediaTypes & { $ref?: string; headers?: Record<string, object> }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, MediaTypes> };
}

const formats = formatsPlugin as unknown as typeof formatsPlugin.default;
const root = "openapi.json";
const escaped = (part: string): string => part.replaceAll("~", "~0").replaceAll("/", "~1");
const pointerOf = (...parts: string[]): string => `${root}#/${parts.map((part) => encodeURIComponent(escaped(part))).join("/")}`;

/** A member that the file does not name would otherwise go undescribed. */
function close(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const schema = node as Record<string, unknown>;
  if (schema["type"] === "object" && "properties" in schema && !("additionalProperties" in schema)) {
    schema["additionalProperties"] = false;
  }
  Object.values(schema).forEach(close);
}

export class Description {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(readonly document: OpenApi) {
    formats(this.ajv);
    const closed = structuredClone(document);
    close(closed);
    this.ajv.addSchema(closed as object, root);
  }

  operation(method: string, path: string): Operation {
    const found = this.document.paths[path]?.[method.toLowerCase()];
    if (found === undefined) throw new Error(`${method} ${path} is not described`);
    return found;
  }

  /** Every operation: "get", "/api/v1/tasks", what is said of it. */
  operations(): [string, string, Operation][] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]): [string, string, Operation] => [method, path, one]),
    );
  }

  /** What of an answer is not as the file says; `body` is read as JSON where its type is JSON. */
  faultsOf(method: string, path: string, answer: { status: number; headers: Headers; body: string }): string[] {
    const { responses } = this.operation(method, path);
    const status = String(answer.status) in responses ? String(answer.status) : "default";
    const response = responses[status];
    if (response === undefined) return [`status ${answer.status} is not described`];
    const faults = Object.keys(response.headers ?? {})
      .filter((name) => !answer.headers.has(name))
      .map((name) => `has no header ${name}`);
    const shared = response.$ref?.split("/").pop();
    const content = shared === undefined ? response.content : this.document.components.responses[shared]?.content;
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (content === undefined) return answer.body === "" ? faults : [...faults, "has a body, and none is described"];
    const media = content[type];
    if (media === undefined) return [...faults, `is ${type}, not ${Object.keys(content).join(" or ")}`];
    if (!type.endsWith("json") || media.schema === undefined) return faults;
    const parts =
      shared === undefined
        ? ["paths", path, method.toLowerCase(), "responses", status, "content", type, "schema"]
        : ["components", "responses", shared, "content", type, "schema"];
    return [...faults, ...this.faultsOfBody(pointerOf(...parts), JSON.parse(answer.body) as unknown)];
  }

  private faultsOfBody(pointer: string, value: unknown): string[] {
    const validate: ValidateFunction | undefined = this.ajv.getSchema(pointer);
    if (validate === undefined) throw new Error(`${pointer} leads to no schema`);
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map((one) => `${one.instancePath || "/"} ${one.message ?? ""} ${JSON.stringify(one.params)}`);
  }
}
