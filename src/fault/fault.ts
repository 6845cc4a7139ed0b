import type { Slice } from '../http/byte-range.js'
import type { Expectations } from '../validation/expectation.js'

/** A place: bytes, or one that chance draws between two, both included. */
export type Offset = number | { readonly between: readonly [number, number] }

/** What a place counts: bytes of the whole representation (default), or of this response's body. */
export type From = 'representation' | 'response'

export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2'

/** The bytes of a body or a slice, in order; each chunk is valid until the next is asked for. */
export type Chunks = AsyncIterable<Uint8Array>

/** What a fault is given of the world: its chance, its clock, and a way to say that it has acted. */
export interface Scene {
  readonly protocol: Protocol
  /** How many requests like this one its rule has seen, this one included; 1 for a request's own fault. */
  readonly attempt: number
  /** To be called as soon as the fault does something. */
  fire(): void
  /** ms, on a clock that only goes on. */
  now(): number
  /** Waits so many ms, or for ever; rejects when the transfer ends. */
  wait(ms?: number): Promise<void>
  /** A number of [0, 1) that is always the same for this purpose of this injection. */
  chance(purpose: string): number
  /** Bytes that are always the same for this injection. */
  randomBytes(length: number): Uint8Array
}

/** The scene of a body, with the place of the fault in it. */
export interface BodyScene extends Scene {
  /** Bytes of the body before the fault's place; 0 where it has none. */
  readonly at: number
  /** Bytes of the body, if known. */
  readonly length: number | undefined
}

/** How a fault that comes before the headers answers: with a status, or not at all. */
export type EarlyResponse =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly fields: Readonly<Record<string, string>>
    }
  | { readonly kind: 'silence' }

/** The version of a representation that a request is answered with. */
export interface Version {
  readonly etag: string | undefined
  /** ms since the epoch. */
  readonly lastModified: number | undefined
  /** Whether digests of the bytes may be told: not where they are of another version. */
  readonly digests: 'told' | 'withheld'
  read(slice: Slice, signal: AbortSignal): Chunks
}

/** What the headers say of the body. */
export interface Announcement {
  /** Bytes after which the message properly ends; undefined where only the sender's end tells. */
  readonly length: number | undefined
  /** Whether the length is told: in Content-Length, or not at all. */
  readonly framing: 'length' | 'unknown'
  readonly contentRange: string | undefined
}

/** Request fields, as node:http names them. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>

/**
 * One word of the vocabulary: its members, and what it does at which of the places where faults may
 * act. A fault that has `body` or `announce` and a member `at` acts only if that place is reached.
 */
export interface FaultKind<F> {
  readonly members: Expectations<Omit<F, 'kind'>>
  /** The protocols that can express it; all, if absent. */
  readonly protocols?: readonly Protocol[]
  /** Before the headers, before anything is planned. */
  before?(fault: F, scene: Scene): Promise<EarlyResponse | undefined>
  /** Which version is seen. */
  select?(fault: F, version: Version, scene: Scene): Version
  /** What the request is taken to ask. */
  fields?(fault: F, fields: Fields, scene: Scene): Fields
  /** What the headers say. */
  announce?(fault: F, announcement: Announcement, scene: BodyScene): Announcement
  /** What becomes of the bytes. */
  body?(fault: F, chunks: Chunks, scene: BodyScene): Chunks
}
