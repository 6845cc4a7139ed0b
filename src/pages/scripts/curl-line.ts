/**
 * The line for a shell that sends JSON to a URL by curl.
 *
 * @param token undefined for the variable `$TOKEN`, which the shell replaces
 */
export function curlLine(url: string, json: string, token: string | undefined): string {
  const authorization =
    token === undefined
      ? '"Authorization: Bearer $TOKEN"'
      : shellQuoted(`Authorization: Bearer ${token}`)
  return `curl -H ${authorization} --json ${shellQuoted(json)} ${shellQuoted(url)}`
}

/** A text as one word of a POSIX shell, in which no character acts. */
export function shellQuoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
