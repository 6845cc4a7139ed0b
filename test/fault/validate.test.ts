import { describe, expect, it } from 'vitest'
import {
  AT,
  badFault,
  copyPair,
  FROM,
  hasPair,
  isPair,
  readMember,
  readMembers,
} from '../../src/fault/validate.js'

const EXPECTATIONS = { at: AT, from: FROM }

describe('The validation of faults', () => {
  it.each([
    [[0, 0], true],
    [[3, 9], true],
    [[9, 3], false],
    [[-1, 3], false],
    [[0.5, 3], false],
    [[1], false],
    [[1, 2, 3], false],
    ['12', false],
  ])('%j is a pair of offsets: %s', (value, valid) => {
    expect(isPair(value)).toBe(valid)
    expect(hasPair({ between: value }, 'between')).toBe(valid)
    expect(hasPair({ between: value, and: 1 }, 'between')).toBe(false)
  })

  it('reads members into a frozen copy', () => {
    const given = { at: { between: [1, 5] as [number, number] }, from: 'response' }
    const members = readMembers(given, EXPECTATIONS, 'fault')
    given.at.between[0] = 4
    expect(members).toEqual({ at: { between: [1, 5] }, from: 'response' })
    expect(Object.isFrozen(members)).toBe(true)
  })

  it.each<[unknown, string]>([
    [{ at: -1 }, 'fault.at'],
    [{}, 'fault.at'],
    [{ at: 1, from: 'start' }, 'fault.from'],
    [{ at: 1, nope: 2 }, 'fault.nope'],
    [undefined, 'fault'],
    [5, 'fault'],
  ])('refuses %j and names %s', (value, member) => {
    expect(() => readMembers(value, EXPECTATIONS, 'fault')).toThrow(
      expect.objectContaining({
        code: 'BAD_FAULT',
        facts: { member },
        message: expect.stringContaining(member),
      }),
    )
  })

  it('reads one value, and refuses another with what was expected and received', () => {
    expect(readMember('from', 'response', FROM)).toBe('response')
    expect(() => readMember('from', 'x', FROM)).toThrow(
      'from: expected "representation" or "response"; received "x"',
    )
  })

  it('names member, problem and received value in BAD_FAULT', () => {
    expect(badFault('fault.at', 'expected an offset', 'later')).toMatchObject({
      code: 'BAD_FAULT',
      facts: { member: 'fault.at' },
      message: 'fault.at: expected an offset; received "later"',
    })
  })

  it('copies a pair so that a later change of the original has no effect', () => {
    const pair = [1, 2]
    const copy = copyPair('between')({ between: pair })
    pair[0] = 9
    expect(copy).toEqual({ between: [1, 2] })
    expect(copyPair('between')(5)).toBe(5)
  })
})
