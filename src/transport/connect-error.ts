import { LastbyteError } from '../errors.js'

/** Which step of reaching a server failed. */
export type ConnectFailure = 'name' | 'refused' | 'tls' | 'connection'

/** UNREACHABLE, with the step that failed in `facts.reason`. */
export function connectError({ host }: URL, cause: unknown): LastbyteError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const [reason, what] = reasonOf(code)
  const text = `Cannot reach ${host}: ${what}${message === '' ? '' : `: ${message}`}`
  return new LastbyteError('UNREACHABLE', text, { host, reason, code }, { cause })
}

function reasonOf(code: string): [reason: ConnectFailure, what: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['name', 'its host name is unknown']
  if (code === 'ECONNREFUSED') return ['refused', 'it refuses connections']
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY|EPROTO/.test(code)) return ['tls', 'TLS failed']
  return ['connection', 'the connection failed']
}
