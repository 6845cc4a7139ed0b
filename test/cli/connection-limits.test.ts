import { expect, it } from 'vitest'
import { connectionLimits } from '../../src/cli/connection-limits.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'

it('passes the limits of connections on in the units of the server', () => {
  const environment = {
    HANDSHAKE_TIMEOUT: '2s',
    REQUEST_TIMEOUT: '1m',
    REQUEST_RATE: '1K',
    PIPELINE_LIMIT: '4',
    STREAM_LIMIT: '5',
  }
  expect(connectionLimits(readEnvironment({}, environment))).toEqual({
    handshakeTimeout: 2_000,
    requestTimeout: 60_000,
    requestRate: 1_024,
    pipelineLimit: 4,
    streamLimit: 5,
  })
})
