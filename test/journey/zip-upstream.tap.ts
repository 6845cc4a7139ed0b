import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import tap from 'tap'
import { upstreamSource } from '../../src/index.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { freePort } from '../fixture/free-port.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { needs, RunningProcess, run } from '../fixture/process.js'

const FILES: Record<string, string | Buffer> = {
  'films/100%.mp4': pattern(2_000_000, 1),
  'films/über & unter?.txt': 'signs',
  'films/more/deep/a.bin': pattern(70_000, 2),
  'notes.txt': 'notes',
}

/** The arguments of a server that lists the folders of `root` as JSON. */
const SERVERS: Record<string, (port: number, root: string, own: Folder) => string[]> = {
  nginx: (port, root, own) =>
    nginxArgs(port, own, {
      http: 'access_log off; types { } default_type application/octet-stream;',
      server: `root "${root}"; autoindex on; autoindex_format json;`,
    }),
  caddy: (port, root, own) => {
    const options = `{\n\tadmin off\n\tstorage file_system "${own.path}"\n}\n`
    const site = `http://127.0.0.1:${port} {\n\troot * "${root}"\n\tfile_server browse\n}\n`
    return ['run', '--adapter', 'caddyfile', '--config', own.write('Caddyfile', options + site)]
  },
}

/** Waits until a port is listened on. @throws what the process printed, where it ends instead */
async function listens(port: number, { child, exit }: RunningProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    if (child.exitCode !== null) throw new Error((await exit).stderr)
  }
}

for (const [command, argsOf] of Object.entries(SERVERS)) {
  tap.test(
    `a folder of ${command} is one archive, which resumes and unpacks to its files`,
    needs(command, 'curl', 'unzip'),
    async (t) => {
      using folder = new Folder(FILES)
      using own = new Folder()
      using out = new Folder()
      const port = await freePort()
      await using origin = new RunningProcess(command, argsOf(port, folder.path, own))
      await listens(port, origin)
      const source = upstreamSource({ origin: `http://127.0.0.1:${port}`, listing: 'json' })
      await using front = await applicationWith({ source, zip: true })
      const url = `${front.url}/?zip`
      const half = await run('curl', ['-sSf', '-r', '0-999999', '-o', out.at('all.zip'), url])
      t.equal(half.code, 0, half.stderr)
      const rest = await run('curl', ['-sSf', '-C', '-', '-o', out.at('all.zip'), url])
      t.equal(rest.code, 0, rest.stderr)
      const unpacked = await run('unzip', ['-q', out.at('all.zip'), '-d', out.at('all')])
      t.equal(unpacked.code, 0, unpacked.stderr)
      for (const [name, content] of Object.entries(FILES))
        t.ok(readFileSync(out.at(`all/${name}`)).equals(Buffer.from(content)), name)
      const { headers } = await fetch(url, { method: 'HEAD' })
      t.match(headers.get('etag'), /^"/, 'a strong ETag')
    },
  )
}
