import { LastbyteError } from '../errors.js'

/** The bounds of a gate. */
export interface GateLimits {
  /** Tasks that run at the same time. */
  readonly running: number
  /** Requests that wait, or whose result is not used up, of all groups and of one. */
  readonly places: number
  readonly placesPerGroup: number
  /** Items in results that are not used up, of all groups and of one. */
  readonly items: number
  readonly itemsPerGroup: number
}

/** Ends a task, whose result has so many items. Has an effect once. */
export type Leave = (items?: number) => void

/** A request that waits or runs, or whose result is not used up. */
interface Place {
  readonly group: string
  items: number
  /** Defined while it waits. */
  waiting: { start(leave: Leave): void; refuse(error: unknown): void } | undefined
}

/**
 * Runs a few expensive tasks at the same time. The others wait in one queue for each group, such as the address of
 * a client; the groups take turns, so that a group of one waits for one task of each other group. Requests over the
 * limits are refused, those of the group that has most waiting first.
 */
export class FairGate {
  #running = 0
  readonly #places = new Set<Place>()
  /** Waiting places by group, in the order of the groups' turns. */
  readonly #queues = new Map<string, Place[]>()

  constructor(private readonly limits: GateLimits) {}

  /** The number of tasks that run. */
  get running(): number {
    return this.#running
  }

  /**
   * Waits until a task may start.
   *
   * @param ended aborted when the result is used up, or nobody waits for it any more. The task itself ends when
   * it leaves, even if that is later
   * @throws LastbyteError SOURCE_BUSY where too many wait; the reason of `ended`
   */
  async enter(group: string, ended: AbortSignal): Promise<Leave> {
    ended.throwIfAborted()
    this.#makeRoom(group)
    const place: Place = { group, items: 0, waiting: undefined }
    this.#places.add(place)
    const end = () => {
      this.#places.delete(place)
      this.#withdraw(place, ended.reason)
    }
    ended.addEventListener('abort', end, { once: true })
    try {
      return await new Promise<Leave>((start, refuse) => {
        place.waiting = { start, refuse }
        const queue = this.#queues.get(group)
        if (queue === undefined) this.#queues.set(group, [place])
        else queue.push(place)
        this.#startNext()
      })
    } catch (error) {
      this.#places.delete(place)
      ended.removeEventListener('abort', end)
      throw error
    }
  }

  /** Refuses the request of a group, or instead of it the last one of a group with more that wait. */
  #makeRoom(group: string): void {
    const { places, placesPerGroup } = this.limits
    const own = this.#count(group)
    if (own >= placesPerGroup || this.#hasTooMuch(group)) throw busy()
    if (this.#places.size < places) return
    const [longest = []] = [...this.#queues.values()].sort((a, b) => b.length - a.length)
    const last = longest.at(-1)
    if (last === undefined || longest.length <= own + 1) throw busy()
    this.#places.delete(last)
    this.#withdraw(last, busy())
  }

  #startNext(): void {
    while (this.#running < this.limits.running) {
      const [next] = this.#queues
      if (next === undefined) return
      const [group, queue] = next
      const place = queue.shift()
      // The group's next turn is after those of the others.
      this.#queues.delete(group)
      if (queue.length > 0) this.#queues.set(group, queue)
      if (place?.waiting === undefined) continue
      const { start, refuse } = place.waiting
      place.waiting = undefined
      if (this.#hasTooMuch(group)) refuse(busy())
      else start(this.#run(place))
    }
  }

  #run(place: Place): Leave {
    this.#running += 1
    let isRunning = true
    return (items = 0) => {
      if (!isRunning) return
      isRunning = false
      this.#running -= 1
      place.items = items
      this.#startNext()
    }
  }

  #withdraw(place: Place, reason: unknown): void {
    const { group, waiting } = place
    if (waiting === undefined) return
    place.waiting = undefined
    const others = (this.#queues.get(group) ?? []).filter((each) => each !== place)
    if (others.length > 0) this.#queues.set(group, others)
    else this.#queues.delete(group)
    waiting.refuse(reason)
  }

  #count(group: string): number {
    return [...this.#places].filter((place) => place.group === group).length
  }

  /** Whether the results that are not used up have too many items, of all groups or of this one. */
  #hasTooMuch(group: string): boolean {
    let [all, own] = [0, 0]
    for (const place of this.#places) {
      all += place.items
      if (place.group === group) own += place.items
    }
    return all >= this.limits.items || own >= this.limits.itemsPerGroup
  }
}

function busy(): LastbyteError {
  return new LastbyteError('SOURCE_BUSY', 'Cannot begin: too many requests wait for such work')
}
