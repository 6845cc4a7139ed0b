import { describe, expect, it } from 'vitest'
import { usageError } from '../../src/cli/usage-error.js'

describe('usageError', () => {
  it.each([
    ['PORT', 'expected a port', undefined, 'PORT: expected a port'],
    ['PORT', 'expected a port', 'x', 'PORT: expected a port; received "x"'],
    ['PORT', 'expected a port', 'a\nb', 'PORT: expected a port; received "a\\nb"'],
    ['URL', 'expected', 'http://me:pw@h/f', 'URL: expected; received "http://***@h/f"'],
    ['LIST', 'expected', true, 'LIST: expected; received true'],
  ])('%s, %s, %j is the message of a BAD_SETTING error', (setting, problem, received, message) => {
    const error = usageError(setting, problem, received)
    expect(error).toMatchObject({ code: 'BAD_SETTING', message, facts: { setting, received } })
  })
})
