import { describe, expect, it } from 'vitest'
import { adminToken } from '../../src/cli/admin-token.js'

const OFF = { FAULTS: false, FAULT_TOKEN: '', TRANSFERS: false, TRANSFERS_TOKEN: '' }

describe('adminToken', () => {
  it.each([
    ['faults', { FAULTS: true, FAULT_TOKEN: 'f' }, 'f', 'FAULT_TOKEN'],
    [
      'faults, whatever the token of transfers',
      { FAULTS: true, FAULT_TOKEN: 'f', TRANSFERS_TOKEN: 't' },
      'f',
      'FAULT_TOKEN',
    ],
    [
      'transfers',
      { TRANSFERS: true, TRANSFERS_TOKEN: 't', FAULT_TOKEN: 'f' },
      't',
      'TRANSFERS_TOKEN',
    ],
    [
      'transfers with the token of faults',
      { TRANSFERS: true, FAULT_TOKEN: 'f' },
      'f',
      'FAULT_TOKEN',
    ],
    [
      'both with one token',
      { FAULTS: true, TRANSFERS: true, FAULT_TOKEN: 'f' },
      'f',
      'FAULT_TOKEN',
    ],
    [
      'both with the other',
      { FAULTS: true, TRANSFERS: true, TRANSFERS_TOKEN: 't' },
      't',
      'TRANSFERS_TOKEN',
    ],
    [
      'both with the same',
      { FAULTS: true, TRANSFERS: true, FAULT_TOKEN: 's', TRANSFERS_TOKEN: 's' },
      's',
      'TRANSFERS_TOKEN',
    ],
  ])('is that of %s', (_what, given, token, variable) => {
    expect(adminToken({ ...OFF, ...given })).toEqual({ token, variable })
  })

  it('is drawn where none was given, by the primary for all workers', () => {
    const { token, variable } = adminToken({ ...OFF, TRANSFERS: true })
    expect(token).toMatch(/^[0-9a-f]{48}$/)
    expect(variable).toBeUndefined()
    expect(adminToken({ ...OFF, TRANSFERS: true, drawnToken: 'd' }).token).toBe('d')
  })

  it('refuses two tokens that differ where both are on', () => {
    const both = { FAULTS: true, TRANSFERS: true, FAULT_TOKEN: 'f', TRANSFERS_TOKEN: 't' }
    expect(() => adminToken(both)).toThrow('TRANSFERS_TOKEN: expected the value of FAULT_TOKEN')
  })
})
