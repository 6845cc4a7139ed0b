import { createHmac, randomBytes } from 'node:crypto'
import { FairGate } from '../async/fair-gate.js'
import { isPassword, type PasswordHash } from './password-hash.js'

/** Passwords that are known to be right, of which the least recently used is forgotten first. */
const MOST_VERIFIED = 1_000
/** Checks at once: Node's thread pool has four threads by default, which also read files. */
const MOST_RUNNING = 2
/** Checks that wait, of all client addresses and of one. */
const MOST_WAITING = 512
const MOST_OF_AN_ADDRESS = 64

/**
 * Checks passwords, a few at a time: the addresses of clients take turns, so that one that guesses neither occupies
 * the threads that read files nor keeps others waiting. A right password is checked once, since a player sends it with
 * each request.
 */
export class PasswordGate {
  /** Random for this process: the cached values can't be computed from a dump of the users file. */
  readonly #secret = randomBytes(32)
  readonly #verified = new Set<string>()
  readonly #running = new Map<string, Promise<boolean>>()
  readonly #gate = new FairGate({
    running: MOST_RUNNING,
    places: MOST_WAITING,
    placesPerGroup: MOST_OF_AN_ADDRESS,
    items: Number.POSITIVE_INFINITY,
    itemsPerGroup: Number.POSITIVE_INFINITY,
  })

  /** @param check compares a password with a hash. Default: scrypt */
  constructor(private readonly check: typeof isPassword = isPassword) {}

  /**
   * Whether the password has the hash.
   *
   * @param group the addresses that take turns with others
   * @throws LastbyteError SOURCE_BUSY where too many checks wait
   */
  async verify(password: string, hash: PasswordHash, group: string): Promise<boolean> {
    const id = this.#idOf(password, hash)
    if (this.#verified.delete(id)) {
      this.#verified.add(id)
      return true
    }
    const running = this.#running.get(id)
    if (running !== undefined) return running
    const checking = this.#run(password, hash, group).finally(() => this.#running.delete(id))
    this.#running.set(id, checking)
    const isRight = await checking
    if (isRight) this.#remember(id)
    return isRight
  }

  async #run(password: string, hash: PasswordHash, group: string): Promise<boolean> {
    const over = new AbortController()
    const leave = await this.#gate.enter(group, over.signal)
    try {
      return await this.check(password, hash)
    } finally {
      leave()
      over.abort()
    }
  }

  #remember(id: string): void {
    this.#verified.add(id)
    const [oldest] = this.#verified
    if (this.#verified.size > MOST_VERIFIED && oldest !== undefined) this.#verified.delete(oldest)
  }

  /** The hash is part of it: a password that is changed is not right any more. */
  #idOf(password: string, { text, salt }: PasswordHash): string {
    const hmac = createHmac('sha256', this.#secret)
    return hmac.update(JSON.stringify([text, salt.toString('base64'), password])).digest('base64')
  }
}
