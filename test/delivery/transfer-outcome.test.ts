import { expect, it } from 'vitest'
import { outcomeOf } from '../../src/delivery/transfer-outcome.js'
import { type ErrorCode, LastbyteError } from '../../src/errors.js'

it.each<[ErrorCode, string]>([
  ['CLIENT_GONE', 'client-gone'],
  ['GAP', 'changed'],
  ['STOPPED', 'cancelled'],
  ['SHUTDOWN', 'shutdown'],
  ['SOURCE_FAILED', 'source-failed'],
  ['LOG_FULL', 'source-failed'],
])('records %s as %s', (code, outcome) => {
  expect(outcomeOf(new LastbyteError(code, 'x'))).toBe(outcome)
})

it('records no error as complete', () => expect(outcomeOf(undefined)).toBe('complete'))
