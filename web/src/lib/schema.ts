// The JSON Schema of a handler's metadata as the fields of a form, and back. Reads what the handlers
// of Rota use (objects of texts, numbers, yes or no, choices and lists of texts); for anything else
// a field falls back to JSON. Pure functions.

export type FieldKind = "text" | "number" | "integer" | "flag" | "choice" | "texts" | "json";

export interface Field {
  name: string;
  title: string;
  description: string;
  kind: FieldKind;
  required: boolean;
  choices: readonly string[];
  minimum: number | null;
  maximum: number | null;
  /** What the handler takes when nothing is given. */
  otherwise: unknown;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function kindOf(property: Json): FieldKind {
  if (Array.isArray(property["enum"])) return "choice";
  switch (property["type"]) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "integer":
      return "integer";
    case "boolean":
      return "flag";
    case "array":
      return isObject(property["items"]) && property["items"]["type"] === "string" ? "texts" : "json";
    default:
      return "json";
  }
}

export function fieldsOf(schema: unknown): Field[] {
  if (!isObject(schema) || !isObject(schema["properties"])) return [];
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  return Object.entries(schema["properties"])
    .filter((entry): entry is [string, Json] => isObject(entry[1]))
    .map(([name, property]) => ({
      name,
      title: text(property["title"]) || name,
      description: text(property["description"]),
      kind: kindOf(property),
      required: required.has(name),
      choices: Array.isArray(property["enum"]) ? property["enum"].map(String) : [],
      minimum: typeof property["minimum"] === "number" ? property["minimum"] : null,
      maximum: typeof property["maximum"] === "number" ? property["maximum"] : null,
      otherwise: property["default"],
    }));
}

/** What stands in the form for a value; "" for one that is not there. */
export function toInput(field: Field, value: unknown): string {
  if (value === undefined) return "";
  if (field.kind === "texts" && Array.isArray(value)) return value.map(String).join("\n");
  if (field.kind === "json" || typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** The value for what stands in the form; undefined: leave it out. Throws a sentence when wrong. */
export function fromInput(field: Field, input: string): unknown {
  const given = input.trim();
  if (given === "") return undefined;
  switch (field.kind) {
    case "number":
    case "integer": {
      const number = Number(given);
      if (!Number.isFinite(number)) throw new Error("must be a number");
      if (field.kind === "integer" && !Number.isInteger(number)) throw new Error("must be a whole number");
      if (field.minimum !== null && number < field.minimum) throw new Error(`must be at least ${field.minimum}`);
      if (field.maximum !== null && number > field.maximum) throw new Error(`must be at most ${field.maximum}`);
      return number;
    }
    case "flag":
      return given === "true";
    case "texts":
      return input.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    case "json":
      return parseJson(given);
    default:
      return input;
  }
}

/** "unexpected end, line 2 column 5": where JSON goes wrong, in the words of no browser. */
export function parseJson(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch (error) {
    throw new Error(`is no JSON: ${place(input, error)}`);
  }
}

function place(input: string, error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const offset = /position (\d+)/.exec(message)?.[1];
  const line = /line (\d+) column (\d+)/.exec(message);
  if (line) return `look at line ${line[1]}, column ${line[2]}`;
  if (offset !== undefined) {
    const before = input.slice(0, Number(offset)).split("\n");
    return `look at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  }
  return /end/i.test(message) ? "it ends too early" : "something in it is not as JSON wants it";
}

/** The object that the JSON text of metadata must be. Throws a sentence when it is none. */
export function parseMetadata(input: string): Json {
  const value = parseJson(input.trim() === "" ? "{}" : input);
  if (!isObject(value)) throw new Error("must be a JSON object: { ... }");
  return value;
}
