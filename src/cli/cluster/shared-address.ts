import { type Bound, boundAddresses } from '../serving-urls.js'

/** Where the workers listen: on one port that they share, or on sockets that were passed on. */
export class SharedAddress {
  /** The port on which they listen. */
  port: number | undefined
  readonly #bound = new Map<string, Bound>()

  /** @param requested the port that workers are started with; 0 for any that is free. @param isOwn false: passed on */
  constructor(
    private requested: number,
    private readonly isOwn: boolean,
  ) {}

  /** Addresses and paths, each once. */
  get bound(): readonly Bound[] {
    return [...this.#bound.values()]
  }

  /** Notes where a worker listens before it is announced. */
  add(bound: readonly Bound[]): void {
    for (const each of bound) {
      this.#bound.set(typeof each === 'string' ? each : `${each.address} ${each.port}`, each)
    }
  }

  /**
   * The port to start a process with. While a worker runs, node:cluster maps the requested port 0 to the shared port.
   * After the last one has ended, 0 would be another port.
   */
  portFor({ isAlone }: { readonly isAlone: boolean }): number {
    if (this.port !== undefined && isAlone) this.requested = this.port
    return this.requested
  }

  /**
   * Whether a process listens on another port than the others: the last of them ended while it started. The next one
   * then gets the announced port.
   */
  isElsewhere(bound: readonly Bound[]): boolean {
    const [first] = boundAddresses(bound)
    // The ports of sockets that were passed on are not ours to choose.
    if (!this.isOwn || first === undefined) return false
    this.port ??= first.port
    if (first.port === this.port) return false
    this.requested = this.port
    return true
  }
}
