import { expect, it } from 'vitest'
import { connectionLimits } from '../../../src/cli/connection-limits.js'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { CONNECTION_LIMITS } from '../../../src/connection/connection-limits.js'

it('has the defaults of the server', () => {
  expect(connectionLimits(readEnvironment({}, {}))).toEqual(CONNECTION_LIMITS)
})

it.each([
  { HANDSHAKE_TIMEOUT: '0s' },
  { REQUEST_TIMEOUT: '25' },
  { REQUEST_RATE: '-1' },
  { PIPELINE_LIMIT: '0' },
  { STREAM_LIMIT: 'many' },
])('refuses %o by name', (environment) => {
  const [name = ''] = Object.keys(environment)
  expect(() => readEnvironment({}, environment)).toThrow(name)
})
