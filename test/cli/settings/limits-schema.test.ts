import { expect, it } from 'vitest'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { LIMITS_SCHEMA } from '../../../src/cli/settings/limits-schema.js'

it('The limits have defaults that need no setting', () => {
  expect(readEnvironment({}, {})).toMatchObject({
    CONNECTIONS_PER_ADDRESS: 'auto',
    REQUESTS_PER_ADDRESS: 'auto',
    RATE: 0,
    RATE_PER_ADDRESS: 0,
    TRUST_PROXY: '',
  })
  expect(Object.keys(LIMITS_SCHEMA)).toHaveLength(5)
})

it('The limits are numbers and sizes in bytes', () => {
  const given = {
    CONNECTIONS_PER_ADDRESS: '10',
    REQUESTS_PER_ADDRESS: '0',
    RATE: '100M',
    RATE_PER_ADDRESS: '64K',
  }
  expect(readEnvironment(given, {})).toMatchObject({
    CONNECTIONS_PER_ADDRESS: 10,
    REQUESTS_PER_ADDRESS: 0,
    RATE: 100 * 1024 ** 2,
    RATE_PER_ADDRESS: 64 * 1024,
  })
})
