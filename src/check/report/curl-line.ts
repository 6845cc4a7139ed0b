import { canonicalName } from '../../http/field-name.js'
import type { SentRequest } from '../subject/exchange.js'
import { isSecret, withoutSecretsOf } from './secret-fields.js'
import { shellWord } from './shell-word.js'

/** How the requests of a run were sent, as far as they don't say it themselves. */
export interface CurlOptions {
  /** Whether certificates are not verified. Default false. */
  readonly insecure?: boolean
}

/** Fields that curl sends by itself, and the value that a run sends; undefined: a value of curl's own will do. */
const OF_CURL = new Map([
  ['host', undefined],
  ['user-agent', 'lastbyte-check'],
  ['accept', '*/*'],
])

/**
 * The words of a command that sends a request and prints the header section of the response. A response without
 * end is left after a MiB, or after 10 seconds. Secrets are variables of the shell: `$AUTHORIZATION`, `$QUERY`.
 */
export function curlWords(request: SentRequest, options: CurlOptions = {}): string[] {
  const { method, url } = request
  const isHead = method === 'HEAD'
  return [
    'curl -sS',
    ...(isHead ? ['-I'] : ['-o /dev/null -D -', '--max-filesize 1048576']),
    '-m 10',
    ...(isHead || method === 'GET' ? [] : [`-X ${shellWord(method)}`, "-H 'Content-Length: 0'"]),
    ...versionWords(request),
    ...(options.insecure ? ['-k'] : []),
    ...endpointWords(request),
    ...fieldWords(request),
    ...(/[[\]{}]/.test(url.pathname) || url.search !== '' ? ['-g'] : []),
    urlWord(url),
  ]
}

/** The same in one line. */
export function curlLine(request: SentRequest, options?: CurlOptions): string {
  return curlWords(request, options).join(' ')
}

function versionWords({ version, url }: SentRequest): string[] {
  const isSecure = url.protocol === 'https:'
  if (version === '1.0') return ['--http1.0']
  if (version === '2') return [isSecure ? '--http2' : '--http2-prior-knowledge']
  return isSecure ? ['--http1.1'] : []
}

function endpointWords({ endpoint, url }: SentRequest): string[] {
  if (endpoint === undefined || endpoint.isRelay) return []
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return ['--connect-to', shellWord(`${url.hostname}:${port}:${host}:${endpoint.port}`)]
}

function fieldWords(request: SentRequest): string[] {
  const { fields, url } = request
  const own = new Map(OF_CURL).set('host', url.host)
  const removed = [...own.keys()].filter((name) => fields[name] === undefined)
  const sent = Object.entries(fields).filter(([name, value]) => own.get(name) !== value)
  return [
    ...removed.map((name) => `-H '${canonicalName(name)}:'`),
    ...sent.map(
      ([name, value]) =>
        `-H ${fieldWord(name, isSecret(name) ? value : withoutSecretsOf(request, value))}`,
    ),
  ]
}

function fieldWord(name: string, value: string): string {
  const shown = canonicalName(name)
  if (isSecret(name)) return `${shellWord(`${shown}: `)}"$${variableOf(name)}"`
  // curl removes a field that has only a name and a colon.
  return shellWord(value === '' ? `${shown};` : `${shown}: ${value}`)
}

/** `x-api-key` becomes `X_API_KEY`. */
function variableOf(name: string): string {
  return name.toUpperCase().replace(/^(?=\d)|\W/g, '_')
}

function urlWord(url: URL): string {
  const bare = new URL(url)
  bare.search = ''
  bare.hash = ''
  return url.search === '' ? shellWord(bare.href) : `${shellWord(`${bare.href}?`)}"$QUERY"`
}
