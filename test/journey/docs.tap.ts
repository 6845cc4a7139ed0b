import { readFileSync, statSync } from 'node:fs'
import tap from 'tap'
import { type FencedBlock, fencedBlocks, pages } from '../fixture/markdown.js'
import { PageShell } from '../fixture/page-shell.js'
import { needs, Server } from '../fixture/process.js'

/** Blocks that don't run here, by page and first line, with the reason. */
const NOT_RUN = new Map([
  ['README.md: npm ci', 'installs and tests the whole package; npm start has a journey'],
  ['README.md: npm start', 'serves until it is stopped; command.tap.ts starts it'],
  ['docs/server.md: lastbyte serve media --transfers', 'live-pages.tap.ts starts it'],
  ['docs/access.md: ', 'access.tap.ts runs every block'],
  ['docs/benchmarks.md: npm ci', 'takes 45 minutes'],
  [
    'docs/check.md: lastbyte check',
    'has placeholders for URLs; test/cli/check.test.ts runs the flags',
  ],
  ['docs/check.md: npm run check:matrix', 'installs servers; check-matrix.tap.ts runs some'],
  ['docs/client.md: curl -sS', 'has a placeholder for the URL'],
  ['docs/deploy.md: npm ci', 'takes minutes; clone.tap.ts and container.tap.ts run these steps'],
  ['docs/deploy.md: podman', 'needs podman; container.tap.ts runs the steps of the image'],
  ['docs/deploy.md: sudo', 'needs systemd; systemd.tap.ts verifies and runs the unit'],
  [
    'docs/deploy.md: lastbyte serve',
    'serves until it is stopped; reverse-proxies.tap.ts starts it',
  ],
  ['docs/faults.md: lastbyte serve', 'has a placeholder for a file; faults.tap.ts starts it'],
  [
    'docs/guides/test-my-client.md: npm install',
    'needs a registry; recipes.tap.ts runs what follows',
  ],
  ['docs/guides/test-my-client.md: python3', 'recipes.tap.ts runs it'],
  ['docs/guides/test-my-client.md: GO111MODULE', 'recipes.tap.ts runs it'],
  ['docs/guides/test-my-client.md: ruby', 'recipes.tap.ts runs it'],
  ['docs/guides/test-my-client.md: lastbyte faults', 'recipes.tap.ts runs it'],
  ['docs/faults.md: lastbyte faults', 'needs an origin; faults-command.tap.ts starts it'],
  ['docs/zip.md: lastbyte serve', 'serves until it is stopped; zip.tap.ts starts it'],
  ['docs/zip.md: curl', 'shows the fields; resolve-archive.test.ts reads them'],
  ['docs/zip.md: aria2c', 'zip.tap.ts runs it'],
  ['docs/live.md: lastbyte serve', 'serves until it is stopped; live.tap.ts starts it'],
  ['docs/live.md: touch', 'records for a minute; live.tap.ts records'],
  ['docs/install.md: npm install', 'needs a registry; package-run.tap.ts runs the packed package'],
  [
    'docs/install.md: npx esbuild',
    'has a placeholder; package-run.tap.ts bundles with this banner',
  ],
  ['docs/operate.md: lastbyte serve media --drain-delay', 'lifecycle.tap.ts sends the signals'],
  ['docs/operate.md: sudo cp', 'needs root; systemd-sockets.tap.ts runs the units in a systemd'],
  [
    'docs/operate.md: cd examples',
    'needs root; systemd-sockets.tap.ts runs the units in a systemd',
  ],
  ['docs/plugin.md: brotli', 'needs brotli'],
  ['docs/protocols.md: curl -sN', 'follows a log until it has not grown for a minute'],
  ['docs/scale.md: npx', 'needs an object store; scale.tap.ts runs it'],
  ['docs/server.md: lastbyte serve media --workers', 'needs an origin; workers.tap.ts runs it'],
  ['docs/testing.md: npm install', 'test-frameworks.tap.ts runs the page'],
  ['docs/testing.md: npx', 'test-frameworks.tap.ts runs the page'],
  ['docs/testing.md: node --test', 'test-frameworks.tap.ts runs the page'],
  ['docs/sources.md: npm install', 'needs an object store; scale.tap.ts runs it'],
])
/** Pages for people who change lastbyte: their commands run this suite. */
const NOT_RUN_PAGES = ['CONTRIBUTING.md', 'docs/architecture.md']

/** Guides whose journey of their own runs every block. */
const GUIDES = ['move-from-fastify-static', 'share-on-my-lan', 'serve-films', 'behind-nginx'].map(
  (name) => `docs/guides/${name}.md`,
)

const blocks = pages()
  .filter((page) => !NOT_RUN_PAGES.includes(page) && !GUIDES.includes(page))
  .flatMap(fencedBlocks)
  .filter(({ info: [language = ''] }) => ['sh', 'console'].includes(language))
const seen = new Set<FencedBlock>()

/** The block of a page that begins so. */
function block(page: string, begins: string): FencedBlock {
  const found = blocks.find((each) => each.page === page && each.text.startsWith(begins))
  if (found === undefined) throw new Error(`${page}: expected a shell block that begins ${begins}`)
  seen.add(found)
  return found
}

/** A shell beside the server that `npm start -- --faults` starts, which has the port 8080 of the pages. */
async function beside(run: (shell: PageShell, server: Server) => Promise<void>): Promise<void> {
  using shell = new PageShell()
  await using server = await Server.start([shell.folder.at('media'), '--list', '--faults'], {
    FAULT_TOKEN: shell.environment.TOKEN,
  })
  shell.usePort(8080, server.port)
  await run(shell, server)
}

const curl = needs('curl')

tap.test('README: curl resumes an interrupted download, and lastbyte get downloads', curl, (t) =>
  beside(async (shell) => {
    t.match(await shell.run(block('README.md', 'curl -s').text), /complete\nexit 0\n$/)
    t.match(await shell.run(block('README.md', 'node dist').text), /exit 0\n$/)
    t.same(readFileSync(shell.folder.at('film.mp4')), readFileSync('media/clip.mp4'))
  }),
)

tap.test('docs/live.md: curl reads a file while it is written, to its end', curl, async (t) => {
  using shell = new PageShell()
  shell.folder.write('films/other', '')
  await using server = await Server.start([shell.folder.at('films'), '--live'])
  shell.usePort(8080, server.port)
  const output = await shell.run(block('docs/live.md', 'mkdir').text)
  t.match(output, 'part 1\npart 2\npart 3\nexit 0\n')
})

tap.test('docs/client.md: each download of lastbyte get exits with 0', (t) =>
  beside(async (shell) => {
    const { text } = block('docs/client.md', 'lastbyte get')
    t.equal(await shell.run(text), 'exit 0\n'.repeat(4))
    for (const name of ['clip.mp4', 'film.mp4'])
      t.same(readFileSync(shell.folder.at(name)), readFileSync('media/clip.mp4'))
  }),
)

tap.test('docs/faults.md: the faults of one request', curl, (t) =>
  beside(async (shell) => {
    const single = block('docs/faults.md', "curl -H 'Lastbyte-Fault: truncate;at=1048576'")
    t.equal(await shell.run(single.text), 'exit 18\nexit 18\n')
    t.equal(statSync(shell.folder.at('clip.mp4')).size, 500_000)
    const resumed = block('docs/faults.md', "curl -H 'Lastbyte-Fault: truncate;at=1000'")
    t.equal(await shell.run(resumed.text), 'exit 18\nexit 0\n')
    t.equal(statSync(shell.folder.at('x')).size, statSync('media/clip.mp4').size - 1000)
  }),
)

tap.test('docs/faults.md: an invalid rule is refused as the page shows', (t) =>
  beside(async ({ environment: { TOKEN } }, { url }) => {
    const [shown] = fencedBlocks('docs/faults.md').filter(({ text }) => text.includes('"member"'))
    const response = await fetch(`${url}/-/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ fault: { kind: 'truncate', at: 'later' } }),
    })
    t.same(await response.json(), JSON.parse(shown?.text ?? ''))
  }),
)

tap.test('docs/faults.md: a rule over HTTP, and its journal', needs('curl', 'wget'), (t) =>
  beside(async (shell) => {
    const output = await shell.run(block('docs/faults.md', 'curl -H "Authorization').text)
    t.same(output.match(/(?<="outcome":")[^"]*/g), ['injected', 'not reached'])
    t.same(readFileSync(shell.folder.at('clip.mp4')), readFileSync('media/clip.mp4'))
    const armed = await shell.run(block('docs/faults.md', 'curl -d').text)
    t.match(armed, /"kind":"latency".*exit 0/s)
  }),
)

tap.test('docs/http.md: Repr-Digest is the digest of openssl', needs('curl', 'openssl'), (t) =>
  beside(async (shell) => {
    const output = await shell.run(block('docs/http.md', 'curl -sI').text)
    const [, announced] = /repr-digest: sha-256=:(.*):/i.exec(output) ?? []
    t.match(output, `\n${announced}\n`)
  }),
)

tap.test('docs/protocols.md: each transcript prints what it shows', curl, (t) =>
  beside(async (shell, { url }) => {
    const head = { method: 'HEAD', headers: { accept: 'text/event-stream' } }
    const etag = (await fetch(`${url}/clip.mp4`, head)).headers.get('etag')?.slice(1, -1) ?? ''
    const transcripts = blocks.filter(
      ({ page, info, text }) =>
        page === 'docs/protocols.md' && info[0] === 'console' && !text.includes('try.mjs'),
    )
    t.equal(transcripts.length, 6)
    for (const each of transcripts) {
      seen.add(each)
      const { command, output } = transcript(each)
      const printed = await shell.run(command.replaceAll(/9a2Q4RGv0x8snp6k3EwlBJ;events/g, etag))
      t.ok(output.test(printed), `line ${each.line}`, {
        expected: output,
        start: printed.slice(0, 300),
      })
    }
  }),
)

tap.test(
  'docs/protocols.md: the application of the page sends the streams that it shows',
  curl,
  async (t) => {
    using shell = new PageShell()
    const [application = ''] = fencedBlocks('docs/protocols.md')
      .filter(({ info }) => info.includes('server'))
      .map(({ text }) => text)
    shell.folder.write('try.mjs', await shell.withPorts(application))
    const { command, output } = transcript(block('docs/protocols.md', '$ node try.mjs'))
    t.match(await shell.run(command.replace('node try.mjs', 'node try.mjs --port 3000')), output)
  },
)

tap.test(
  'docs/streams.md: a stream goes on after its server was killed, and stops for ever',
  curl,
  async (t) => {
    using shell = new PageShell()
    const [application = ''] = fencedBlocks('docs/streams.md')
      .filter(({ info }) => info.includes('server'))
      .map(({ text }) => text)
    shell.folder.write('chat.mjs', await shell.withPorts(application))
    const run = async (text: string) =>
      shell.run(text.replaceAll('node chat.mjs', 'node chat.mjs --port 3000'))
    const [killed, stopped] = blocks.filter(
      ({ page, text }) => page === 'docs/streams.md' && text.startsWith('node chat.mjs'),
    )
    for (const each of [killed, stopped]) if (each) seen.add(each)
    const sentence = 'Every byte arrives once and in order, whatever fails on its way to you.'
    const whole = await run(killed?.text ?? '')
    t.ok(whole.includes(`${sentence} {"size":`), 'each word is received once', { whole })
    const output = await run(stopped?.text ?? '')
    t.match(output, /^\{"stopped":true\}/m)
    t.match(output, /event: error\ndata: \{"type":"stopped","message":"The stream was stopped."/)
  },
)

tap.test(
  'docs/server.md: the capabilities, TLS, and precompressed text',
  needs('curl', 'openssl', 'gzip'),
  async (t) => {
    using shell = new PageShell()
    t.match(await shell.run(block('docs/server.md', 'lastbyte serve --print').text), /exit 0\n$/)
    t.match(await shell.run(block('docs/server.md', 'openssl').text), /exit 0\n$/)
    t.same(readFileSync(shell.folder.at('clip.mp4')), readFileSync('media/clip.mp4'))
    shell.folder.write('site/app.js', 'export {}\n'.repeat(100))
    const output = await shell.run(block('docs/server.md', 'gzip -k').text)
    t.match(output, /^content-encoding: gzip/im)
    t.match(output, /^vary: .*accept-encoding/im)
    t.match(output, /^etag: "[^"]*;gzip"/im)
  },
)

tap.test('docs/video.md: a renderer gets the fields that the page shows', curl, (t) =>
  beside(async (shell) => {
    const output = await shell.run(block('docs/video.md', 'curl -sI').text)
    const [shown] = fencedBlocks('docs/video.md').filter(({ text }) => /^contentF/.test(text))
    t.equal(output.replaceAll('\r', ''), `${shown?.text.trimEnd()}\nexit 0\n`)
  }),
)

tap.test('docs/integrity.md: Unencoded-Digest, on request and without', curl, async (t) => {
  using shell = new PageShell()
  const output = await shell.run(block('docs/integrity.md', 'lastbyte serve media --digest').text)
  const digests = output.match(/^Unencoded-Digest: sha-256=:.{44}:/gim)
  t.equal(digests?.length, 2)
  t.equal(new Set(digests).size, 1)
})

tap.test('docs/integrity.md: a signature by the key', needs('curl', 'openssl'), async (t) => {
  using shell = new PageShell()
  const output = await shell.run(block('docs/integrity.md', 'openssl genpkey').text)
  const [, key = ''] = /^ed25519-(\S{44})$/m.exec(output) ?? []
  t.match(output, /^Unencoded-Digest: sha-256=:/m)
  t.ok(output.includes(`;keyid="${key}";tag="ed25519-integrity"`), output)
  t.match(output, /^Signature: lastbyte=:.{88}:/m)
})

tap.test(
  'docs/integrity.md: a Metalink document, and aria2 with and without a mirror',
  needs('curl', 'aria2c'),
  async (t) => {
    for (const begins of ['lastbyte serve media --metalink', 'lastbyte serve media --port 8081']) {
      using shell = new PageShell()
      const output = await shell.run(block('docs/integrity.md', begins).text)
      t.notMatch(output, /exit [^0]/)
      const name = begins.includes('8081') ? 'mirrored/clip.mp4' : 'clip.mp4'
      t.same(readFileSync(shell.folder.at(name)), readFileSync('media/clip.mp4'))
    }
  },
)

tap.test('docs/operate.md: the admin listener has the metrics', curl, async (t) => {
  using shell = new PageShell()
  const output = await shell.run(block('docs/operate.md', 'lastbyte serve media --admin').text)
  t.match(output, /^lastbyte_transfers_running 0\nexit 0\n$/m)
})

tap.test('docs/operate.md: the access log has a line for a download', curl, async (t) => {
  using shell = new PageShell()
  const { text } = block('docs/operate.md', 'lastbyte serve media --access')
  // A line is written after its response, and a script is faster than a person who types.
  const written = 'until test -s access.log; do sleep 0.02; done'
  const output = await shell.run(text.replace('cat access.log', `${written}; $&`))
  t.match(output, /^127\.0\.0\.1 - - \[.*\] "GET \/clip\.mp4 HTTP\/1\.1" 200 2721338 "-" "curl\//m)
})

tap.test('docs/sources.md: the proxy hides the death of its origin', curl, async (t) => {
  using shell = new PageShell()
  const started = block('docs/sources.md', 'npx lastbyte serve').text
  // Less is still more than what arrives before the kill.
  const killed = block('docs/sources.md', 'head -c').text.replace('300M', '120M')
  t.match(await shell.run(started + killed), /identical\nexit 0\n$/)
})

tap.test('every other shell block is listed with the reason why it does not run', async (t) => {
  for (const each of blocks.filter((one) => !seen.has(one))) {
    const name = `${each.page}: ${each.text.split('\n')[0]}`
    t.ok(
      [...NOT_RUN.keys()].some((known) => name.startsWith(known)),
      name,
    )
  }
})

/** A command behind `$ `, and a pattern for the lines that follow it. */
function transcript({ text }: FencedBlock): { command: string; output: RegExp } {
  const lines = text.trimEnd().split('\n')
  const commands = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
  const shown = lines.filter((line) => !line.startsWith('$ ')).map(patternOf)
  return { command: commands.join('\n'), output: new RegExp(`^${shown.join('\n')}`) }
}

/** `…` stands for anything; ETags, times and the jitter of `retry` differ from run to run. */
function patternOf(line: string): string {
  if (line === '…') return '[^]*'
  return line
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '.*')
    .replace(/"[\w-]{22};/, '"[\\w-]{22};')
    .replace(/"timestamp":"[^"]*"/, '"timestamp":"[^"]*"')
    .replace(/^retry: \d+/, 'retry: \\d+')
}
