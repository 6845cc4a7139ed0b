import { afterEach, expect, it, vi } from 'vitest'
import { announceTransfers } from '../../src/cli/announce-transfers.js'

afterEach(() => vi.restoreAllMocks())

function printed(...announced: Parameters<typeof announceTransfers>): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  announceTransfers(...announced)
  return write.mock.calls.map(([text]) => text).join('')
}

const URL = 'http://127.0.0.1:8080'
const DRAWN = { token: 'drawn', variable: undefined }
const GIVEN = { token: 'secret', variable: 'TRANSFERS_TOKEN' } as const

it('announceTransfers prints the URL with a token that was drawn', () => {
  expect(printed({ url: URL }, DRAWN)).toContain(` ${URL}/-/transfers#token=drawn\n`)
})

it.each([undefined, '/run/a.sock'])(
  'announceTransfers prints no token that was given (socket %s)',
  (socket) => {
    const text = printed({ url: URL, ...(socket !== undefined && { socket }) }, GIVEN)
    expect(text).toContain('(the token is that of TRANSFERS_TOKEN)\n')
    expect(text).not.toContain('secret')
  },
)

it('announceTransfers names the socket, and a token that was drawn', () => {
  const text = printed({ url: 'http://localhost', socket: '/run/a.sock' }, DRAWN)
  expect(text).toContain(
    '/-/transfers through the socket /run/a.sock; the token of this run is drawn\n',
  )
})

it('announceTransfers prints nothing for a server without an address', () => {
  expect(printed(undefined, DRAWN)).toBe('')
})
