// The server's description of its own API (OpenAPI 3.1), made ready to be read by people.

/** What is used of a JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  allOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  description?: string;
  format?: string;
  pattern?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

interface Content {
  content?: Readonly<Record<string, { schema?: Schema }>>;
}

interface RawOperation {
  summary: string;
  description?: string;
  "x-role"?: string;
  parameters?: readonly { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: Content & { required?: boolean };
  responses: Readonly<Record<string, Content & { $ref?: string; description?: string }>>;
}

export interface Description {
  paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  components: { schemas: Readonly<Record<string, Schema>> };
}

export interface Field {
  name: string;
  type: string;
  required: boolean;
  note: string;
}

export interface Answer {
  status: string;
  /** Media type and what it is: "application/json: Task". Empty: nothing. */
  holds: string;
  fields: readonly Field[];
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  note: string;
  /** The least role that may ask; empty: everybody. */
  role: string;
  parameters: readonly (Field & { place: string })[];
  bodyType: string;
  body: readonly Field[];
  answers: readonly Answer[];
  problems: readonly string[];
}

export interface Group {
  name: string;
  operations: readonly Operation[];
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

function resolve(schema: Schema, all: Description["components"]["schemas"]): Schema {
  return schema.$ref === undefined ? schema : (all[nameOf(schema.$ref)] ?? {});
}

/** "integer", "one of a, b", "list of Task", "date-time or nothing". */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(", ")}`;
  if (schema.const !== undefined) return String(schema.const);
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice !== undefined) return choice.map(typeOf).join(" or ");
  const names = schema.type === undefined ? ["anything"] : typeof schema.type === "string" ? [schema.type] : schema.type;
  const words = names.map((name) => {
    if (name === "null") return "nothing";
    if (name === "array") return schema.items === undefined ? "list" : `list of ${typeOf(schema.items)}`;
    return name === "string" && schema.format !== undefined ? schema.format : name;
  });
  return words.join(" or ");
}

/** Bounds and the rest: "1 to 100; unless told otherwise 50; lower is more urgent". */
export function noteOf(schema: Schema): string {
  const notes: string[] = [];
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    if (low !== undefined && high !== undefined) notes.push(`${low} to ${high}${unit}`);
    else if (high !== undefined) notes.push(`at most ${high}${unit}`);
    else if (low !== undefined) notes.push(`at least ${low}${unit}`);
  };
  range(schema.minimum, schema.maximum, "");
  range(schema.minLength, schema.maxLength, " characters");
  if (schema.pattern !== undefined) notes.push(`matches ${schema.pattern}`);
  if (schema.default !== undefined) notes.push(`unless told otherwise ${JSON.stringify(schema.default)}`);
  if (schema.description !== undefined) notes.push(schema.description);
  return notes.join("; ");
}

/** The fields of an object, those of its parts (allOf) included. */
export function fieldsOf(schema: Schema | undefined, all: Description["components"]["schemas"]): Field[] {
  if (schema === undefined) return [];
  const whole = resolve(schema, all);
  const fields = (whole.allOf ?? []).flatMap((part) => fieldsOf(part, all));
  const required = new Set(whole.required ?? []);
  for (const [name, field] of Object.entries(whole.properties ?? {})) {
    fields.push({ name, type: typeOf(field), required: required.has(name), note: noteOf(field) });
  }
  return fields.map((field) => ({ ...field, required: field.required || required.has(field.name) }));
}

function contentOf(content: Content): { type: string; schema: Schema | undefined } {
  const [type, media] = Object.entries(content.content ?? {})[0] ?? ["", undefined];
  return { type, schema: media?.schema };
}

function read(method: string, path: string, raw: RawOperation, all: Description["components"]["schemas"]): Operation {
  const body = contentOf(raw.requestBody ?? {});
  const answers: Answer[] = [];
  const problems: string[] = [];
  for (const [status, response] of Object.entries(raw.responses)) {
    if (response.$ref !== undefined || Number(status) >= 400 || status === "default") {
      problems.push(status);
      continue;
    }
    const { type, schema } = contentOf(response);
    const holds = type === "" ? "" : `${type}${schema === undefined ? "" : `: ${typeOf(schema)}`}`;
    answers.push({ status, holds, fields: fieldsOf(schema, all) });
  }
  return {
    id: `${method}-${path.replace(/[^a-z0-9]+/gi, "-")}`,
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    note: raw.description ?? "",
    role: raw["x-role"] ?? "",
    parameters: (raw.parameters ?? []).map((one) => ({
      name: one.name,
      place: one.in,
      type: typeOf(one.schema ?? {}),
      required: one.required ?? false,
      note: [noteOf(one.schema ?? {}), one.description ?? ""].filter((text) => text !== "").join("; "),
    })),
    bodyType: body.type,
    body: fieldsOf(body.schema, all),
    answers,
    problems: problems.filter((status) => status !== "default"),
  };
}

/** All operations, together by what they are about: "tasks", "runs" ... in the order of the file. */
export function groupsOf(description: Description): Group[] {
  const groups = new Map<string, Operation[]>();
  for (const [path, operations] of Object.entries(description.paths)) {
    const name = /^\/api\/v1\/([a-z-]+)/.exec(path)?.[1] ?? "the server";
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    for (const method of methods) {
      const raw = operations[method];
      if (raw !== undefined) group.push(read(method, path, raw, description.components.schemas));
    }
  }
  return [...groups].map(([name, operations]) => ({ name, operations }));
}

/** Those in which every word occurs. */
export function search(groups: readonly Group[], wanted: string): Group[] {
  const words = wanted.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const fits = (one: Operation) => {
    const text = `${one.method} ${one.path} ${one.summary} ${one.role}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((group) => ({ ...group, operations: group.operations.filter(fits) }))
    .filter((group) => group.operations.length > 0);
}
