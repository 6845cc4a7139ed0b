import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** The cost of scrypt (RFC 7914 §2): 128·2^ln·r bytes of memory, p times. */
export interface ScryptCost {
  /** The logarithm of N to the base 2. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** A password as a file has it. */
export interface PasswordHash extends ScryptCost {
  readonly salt: Buffer
  readonly hash: Buffer
  /** The PHC string itself. */
  readonly text: string
}

/** 32 MiB, three times: one of the costs that OWASP recommends for scrypt. */
export const SCRYPT_COST: ScryptCost = { ln: 15, r: 8, p: 3 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** bytes of memory that one check may need: a line of a file must not exhaust the machine. */
const MOST_MEMORY = 256 * 1024 * 1024
/** The time of a check grows with p alone, too. */
const LARGEST_P = 16

const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Parses a PHC string `$scrypt$ln=15,r=8,p=3$SALT$HASH` with base64 without padding; undefined for another text. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, ln, r, p, salt = '', hash = ''] = PHC.exec(text) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (ln === undefined || !isAffordable(cost)) return undefined
  return { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), text }
}

function isAffordable({ ln, r, p }: ScryptCost): boolean {
  return ln >= 1 && r >= 1 && p >= 1 && p <= LARGEST_P && 128 * 2 ** ln * r <= MOST_MEMORY
}

/** The PHC string of a password, with a salt of its own. */
export async function hashPassword(password: string, cost = SCRYPT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, { ...cost, salt, length: HASH_BYTES })
  const { ln, r, p } = cost
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Whether a password has this hash. Takes the same time for each password. */
export async function isPassword(password: string, known: PasswordHash): Promise<boolean> {
  const { salt, hash } = known
  const derived = await derive(password, { ...known, salt, length: hash.length })
  return timingSafeEqual(derived, hash)
}

/** A hash of no password, whose check costs as much as one of `like`. */
export function hashOfNobody(like: ScryptCost = SCRYPT_COST): PasswordHash {
  const { ln, r, p } = like
  return {
    ln,
    r,
    p,
    salt: randomBytes(SALT_BYTES),
    hash: randomBytes(HASH_BYTES),
    text: '',
  }
}

function derive(
  password: string,
  { ln, r, p, salt, length }: ScryptCost & { readonly salt: Buffer; readonly length: number },
): Promise<Buffer> {
  const N = 2 ** ln
  const options = { N, r, p, maxmem: 128 * (N + p + 2) * r + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    // The same text can be typed in several sequences of code points (RFC 8265 §4.2).
    scrypt(password.normalize('NFC'), salt, length, options, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    )
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
