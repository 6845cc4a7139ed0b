/**
 * What the browser remembers for this site under a key; undefined for nothing. Storage may be forbidden: then a choice
 * lasts as long as the page.
 *
 * @param chosen a value to remember from now on
 */
export function remembered(key: string, chosen?: string): string | undefined {
  try {
    if (chosen !== undefined) localStorage.setItem(key, chosen)
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}
