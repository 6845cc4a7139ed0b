import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { acknowledgedBytes } from '../delivery/acknowledged-bytes.js'
import type { Body } from '../delivery/deliver.js'
import { performEnding } from '../delivery/response-writer.js'
import type { Transfer } from '../delivery/transfer.js'
import type { Ending } from '../ending.js'
import type { BodyPiece } from '../fault/body-offset.js'
import type { Protocol } from '../fault/fault.js'
import type { FaultSession } from '../fault/fault-session.js'
import { InjectedEnding } from '../fault/injected-ending.js'
import type { Ended } from '../fault/journal.js'
import { splitTarget } from '../http/request-target.js'
import type { Delivery } from '../request/exchange.js'
import { sendProblem } from './problem-response.js'

/** The faults of one exchange, between the layer that names them and the delivery that carries out. */
export class FaultInjector {
  #ended: Ended | undefined
  /** Bytes that the connection had sent when the answer's last byte was written. */
  #mark: number | undefined
  #framing: 'length' | 'unknown' = 'length'

  constructor(
    readonly session: FaultSession,
    private readonly reply: FastifyReply,
    private readonly transfer: Transfer,
  ) {}

  /**
   * Lets faults act before the headers, and tells whether one of them has answered. (Not by the
   * reply itself, which is a thenable: to await it is to wait for the answer's end.)
   * @throws the transfer's reason, where it ends meanwhile
   */
  async before(size: number | undefined): Promise<'answered' | 'goes on'> {
    const { session, reply, transfer } = this
    session.draw(size)
    const answer = await transfer.until(session.before())
    if (answer === undefined) return 'goes on'
    if (answer.kind === 'silence') {
      this.note('fin')
      performEnding({ kind: 'cut' }, reply.raw)
      reply.hijack()
      return 'answered'
    }
    const { status, fields } = answer
    if (status >= 400) sendProblem(reply, status, 'Injected by the fault layer.', { ...fields })
    else reply.code(status).headers(fields).send()
    return 'answered'
  }

  /** The body with its faults: none of its bytes are sent before its headers. */
  body(pieces: readonly BodyPiece[], body: Body, announced: number | undefined): Body {
    const { length, first, rest } = body
    const chunks = this.session.body(pieces, length, chain(first, rest))
    return { ...body, length: announced, first: undefined, rest: chunks[Symbol.asyncIterator]() }
  }

  /** The length that the headers tell is another than that of the bytes, or none at all. */
  frame(framing: 'length' | 'unknown'): void {
    this.#framing = framing
  }

  /** Notes how the answer ends on the wire, in the moment in which it does. */
  note(ended: Ended): void {
    this.#ended ??= ended
    this.#mark = this.#socket?.bytesWritten
  }

  /** Notes how a body that could not be sent whole ends. */
  noteEnding(ending: Ending, error: { readonly code?: string }): void {
    this.note(error.code === 'CLIENT_GONE' ? 'left' : endedAs(ending, protocolOf(this.reply)))
  }

  /** The exchange is over. */
  end(): void {
    const { reply, transfer } = this
    const { statusCode, writableFinished } = reply.raw
    const ended = this.#ended ?? (writableFinished ? 'complete' : 'left')
    const status = ended === 'fin' && !reply.raw.headersSent ? null : statusCode
    this.session.end({ status, written: transfer.bytes, ended }, () => this.#confirmed(ended))
  }

  async #confirmed(ended: Ended): Promise<number | undefined> {
    const { peer, bytes: written } = this.transfer
    const socket = this.#socket
    const mark = this.#mark ?? socket?.bytesWritten ?? 0
    const plain = socket !== undefined && !('encrypted' in socket) && !peer.shared
    if (!plain || (ended !== 'fin' && ended !== 'complete')) return undefined
    const since = () => Math.max(0, socket.bytesWritten - mark)
    return acknowledgedBytes({ peer, written, framing: this.#framing, since })
  }

  get #socket(): Socket | undefined {
    return this.reply.request.raw.socket ?? undefined
  }
}

/** Asks the layer, if there is one, what is to happen to a request. @throws LastbyteError BAD_FAULT */
export function createFaultInjector({
  context,
  reply,
  transfer,
}: Delivery): FaultInjector | undefined {
  const layer = context.settings.faults
  if (layer === undefined) return undefined
  const { method, headers, raw } = reply.request
  const { path, query } = splitTarget(raw.url ?? '')
  const arrival = { method, path: decoded(path), query, fields: headers }
  const session = layer.openSession(
    { ...arrival, protocol: protocolOf(reply) },
    {
      now: () => performance.now(),
      wait: (ms) => waitOn(transfer, ms),
    },
  )
  if (session === undefined) return undefined
  const stage = new FaultInjector(session, reply, transfer)
  context.disconnects.watch(raw, reply.raw, () => stage.end())
  return stage
}

/** Failures of which nobody is left to be told. */
const UNHEARD = new Set(['CLIENT_GONE', 'CLIENT_STALLED'])

/** How an error that stopped a body is to look: a real failure is told, or else it is a cut. */
export function endingForError(
  error: { readonly code?: string },
  { errorFrame }: Pick<Body, 'errorFrame'>,
): Ending {
  if (error instanceof InjectedEnding) return error.ending
  if (errorFrame === undefined || UNHEARD.has(error.code ?? '')) return { kind: 'cut' }
  return { kind: 'told', bytes: errorFrame(error) }
}

function endedAs(ending: Ending, protocol: Protocol): Ended {
  switch (ending.kind) {
    case 'valid':
      return 'complete'
    case 'cut':
      return protocol === 'HTTP/2' ? 'rst-stream' : 'fin'
    case 'raw':
      return 'fin'
    default:
      return ending.kind
  }
}

function protocolOf({ request }: FastifyReply): Protocol {
  const { httpVersionMajor, httpVersion } = request.raw
  return httpVersionMajor === 2 ? 'HTTP/2' : httpVersion === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1'
}

/** A wait of our own making is nobody's stall. */
async function waitOn(transfer: Transfer, ms?: number): Promise<void> {
  const { signal } = transfer
  transfer.waitFor('server')
  try {
    if (ms !== undefined) return await pause(ms, undefined, { signal })
    await new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
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
