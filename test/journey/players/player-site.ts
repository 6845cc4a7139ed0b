import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import type { DocumentedPage } from './documented-pages.js'

/** A site of pages with their scripts; its origin is not that of the films. */
export class PlayerSite implements AsyncDisposable {
  readonly #files: string[] = []

  private constructor(private readonly server: Server) {}

  static async start(): Promise<PlayerSite> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const site = new PlayerSite(server)
    server.on('request', (request, response) => {
      const [, index = '', kind = ''] = /^\/(\d+)\.(html|js)$/.exec(request.url ?? '') ?? []
      const file = site.#files[Number(index)]
      const type = kind === 'js' ? 'text/javascript' : 'text/html'
      if (file === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'Content-Type': type }).end(file)
    })
    return site
  }

  /** Bundles a page as an application does. @returns its URL */
  async add({ markup, script }: DocumentedPage): Promise<string> {
    const { outputFiles } = await build({
      stdin: { contents: script, resolveDir: '.' },
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'error',
      alias: { 'lastbyte/video': resolve('test/journey/players/recorded-guard.ts') },
    })
    const bundle = this.#files.push(outputFiles[0]?.text ?? '') - 1
    const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>player</title>'
    const page = `${head}${markup}<script type="module" src="${bundle}.js"></script>`
    const { port } = this.server.address() as AddressInfo
    return `http://127.0.0.1:${port}/${this.#files.push(page) - 1}.html`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }
}
