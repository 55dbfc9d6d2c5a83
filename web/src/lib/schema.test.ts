import { describe, expect, test } from "vitest";
import { fieldsOf, fromInput, parseMetadata, toInput, type Field } from "./schema";

const schema = {
  type: "object",
  required: ["url"],
  properties: {
    url: { type: "string", title: "Address" },
    method: { type: "string", enum: ["GET", "POST"], default: "GET" },
    retries: { type: "integer", minimum: 0, maximum: 20 },
    verbose: { type: "boolean" },
    recipients: { type: "array", items: { type: "string" } },
    headers: { type: "object" },
  },
};
const field = (name: string) => fieldsOf(schema).find((each) => each.name === name) as Field;

describe("metadata from a schema", () => {
  test("every property is a field of its kind", () => {
    expect(fieldsOf(schema).map((each) => each.kind)).toEqual(["text", "choice", "integer", "flag", "texts", "json"]);
    expect(field("url").required).toBe(true);
    expect(field("retries").maximum).toBe(20);
  });
  test("a schema that is none has no fields", () => {
    for (const bad of [null, "x", [], { properties: 1 }, { properties: { a: null } }]) {
      expect(fieldsOf(bad)).toEqual([]);
    }
  });
  test("what is typed becomes what is stored, and back", () => {
    expect(fromInput(field("recipients"), "a@x\n\n b@x ")).toEqual(["a@x", "b@x"]);
    expect(toInput(field("recipients"), ["a@x", "b@x"])).toBe("a@x\nb@x");
    expect(fromInput(field("retries"), "7")).toBe(7);
    expect(fromInput(field("verbose"), "true")).toBe(true);
    expect(fromInput(field("headers"), '{"a":"b"}')).toEqual({ a: "b" });
    expect(fromInput(field("url"), "  ")).toBe(undefined);
    expect(toInput(field("retries"), undefined)).toBe("");
  });
  test("wrong values are said in words", () => {
    expect(() => fromInput(field("retries"), "x")).toThrow("must be a number");
    expect(() => fromInput(field("retries"), "1.5")).toThrow("whole number");
    expect(() => fromInput(field("retries"), "21")).toThrow("at most 20");
    expect(() => fromInput(field("headers"), "{")).toThrow("is no JSON");
  });
  test("where JSON goes wrong is said with its place", () => {
    expect(() => parseMetadata('{\n  "a": 1,\n  b\n}')).toThrow("line 3, column 3");
    expect(() => parseMetadata("[1]")).toThrow("must be a JSON object");
    expect(parseMetadata("  ")).toEqual({});
  });
});
