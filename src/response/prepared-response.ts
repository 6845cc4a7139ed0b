import type { Part } from '../delivery/body-parts.js'
import type { Body } from '../delivery/deliver.js'
import type { Ending } from '../ending.js'
import type { ThrownByApplication } from './application-call.js'
import type { HeaderFields } from './header-fields.js'

/**
 * A response of which nothing has been sent. The `prepare…` functions return one; only `sendResponse`
 * sends it and settles the transfer.
 */
export type PreparedResponse =
  | BodyResponse
  /** A response whose content is complete: none, or `bytes`. */
  | {
      readonly kind: 'complete'
      readonly status: number
      readonly fields: HeaderFields
      readonly bytes?: Buffer
    }
  | ProblemResponse
  /** An error of the application's own function, to which its error handlers respond. */
  | { readonly kind: 'thrown'; readonly error: ThrownByApplication }
  /** A value that Fastify serializes, with the status that the application has set. */
  | { readonly kind: 'payload'; readonly fields: HeaderFields; readonly payload: unknown }
  /** A status without content. */
  | { readonly kind: 'status'; readonly status: number; readonly fields: HeaderFields }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The 404 of the application's not-found handler. */
  | { readonly kind: 'not-found' }
  /** The connection ends without a status line. Default: it is closed. */
  | { readonly kind: 'no-response'; readonly ending?: Ending }
  /** The client has disconnected, so nothing is sent. */
  | { readonly kind: 'client-gone' }

/** A response whose body is written part by part. */
export interface BodyResponse {
  readonly kind: 'body'
  readonly status: number
  readonly fields: HeaderFields
  readonly body: Body<Part>
  /** The path of the file on this machine, which onSend hooks find on the payload. */
  readonly path?: string | undefined
  /** Releases the source of the body; called once, when the delivery has ended or failed. */
  release(): Promise<void>
}

/** An error status with problem details (RFC 9457). */
export interface ProblemResponse {
  readonly kind: 'problem'
  readonly status: number
  readonly detail: string | undefined
  readonly fields: HeaderFields
  readonly bytes: Buffer
  /** The fields that the status requires, such as Content-Range; `fields` contains them. */
  readonly required: HeaderFields
  /** What the error handlers of the application receive. Default: a StatusError. */
  readonly error?: unknown
  /** Whether the fault layer demands this response, which no error handler may replace. */
  readonly isInjected?: boolean
}
