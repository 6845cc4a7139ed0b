import type { Ending } from '../ending.js'
import type { Slice } from '../http/byte-range.js'
import type { FrameForm } from '../http/frame-form.js'
import type { Expectations } from '../validation/expectation.js'

/**
 * The position of a fault in bytes, or two positions of which the seed draws one between, both included.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type Offset } from 'lastbyte/testing'
 *
 * const at: Offset = { between: [1000, 1999] }
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const fault = server.faults.arm({ fault: { kind: 'truncate', at } })
 * const response = await fetch(`${server.url}/clip.mp4`)
 * await assert.rejects(response.arrayBuffer())
 * await server.faults.settled()
 * const written = fault.journal()[0]?.written ?? 0
 * assert.ok(written >= 1000 && written <= 1999)
 * ```
 */
export type Offset = number | { readonly between: readonly [number, number] }

/**
 * What the position of a fault counts: bytes of the whole representation, or of this response's body.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type From, faultServer } from 'lastbyte/testing'
 *
 * const from: From = 'response'
 * await using server = await faultServer({ root: 'media', seed: 7 })
 * const fault = server.faults.arm({ fault: { kind: 'truncate', at: 10, from } })
 * const headers = { range: 'bytes=500-999' }
 * const response = await fetch(`${server.url}/clip.mp4`, { headers })
 * await assert.rejects(response.arrayBuffer())
 * await server.faults.settled()
 * assert.equal(fault.journal()[0]?.written, 10)
 * ```
 */
export type From = 'representation' | 'response'

export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2'

/** The connection of a request. */
export interface ConnectionFacts {
  /** The address and the port of the client. */
  readonly remote: string
  /** The address of the server that the client has connected to. */
  readonly local: string
  readonly isEncrypted: boolean
}

/** The bytes of a body or a slice, in order; each chunk is valid until the next is requested. */
export type Chunks = AsyncIterable<Uint8Array>

/** What a fault may use: random choices, the clock, and `fire` to report that it has acted. */
export interface Scene {
  readonly protocol: Protocol
  readonly connection: ConnectionFacts
  /** The number of this request among those that the rule matches, from 1; 1 for a request's own fault. */
  readonly attempt: number
  /** Records that the fault has acted. */
  fire(): void
  /** ms on a monotonic clock. */
  now(): number
  /** Waits so many ms, or without a limit; rejects when the transfer ends. */
  wait(ms?: number): Promise<void>
  /** A number from 0 up to, but not including, 1; reproducible for this purpose of this injection. */
  chance(purpose: string): number
  /** Random bytes that are reproducible for this injection. */
  randomBytes(length: number): Uint8Array
}

/** The scene of a body, with the fault's position in it. */
export interface BodyScene extends Scene {
  /** Bytes of the body before the fault's position; 0 for a fault without one. */
  readonly at: number
  /** Bytes of the body; undefined if not known. */
  readonly length: number | undefined
  /** How the body is divided; undefined if it is no stream of events or rows. */
  readonly frames?: FrameForm | undefined
}

/** The scene of the body of a request. */
export interface UploadScene extends Scene {
  /** Bytes of the body; undefined if not known. */
  readonly length: number | undefined
}

/** The response of a fault before the header section: a status, content, or none and a connection that ends. */
export type EarlyResponse =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly fields: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'content'
      readonly status: number
      readonly fields: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'silence' }
  | { readonly kind: 'end'; readonly ending: Ending }

/** The version of a representation that is sent. */
export interface Version {
  readonly etag: string | undefined
  /** ms since the epoch. */
  readonly lastModified: number | undefined
  /** Whether digest fields are sent: `withheld` if they are those of other bytes. */
  readonly digests: 'sent' | 'withheld'
  read(slice: Slice, signal: AbortSignal): Chunks
}

/** What the header section announces for the body. */
export interface Announcement {
  /** Bytes after which the message is complete; undefined if they are not known. */
  readonly length: number | undefined
  /** Whether the length is announced in Content-Length. */
  readonly framing: 'length' | 'unknown'
  readonly contentRange: string | undefined
}

/** Request header fields, named as in node:http. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>

/** The header section of a response directly before it is written. Names are in lower case. */
export interface ResponseHead {
  /** Whether the field is sent as it stands; also for one that Node adds, such as Date. */
  has(name: string): boolean
  /** Adds a field, or replaces all of its lines by one. */
  set(name: string, value: string): void
  remove(name: string): void
}

/** What follows a complete response of HTTP/1 on its connection. */
export interface ResponseTail {
  /** Bytes behind the message. */
  readonly extra?: Uint8Array
  /** Whether TLS leaves out the close_notify alert when the connection closes. */
  readonly closeNotify?: 'left out'
}

/**
 * One kind of fault: its members, and what it does at which of the points where faults may act. A kind
 * with `body` or `announce` and a member `at` acts only if the body continues past that position.
 */
export interface FaultKind<F> {
  readonly members: Expectations<Omit<F, 'kind'>>
  /** What is wrong with members that are valid each by itself; undefined if they agree. */
  contradiction?(fault: F): { readonly member: string; readonly expected: string } | undefined
  /** The protocols that can express it. Default: all. */
  readonly protocols?: readonly Protocol[]
  /** Whether it needs a connection with TLS. Default: no. */
  readonly needsTls?: true
  /** Acts before the response is planned; a result replaces the real response. */
  before?(fault: F, scene: Scene): Promise<EarlyResponse | undefined>
  /** Replaces the version of the representation. */
  select?(fault: F, version: Version, scene: Scene): Version
  /** Replaces the header fields of the request. */
  fields?(fault: F, fields: Fields, scene: Scene): Fields
  /** Replaces what the header section announces. */
  announce?(fault: F, announcement: Announcement, scene: BodyScene): Announcement
  /** Edits the header section as the last step, whatever response it begins. */
  head?(fault: F, head: ResponseHead, scene: Scene): void
  /** Replaces the bytes of the body. */
  body?(fault: F, chunks: Chunks, scene: BodyScene): Chunks
  /** Replaces the bytes of the body of the request, as they are read. An `InjectedAnswer` ends it with a response. */
  receive?(fault: F, chunks: Chunks, scene: UploadScene): Chunks
  /** Adds what follows a complete response; called when its header section is written. */
  tail?(fault: F, scene: Scene): ResponseTail
}
