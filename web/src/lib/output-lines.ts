// The output of a run as lines that a window can show a few of at a time. Holds at most so many, and
// says how many went; remembers the style that each line begins with, so that any line can be drawn
// without those before it.
import type { OutputChunk } from "./api";
import { parseLine, plain, settleLine, withoutEscapes, type Span, type Style } from "./ansi";

export const linesMax = 200_000;
export const columnsMax = 4_000;

interface Line {
  text: string;
  stream: number;
  begin: Style;
}

export class OutputLines {
  private lines: Line[] = [];
  private open = false; // the last line may go on
  private readonly styles = new Map<number, Style>();
  /** Lines that were left out at the beginning because there were too many. */
  dropped = 0;

  get length(): number {
    return this.lines.length;
  }

  add(chunk: OutputChunk): void {
    const parts = chunk.text.split("\n");
    for (const [index, part] of parts.entries()) {
      const last = this.lines.at(-1);
      if (index === 0 && this.open && last !== undefined && last.stream === chunk.stream) {
        last.text += part;
      } else if (part !== "" || index < parts.length - 1) {
        const begin = this.styles.get(chunk.stream) ?? plain;
        this.lines.push({ text: part, stream: chunk.stream, begin });
      } else {
        break; // the text ended with a line's end: nothing is open
      }
      if (index < parts.length - 1) this.settle();
    }
    this.open = !chunk.text.endsWith("\n");
    if (this.lines.length > linesMax) this.drop(this.lines.length - linesMax);
  }

  /** The line as it is drawn, cut where it is absurdly long. */
  spans(index: number): Span[] {
    const line = this.lines[index];
    if (line === undefined) return [];
    const shown = settleLine(line.text).slice(0, columnsMax);
    const spans = parseLine(shown, line.begin).spans;
    const cut = line.text.length > columnsMax;
    return cut ? [...spans, { text: " … cut: see the download", style: { ...plain, dim: true } }] : spans;
  }

  stream(index: number): number {
    return this.lines[index]?.stream ?? 1;
  }

  /** The numbers of the lines that hold the text, in any case; at most `most`. */
  search(text: string, most = 10_000): number[] {
    const wanted = text.toLowerCase();
    const found: number[] = [];
    if (wanted === "") return found;
    for (let i = 0; i < this.lines.length && found.length < most; i += 1) {
      const plainText = withoutEscapes(this.lines[i]?.text ?? "");
      if (plainText.toLowerCase().includes(wanted)) found.push(i);
    }
    return found;
  }

  // A line has ended: its style goes on in the next of the same stream. Each stream has its own.
  private settle(): void {
    const line = this.lines.at(-1);
    if (line?.text.includes("\u001b[")) {
      this.styles.set(line.stream, parseLine(line.text, line.begin).end);
    }
  }

  private drop(count: number): void {
    this.lines.splice(0, count);
    this.dropped += count;
  }
}

/** Cuts spans where the wanted text stands, so that it can be marked. */
export function markMatches(spans: readonly Span[], wanted: string): (Span & { match: boolean })[] {
  const text = spans.map((span) => span.text).join("");
  const cuts: [number, number][] = [];
  if (wanted !== "") {
    const lower = text.toLowerCase();
    const needle = wanted.toLowerCase();
    for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + needle.length)) {
      cuts.push([at, at + needle.length]);
    }
  }
  const marked: (Span & { match: boolean })[] = [];
  let begin = 0;
  for (const span of spans) {
    const end = begin + span.text.length;
    let at = begin;
    for (const [from, to] of cuts) {
      if (to <= at || from >= end) continue;
      if (from > at) marked.push(piece(span, at - begin, from - begin, false));
      marked.push(piece(span, Math.max(from, at) - begin, Math.min(to, end) - begin, true));
      at = Math.min(to, end);
    }
    if (at < end) marked.push(piece(span, at - begin, end - begin, false));
    begin = end;
  }
  return marked;
}

function piece(span: Span, from: number, to: number, match: boolean): Span & { match: boolean } {
  return { text: span.text.slice(from, to), style: span.style, match };
}
