/** A URL with other values of parameters in its query; without those that are empty. */
export function urlWith(url: string, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(url)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') changed.searchParams.delete(name)
    else changed.searchParams.set(name, value)
  }
  return changed.href
}
