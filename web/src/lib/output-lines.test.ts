import { describe, expect, test } from "vitest";
import { classesOf, plain } from "./ansi";
import { linesMax, markMatches, OutputLines } from "./output-lines";

function linesOf(...texts: string[]): OutputLines {
  const lines = new OutputLines();
  texts.forEach((text, seq) => lines.add({ seq, stream: 1, text }));
  return lines;
}
const all = (lines: OutputLines) =>
  Array.from({ length: lines.length }, (_, i) => lines.spans(i).map((span) => span.text).join(""));

describe("lines of output", () => {
  test("a line that comes in pieces is one line", () => {
    expect(all(linesOf("a", "b\nc", "\nd\n", "e\n"))).toEqual(["ab", "c", "d", "e"]);
  });
  test("empty lines stay, and no line is made of nothing", () => {
    expect(all(linesOf("a\n\nb\n"))).toEqual(["a", "", "b"]);
    expect(linesOf("").length).toBe(0);
  });
  test("the streams do not run into one another", () => {
    const lines = new OutputLines();
    lines.add({ seq: 0, stream: 1, text: "out" });
    lines.add({ seq: 1, stream: 2, text: "error\n" });
    expect(all(lines)).toEqual(["out", "error"]);
    expect(lines.stream(1)).toBe(2);
  });
  test("a colour goes on over the lines until it is ended", () => {
    const lines = linesOf("\u001b[31mone\ntwo\u001b[0m\nthree\n");
    expect([0, 1, 2].map((i) => classesOf(lines.spans(i)[0]!.style))).toEqual(["fg1", "fg1", ""]);
  });
  test("too many lines: the first ones go, and are counted", () => {
    const lines = linesOf("x\n".repeat(linesMax + 5));
    expect(lines.length).toBe(linesMax);
    expect(lines.dropped).toBe(5);
  });
  test("a line of a megabyte is cut", () => {
    expect(all(linesOf("x".repeat(1 << 20)))[0]!.length).toBeLessThan(5000);
  });
  test("search looks at the text, not at its colours", () => {
    expect(linesOf("Fa\u001b[31miled\nfine\nFAILED\n").search("failed")).toEqual([0, 2]);
  });
  test("a match over two colours is marked in both", () => {
    const spans = [
      { text: "fa", style: plain },
      { text: "iled now", style: { ...plain, color: 1 } },
    ];
    expect(markMatches(spans, "ailed").map((each) => [each.text, each.match])).toEqual([
      ["f", false],
      ["a", true],
      ["iled", true],
      [" now", false],
    ]);
    expect(markMatches(spans, "").length).toBe(2);
  });
});
