import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'
import { InjectedEnding } from '../../src/fault/injected-ending.js'

describe('InjectedEnding', () => {
  it('is a FAULT_INJECTED error that carries its ending and names it', () => {
    const ending = { kind: 'goaway', code: 2 } as const
    const error = new InjectedEnding(ending)
    expect(error).toBeInstanceOf(LastbyteError)
    expect(error).toMatchObject({ code: 'FAULT_INJECTED', facts: { ending: 'goaway' }, ending })
    expect(error.message).toBe('Cannot continue sending: a fault ends the body (goaway)')
  })
})
