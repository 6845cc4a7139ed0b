import type { TransferRecord } from '../delivery/transfer.js'
import type { TransferOutcome } from '../delivery/transfer-outcome.js'

/**
 * What a response is for. `file`: a file, also one of an upstream server; `stream`: events or rows; `proxy`: what an
 * upstream server has sent, passed on; `page`: a page for people and what it loads; `admin`: health, metrics, faults and
 * transfers; `other`: anything else, such as routes of the application.
 */
export const ROUTE_KINDS = ['file', 'listing', 'page', 'stream', 'proxy', 'admin', 'other'] as const
export type RouteKind = (typeof ROUTE_KINDS)[number]

/** The members of a transfer that an observer of its response needs. */
export interface NotedTransfer {
  whenSettled(listener: (record: TransferRecord | undefined) => void): void
}

/** What is noted of a response while it is prepared. */
export interface ResponseNotes {
  /** When its request was received: ms since the epoch, and on a monotonic clock. */
  readonly date: number
  readonly began: number
  route: RouteKind
  transfer: NotedTransfer | undefined
  /** The request as the application sees it; undefined for one that reached no hook. */
  request: object | undefined
  /** The client's address, as a trusted proxy reports it. */
  address: string | undefined
}

/** How a response has ended. */
export type ResponseOutcome = TransferOutcome

const NOTES = Symbol('lastbyte.notes')

type Noted = { [NOTES]?: ResponseNotes }

/** Begins to keep notes of a response. */
export function beginNotes(response: object, notes: ResponseNotes): void {
  Object.assign(response, { [NOTES]: notes })
}

/** The notes of a response; undefined for one that nobody observes. */
export function notesOf(response: object): ResponseNotes | undefined {
  return (response as Noted)[NOTES]
}

/** Notes what a response is for. That of a page, or of an administrative route, stays the same. */
export function noteRoute(response: object, route: RouteKind): void {
  const notes = notesOf(response)
  if (notes !== undefined && notes.route !== 'page' && notes.route !== 'admin') notes.route = route
}

/** Notes the transfer that sends the body of a response. */
export function noteTransfer(response: object, transfer: NotedTransfer): void {
  const notes = notesOf(response)
  if (notes !== undefined) notes.transfer = transfer
}
