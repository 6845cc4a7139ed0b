import type { ParsedLine } from './entry-lines.js'
import { type PasswordHash, parsePasswordHash } from './password-hash.js'

/** Somebody with a password. */
export interface User {
  readonly name: string
  readonly password: PasswordHash
}

/** Whether a text can be a name in Basic authentication (RFC 7617 §2): without colon and control characters. */
export function isUserName(name: string): boolean {
  return name.length <= 255 && /^[^:\p{Cc}\s#](?:[^:\p{Cc}]*[^:\p{Cc}\s])?$/u.test(name)
}

/** Parses `NAME:$scrypt$ln=15,r=8,p=3$SALT$HASH`. */
export function parseUserLine(line: string): ParsedLine<User> {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon).normalize('NFC')
  if (colon < 1 || !isUserName(name)) {
    return {
      kind: 'malformed',
      reason: 'expected NAME:HASH, as "lastbyte password NAME" prints it',
    }
  }
  const password = parsePasswordHash(line.slice(colon + 1))
  if (password === undefined) {
    const reason =
      'expected a hash such as $scrypt$ln=15,r=8,p=3$SALT$HASH, of at most 256 MiB, p at most 16'
    return { kind: 'malformed', reason }
  }
  return { kind: 'entry', entry: { name, password } }
}
