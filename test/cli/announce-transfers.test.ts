import { afterEach, expect, it, vi } from 'vitest'
import { announceTransfers } from '../../src/cli/announce-transfers.js'

afterEach(() => vi.restoreAllMocks())

function printed(...announced: Parameters<typeof announceTransfers>): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  announceTransfers(...announced)
  return write.mock.calls.map(([text]) => text).join('')
}

const BOUND = { address: '0.0.0.0', port: 8080 }

it('announceTransfers prints the URL with a token that was drawn', () => {
  const text = printed(
    BOUND,
    { TLS_CERT: '', PREFIX: '/' },
    { token: 'drawn', variable: undefined },
  )
  expect(text).toContain(' http://127.0.0.1:8080/-/transfers#token=drawn\n')
})

it('announceTransfers prints no token that was given', () => {
  const text = printed(
    BOUND,
    { TLS_CERT: '', PREFIX: '/' },
    { token: 'given', variable: 'TRANSFERS_TOKEN' },
  )
  expect(text).toContain('/-/transfers (the token is that of TRANSFERS_TOKEN)\n')
  expect(text).not.toContain('given')
})

it('announceTransfers prints nothing for a server without an address', () => {
  expect(
    printed(undefined, { TLS_CERT: '', PREFIX: '/' }, { token: 't', variable: undefined }),
  ).toBe('')
})
