import type { Answer } from '../../transport/response.js'

/** A GET as the client's core sees it. */
export interface ClientRequest {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Sends a request. @throws LastbyteError UNREACHABLE, or the signal's reason */
export type Transport = (request: ClientRequest) => Promise<Answer>
