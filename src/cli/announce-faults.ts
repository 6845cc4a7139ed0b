import { printableText } from '../printable-text.js'
import type { AdminToken } from './admin-token.js'
import type { AnnouncedOrigin } from './announced-origin.js'

/** A rule to begin with: the next response ends after 1000 bytes. */
const EXAMPLE = '{"fault":{"kind":"truncate","at":1000},"times":1}'

/**
 * Prints on stderr how a rule is armed at the server that listens: the line for curl and the URL of the page, with the
 * token if it was drawn. A token that was given is a secret of the user's, and isn't printed.
 */
export function announceFaults(
  origin: AnnouncedOrigin | undefined,
  { token, variable }: AdminToken,
): void {
  if (origin === undefined) return
  const { url: base, socket } = origin
  const url = `${base}/-/faults`
  const isDrawn = variable === undefined
  const told = isDrawn ? `The token of this run is ${token}. ` : ''
  const connect = socket === undefined ? '' : `--unix-socket ${quoted(socket)} `
  const page = isDrawn ? `${url}#token=${token}` : url
  process.stderr.write(
    `lastbyte: faults are on. ${told}To arm one:\n` +
      `  curl ${connect}-H "Authorization: Bearer ${isDrawn ? token : `$${variable}`}" --json '${EXAMPLE}' ${url}\n` +
      (socket === undefined ? `  or in a browser: ${page}\n` : ''),
  )
}

/** A path for a shell and a terminal. */
function quoted(path: string): string {
  const text = printableText(path)
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
