import { describe, expect, it } from "vitest";
import { browserOf, deedOf } from "./accounts";

describe("browserOf", () => {
  it("names browser and system", () => {
    expect(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("Firefox on Linux");
    expect(browserOf("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0")).toBe("Edge on Windows");
    expect(browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")).toBe("Safari on iPhone");
  });

  it("leaves what it does not know", () => {
    expect(browserOf("curl/8.5.0")).toBe("curl/8.5.0");
    expect(browserOf("")).toBe("an unknown program");
    expect(browserOf("x".repeat(200))).toHaveLength(60);
  });
});

describe("deedOf", () => {
  it("puts actions in words", () => {
    expect(deedOf("session.refused")).toBe("was refused");
    expect(deedOf("request.cross_site")).toBe("was refused, from another site");
    expect(deedOf("thing.unheard_of")).toBe("thing unheard_of");
  });
});
