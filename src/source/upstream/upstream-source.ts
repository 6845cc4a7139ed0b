import { LastbyteError } from '../../errors.js'
import { longestWait, retryPolicyFor } from '../../resume/retry-policy.js'
import { releaseBody } from '../../transport/response.js'
import type { ByteSource, Opened } from '../byte-source.js'
import { openUpstream } from './open-upstream.js'
import { passthroughResponse } from './passthrough-response.js'
import { asSourceError, UpstreamClient } from './upstream-client.js'
import { settleUpstream, type UpstreamOptions } from './upstream-options.js'

/**
 * Another HTTP server as a source. What breaks off is gone on with, pinned to the strong entity tag of
 * the answer that began (RFC 9110 §13.1.1); what has none, or no length, is only cut. What is no
 * representation goes through as it is.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function upstreamSource(options: UpstreamOptions): ByteSource {
  return sourceFrom(new UpstreamClient(settleUpstream(options)))
}

/** The same, over an upstream that others use besides. */
export function sourceFrom(upstream: UpstreamClient): ByteSource {
  const { retryPolicy, name } = upstream.settings
  return {
    patience: longestWait(retryPolicy),

    async open(key, request, signal): Promise<Opened> {
      const url = upstream.urlOf(key, request.query)
      if (url === undefined) return { kind: 'absent' }
      const { attempts, onHeal } = request
      const budget = retryPolicy.budgetFor(retryPolicyFor(retryPolicy, attempts).openFor)
      for (;;) {
        let error: LastbyteError
        let wait: number | undefined
        try {
          const tried = await openUpstream({ upstream, url, key, request }, signal)
          if (tried.kind !== 'later') return tried
          const { answer, after } = tried
          wait = budget.next(after)
          if (wait === undefined) {
            return { kind: 'answered', answer: passthroughResponse(answer, retryPolicy, name) }
          }
          releaseBody(answer.body)
          const message = `Cannot open ${key}: the origin answers ${answer.status}`
          error = new LastbyteError('SOURCE_FAILED', message, { status: answer.status })
        } catch (thrown) {
          signal.throwIfAborted()
          error = asSourceError(thrown, name)
          wait = error.code === 'REFUSED' ? undefined : budget.next()
          if (wait === undefined) throw error
        }
        onHeal?.({ offset: 0, tries: budget.tries, wait, error })
        await retryPolicy.wait(wait, signal)
      }
    },

    async close() {
      upstream.close()
    },
  }
}
