import Fastify, { type FastifyReply } from 'fastify'
import { expect, it } from 'vitest'
import lastbyte from '../../src/plugin/plugin.js'
import type { SendOptions } from '../../src/settings/send-options.js'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { MemorySource } from '../fixture/memory-source.js'
import { sendRequest } from '../fixture/precompressed-folder.js'
import { REGISTRATION_ONLY } from '../fixture/registration-only.js'

const FILES = {
  'a.txt': 'a',
  'a.txt.br': 'encoded',
  '.dot': 'dot',
  'page.html': 'page',
  'dir/home.html': 'home',
  'dir/index.html': 'index',
}

/** What `sendFile` with these options sends in an application whose registration has others. */
async function sent(path: string, options: object, registration: SendOptions = {}) {
  using folder = new Folder(FILES)
  await using app = await applicationWith(
    { root: folder.path, serve: false, ...registration },
    (app) => {
      app.get('/', (_request, reply) => reply.sendFile(path, options))
    },
  )
  const { status, body } = await sendRequest(app.url, { 'accept-encoding': 'br' })
  return [status, status === 200 ? body.toString() : '']
}

it.each<[string, SendOptions, SendOptions, [number, string]]>([
  ['.dot', { dotfiles: 'allow' }, {}, [200, 'dot']],
  ['.dot', { serveDotFiles: true }, {}, [200, 'dot']],
  ['.dot', { dotfiles: 'deny' }, {}, [403, '']],
  ['.dot', { dotfiles: 'ignore' }, { dotfiles: 'allow' }, [404, '']],
  ['.dot', {}, { dotfiles: 'allow' }, [200, 'dot']],
  ['.dot', {}, { serveDotFiles: true }, [200, 'dot']],
  ['page', { extensions: ['htm', 'html'] }, {}, [200, 'page']],
  ['page', { extensions: 'html' }, {}, [200, 'page']],
  ['page', { extensions: [] }, { extensions: ['html'] }, [404, '']],
  ['dir/', { index: 'home.html' }, {}, [200, 'home']],
  ['dir/', { index: ['absent', 'home.html'] }, {}, [200, 'home']],
  ['dir/', { index: false }, {}, [404, '']],
  ['dir/', {}, { index: 'home.html' }, [200, 'home']],
  ['a.txt', { preCompressed: true }, {}, [200, 'encoded']],
  ['a.txt', { preCompressed: ['gzip'] }, {}, [200, 'a']],
  ['a.txt', { preCompressed: false }, { preCompressed: true }, [200, 'a']],
])('sendFile(%o, %o) in a registration with %o sends %o', async (path, call, registration, all) => {
  expect(await sent(path, call, registration)).toEqual(all)
})

it('a call with dotfiles in an application with a source of its own sends from that source', async () => {
  const source = new MemorySource({ f: 'bytes' })
  await using app = await applicationWith({ source, serve: false }, (app) => {
    app.get('/', (_request, reply) => reply.sendFile('f', { dotfiles: 'allow' }))
  })
  expect(await (await fetch(app.url)).text()).toBe('bytes')
})

it.each(REGISTRATION_ONLY)(
  'sendFile with %s, which only a registration has, sends the file and warns once',
  async (name) => {
    using folder = new Folder(FILES)
    await using app = await applicationWith({ root: folder.path, serve: false }, (app) => {
      app.get('/', (_request, reply) => reply.sendFile('a.txt', { [name]: true } as object))
      app.get('/saved', (_request, reply) => reply.download('a.txt', { [name]: true } as object))
    })
    for (const path of ['/', '/', '/saved']) {
      const response = await fetch(app.url + path)
      expect([response.status, await response.text()]).toEqual([200, 'a'])
    }
    const warnings = app.log.filter(({ level }) => level === 40)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({
      option: name,
      msg: expect.stringContaining('set it in the registration'),
    })
  },
)

it.each<[object, string]>([
  [
    { start: 1 },
    'start: not supported: a client requests a part of a file by a Range field; received 1',
  ],
  [
    { end: 1 },
    'end: not supported: a client requests a part of a file by a Range field; received 1',
  ],
  [{ maxAeg: 1 }, 'maxAeg: unknown option; did you mean maxAge? known options: cacheControl, '],
  [{ etag: 'weak' }, 'etag: expected true, false, "stat" or "content"; received "weak"'],
  [
    { maxAge: 'soon' },
    'maxAge: expected a number of ms, 0 or more, Infinity, or a time such as "1d"',
  ],
])('sendFile and download throw BAD_SETTING for %o', async (options, message) => {
  using folder = new Folder(FILES)
  const thrown: unknown[] = []
  const app = Fastify()
  await app.register(lastbyte, { root: folder.path, serve: false })
  app.get('/', (_request, reply) => {
    const calls: (() => FastifyReply)[] = [
      () => reply.sendFile('a.txt', options),
      () => reply.download('a.txt', 'name', options),
    ]
    for (const call of calls) {
      try {
        call()
      } catch (error) {
        thrown.push(error)
      }
    }
    return reply.send('')
  })
  await app.inject('/')
  await app.close()
  const error = expect.objectContaining({
    code: 'BAD_SETTING',
    message: expect.stringContaining(message),
  })
  expect(thrown).toEqual([error, error])
})

it.each(['registration', 'call'])(
  'onFile of a %s is called with the path and stat of the file before the response, which waits for it',
  async (place) => {
    using folder = new Folder(FILES)
    const events: unknown[] = []
    const onFile: SendOptions['onFile'] = async (path, stat) => {
      await new Promise(setImmediate)
      events.push([path, stat?.size])
    }
    const options = place === 'registration' ? { onFile } : {}
    await using app = await applicationWith(
      { root: folder.path, serve: false, ...options },
      (app) => {
        app.get('/', (_request, reply) =>
          reply.sendFile('page', { extensions: 'html', ...(place === 'call' && { onFile }) }),
        )
      },
    )
    expect(await (await fetch(app.url)).text()).toBe('page')
    expect(events).toEqual([[folder.at('page.html'), 4]])
  },
)

it('an onSend hook finds the path of the file on the payload', async () => {
  using folder = new Folder(FILES)
  const paths: unknown[] = []
  await using app = await applicationWith({ root: folder.path }, (app) => {
    app.addHook('onSend', async (_request, _reply, payload) => {
      paths.push((payload as { path?: unknown }).path)
    })
  })
  await fetch(`${app.url}/a.txt`)
  expect(paths).toEqual([folder.at('a.txt')])
})
