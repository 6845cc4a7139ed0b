import { type BodyPiece, positionInBody } from './body-offset.js'
import type { BodyScene, ConnectionFacts, From, Offset, Scene } from './fault.js'
import { type Fault, kindOf } from './fault-kinds.js'
import type { OpenEntry } from './journal.js'
import type { FaultRequest } from './request-match.js'
import { bytesOf, seededRandom } from './seeded-random.js'

/** The clock of a transfer. */
export interface Clock {
  /** ms on a monotonic clock. */
  now(): number
  /** Waits so many ms, or without a limit; rejects when the transfer ends. */
  wait(ms?: number): Promise<void>
}

/** The seed and the request, on which the random choices of an injection depend. */
export interface Chance {
  readonly seed: number
  readonly parts: readonly unknown[]
}

const UNKNOWN: ConnectionFacts = { remote: '', local: '', isEncrypted: false }

/** The response that was sent: none, the one of a fault instead of the real one, or the real one. */
export type SentResponse = 'none' | 'another' | 'real'

/** One fault of one request, with a drawn position, and its journal entry. */
export class Injection {
  readonly scene: Scene
  readonly kind: ReturnType<typeof kindOf>
  readonly fault: Fault

  constructor(
    readonly entry: OpenEntry,
    chance: Chance,
    { protocol, connection = UNKNOWN }: Pick<FaultRequest, 'protocol' | 'connection'>,
    clock: Clock,
  ) {
    this.fault = entry.fault
    this.kind = kindOf(entry.fault)
    const { seed, parts } = chance
    this.scene = {
      protocol,
      connection,
      attempt: entry.attempt,
      fire: () => {
        entry.outcome = 'injected'
      },
      now: () => clock.now(),
      wait: (ms) => clock.wait(ms),
      chance: (purpose) => seededRandom(seed, ...parts, purpose),
      randomBytes: (length) => bytesOf(length, seed, ...parts, 'bytes'),
    }
    const { protocols, needsTls } = this.kind
    const isExpressible = protocols?.includes(protocol) !== false
    if (!isExpressible || (needsTls && !connection.isEncrypted)) entry.outcome = 'not applicable'
  }

  get acts(): boolean {
    return this.entry.outcome !== 'not applicable'
  }

  get fired(): boolean {
    return this.entry.outcome === 'injected'
  }

  /**
   * Takes back that the fault has acted where it has only prepared a response that was not sent: faults
   * edit the fields of a request before its source is opened, and a version before the header section.
   */
  settle(sent: SentResponse): void {
    const { before, fields, receive } = this.kind
    // It has acted on the request, whatever the response is.
    if (receive !== undefined) return
    const hasActed =
      sent === 'real' || (sent === 'another' ? fields === undefined : before !== undefined)
    if (this.fired && !hasActed) this.entry.outcome = 'not reached'
  }

  /** Whether the fault has a position that counts bytes of the representation. */
  get isPlacedInRepresentation(): boolean {
    const { at, from = 'representation' } = this.fault as { at?: number; from?: From }
    return at !== undefined && from === 'representation'
  }

  /** The scene of a body; undefined if the body does not continue past the fault's position. */
  bodyScene(
    pieces: readonly BodyPiece[],
    { length, frames }: Pick<BodyScene, 'length' | 'frames'>,
  ): BodyScene | undefined {
    const { at, from = 'representation' } = this.fault as { at?: number; from?: From }
    const position = at === undefined ? 0 : positionInBody(pieces, at, from)
    return position === undefined ? undefined : { ...this.scene, at: position, length, frames }
  }
}

/**
 * The fault with a drawn position.
 *
 * @param index the fault's index among those of its rule
 */
export function drawPosition(fault: Fault, { seed, parts }: Chance, index: number): Fault {
  const { at } = fault as { at?: Offset }
  if (typeof at !== 'object') return fault
  const [from, to] = at.between
  const drawn = from + Math.floor(seededRandom(seed, ...parts, index, 'at') * (to - from + 1))
  return { ...fault, at: drawn } as Fault
}
