import { describe, expect, it, vi } from 'vitest'
import {
  reportSockets,
  takeInheritedSockets,
  unusable,
} from '../../../src/cli/sockets/inherited-sockets.js'
import type { DescriptorKind } from '../../../src/cli/sockets/socket-table.js'

/** Facts of a kernel where the descriptor 4 is a Unix socket. */
const facts = (kind: DescriptorKind = { kind: 'socket', inode: '9' }) => ({
  kindOfDescriptor: (fd: number): DescriptorKind =>
    fd === 4 ? { kind: 'socket', inode: '8' } : kind,
  unixPathOf: (inode: string) => (inode === '8' ? '/run/a.sock' : undefined),
})

describe('takeInheritedSockets', () => {
  it.each([
    ['nothing', {}, []],
    ['another process', { LISTEN_PID: '8', LISTEN_FDS: '1' }, []],
    ['no process', { LISTEN_FDS: '1' }, []],
    ['no socket', { LISTEN_PID: '7', LISTEN_FDS: '0' }, []],
    ['one', { LISTEN_PID: '7', LISTEN_FDS: '1' }, [{ fd: 3, name: 'unknown' }]],
    [
      'names, and the path of a Unix socket',
      { LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:' },
      [
        { fd: 3, name: 'a' },
        { fd: 4, name: 'unknown', path: '/run/a.sock' },
      ],
    ],
  ])('reads %s, and removes the variables', (_what, variables, sockets) => {
    const left: NodeJS.ProcessEnv = { ...variables, HOME: '/' }
    expect(takeInheritedSockets(left, 7, facts())).toEqual(sockets)
    expect(left).toEqual({ HOME: '/' })
  })

  it.each([
    [{ LISTEN_FDS: 'x' }, /^LISTEN_FDS: expected the number of sockets; received "x"$/],
    [{ LISTEN_FDS: '-1' }, /^LISTEN_FDS: expected the number of sockets; received "-1"$/],
    [{ LISTEN_FDS: '1', LISTEN_FDNAMES: 'admin' }, /^LISTEN_FDNAMES: expected sockets for clients/],
  ])('refuses %j', (variables, message) => {
    const given = { LISTEN_PID: '7', ...variables }
    expect(() => takeInheritedSockets(given, 7, facts())).toThrow(message)
  })

  it.each([
    [{ kind: 'closed' }, 'is closed'],
    [{ kind: 'other', what: '/dev/null' }, 'is no socket: /dev/null'],
  ] as const)('refuses a descriptor that is %j', (kind, problem) => {
    const given = { LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' }
    expect(() => takeInheritedSockets(given, 7, facts(kind))).toThrow(
      `LISTEN_FDS: expected sockets that listen for streams; descriptor 3 (web) ${problem}`,
    )
  })

  it('leaves the judgement to Node where the kernel has no tables', () => {
    const given = { LISTEN_PID: '7', LISTEN_FDS: '1' }
    expect(takeInheritedSockets(given, 7, facts({ kind: 'unknown' }))).toHaveLength(1)
  })
})

it('unusable is an error of the setting', () => {
  expect(unusable({ fd: 5, name: 'b' }, 'is closed')).toMatchObject({
    code: 'BAD_SETTING',
    facts: { setting: 'LISTEN_FDS' },
  })
})

it('reportSockets logs the names once', () => {
  const info = vi.fn()
  reportSockets({ info } as never, [
    { fd: 3, name: 'a' },
    { fd: 4, name: 'b' },
  ])
  expect(info.mock.calls).toEqual([
    [{ sockets: ['a', 'b'] }, 'using the sockets of LISTEN_FDS instead of HOST and PORT'],
  ])
})
