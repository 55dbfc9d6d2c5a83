// Times, durations and metadata as people read them. Pure functions.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "2026-11-23T09:30:00.5Z" becomes "2026-11-23 09:30:00". */
export function formatUtc(instant: string): string {
  return instant.replace("T", " ").replace(/(\.\d+)?Z$/, "");
}

/** "-" for none, "0ms" for zero, "250ms", "1.25s", "2m 05s", "1h 02m". */
export function formatExecutionTime(ms: number | null): string {
  if (ms === null) return "-";
  if (ms < second) return `${ms}ms`;
  if (ms < minute) return `${trimZeros((ms / second).toFixed(2))}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m ${pad(Math.floor((ms % minute) / second))}s`;
  return `${Math.floor(ms / hour)}h ${pad(Math.floor((ms % hour) / minute))}m`;
}

/** A distance in its largest unit, two units where the second says something: "1 h 5 min". */
export function formatDistance(ms: number): string {
  const distance = Math.abs(ms);
  if (distance < minute) return `${Math.floor(distance / second)} s`;
  if (distance < hour) return two(distance, minute, "min", second, "s", 10);
  if (distance < day) return two(distance, hour, "h", minute, "min", 10);
  return two(distance, day, "d", hour, "h", 10);
}

/** "in 25 s", "3 min 5 s ago", "now" within a second. */
export function formatRelative(at: string, now: number): string {
  const distance = Date.parse(at) - now;
  if (Math.abs(distance) < second) return "now";
  return distance > 0 ? `in ${formatDistance(distance)}` : `${formatDistance(distance)} ago`;
}

/** How lateness is said: "0.4 ms", "12 ms", "1.2 s". */
export function formatLateness(ms: number): string {
  if (ms < 10) return `${trimZeros(ms.toFixed(1))} ms`;
  if (ms < second) return `${Math.round(ms)} ms`;
  return `${trimZeros((ms / second).toFixed(1))} s`;
}

/** One line that names the fields: "backupType: full, retentionDays: 30". */
export function summarizeMetadata(metadata: unknown): string {
  if (typeof metadata === "string") return metadata;
  if (metadata === null || typeof metadata !== "object") return String(metadata);
  return Object.entries(metadata)
    .map(([name, value]) => `${name}: ${summarizeValue(value)}`)
    .join(", ");
}

function summarizeValue(value: unknown): string {
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== "object");
    return plain ? value.join(" ") : `${value.length} items`;
  }
  if (value !== null && typeof value === "object") return "{…}";
  return String(value);
}

function two(
  distance: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
  largeMax: number,
): string {
  const count = Math.floor(distance / large);
  const rest = Math.floor((distance % large) / small);
  const head = `${count} ${largeName}`;
  return rest === 0 || count >= largeMax ? head : `${head} ${rest} ${smallName}`;
}

function pad(count: number): string {
  return String(count).padStart(2, "0");
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+$/, "");
}
