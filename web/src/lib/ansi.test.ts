import { describe, expect, test } from "vitest";
import { classesOf, parseLine, plain, settleLine, withoutEscapes } from "./ansi";

const parse = (line: string) =>
  parseLine(line, plain).spans.map((span) => [span.text, classesOf(span.style)]);

describe("terminal output", () => {
  test("colours become names", () => {
    expect(parse("a \u001b[31mred\u001b[0m \u001b[1;92mgreen\u001b[m")).toEqual([
      ["a ", ""],
      ["red", "fg1"],
      [" ", ""],
      ["green", "fg10 bold"],
    ]);
  });
  test("a colour goes on into the next line", () => {
    const first = parseLine("\u001b[33mwarning", plain);
    expect(classesOf(parseLine("more", first.end).spans[0]!.style)).toBe("fg3");
  });
  test("256 colours and 16 million come down to sixteen", () => {
    expect(parse("\u001b[38;5;196mx\u001b[48;2;0;0;255my")).toEqual([
      ["x", "fg9"],
      ["y", "fg9 bg12"],
    ]);
    expect(parse("\u001b[38;5mz")[0]?.[0]).toBe("z");
  });
  test("inverse without colours is a style of its own", () => {
    expect(parse("\u001b[7mx")).toEqual([["x", "inverse"]]);
    expect(parse("\u001b[7;31mx")).toEqual([["x", "inverse bg1"]]);
  });
  test("cursor moves, titles, links and bells are left out", () => {
    expect(parse("\u001b[2J\u001b[1;1Ha\u001b]0;title\u0007b\u001b]8;;http://x\u001b\\c\u0007d")).toEqual([
      ["a", ""],
      ["b", ""],
      ["c", ""],
      ["d", ""],
    ]);
  });
  test("a sequence that never ends swallows no more than itself", () => {
    expect(withoutEscapes("\u001b[31")).toBe("31");
    expect(withoutEscapes("ok \u001b")).toBe("ok ");
  });
  test("markup stays text", () => {
    expect(parse("<script>alert(1)</script>")).toEqual([["<script>alert(1)</script>", ""]]);
  });
  test("a progress bar shows its last state", () => {
    expect(settleLine("10%\r50%\r100%")).toBe("100%");
    expect(settleLine("done\r")).toBe("done");
    expect(settleLine("\u001b[32m10%\r100%")).toBe("\u001b[32m100%");
  });
  test("a megabyte of escapes is read in a moment", () => {
    const line = "\u001b[31mx\u001b[0my".repeat(60_000);
    const begin = performance.now();
    expect(parseLine(line, plain).spans.length).toBe(120_000);
    expect(performance.now() - begin).toBeLessThan(2000);
    parseLine("\u001b]".repeat(500_000), plain);
    expect(performance.now() - begin).toBeLessThan(4000);
  });
});
