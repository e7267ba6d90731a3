// Success codes of a health check: `200`, `200-299`, `200,301-302`.

/** True when the status is one of the matcher's. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.trim().split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
