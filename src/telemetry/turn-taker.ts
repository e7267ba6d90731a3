// Long work in the log worker gives way now and then, so that writes do not wait behind a scan.

/** A function that is undefined most times, and after every `sliceMs` of work a promise for the next turn of the event loop. */
export function turnTaker(sliceMs: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    const now = performance.now();
    if (now - since < sliceMs) return undefined;
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now();
        resolve();
      }),
    );
  };
}
