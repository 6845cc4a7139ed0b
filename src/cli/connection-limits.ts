import type { ConnectionLimits } from '../connection/connection-limits.js'
import type { Environment } from './settings/environment.js'

type ConnectionSettings = Pick<
  Environment,
  'HANDSHAKE_TIMEOUT' | 'REQUEST_TIMEOUT' | 'REQUEST_RATE' | 'PIPELINE_LIMIT' | 'STREAM_LIMIT'
>

/** What one connection may use, by the settings. */
export function connectionLimits(settings: ConnectionSettings): ConnectionLimits {
  return {
    handshakeTimeout: settings.HANDSHAKE_TIMEOUT,
    requestTimeout: settings.REQUEST_TIMEOUT,
    requestRate: settings.REQUEST_RATE,
    pipelineLimit: settings.PIPELINE_LIMIT,
    streamLimit: settings.STREAM_LIMIT,
  }
}
