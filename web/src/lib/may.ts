// Whether what needs a role can be offered. The server decides; this only hides. Nobody can sign in
// yet, so nothing that changes anything is offered.
export type Role = "view" | "run" | "edit" | "admin";

export function can(_role: Role): boolean {
  return false;
}
