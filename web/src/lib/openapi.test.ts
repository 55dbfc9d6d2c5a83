import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fieldsOf, groupsOf, noteOf, search, typeOf, type Description } from "./openapi";

const description = JSON.parse(readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8")) as Description;

describe("the API's description", () => {
  it("says types in words", () => {
    expect(typeOf({ type: ["string", "null"], format: "date-time" })).toBe("date-time or nothing");
    expect(typeOf({ type: "array", items: { $ref: "#/components/schemas/Task" } })).toBe("list of Task");
    expect(typeOf({ enum: ["skip", "next"] })).toBe("one of skip, next");
    expect(noteOf({ type: "integer", minimum: 1, maximum: 9, default: 5, description: "lower is sooner" })).toBe(
      "1 to 9; unless told otherwise 5; lower is sooner",
    );
  });

  it("finds the fields of an object made of parts", () => {
    const all = { Base: { properties: { id: { type: "integer" } }, required: ["id"] } };
    const fields = fieldsOf({ allOf: [{ $ref: "#/components/schemas/Base" }, { properties: { name: { type: "string" } } }] }, all);
    expect(fields.map((field) => [field.name, field.required])).toEqual([["id", true], ["name", false]]);
  });

  it("shows every operation of the server once, each with a summary and an answer", () => {
    const operations = groupsOf(description).flatMap((group) => group.operations);
    const expected = Object.values(description.paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    expect(operations.length).toBe(expected);
    expect(new Set(operations.map((one) => one.id)).size).toBe(expected);
    for (const one of operations) {
      expect(one.summary, one.path).not.toBe("");
      expect(one.answers.length, one.path).toBeGreaterThan(0);
    }
  });

  it("is searched by every word", () => {
    const found = search(groupsOf(description), "post PAUSE");
    expect(found.flatMap((group) => group.operations).map((one) => one.path)).toContain("/api/v1/tasks/{id}/pause");
    expect(search(groupsOf(description), "no such thing")).toEqual([]);
  });
});
