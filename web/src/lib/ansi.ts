// What programs print, as text with styles: the escape sequences of terminals become names of
// styles, never markup. Colours are brought down to the sixteen that both themes can show readably.
// Everything that is no colour (cursor moves, window titles, links) is left out. Pure functions.

export interface Style {
  /** 0 to 15, or null: the theme's own. */
  color: number | null;
  ground: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

export const plain: Style = {
  color: null,
  ground: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

// CSI with its parameters and final byte; OSC and the like up to their end; two-byte escapes;
// other control characters.
const sequence =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Reads one line (without its end), beginning with the style that the line before left. */
export function parseLine(line: string, begin: Style): { spans: Span[]; end: Style } {
  const spans: Span[] = [];
  let style = begin;
  let at = 0;
  const add = (text: string) => {
    if (text !== "") spans.push({ text, style });
  };
  for (const found of line.matchAll(sequence)) {
    add(line.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === "m") style = applyCodes(style, found[1] ?? "");
  }
  add(line.slice(at));
  return { spans, end: style };
}

/** A line as it stays on a terminal: what a carriage return let be overwritten is gone. */
export function settleLine(line: string): string {
  const text = line.replace(/\r+$/, "");
  const last = text.lastIndexOf("\r");
  if (last < 0) return text;
  // Colours set before the return still hold after it.
  const kept = [...text.slice(0, last).matchAll(sequence)].filter((found) => found[2] === "m");
  return kept.slice(-8).map((found) => found[0]).join("") + text.slice(last + 1);
}

/** The text alone, for searching. */
export function withoutEscapes(line: string): string {
  return line.replace(sequence, "");
}

function applyCodes(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let style = before;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(i + 1));
      style = code === 38 ? { ...style, color } : { ...style, ground: color };
      i += used;
    } else {
      style = applyCode(style, code);
    }
  }
  return style;
}

function applyCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, ground: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, ground: code - 92 };
  switch (code) {
    case 0:
      return plain;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 39:
      return { ...style, color: null };
    case 49:
      return { ...style, ground: null };
    default:
      return style;
  }
}

/** After 38 or 48: "5;n" or "2;r;g;b"; the colour and how many codes it took. */
function extendedColor(codes: readonly number[]): [number | null, number] {
  if (codes[0] === 5) return [fromPalette(codes[1] ?? 0), 2];
  if (codes[0] === 2) return [nearest(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), 4];
  return [null, codes.length];
}

function fromPalette(index: number): number {
  if (index < 16) return Math.max(0, index);
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return nearest(grey, grey, grey);
  }
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const cube = index - 16;
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

/** The one of the sixteen that comes closest: three bits of hue, one of brightness. */
function nearest(red: number, green: number, blue: number): number {
  const top = Math.max(red, green, blue);
  if (top < 40) return 0;
  if (top - Math.min(red, green, blue) < 40) return top > 200 ? 15 : top > 120 ? 7 : 8;
  const half = top / 2;
  const hue = (red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0);
  return top > 200 ? hue + 8 : hue;
}

/** The names of a style's classes; "" for the plain one. */
export function classesOf(style: Style): string {
  const names: string[] = [];
  const [color, ground] = style.inverse ? [style.ground, style.color] : [style.color, style.ground];
  if (style.inverse) names.push("inverse");
  if (color !== null) names.push(`fg${color}`);
  if (ground !== null) names.push(`bg${ground}`);
  for (const name of ["bold", "dim", "italic", "underline"] as const) {
    if (style[name]) names.push(name);
  }
  return names.join(" ");
}
