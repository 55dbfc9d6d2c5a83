/** Calls `work` at once, then at most once in `ms`; a call in between is made up for at the end. */
export function throttle(work: () => void, ms: number): () => void {
  let waiting = false;
  let again = false;
  function later(): void {
    waiting = false;
    if (!again) return;
    again = false;
    run();
  }
  function run(): void {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    setTimeout(later, ms);
    work();
  }
  return run;
}
