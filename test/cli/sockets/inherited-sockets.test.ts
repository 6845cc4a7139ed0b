import { describe, expect, it } from 'vitest'
import { inheritedSockets } from '../../../src/cli/sockets/inherited-sockets.js'

describe('inheritedSockets', () => {
  it.each([
    ['nothing', {}, []],
    ['another process', { LISTEN_PID: '8', LISTEN_FDS: '1' }, []],
    ['no process', { LISTEN_FDS: '1' }, []],
    ['no socket', { LISTEN_PID: '7', LISTEN_FDS: '0' }, []],
    ['one', { LISTEN_PID: '7', LISTEN_FDS: '1' }, [{ fd: 3, name: 'unknown' }]],
    [
      'names',
      { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:' },
      [
        { fd: 3, name: 'a' },
        { fd: 4, name: 'unknown' },
      ],
    ],
  ])('reads %s', (_what, variables, sockets) => {
    expect(inheritedSockets(variables, 7)).toEqual(sockets)
  })

  it.each([
    [{ LISTEN_FDS: 'x' }, /^LISTEN_FDS: expected the number of sockets; received "x"$/],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'admin' }, /^LISTEN_FDNAMES: expected sockets for clients/],
  ])('refuses %j', (variables, message) => {
    expect(() => inheritedSockets({ LISTEN_PID: '7', ...variables }, 7)).toThrow(message)
  })
})
