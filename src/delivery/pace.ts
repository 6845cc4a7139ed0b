import { delay } from '../async/delay.js'
import { addressGroup } from '../http/client-address.js'

/** Maximum bytes a second; undefined for no limit. */
export interface RateOptions {
  /** Of all transfers of an application together. */
  readonly rate?: number | undefined
  /** Of all transfers to one client address. */
  readonly ratePerAddress?: number | undefined
}

/** Pieces a second into which a rate is divided: enough for a steady flow, few enough to cost little CPU time. */
const PIECES = 20
/** Minimum bytes of a piece, however many transfers share a rate. */
const LEAST_PIECE = 1024
/** ms of unused rate that are made up for: timers are late. */
const CREDIT = 100

/** A rate that several transfers share. Each takes one piece after the other, in the order of their requests. */
class SharedRate {
  /** Transfers that use it. */
  users = 0
  /** The time in ms at which all bytes that were taken are sent. */
  #free = Number.NEGATIVE_INFINITY

  constructor(readonly rate: number) {}

  get piece(): number {
    return Math.max(LEAST_PIECE, this.rate / PIECES / Math.max(1, this.users))
  }

  /** Takes bytes. Returns the ms to wait before they may be sent. */
  take(bytes: number, now: number): number {
    const begin = Math.max(this.#free, now - CREDIT)
    this.#free = begin + (bytes / this.rate) * 1000
    return begin - now
  }

  giveBack(bytes: number): void {
    this.#free -= (bytes / this.rate) * 1000
  }
}

/** The rates of an application: of all its transfers, and of those to each address. */
export class Rates {
  readonly #perAddress = new Map<string, SharedRate>()
  readonly #total: SharedRate | undefined
  readonly #ratePerAddress: number | undefined
  /** ms for which transfers have waited for their rate. */
  waited = 0

  constructor(
    { rate, ratePerAddress }: RateOptions,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#total = rate === undefined ? undefined : new SharedRate(rate)
    this.#ratePerAddress = ratePerAddress
  }

  /** Addresses that have transfers. */
  get size(): number {
    return this.#perAddress.size
  }

  /** The pace of a transfer to an address, which must be closed. */
  begin(address: string): Pace {
    const group = addressGroup(address)
    const own = this.#rateOf(group)
    const shared = [own, this.#total].filter((rate) => rate !== undefined)
    for (const rate of shared) rate.users += 1
    return new Pace(shared, this.now, {
      waited: (ms) => {
        this.waited += ms
      },
      closed: () => {
        for (const rate of shared) rate.users -= 1
        // Without its debt an address could exceed its rate by many short transfers.
        if (own?.users === 0) this.#forgetLater(group, own)
      },
    })
  }

  #rateOf(group: string): SharedRate | undefined {
    if (this.#ratePerAddress === undefined) return undefined
    const known = this.#perAddress.get(group)
    if (known !== undefined) return known
    const created = new SharedRate(this.#ratePerAddress)
    this.#perAddress.set(group, created)
    return created
  }

  /** Forgets an address when all that it has taken is sent. */
  #forgetLater(group: string, rate: SharedRate): void {
    const wait = Math.max(0, rate.take(0, this.now()))
    const forget = () => {
      if (rate.users === 0 && this.#perAddress.get(group) === rate) this.#perAddress.delete(group)
    }
    if (wait === 0) forget()
    else setTimeout(forget, Math.min(wait, MOST_DEBT)).unref()
  }
}

/** ms after which the debt of an address without transfers is forgotten. */
const MOST_DEBT = 60_000

interface PaceOwner {
  waited(ms: number): void
  closed(): void
}

/** A transfer that waits for its rate. */
interface Waiting {
  readonly signal: AbortSignal
  waitFor(side: 'server' | 'client'): void
}

/** Limits the bytes of one transfer to the rates that it shares. */
export class Pace {
  /** Bytes that were taken and not sent. */
  #taken = 0
  #isClosed = false

  constructor(
    private readonly rates: readonly SharedRate[],
    private readonly now: () => number,
    private readonly owner: PaceOwner,
  ) {}

  /**
   * Waits until the next bytes may be sent. The wait is that of this server: it counts as a stall of neither the
   * client nor the source.
   *
   * @returns the number of bytes that may be sent, at most `most`
   * @throws the reason of the transfer's abort
   */
  async permit(most: number, transfer: Waiting): Promise<number> {
    this.#giveBack()
    const bytes = Math.ceil(Math.min(most, ...this.rates.map(({ piece }) => piece)))
    const now = this.now()
    const wait = Math.max(0, ...this.rates.map((rate) => rate.take(bytes, now)))
    this.#taken = bytes
    if (wait === 0) return bytes
    transfer.waitFor('server')
    await delay(wait, transfer.signal)
    this.owner.waited(this.now() - now)
    transfer.waitFor('client')
    return bytes
  }

  /** Counts bytes that were sent. Those that were not permitted, such as a final frame, are taken now. */
  count(bytes: number): void {
    const excess = bytes - this.#taken
    this.#taken = Math.max(0, -excess)
    if (excess > 0) for (const rate of this.rates) rate.take(excess, this.now())
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#giveBack()
    this.owner.closed()
  }

  /** What a full socket did not take, or a transfer that was aborted. */
  #giveBack(): void {
    for (const rate of this.rates) rate.giveBack(this.#taken)
    this.#taken = 0
  }
}
