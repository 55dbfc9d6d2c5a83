// Who sits before the page: asked once at the start, and again when the server says that the session
// has ended. A request that was refused for that waits until somebody has signed in, then goes out
// once more, so that no work in a form is lost.
import { ApiError, hooks, send } from "../lib/api";

export type Role = "view" | "run" | "edit" | "admin";
export const roles: readonly Role[] = ["view", "run", "edit", "admin"];

export interface User {
  name: string;
  role: Role;
  csrf_token: string | null;
}

interface Answer {
  sign_in_required: boolean;
  set_up: boolean;
  signed_in: boolean;
  user: User | null;
}

export type State = "loading" | "unreachable" | "set-up" | "signed-out" | "signed-in";

class Session {
  state = $state<State>("loading");
  user = $state<User | null>(null);
  required = $state(true);
  /** The session has ended while the page was in use: ask for the password over what is there. */
  ended = $state(false);
  /** A change needs the password once more: ask for it over what is there. */
  proving = $state(false);
  private waiting: (() => void)[] = [];
  private unproved: ((proved: boolean) => void)[] = [];

  constructor() {
    hooks.provePassword = () => this.provePassword();
    hooks.csrfToken = () => this.user?.csrf_token ?? "";
    hooks.signInAgain = () => this.signInAgain();
  }

  /** Whether what needs that role can be offered. The server decides; this only hides. */
  can(role: Role): boolean {
    return this.user !== null && roles.indexOf(this.user.role) >= roles.indexOf(role);
  }

  async load(): Promise<void> {
    try {
      this.take(await send<Answer>("GET", "/session"));
    } catch {
      this.state = "unreachable";
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    this.take(await send<Answer>("POST", "/session", { name, password }));
  }

  async setUp(token: string, name: string, password: string): Promise<void> {
    this.take(await send<Answer>("POST", "/set-up", { token, name, password }));
  }

  async signOut(): Promise<void> {
    try {
      await send("DELETE", "/session");
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    this.user = null;
    this.state = "signed-out";
  }

  /** The password once more. */
  async prove(password: string): Promise<void> {
    await send("POST", "/session/proof", { password });
    this.endProof(true);
  }

  /** Given, or not: what waits for it goes on or is refused. */
  endProof(proved: boolean): void {
    this.proving = false;
    for (const go of this.unproved.splice(0)) go(proved);
  }

  private provePassword(): Promise<boolean> {
    this.proving = true;
    return new Promise((go) => this.unproved.push(go));
  }

  private take(answer: Answer): void {
    this.required = answer.sign_in_required;
    this.user = answer.user;
    if (answer.signed_in) {
      this.state = "signed-in";
      this.ended = false;
      for (const go of this.waiting.splice(0)) go();
    } else {
      this.state = answer.set_up ? "signed-out" : "set-up";
    }
  }

  private signInAgain(): Promise<void> {
    if (this.state !== "signed-in") return new Promise(() => undefined);
    this.ended = true;
    return new Promise((go) => this.waiting.push(go));
  }
}

export const session = new Session();
