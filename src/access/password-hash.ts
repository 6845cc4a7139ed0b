import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

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
  // N is below 2^(16·r) (RFC 7914 §2): scrypt fails for others.
  const isValid = ln >= 1 && r >= 1 && p >= 1 && ln < 16 * r
  return isValid && p <= LARGEST_P && 128 * 2 ** ln * r <= MOST_MEMORY
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

/** What the hashes of users who don't exist are made of. */
export interface Nobody {
  /** Random for this process, so that no password has such a hash. */
  readonly secret: Buffer
  /** Those of the users. */
  readonly costs: readonly ScryptCost[]
}

/**
 * The hash of a user who doesn't exist. As that of a user, it is the same for each request with the name, so that equal
 * checks are joined, and costs what a user's costs: neither the time of one request nor that of several reveals which
 * names exist.
 */
export function hashOfNobody(name: string, { secret, costs }: Nobody): PasswordHash {
  const bytes = createHmac('sha512', secret).update(name).digest()
  const salt = bytes.subarray(0, SALT_BYTES)
  const hash = bytes.subarray(SALT_BYTES, SALT_BYTES + HASH_BYTES)
  const place = bytes.readUInt32BE(SALT_BYTES + HASH_BYTES) % Math.max(1, costs.length)
  const { ln, r, p } = costs[place] ?? SCRYPT_COST
  return { ln, r, p, salt, hash, text: '' }
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
