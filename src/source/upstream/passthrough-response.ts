import { BoundedWait } from '../../async/bounded-wait.js'
import { releaseIterator } from '../../async/release-iterator.js'
import { asLastbyteError } from '../../errors.js'
import { addVia, endToEnd, type Forwarded } from '../../http/forwarding.js'
import { withoutEchoedHost } from '../../http/location.js'
import { formatProxyStatus } from '../../http/proxy-status.js'
import type { RetryPolicy } from '../../resume/retry-policy.js'
import type { NodeResponse } from '../../transport/node-request.js'
import type { PassedAnswer } from '../byte-source.js'
import { bodyOf } from '../remote/remote-representation.js'
import { readFromSource } from '../source-read.js'
import { sourceStallLimit } from '../stall-limit.js'
import { lengthOf } from './judge-response.js'
import type { UpstreamResponse } from './upstream-client.js'

/** The fields of a response that a proxy passes on (RFC 9110 §7.6). `name`: of this server, in Via. */
export function passedFields(
  { fields, httpVersion, path }: Pick<UpstreamResponse, 'fields' | 'httpVersion' | 'path'>,
  name: string,
  without: readonly string[] = [],
): Forwarded {
  const via = addVia(fields.via?.toString(), httpVersion, name)
  const passed = { ...endToEnd(fields, ['content-length', ...without]), via }
  const location = fields.location?.toString()
  return location === undefined
    ? passed
    : { ...passed, location: withoutEchoedHost(location, path) }
}

/** A response that is passed on unchanged. Its body throws where it ends before Content-Length. */
export function passthroughResponse(
  response: UpstreamResponse,
  retryPolicy: RetryPolicy,
  name: string,
): PassedAnswer {
  const { status, body } = response
  const length = lengthOf(response)
  const report = status >= 500 ? formatProxyStatus(name, { received: status }) : undefined
  return {
    status,
    fields: { ...passedFields(response, name), ...(report && { 'proxy-status': report }) },
    length,
    read(signal) {
      if (length === undefined) return readUntilEnd(body, retryPolicy, signal)
      const slice = { start: 0, end: length }
      const resumable = { reopenAt: undefined, retryPolicy, onHeal: undefined }
      return readFromSource(resumable, slice, signal, () => bodyOf(response, slice))
    },
    ...(length === undefined && { trailers: trailersOf(response) }),
    async close() {
      releaseIterator(body)
    },
  }
}

/** The trailer fields of a response whose body has no announced length. */
export function trailersOf({ field, trailers }: NodeResponse): PassedAnswer['trailers'] {
  return trailers && { announced: field('trailer'), received: trailers }
}

async function* readUntilEnd(
  body: AsyncIterator<Uint8Array>,
  retryPolicy: RetryPolicy,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const wait = new BoundedWait(signal, sourceStallLimit(retryPolicy.stall))
  try {
    for (;;) {
      const { done, value } = await wait.for(body.next()).catch((error) => {
        signal.throwIfAborted()
        throw asLastbyteError(
          error,
          'SOURCE_FAILED',
          'Cannot continue reading: the response was interrupted',
        )
      })
      if (done) return
      yield value
    }
  } finally {
    wait.close()
    releaseIterator(body)
  }
}
