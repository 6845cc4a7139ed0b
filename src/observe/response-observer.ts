import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Server } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { forEveryServer } from '../connection/every-server.js'
import { DisconnectWatcher } from '../delivery/client-disconnect.js'
import type { TransferRecord } from '../delivery/transfer.js'
import { Refusals } from './refusals.js'
import { beginNotes, notesOf, type ResponseOutcome, type RouteKind } from './response-notes.js'
import { routeKindOf } from './route-kind.js'
import { countBody } from './sent-bytes.js'

type RawRequest = IncomingMessage | Http2ServerRequest
type RawResponse = ServerResponse | Http2ServerResponse

/** A response that has ended. */
export interface ObservedResponse {
  /** When its request was received; ms since the epoch. */
  readonly date: number
  /** From then to the end of the response. */
  readonly ms: number
  /** 499 where the client has left, or the connection was cut, before a status was sent. */
  readonly status: number
  readonly route: RouteKind
  readonly outcome: ResponseOutcome
  /** Body bytes that the kernel has accepted; 0 for HEAD. Known if `needsBytes`. */
  readonly bytes: number
  /** undefined where no request could be parsed. */
  readonly raw: RawRequest | undefined
  /** The request as the application sees it; undefined for one that reached no hook. */
  readonly request: object | undefined
  readonly address: string | undefined
}

export type ResponseListener = (response: ObservedResponse) => void

/** The status for a response whose client has left before it, as nginx logs it. */
const NO_STATUS = 499

/** Watches every response of an application, also those of Node's parser, and reports them when they have ended. */
export class ResponseObserver {
  readonly refusals = new Refusals()
  /** Whether a listener needs the bytes of responses. */
  needsBytes = false
  readonly #listeners = new Set<ResponseListener>()
  readonly #disconnects = new DisconnectWatcher()
  readonly #counts = new WeakMap<object, () => number>()

  observe(listener: ResponseListener): void {
    this.#listeners.add(listener)
  }

  watch(server: Server): void {
    const begin = (_request: RawRequest, response: RawResponse) => this.#begin(response)
    const follow = (request: RawRequest, response: RawResponse) => this.#follow(request, response)
    // Last, since a handler that finds a listener of the response can't answer from memory.
    server.prependListener('request', begin).on('request', follow)
    // A listener would replace the response of Node where there is none.
    if (server.listenerCount('checkExpectation') === 0) return
    server.prependListener('checkExpectation', begin).on('checkExpectation', follow)
  }

  /** Notes what the application knows of a request. */
  route(request: FastifyRequest, response: object): void {
    const notes = notesOf(response)
    if (notes === undefined) return
    notes.route = routeKindOf(request.routeOptions.url)
    notes.address = request.ip
    notes.request = request
  }

  /** Reports a response to bytes that are no request. */
  refused(status: number, address: string | undefined): void {
    const date = Date.now()
    this.#report({
      ...{ date, ms: 0, status, bytes: 0, address, route: 'other', outcome: 'complete' },
      ...{ raw: undefined, request: undefined },
    })
  }

  #begin(response: RawResponse): void {
    beginNotes(response, {
      date: Date.now(),
      began: performance.now(),
      route: 'other',
      transfer: undefined,
      request: undefined,
      address: undefined,
    })
    if (this.needsBytes) this.#counts.set(response, countBody(response))
  }

  #follow(raw: RawRequest, response: RawResponse): void {
    const { remoteAddress } = raw.socket
    // Of HTTP/2, a stream whose client has left is finished too.
    let isFinished = false
    response.once('finish', () => {
      isFinished = !('stream' in response && response.stream?.aborted)
    })
    this.#disconnects.watch(raw, response, () => {
      const notes = notesOf(response)
      if (notes === undefined) return
      const ended = (record: TransferRecord | undefined) => {
        const { date, began, route, request, address = remoteAddress } = notes
        this.#report({
          date,
          ms: performance.now() - began,
          status: response.headersSent ? response.statusCode : NO_STATUS,
          route,
          outcome: outcomeOf(record, isFinished || response.writableFinished),
          bytes: raw.method === 'HEAD' ? 0 : this.#bytesOf(response, record),
          raw,
          request,
          address,
        })
      }
      if (notes.transfer === undefined) ended(undefined)
      else notes.transfer.whenSettled(ended)
    })
  }

  /** The body of an error that has replaced a transfer is none of its own. */
  #bytesOf(response: RawResponse, record: TransferRecord | undefined): number {
    if (record !== undefined && record.error?.code !== 'BODY_INTERCEPTED') return record.bytes
    return this.#counts.get(response)?.() ?? 0
  }

  #report(response: ObservedResponse): void {
    for (const listener of this.#listeners) listener(response)
  }
}

function outcomeOf(record: TransferRecord | undefined, isFinished: boolean): ResponseOutcome {
  if (record !== undefined && record.error?.code !== 'BODY_INTERCEPTED') return record.outcome
  return isFinished ? 'complete' : 'client-gone'
}

const OBSERVER = Symbol('lastbyte.observer')

/** The observer of an application; undefined where nobody observes it. */
export function observerOf(app: FastifyInstance): ResponseObserver | undefined {
  return (app as { [OBSERVER]?: ResponseObserver })[OBSERVER]
}

/** Observes the responses of an application from now on, once. Call it before the application is ready. */
export function observeResponses(app: FastifyInstance): ResponseObserver {
  const known = observerOf(app)
  if (known !== undefined) return known
  const observer = new ResponseObserver()
  app.decorate(OBSERVER, observer)
  forEveryServer(app, (server) => observer.watch(server))
  app.addHook('onRequest', (request, reply, done) => {
    observer.route(request, reply.raw)
    done()
  })
  return observer
}
