import { describe, expect, test } from "vitest";
import { visible, visibleAnswer } from "./visible";

describe("hidden characters", () => {
  test("are shown as escapes", () => {
    expect(visible("pay\u202ellor")).toBe("pay\\u202ellor");
    expect(visible("a\u0000b\u001b[31m\u009bc")).toBe("a\\x00b\\x1b[31m\\x9bc");
    expect(visible("a\u200bb\u2066c\ufeff\u00ad")).toBe("a\\u200bb\\u2066c\\ufeff\\u00ad");
    expect(visible("a\u{e0041}")).toBe("a\\U000e0041");
  });

  test("are not what people write with", () => {
    for (const text of ["Überweisung – Zürich", "שכר يوميّ 給与 वेतन", "می\u200cخواهم", "क्\u200dष", "👨\u200d👩\u200d👧 ❤\ufe0f", "a\nb\tc"]) {
      expect(visible(text)).toBe(text);
    }
    expect(visible("pay\u200droll")).toBe("pay\\u200droll");
  });

  test("are shown in every text of an answer, but not in data that is sent back", () => {
    const answer = {
      items: [{ name: "a\u202eb", metadata: { name: "\u200b" }, description: "\u200b", id: 1, at: null }],
      detail: "\u0007",
      names: ["\u2067"],
    };
    expect(visibleAnswer(answer)).toEqual({
      items: [{ name: "a\\u202eb", metadata: { name: "\u200b" }, description: "\u200b", id: 1, at: null }],
      detail: "\\x07",
      names: ["\\u2067"],
    });
    expect(visibleAnswer(null)).toBe(null);
  });
});
