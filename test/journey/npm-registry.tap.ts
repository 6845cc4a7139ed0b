import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { needs, RunningProcess, Server } from '../fixture/process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

interface Packument {
  readonly versions: Record<string, { dist: { tarball: string } }>
  readonly _attachments?: Record<string, { readonly data: string }>
}

/** A registry of npm for one scope. Like npm's own, it knows a scoped package only by an encoded slash. */
class Registry {
  readonly #packages = new Map<string, Packument>()
  readonly #tarballs = new Map<string, Buffer>()

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method } = request
    const [, scope, name] = /^\/(@[\w-]+)%2f([\w-]+)$/.exec(url) ?? []
    const send = (status: number, body: string | Buffer) =>
      void response.writeHead(status).end(body)
    if (scope === undefined || name === undefined) {
      const tarball = method === 'GET' ? this.#tarballs.get(url) : undefined
      return tarball === undefined ? send(404, '{}') : send(200, tarball)
    }
    if (method === 'PUT') {
      const text = Buffer.concat(await request.toArray()).toString()
      const { _attachments = {}, ...packument } = JSON.parse(text) as Packument
      const [attachment] = Object.values(_attachments)
      const path = `/${scope}/${name}/-/${name}-1.0.0.tgz`
      this.#tarballs.set(path, Buffer.from(attachment?.data ?? '', 'base64'))
      const host = request.headers['x-forwarded-host']
      for (const { dist } of Object.values(packument.versions))
        dist.tarball = `http://${host}${path}`
      this.#packages.set(url, packument)
      return send(201, '{}')
    }
    const packument = this.#packages.get(url)
    return packument === undefined ? send(404, '{}') : send(200, JSON.stringify(packument))
  }
}

tap.test(
  'npm publishes and installs a scoped package through the proxy, whose slash stays encoded',
  needs('npm'),
  async (t) => {
    const registry = new Registry()
    await using origin = await ScriptedServer.start((request, response) => {
      registry.respond(request, response).catch((error) => response.destroy(error))
    })
    await using proxy = await Server.run(['proxy', origin.url, '--forwarded'])
    const manifest = { name: '@own-scope/thing', version: '1.0.0' }
    using made = new Folder({ 'package.json': JSON.stringify(manifest), 'index.js': 'made = 1' })
    using used = new Folder({ 'package.json': '{}' })
    using home = new Folder({
      '.npmrc': `registry=${proxy.url}/\n//${new URL(proxy.url).host}/:_authToken=secret\n`,
    })
    const npm = (folder: Folder, ...args: string[]) =>
      new RunningProcess('npm', [...args, '--prefix', folder.path, '--no-audit', '--no-fund'], {
        cwd: folder.path,
        env: {
          ...process.env,
          HOME: home.path,
          npm_config_userconfig: home.at('.npmrc'),
          npm_config_cache: home.at('cache'),
          npm_config_update_notifier: 'false',
        },
      }).exit
    const published = await npm(made, 'publish', '--access', 'public', '--provenance=false')
    t.equal(published.code, 0, published.stderr)
    const installed = await npm(used, 'install', '@own-scope/thing')
    t.equal(installed.code, 0, installed.stderr)
    t.equal(readFileSync(used.at('node_modules/@own-scope/thing/index.js'), 'utf8'), 'made = 1')
    const targets = origin.requests.map(({ method, url }) => `${method} ${url}`)
    t.ok(targets.includes('PUT /@own-scope%2fthing'))
    t.ok(targets.includes('GET /@own-scope%2fthing'))
    t.equal(
      origin.requests.find(({ method }) => method === 'PUT')?.headers.authorization,
      'Bearer secret',
    )
  },
)
