import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { needs, RunningProcess, Server } from '../fixture/process.js'

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** The URLs in a page, resolved as a browser does. */
async function linksOf(url: string): Promise<{ status: number; links: URL[] }> {
  const response = await fetch(url, { headers: BROWSER })
  const html = await response.text()
  const found = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) =>
    link.replace(/&#(\d+);/g, (_entity, code) => String.fromCharCode(Number(code))),
  )
  const links = found.filter((link) => !link.startsWith('data:')).map((link) => new URL(link, url))
  return { status: response.status, links }
}

async function ready(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(url)).ok) return
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const named of [true, false]) {
  tap.test(
    `behind nginx that removes a path, ${named ? 'which it names' : 'without a field'}, no link of a page leads out of it`,
    needs('nginx'),
    async (t) => {
      using folder = new Folder({
        'films/a film.mp4': 'x',
        'films/a film.srt': '1\n00:00:01,000 --> 00:00:02,000\nhello\n',
        'films/poster.jpg': 'x',
        'readme.txt': 'x',
      })
      using own = new Folder()
      await using server = await Server.start([folder.path, '--list', '--trust-proxy', 'loopback'])
      const port = await freePort()
      const field = named ? 'proxy_set_header X-Forwarded-Prefix /media/;' : ''
      const location = `location /media/ { proxy_pass ${server.url}/; ${field} proxy_set_header X-Forwarded-For $remote_addr; }`
      await using nginx = new RunningProcess(
        'nginx',
        nginxArgs(port, own, { http: '', server: location }),
      )
      const root = `http://127.0.0.1:${port}/media/`
      await ready(`${root}-/readyz`)
      t.notOk(nginx.hasEnded)

      const pages: [string, number][] = [
        ['', 200],
        ['films/', 200],
        ['-/watch/films/a%20film.mp4', 200],
        ['films/gone.mp4', 404],
        ['films/deep/gone/', 404],
      ]
      for (const [path, expected] of pages) {
        const { status, links } = await linksOf(root + path)
        t.equal(status, expected, path)
        t.ok(links.length > 0, path)
        for (const link of links) {
          t.ok(link.href.startsWith(root), `${path}: ${link.href}`)
          const isOwn = /\/-\/assets\/|\/-\/watch\/|\/-\/subtitles\//.test(link.pathname)
          if (isOwn) t.equal((await fetch(link)).status, 200, link.href)
        }
      }
      const worker = await fetch(`${root}-/worker.js`)
      const scope = worker.headers.get('service-worker-allowed') ?? ''
      t.equal(new URL(scope, worker.url).href, root)

      const redirect = await fetch(`${root}films?q`, { redirect: 'manual' })
      t.equal(redirect.status, 301)
      const target = new URL(redirect.headers.get('location') ?? '', redirect.url)
      t.equal(target.pathname + target.search, named ? '/media/films/?q' : '/films/?q')
      const json = await fetch(root, { headers: { accept: 'application/json' } })
      const { dirs } = (await json.json()) as { dirs: { href: string }[] }
      t.equal(dirs[0]?.href, named ? '/media/films/' : '/films/')
    },
  )
}
