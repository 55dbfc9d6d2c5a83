// The form of a task: the draft, what is wrong with it and where, and what happens when it is saved:
// accepted, refused field by field, or too late because somebody else saved first.
import { ApiError, get, send, type Task } from "./api";
import { changesBetween, draftOf, dropDraft, emptyDraft, keepDraft, keptDraft, type Draft, type DraftField } from "./draft";

export class Editor {
  draft = $state.raw<Draft>(emptyDraft);
  stored = $state.raw<Draft>(emptyDraft);
  version = $state(0);
  loaded = $state(false);
  saving = $state(false);
  /** The draft comes from an earlier visit to the form. */
  restored = $state(false);
  error = $state.raw<ApiError | null>(null);
  problems = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** What is stored by now, when somebody else has saved since the form was opened. */
  theirs = $state.raw<Task | null>(null);

  readonly changes = $derived(changesBetween(this.stored, this.draft));
  readonly dirty = $derived(Object.keys(this.changes).length > 0);

  constructor(
    readonly id: number | null,
    private readonly copyOf: number | null = null,
  ) {}

  async load(timezone: string): Promise<void> {
    try {
      if (this.id === null) {
        this.stored = { ...emptyDraft, timezone };
        if (this.copyOf !== null) {
          const original = draftOf(await get<Task>(`/tasks/${this.copyOf}`));
          this.draft = { ...original, name: `${original.name} (copy)` };
          this.loaded = true;
          return;
        }
      } else {
        const task = await get<Task>(`/tasks/${this.id}`);
        this.stored = draftOf(task);
        this.version = task.version;
      }
      const kept = keptDraft(this.id);
      this.draft = kept?.draft ?? this.stored;
      if (kept !== null && this.id !== null) this.version = kept.version;
      this.restored = kept !== null && this.dirty;
      this.loaded = true;
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  change(part: Partial<Draft>): void {
    this.draft = { ...this.draft, ...part };
    const left = new Map(this.problems);
    for (const name of Object.keys(part)) left.delete(name);
    this.problems = left;
    keepDraft(this.id, this.draft, this.version);
  }

  discard(): void {
    dropDraft(this.id);
    this.draft = this.stored;
    this.restored = false;
    this.problems = new Map();
    this.error = null;
  }

  /** The saved task, or null: `error`, `problems` or `theirs` say what is in the way. */
  async save(): Promise<Task | null> {
    this.saving = true;
    this.error = null;
    this.problems = new Map();
    try {
      const task =
        this.id === null
          ? await send<Task>("POST", "/tasks", this.draft)
          : await send<Task>("PATCH", `/tasks/${this.id}`, this.changes, {
              headers: { "If-Match": `"${this.version}"` },
            });
      dropDraft(this.id);
      return task;
    } catch (error) {
      await this.refused(asApiError(error));
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Somebody else saved first: go on from what is stored now, with those fields as they stand here. */
  takeTheirsAsBase(mineFields: readonly DraftField[]): void {
    if (this.theirs === null) return;
    const mine = Object.fromEntries(mineFields.map((field) => [field, this.draft[field]])) as Partial<Draft>;
    this.stored = draftOf(this.theirs);
    this.version = this.theirs.version;
    this.draft = { ...this.stored, ...mine };
    this.theirs = null;
    this.error = null;
    if (this.dirty) keepDraft(this.id, this.draft, this.version);
    else dropDraft(this.id);
  }

  problem(field: DraftField): string {
    return this.problems.get(field) ?? "";
  }

  private async refused(error: ApiError): Promise<void> {
    this.problems = new Map(error.fields.map((each) => [each.field, each.message]));
    this.error = error;
    if ((error.status === 412 || error.status === 409) && this.id !== null && error.fields.length === 0) {
      this.theirs = await get<Task>(`/tasks/${this.id}`).catch(() => null);
    }
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, String(error));
}
