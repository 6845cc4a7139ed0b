/** Collects the values of a flag that can be repeated. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value]
}
