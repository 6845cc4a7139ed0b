import type { Part } from '../delivery/body-parts.js'
import type { Body } from '../delivery/deliver.js'
import type { HeaderFields } from './header-fields.js'

/**
 * A decided response of which nothing has been sent. Only `sendResponse` sends it and settles the
 * transfer.
 */
export type PreparedResponse =
  | BodyResponse
  /** A transfer without a body, or with the few bytes that are given here. */
  | {
      readonly kind: 'complete'
      readonly status: number
      readonly fields: HeaderFields
      readonly bytes?: Buffer
    }
  | ProblemResponse
  /** A value that Fastify serializes, with the status that the application has set. */
  | { readonly kind: 'payload'; readonly fields: HeaderFields; readonly payload: unknown }
  /** A status of the fault layer without content. */
  | { readonly kind: 'status'; readonly status: number; readonly fields: HeaderFields }
  | { readonly kind: 'redirect'; readonly location: string }
  /** The application's own handler for 404 responds. */
  | { readonly kind: 'not-found' }
  /** The connection ends without a status line. */
  | { readonly kind: 'no-response' }
  /** The client has disconnected, so nothing is sent. */
  | { readonly kind: 'client-gone' }

/** A body that is delivered part by part. */
export interface BodyResponse {
  readonly kind: 'body'
  readonly status: number
  readonly fields: HeaderFields
  readonly body: Body<Part>
  /** Frees the source of the body; called when the delivery is over, however it ended. */
  readonly release: () => Promise<void>
}

/** An error status with problem details (RFC 9457). */
export interface ProblemResponse {
  readonly kind: 'problem'
  readonly status: number
  readonly detail: string | undefined
  readonly fields: HeaderFields
  readonly bytes: Buffer
}
