import { LastbyteError } from '../../errors.js'
import { healingFor, patienceOf } from '../../resume/retry-policy.js'
import { letGo } from '../../transport/response.js'
import type { ByteSource, Opened } from '../byte-source.js'
import { openOnce } from './open-upstream.js'
import { passAnswer } from './passthrough-response.js'
import { asSourceError, Upstream } from './upstream-client.js'
import { settleUpstream, type UpstreamOptions } from './upstream-options.js'

/**
 * Another HTTP server as a source. What breaks off is gone on with, pinned to the strong entity tag of
 * the answer that began (RFC 9110 §13.1.1); what has none, or no length, is only cut. What is no
 * representation goes through as it is.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function upstreamSource(options: UpstreamOptions): ByteSource {
  return sourceFrom(new Upstream(settleUpstream(options)))
}

/** The same, over an upstream that others use besides. */
export function sourceFrom(upstream: Upstream): ByteSource {
  const { healing, name } = upstream.settings
  return {
    patience: patienceOf(healing),

    async open(key, request, signal): Promise<Opened> {
      const url = upstream.urlOf(key, request.query)
      if (url === undefined) return { kind: 'absent' }
      const { attempts, onHeal } = request
      const budget = healing.budgetFor(healingFor(healing, attempts).openFor)
      for (;;) {
        let error: LastbyteError
        let wait: number | undefined
        try {
          const tried = await openOnce({ upstream, url, key, request }, signal)
          if (tried.kind !== 'later') return tried
          const { answer, after } = tried
          wait = budget.next(after)
          if (wait === undefined) {
            return { kind: 'answered', answer: passAnswer(answer, healing, name) }
          }
          letGo(answer.body)
          const message = `Cannot open ${key}: the origin answers ${answer.status}`
          error = new LastbyteError('SOURCE_FAILED', message, { status: answer.status })
        } catch (thrown) {
          signal.throwIfAborted()
          error = asSourceError(thrown, name)
          wait = error.code === 'REFUSED' ? undefined : budget.next()
          if (wait === undefined) throw error
        }
        onHeal?.({ offset: 0, tries: budget.tries, wait, error })
        await healing.wait(wait, signal)
      }
    },

    async close() {
      upstream.close()
    },
  }
}
