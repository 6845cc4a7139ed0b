import { describe, expect, it, vi } from 'vitest'
import { parseTokenLine } from '../../src/access/token-line.js'
import { parseUserLine } from '../../src/access/user-line.js'
import { printKey, printPassword, printSigned, printToken } from '../../src/cli/print-access.js'
import { KEY, OLD_KEY } from '../fixture/access.js'
import { Folder } from '../fixture/files.js'

vi.mock('../../src/cli/read-secret.js', () => ({ readSecret: async () => 'secret' }))

/** What a function writes to stdout and stderr. */
async function printed(run: () => unknown): Promise<string[]> {
  const texts: string[] = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0),
  )
  try {
    await run()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return texts
}

describe('the commands of access', () => {
  it('print lines that their files accept', async () => {
    const [user = ''] = await printed(() => printPassword('ann'))
    expect(parseUserLine(user.trim())).toMatchObject({ kind: 'entry', entry: { name: 'ann' } })
    const [token, line] = await printed(() => printToken('ci', '30d'))
    expect(token).toMatch(/^The token, which is shown once: [\w-]{32}\n$/)
    expect(line).toMatch(/^ci:\$sha256\$[\w-]{43} expires=\S+Z\n$/)
    expect((await printed(() => printKey('k1')))[0]).toMatch(/^k1:[\w-]{43}\n$/)
  })

  it('sign by the first key of the file', async () => {
    using folder = new Folder({ keys: `# of today\n${KEY}\n${OLD_KEY}\n` })
    const flags = { key: `${folder.path}/keys`, expires: '2h', ip: '203.0.113.7', scope: '/d/' }
    const [url] = await printed(() => printSigned('http://h/d/a', flags))
    expect(url).toMatch(/^http:\/\/h\/d\/a\?lb-expires=\d+&lb-ip=203\.0\.113\.7&lb-key=k1&/)
  })

  it.each([
    ['--expires', { expires: '9999999999d' }],
    ['--expires', { expires: '7200' }],
    ['--ip', { ip: '1.2.3' }],
    ['--etag', { etag: 'abc' }],
    ['--scope', { scope: '/other/' }],
    ['--scope', { scope: 'd' }],
    ['url', { url: 'film.mp4' }],
  ])('sign names %s for %j', async (name, given) => {
    using folder = new Folder({ keys: KEY })
    const { url = '/d/a', ...flags } = { expires: '2h', ...given } as Record<string, string>
    const all = { expires: '2h', ...flags, key: folder.at('keys') }
    await expect(printSigned(url, all)).rejects.toThrow(new RegExp(`^${name}: expected`))
  })

  it.each(['8000y', '9999999999d', '30'])('token refuses --expires %s', (expires) => {
    expect(() => printToken('ci', expires)).toThrow(/^--expires: expected a time/)
  })

  it('token prints a line that is accepted for the latest expiry', async () => {
    const [, line = ''] = await printed(() => printToken('ci', '7900y'))
    expect(parseTokenLine(line.trim()).kind).toBe('entry')
  })

  it('refuse mistakes by the name of the argument', async () => {
    using folder = new Folder({ broken: `${KEY}\nbroken`, empty: '' })
    const sign = (key: string, expires = '2h') =>
      printSigned('/a', { key: `${folder.path}/${key}`, expires })
    await expect(printPassword('a:b')).rejects.toThrow(/^name: expected/)
    expect(() => printToken('a b', undefined)).toThrow(/^name: expected/)
    expect(() => printToken('a', 'soon')).toThrow(/^--expires: expected a time/)
    expect(() => printKey('a b')).toThrow(/^id: expected/)
    await expect(sign('none')).rejects.toThrow(
      /^--key: expected a file that can be read \(ENOENT\)/,
    )
    await expect(sign('broken')).rejects.toThrow(/^--key: line 2 of the file: expected ID:SECRET/)
    await expect(sign('empty')).rejects.toThrow(/^--key: expected a file with a key/)
    await expect(sign('empty', 'soon')).rejects.toThrow(/^--expires: expected a time/)
  })
})
