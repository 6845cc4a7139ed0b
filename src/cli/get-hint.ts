import { LastbyteError } from '../errors.js'

/** An error of a download with what its user can do, in parentheses, where that isn't obvious. */
export function withHint(error: unknown): unknown {
  if (!(error instanceof LastbyteError)) return error
  const { code, message, facts } = error
  const hint = hintOf(error)
  if (hint === undefined) return error
  return new LastbyteError(code, `${message} (${hint})`, facts, { cause: error })
}

/** Certificates that no authority vouches for which Node knows. */
const UNTRUSTED = /SELF_SIGNED|^UNABLE_TO_(VERIFY|GET_ISSUER)/

function hintOf({ code, facts }: LastbyteError): string | undefined {
  if (code === 'REFUSED' && facts.status === 401) {
    return 'credentials: https://NAME:PASSWORD@HOST/…, or -H "Authorization: …"'
  }
  if (code === 'UNREACHABLE' && UNTRUSTED.test(String(facts.code))) {
    return 'the environment variable NODE_EXTRA_CA_CERTS=FILE trusts the certificates in FILE'
  }
  return undefined
}
