// Characters that nobody sees but that change what is seen (controls, marks that turn the reading
// direction, characters without width, tags): names that hold one are refused, but whoever writes
// SQL can store them. Shown as escapes, as the command line shows them. The same characters as in
// src/base/characters.cc; line ends and tabs are left to the page's layout.

const hidden =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/gu;

/** Below these, texts are somebody's data, which the page may send back: they stay as they are. */
const data = new Set(["metadata", "before", "after", "description", "chunks", "csrf_token"]);

const joiningFirst = 0x0590;

function joins(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at + 1);
  const isJoiner = (code: number) => code === 0x200c || code === 0x200d;
  return before >= joiningFirst && after >= joiningFirst && !isJoiner(before) && !isJoiner(after);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0xa0) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

/** The text with hidden characters as escapes. */
export function visible(text: string): string {
  return text.replace(hidden, (character, at: number) =>
    (character === "\u200c" || character === "\u200d") && joins(text, at) ? character : escapeOf(character),
  );
}

/** Makes the texts of an answer visible, in place; returns it. */
export function visibleAnswer<T>(answer: T): T {
  if (typeof answer === "string") return visible(answer) as T;
  if (typeof answer !== "object" || answer === null) return answer;
  const fields = answer as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (data.has(name) && !Array.isArray(answer)) continue;
    if (typeof value === "string" || typeof value === "object") fields[name] = visibleAnswer(value);
  }
  return answer;
}
