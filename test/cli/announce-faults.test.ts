import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AdminToken } from '../../src/cli/admin-token.js'
import { announceFaults } from '../../src/cli/announce-faults.js'
import type { AnnouncedOrigin } from '../../src/cli/announced-origin.js'

describe('announceFaults', () => {
  afterEach(() => vi.restoreAllMocks())

  function printed(given: Partial<AdminToken & AnnouncedOrigin> = {}): string {
    let text = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((each) => {
      text += each
      return true
    })
    const { url = 'http://127.0.0.1:8080', socket, ...own } = given
    const token = { token: 'drawn', variable: undefined, ...own }
    announceFaults({ url, ...(socket !== undefined && { socket }) }, token)
    return text
  }

  it('prints the curl line', () => {
    expect(printed()).toMatch(/^ {2}curl -H "Authorization: Bearer drawn" --json '\{.*\}' /m)
    expect(printed()).toContain(' http://127.0.0.1:8080/-/faults\n')
  })

  it.each([
    ['/run/admin.sock', 'curl --unix-socket /run/admin.sock -H'],
    ["/run/a b's", "curl --unix-socket '/run/a b'\\''s' -H"],
    ['/run/\u001b[31m', "curl --unix-socket '/run/\\u001b[31m' -H"],
  ])('prints the curl line for the socket %j, which no browser opens', (socket, line) => {
    const text = printed({ url: 'http://localhost', socket })
    expect(text).toContain(`  ${line} `)
    expect(text).toContain(' http://localhost/-/faults\n')
    expect(text).not.toContain('browser')
  })

  it('prints nothing for a server without an address', () => {
    const write = vi.spyOn(process.stderr, 'write')
    announceFaults(undefined, { token: 'drawn', variable: undefined })
    expect(write).not.toHaveBeenCalled()
  })

  it('prints the URL of the page with a token that was drawn', () => {
    expect(printed()).toContain(' http://127.0.0.1:8080/-/faults#token=drawn\n')
  })

  it('does not print a token that was given', () => {
    const text = printed({ token: 'given', variable: 'FAULT_TOKEN' })
    expect(text).toContain('Bearer $FAULT_TOKEN')
    expect(text).toContain('browser: http://127.0.0.1:8080/-/faults\n')
    expect(text).not.toMatch(/given|drawn/)
  })
})
