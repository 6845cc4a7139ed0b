import type { NodeResponse } from '../../transport/node-request.js'

/** A response, and the URL that it came from, after redirects. */
export interface UpstreamResponse extends NodeResponse {
  readonly url: URL
  /** The path of the request, as it was sent. */
  readonly path: string
}
