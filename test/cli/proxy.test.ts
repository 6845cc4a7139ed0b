import { beforeEach, describe, expect, it, vi } from 'vitest'
import { proxy } from '../../src/cli/proxy.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'
import { startServer } from '../../src/cli/start-server.js'

vi.mock('../../src/cli/start-server.js', () => ({ startServer: vi.fn(async () => {}) }))

describe('proxy', () => {
  beforeEach(() => vi.mocked(startServer).mockClear())

  it.each([
    [{}, false],
    [{ MAX_AGE: '1h' }, true],
    [{ IMMUTABLE: true }, true],
  ])('with %j sets Cache-Control itself: %s', async (flags, cacheControl) => {
    await proxy('http://origin.example/base', readEnvironment(flags, {}))
    const [, served] = vi.mocked(startServer).mock.calls[0] ?? []
    expect(served?.files).toEqual({ cacheControl })
    expect(served?.passOthers).toBeTypeOf('function')
    await served?.source.close?.()
  })

  it.each(['', 'nowhere', 'ftp://origin.example', 'http://'])(
    'refuses the origin %j',
    async (origin) => {
      await expect(proxy(origin, readEnvironment({}, {}))).rejects.toMatchObject({
        code: 'BAD_SETTING',
        message: `origin: expected a URL such as https://origin.example/files; received "${origin}"`,
      })
    },
  )

  it('refuses a redirect target that is no origin', async () => {
    const environment = readEnvironment({ REDIRECTS: 'http://a, b' }, {})
    await expect(proxy('http://origin.example', environment)).rejects.toThrow(/^redirects: /)
    expect(startServer).not.toHaveBeenCalled()
  })
})
