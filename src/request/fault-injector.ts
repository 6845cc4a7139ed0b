import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { delay, untilAborted } from '../async/delay.js'
import { acknowledgedBytes } from '../delivery/acknowledged-bytes.js'
import type { Body } from '../delivery/deliver.js'
import { editHead } from '../delivery/edit-head.js'
import { addTail } from '../delivery/response-tail.js'
import { unacknowledgedBytes } from '../delivery/socket-descriptor.js'
import type { Transfer } from '../delivery/transfer.js'
import type { Ending } from '../ending.js'
import type { BodyPiece } from '../fault/body-offset.js'
import type { ConnectionFacts, EarlyResponse, Protocol } from '../fault/fault.js'
import type { Arrival, FaultLayer, SessionPart } from '../fault/fault-layer.js'
import type { FaultSession } from '../fault/fault-session.js'
import type { Clock } from '../fault/injection.js'
import type { Ended } from '../fault/journal.js'
import type { RequestRecord } from '../fault/request-record.js'
import { splitTarget } from '../http/request-target.js'
import type { TransferScope } from './begin-transfer.js'
import type { RegistrationContext } from './context.js'

/** Applies the faults of one request to its response, and records in the journal how that ended. */
export class FaultInjector {
  #ended: Ended | undefined
  /** `bytesWritten` of the socket at the end of the response. */
  #bytesWrittenAtEnd: number | undefined
  #framing: 'length' | 'unknown' = 'length'

  constructor(
    readonly session: FaultSession,
    private readonly reply: FastifyReply,
    private readonly transfer: Transfer,
    private readonly context: Pick<RegistrationContext, 'calls' | 'tables'>,
  ) {}

  /**
   * Runs the faults that act before the header section. Returns the response of the first fault that
   * replaces the real response.
   *
   * @throws the reason of the transfer's signal, when it is aborted meanwhile
   */
  async before(size: number | undefined): Promise<EarlyResponse | undefined> {
    this.session.draw(size)
    return this.transfer.until(this.session.before())
  }

  /** The body with its faults. Its first byte is read after the header section is written. */
  body(pieces: readonly BodyPiece[], body: Body, announced: number | undefined): Body {
    const { length, first, rest } = body
    const chunks = this.session.body(pieces, length, chain(first, rest))
    return { ...body, length: announced, first: undefined, rest: chunks[Symbol.asyncIterator]() }
  }

  /** Records whether the header section announces a length. It may differ from the body's. */
  frame(framing: 'length' | 'unknown'): void {
    this.#framing = framing
  }

  /** Records how the response ends on the wire. Must be called at that time; later calls are ignored. */
  note(ended: Ended): void {
    this.#ended ??= ended
    this.#bytesWrittenAtEnd = this.#socket?.bytesWritten
  }

  /** Records the end of a body that was not sent completely. */
  noteEnding(ending: Ending, error: { readonly code?: string }): void {
    this.note(error.code === 'CLIENT_GONE' ? 'left' : endedAs(ending, protocolOf(this.reply)))
  }

  /** Completes the journal entries when the response has ended. */
  end(): void {
    const { reply, transfer } = this
    const { statusCode, headersSent, writableFinished } = reply.raw
    // A stream of HTTP/2 that its client has reset before the header section is finished for Node.
    const isComplete = headersSent && writableFinished
    const ended = this.#ended ?? (isComplete ? 'complete' : 'left')
    const status = headersSent ? statusCode : null
    this.session.end({ status, written: transfer.bytes, ended }, () => this.#confirmed(ended))
  }

  async #confirmed(ended: Ended): Promise<number | undefined> {
    const { peer, bytes: written } = this.transfer
    const socket = this.#socket
    const bytesAtEnd = this.#bytesWrittenAtEnd ?? socket?.bytesWritten ?? 0
    const isPlain = socket !== undefined && !('encrypted' in socket) && !peer.shared
    if (!isPlain || (ended !== 'fin' && ended !== 'complete')) return undefined
    const since = () => Math.max(0, socket.bytesWritten - bytesAtEnd)
    const { calls, tables } = this.context
    const queued = () => unacknowledgedBytes(socket, calls)
    return acknowledgedBytes({ peer, written, framing: this.#framing, since, queued }, tables)
  }

  get #socket(): Socket | undefined {
    return this.reply.request.raw.socket ?? undefined
  }
}

/**
 * Creates the injector of a request. Returns undefined without a fault layer, and if no fault applies.
 *
 * @param part the rules that apply; the body of a request to the application is read before its response begins
 * @throws LastbyteError BAD_FAULT for a malformed Lastbyte-Fault field
 */
export function createFaultInjector(
  scope: TransferScope,
  part: SessionPart = 'responses',
): FaultInjector | undefined {
  const { context, reply, transfer } = scope
  const layer = context.settings.faults
  if (layer === undefined) return undefined
  const { method, headers, raw } = reply.request
  const { path, query } = splitTarget(raw.url ?? '')
  const request = {
    method,
    path: decoded(path),
    query,
    fields: headers,
    protocol: protocolOf(reply),
  }
  // The response to the same request is recorded.
  const record =
    part === 'uploads' ? undefined : layer.requests.open({ ...request, socket: raw.socket })
  const arrival = { ...request, connection: connectionOf(raw.socket) }
  const clock = { now: () => performance.now(), wait: (ms?: number) => waitFor(transfer, ms) }
  const opened = openSession(layer, arrival, clock, record, part)
  const { session } = opened
  if (session === undefined) {
    if (opened.refusal !== undefined) throw opened.refusal
    return undefined
  }
  session.arrive()
  const response = reply.raw
  editHead(response, (head, status) => {
    session.head(head)
    session.respond(status, (name) => response.getHeader(name))
    if (response instanceof ServerResponse) addTail(response, session.tail())
  })
  const injector = new FaultInjector(session, reply, transfer, context)
  context.disconnects.watch(raw, reply.raw, () => injector.end())
  if (opened.refusal !== undefined) throw opened.refusal
  return injector
}

/** A request whose own faults are invalid is refused, and recorded as every request. */
function openSession(
  layer: FaultLayer,
  arrival: Arrival,
  clock: Clock,
  record: RequestRecord | undefined,
  part: SessionPart,
): { session: FaultSession | undefined; refusal?: unknown } {
  try {
    return { session: layer.openSession(arrival, clock, record, part) }
  } catch (refusal) {
    return { session: layer.openRecord(arrival, clock, record), refusal }
  }
}

function endedAs(ending: Ending, protocol: Protocol): Ended {
  switch (ending.kind) {
    case 'valid':
      return 'complete'
    case 'cut':
      return protocol === 'HTTP/2' ? 'rst-stream' : 'fin'
    case 'raw':
      return 'fin'
    case 'error-frame':
      return 'told'
    default:
      return ending.kind
  }
}

function connectionOf(socket: Socket): ConnectionFacts {
  const { localAddress = '', remoteAddress = '', remotePort = 0 } = socket
  const remote = `${remoteAddress} ${remotePort}`
  return { remote, local: localAddress, isEncrypted: 'encrypted' in socket }
}

function protocolOf({ request }: FastifyReply): Protocol {
  const { httpVersionMajor, httpVersion } = request.raw
  return httpVersionMajor === 2 ? 'HTTP/2' : httpVersion === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1'
}

/** Waits on behalf of a fault: such delays don't count as stalls of the source or the client. */
async function waitFor(transfer: Transfer, ms?: number): Promise<void> {
  const { signal } = transfer
  transfer.waitFor('server')
  try {
    await (ms === undefined ? untilAborted(signal) : delay(ms, signal))
  } finally {
    transfer.waitFor('source')
  }
}

async function* chain(
  first: Uint8Array | undefined,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first !== undefined) yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
