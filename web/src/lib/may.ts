// Whether what needs a role can be offered. The server decides; this only hides.
import { session, type Role } from "../account/session.svelte";

export function can(role: Role): boolean {
  return session.can(role);
}
