import type { FastifyReply } from 'fastify'
import { LastbyteError } from '../errors.js'
import type { RequestedFile } from '../request/exchange.js'
import type { Settings } from '../settings/settings.js'
import { callApplication } from './application-call.js'

/**
 * Whether `allowedPath` permits the request for this path.
 *
 * @throws ThrownByApplication where it throws
 * @throws LastbyteError BAD_SETTING where it returns a promise: that is truthy, and would permit every path
 */
export function isAllowed(
  { allowedPath }: Pick<Settings, 'allowedPath'>,
  { key, root }: Pick<RequestedFile, 'key' | 'root'>,
  { request }: FastifyReply,
): boolean {
  if (allowedPath === undefined) return true
  const allowed: unknown = callApplication('file', () => allowedPath(`/${key}`, root, request))
  if (typeof (allowed as { then?: unknown } | undefined)?.then !== 'function')
    return Boolean(allowed)
  ;(allowed as Promise<unknown>).then(undefined, () => {})
  const message =
    'allowedPath: expected a function that returns true or false; it returned a promise'
  throw new LastbyteError('BAD_SETTING', message, { setting: 'allowedPath' })
}
