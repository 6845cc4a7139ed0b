/**
 * Parses a URL; undefined for a text that is none. `URL.canParse` does not tell: once it is optimized, Node reads the
 * characters U+00C3 U+0082 there as UTF-8, and accepts a host that the constructor rejects.
 */
export function parseUrl(text: string | URL, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
