import { beforeEach, describe, expect, it, vi } from 'vitest'
import { serve } from '../../src/cli/serve.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'
import { startServer } from '../../src/cli/start-server.js'
import { Folder } from '../fixture/files.js'

vi.mock('../../src/cli/start-server.js', () => ({ startServer: vi.fn(async () => {}) }))

describe('serve', () => {
  beforeEach(() => vi.mocked(startServer).mockClear())

  it('starts a server with the folder as its source', async () => {
    using folder = new Folder({ f: 'x' })
    const environment = readEnvironment({ MEDIA_ROOT: folder.path }, {})
    await serve(environment)
    const [given, served] = vi.mocked(startServer).mock.calls[0] ?? []
    expect(given).toBe(environment)
    expect(served?.source.open).toBeTypeOf('function')
  })

  it('starts a server with a bucket as its source', async () => {
    await serve(readEnvironment({ MEDIA_ROOT: 's3://media/films' }, {}))
    expect(startServer).toHaveBeenCalledOnce()
  })

  it.each(['/nowhere', 's3://'])('refuses the root %s by the name of its setting', async (root) => {
    const serving = serve(readEnvironment({ MEDIA_ROOT: root }, {}))
    await expect(serving).rejects.toMatchObject({ code: 'BAD_SETTING' })
    await expect(serving).rejects.toThrow(/^MEDIA_ROOT: (?!root)/)
    expect(startServer).not.toHaveBeenCalled()
  })
})
