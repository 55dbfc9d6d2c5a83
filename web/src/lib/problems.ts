// What is wrong with a form's fields, as the server said it.
import type { ApiError } from "./api";

export function problemOf(error: ApiError | null, field: string): string {
  return error?.fields.find((each) => each.field === field)?.message ?? "";
}
