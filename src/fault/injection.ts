import { type BodyPiece, placeInBody } from './body-offset.js'
import type { BodyScene, From, Offset, Protocol, Scene } from './fault.js'
import { type Fault, kindOf } from './fault-kinds.js'
import type { OpenEntry } from './journal.js'
import { bytesOf, seededRandom } from './seeded-random.js'

/** The clock of a transfer. */
export interface Clock {
  now(): number
  /** Waits so many ms, or for ever; rejects when the transfer ends. */
  wait(ms?: number): Promise<void>
}

/** What an injection depends on: the seed and all that makes this request differ from others. */
export interface Chance {
  readonly seed: number
  readonly parts: readonly unknown[]
}

/** One fault of one request, with all chance drawn, and its entry in the journal. */
export class Injection {
  readonly scene: Scene
  readonly kind: ReturnType<typeof kindOf>
  /** The fault as it acts; undefined where it can't. */
  readonly fault: Fault

  constructor(
    readonly entry: OpenEntry,
    chance: Chance,
    protocol: Protocol,
    clock: Clock,
  ) {
    this.fault = entry.fault
    this.kind = kindOf(entry.fault)
    const { seed, parts } = chance
    this.scene = {
      protocol,
      attempt: entry.attempt,
      fire: () => {
        entry.outcome = 'injected'
      },
      now: () => clock.now(),
      wait: (ms) => clock.wait(ms),
      chance: (purpose) => seededRandom(seed, ...parts, purpose),
      randomBytes: (length) => bytesOf(length, seed, ...parts, 'bytes'),
    }
    if (this.kind.protocols?.includes(protocol) === false) entry.outcome = 'not applicable'
  }

  get acts(): boolean {
    return this.entry.outcome !== 'not applicable'
  }

  get fired(): boolean {
    return this.entry.outcome === 'injected'
  }

  /** Whether it has a place, and that counts bytes of the representation. */
  get isPlacedInRepresentation(): boolean {
    const { at, from = 'representation' } = this.fault as { at?: number; from?: From }
    return at !== undefined && from === 'representation'
  }

  /** The scene of a body, or undefined if the body does not come to the fault's place. */
  bodyScene(pieces: readonly BodyPiece[], length: number | undefined): BodyScene | undefined {
    const { at, from = 'representation' } = this.fault as { at?: number; from?: From }
    if (at === undefined) return { ...this.scene, at: 0, length }
    const place = placeInBody(pieces, at, from)
    return place === undefined ? undefined : { ...this.scene, at: place, length }
  }
}

/** The fault with its place drawn. `index`: which of the rule's faults. */
export function drawPlace(fault: Fault, { seed, parts }: Chance, index: number): Fault {
  const { at } = fault as { at?: Offset }
  if (typeof at !== 'object') return fault
  const [from, to] = at.between
  const drawn = from + Math.floor(seededRandom(seed, ...parts, index, 'at') * (to - from + 1))
  return { ...fault, at: drawn } as Fault
}
