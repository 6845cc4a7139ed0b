import { describe, expect, it } from 'vitest'
import { invalidSetting, settingError, withReceived } from '../../src/validation/option-error.js'

describe('withReceived', () => {
  it.each([
    ['retryFor', '1s', 'retryFor: expected a number; received "1s"'],
    ['list.format', null, 'list.format: expected a number; received null'],
    ['two\nlines', 1, '"two\\nlines": expected a number; received 1'],
    ['token', 'hunter2', 'token: expected a number; received a string'],
    ['headers', { cookie: 'hunter2' }, 'headers: expected a number; received an object'],
    ['origin', 'http://me:hunter2@host/', 'origin: expected a number; received "http://***@host/"'],
  ])('names the option %j and describes what was received', (option, received, message) => {
    expect(withReceived(option, 'expected a number', received)).toBe(message)
  })
})

describe('settingError', () => {
  it('is BAD_SETTING with the option and the value as facts', () => {
    const cause = new Error('cause')
    const error = settingError('stall', 'stall: message', 'x', cause)
    expect(error).toMatchObject({
      code: 'BAD_SETTING',
      message: 'stall: message',
      facts: { setting: 'stall', received: 'x' },
      cause,
    })
  })

  it('has no cause where none is known', () => {
    expect('cause' in settingError('stall', 'message', 'x')).toBe(false)
  })

  it('has the type alone of a value that may be a credential', () => {
    const { facts } = settingError('token', 'message', 'hunter2')
    expect(facts).toEqual({ setting: 'token', received: 'a string' })
  })
})

describe('invalidSetting', () => {
  it('is BAD_SETTING with a problem and what was received', () => {
    expect(invalidSetting('seed', 'expected a whole number', 1.5)).toMatchObject({
      code: 'BAD_SETTING',
      message: 'seed: expected a whole number; received 1.5',
      facts: { setting: 'seed', received: 1.5 },
    })
  })
})
