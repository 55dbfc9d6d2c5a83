// Users, tokens and the audit as the server describes them.
import type { Role } from "../account/session.svelte";

export interface Account {
  id: number;
  name: string;
  role: Role;
  version: number;
  created_at: string;
  signed_in_at: string | null;
}

export interface Token {
  id: number;
  user_id: number;
  user: string;
  name: string;
  role: Role;
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
}

/** One's own: where somebody is signed in. */
export interface SignedIn {
  id: string;
  created_at: string;
  used_at: string;
  ends_at: string;
  address: string;
  agent: string;
  current: boolean;
}

export interface AuditEntry {
  seq: number;
  at: string;
  who: string;
  address: string;
  action: string;
  object: string;
  /** Of refusals: how many the row stands for. */
  count: number;
  before: unknown;
  after: unknown;
}

export interface Secret {
  name: string;
  created_at: string;
  updated_at: string;
  updated_by: string;
  used_at: string | null;
}

export interface Setting {
  name: string;
  value: string | number | boolean | null;
  default: string | number | boolean | null;
  meaning: string;
  min?: number | null;
  max?: number | null;
  unit?: string | null;
}

export const roleWords: Record<Role, string> = {
  view: "sees everything",
  run: "also runs, pauses and resumes tasks",
  edit: "also makes and changes tasks and calendars",
  admin: "also manages users, settings and secrets",
};

const deeds: Record<string, string> = {
  add: "made", edit: "changed", change: "changed", remove: "removed", pause: "paused", resume: "resumed", run: "ran", restore: "restored",
  cancel: "cancelled", retry: "ran again", import: "imported days into", refresh: "refreshed", default: "made the default", feed: "changed the feed of",
  day: "changed a day of", password: "changed the password of", begin: "signed in", end: "signed out", refused: "was refused", cross_site: "was refused, from another site", end_others: "signed out elsewhere",
  end_all: "signed out everywhere", set_up: "set up the server", prune: "pruned", key: "began a new key", broken: "found rows missing", accept: "accepted as it is",
};

const browsers = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const systems = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]] as const;

/** "Firefox on Linux" of what a browser calls itself; what is not known stays as it is. */
export function browserOf(agent: string): string {
  const browser = browsers.find(([mark]) => agent.includes(mark))?.[1];
  const system = systems.find(([mark]) => agent.includes(mark))?.[1];
  if (browser === undefined) return agent === "" ? "an unknown program" : agent.slice(0, 60);
  return system === undefined ? browser : `${browser} on ${system}`;
}

/** "task.edit" in words: "changed"; what is not known stays as it is. */
export function deedOf(action: string): string {
  return deeds[action.slice(action.indexOf(".") + 1)] ?? action.replaceAll(".", " ");
}
