import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import tap from 'tap'
import { build as vite } from 'vite'
import { PackedPackage } from '../fixture/packed-package.js'

/** An application that requests a file of its own whole, in part, with a digest, and as events. Prints its results. */
const BODY = `
const app = Fastify()
app.register(lastbyte, { root: 'media' })
app.get('/send', (request, reply) => reply.sendFile('clip.vtt'))
app.get('/rows', (request, reply) => reply.ndjson([{ n: 1 }]))
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('base64')
async function main() {
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const file = readFileSync('media/clip.mp4')
  const digest = await fetch(url + '/clip.mp4', { headers: { 'want-repr-digest': 'sha-256=1' } })
  const bytes = Buffer.from(await digest.arrayBuffer())
  const part = await fetch(url + '/clip.mp4', { headers: { range: 'bytes=70000-200000' } })
  const range = Buffer.from(await part.arrayBuffer())
  const { body } = await resumableStream(url + '/clip.mp4')
  const streamed = Buffer.from(await new Response(body).arrayBuffer())
  const rows = await (await fetch(url + '/rows')).text()
  const sent = await (await fetch(url + '/send')).text()
  await app.close()
  process.stdout.write(JSON.stringify({
    whole: bytes.equals(file),
    digest: digest.headers.get('repr-digest') === 'sha-256=:' + sha256(file) + ':',
    range: part.status === 206 && range.equals(file.subarray(70000, 200001)),
    client: streamed.equals(file),
    rows: rows.includes('"end"'),
    sent: sent.startsWith('WEBVTT'),
  }))
}
main()
`
const ESM = `import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import lastbyte from 'lastbyte'
import { resumableStream } from 'lastbyte/client'
${BODY}`
const COMMONJS = `const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const Fastify = require('fastify')
const lastbyte = require('lastbyte')
const { resumableStream } = require('lastbyte/client')
${BODY}`
const RIGHT = { whole: true, digest: true, range: true, client: true, rows: true, sent: true }

/** Fastify is CommonJS: a bundle in ESM needs \`require\`. This is the banner that esbuild's users add for it. */
const BANNER = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
}
/** A platform of which the package has a binary, so that a warning is due where it is missing. */
const hasBinary = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
const isOff = process.env.LASTBYTE_ZERO_COPY === 'off'

/** Characters that a path has percent-encoded in a URL, or that a URL gives a meaning. */
const application = new PackedPackage('a b #1 %41 ü')
tap.teardown(() => application[Symbol.dispose]())
application.copy('media')

interface Ran {
  readonly code: number | null
  readonly stderr: string
  /** The end of stderr; a minified bundle has lines of a megabyte. */
  readonly error: string
  readonly results: unknown
  /** The warnings of lastbyte, one a line. */
  readonly warnings: readonly string[]
}

async function runModule(...args: readonly string[]): Promise<Ran> {
  const { code, stdout, stderr } = await application.run(...args)
  const warnings = stderr.split('\n').filter((line) => line.includes('LastbyteWarning'))
  return { code, stderr, error: stderr.slice(-1000), warnings, results: JSON.parse(stdout || '{}') }
}

const BINARY = `native/zero-copy-${process.platform}-${process.arch}.node can't be used: files are sent by copy`

/** Due is one warning with the file and the effect, where the package has a binary and it is not off. */
function unexpected(warnings: readonly string[]): readonly string[] {
  const isDue = hasBinary && !isOff
  if (isDue && warnings.length === 0) return ['no warning']
  return warnings.filter((line, index) => !isDue || index > 0 || !line.includes(BINARY))
}

application.write('esm.js', ESM)
application.write('commonjs.cjs', COMMONJS)

for (const file of ['esm.js', 'commonjs.cjs']) {
  tap.test(
    `${file} of an application runs, in a folder whose name needs encoding in a URL`,
    async (t) => {
      const ran = await runModule(file)
      t.match(ran, { code: 0, results: RIGHT, warnings: [] }, ran.error)
    },
  )
}

tap.test('an application that requires and imports lastbyte has one copy of it', async (t) => {
  const text = `
    const assert = require('node:assert/strict')
    for (const entry of ['lastbyte', 'lastbyte/client', 'lastbyte/testing'])
      import(entry).then((module) => {
        const required = require(entry)
        assert.ok(Object.keys(module).length > 2)
        for (const [name, value] of Object.entries(module)) assert.equal(required[name], value)
      })`
  application.write('both.cjs', text)
  const { code, stderr } = await runModule('both.cjs')
  t.equal(code, 0, stderr)
})

tap.test('require names what to do on a Node that cannot require an ES module', async (t) => {
  const { stderr } = await runModule('--no-experimental-require-module', 'commonjs.cjs')
  t.match(
    stderr,
    /lastbyte: expected a Node that can require\(\) an ES module; .*await import\('lastbyte'\)/,
  )
})

for (const format of ['esm', 'cjs'] as const) {
  for (const minify of [false, true]) {
    const name = minify ? 'minified bundle' : 'bundle'
    tap.test(
      `a ${name} by esbuild in the format ${format} serves the right bytes and digests`,
      async (t) => {
        const outfile = `bundled/${minify}.${format === 'esm' ? 'mjs' : 'cjs'}`
        await esbuild({
          absWorkingDir: application.folder,
          entryPoints: ['esm.js'],
          bundle: true,
          platform: 'node',
          format,
          minify,
          outfile,
          logLevel: 'error',
          ...(format === 'esm' && { banner: BANNER }),
        })
        const ran = await runModule(outfile)
        t.match(ran, { code: 0, results: RIGHT }, ran.error)
        t.same(unexpected(ran.warnings), [])
      },
    )
  }
}

tap.test('a server bundle by Vite serves the right bytes and digests', async (t) => {
  await vite({
    root: application.folder,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: 'esm.js', outDir: 'vite-server' },
  })
  const ran = await runModule('vite-server/esm.js')
  t.match(ran, { code: 0, results: RIGHT }, ran.error)
  t.same(unexpected(ran.warnings), [])
})

/** Runs without a browser, since it uses what browsers and Node have in common. */
const BROWSER = `import { resumableStream } from 'lastbyte/client'
globalThis.read = async (url) => {
  const { body, digests } = await resumableStream(url, { headers: { 'want-repr-digest': 'sha-256=1' } })
  return { bytes: await new Response(body).arrayBuffer(), digests }
}
`
/** Serves a file to the bundle that is its argument, which finds no module of Node. */
const BROWSER_RUN = `import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { faultServer } from 'lastbyte/testing'
const server = await faultServer({ root: 'media', seed: 1 })
server.faults.arm({ fault: { kind: 'truncate', at: 100_000 }, times: 2 })
await import(process.argv[2])
const { bytes, digests } = await globalThis.read(server.url + '/clip.mp4')
assert.ok(Buffer.from(bytes).equals(readFileSync('media/clip.mp4')))
assert.equal(digests.length, 1)
await server.close()
`

tap.test(
  'a browser bundle by esbuild and by Vite resumes, and needs no module of Node',
  async (t) => {
    application.write('browser.js', BROWSER)
    application.write('browser-run.js', BROWSER_RUN)
    await esbuild({
      absWorkingDir: application.folder,
      entryPoints: ['browser.js'],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      outfile: 'bundled/browser.js',
      logLevel: 'error',
    })
    await vite({
      root: application.folder,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: 'vite-client',
        rolldownOptions: {
          input: join(application.folder, 'browser.js'),
          output: { entryFileNames: 'browser.js' },
        },
      },
    })
    for (const bundle of ['./bundled/browser.js', './vite-client/browser.js']) {
      t.notMatch(
        readFileSync(join(application.folder, bundle), 'utf8'),
        /node:|__vite-browser-external/,
      )
      const { code, stderr } = await application.run('browser-run.js', bundle)
      t.equal(code, 0, `${bundle}: ${stderr}`)
    }
  },
)

tap.test(
  'an installation without the binary, or in read-only folders, serves the right bytes',
  async (t) => {
    const folder = join(application.installed, 'native')
    const [binary = ''] = readdirSync(folder).filter((name) =>
      name.endsWith(`${process.platform}-${process.arch}.node`),
    )
    const content = binary === '' ? '' : readFileSync(join(folder, binary))
    rmSync(join(folder, binary), { force: true, recursive: binary !== '' })
    const folders = [folder, application.installed, join(application.installed, 'dist')]
    for (const each of folders) chmodSync(each, 0o555)
    const ran = await runModule('esm.js')
    for (const each of folders) chmodSync(each, 0o755)
    if (binary !== '') writeFileSync(join(folder, binary), content)
    t.match(ran, { code: 0, results: RIGHT }, ran.error)
    t.same(unexpected(ran.warnings), [])
  },
)

tap.test('a process that may start no threads computes digests itself, and says so', async (t) => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const network = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []
  const ran = await runModule(flag, ...network, '--allow-fs-read=*', '--allow-addons', 'esm.js')
  t.match(ran, { code: 0, results: RIGHT }, ran.error)
  const [warning = ''] = ran.warnings.filter((line) => line.includes('thread'))
  t.match(
    warning,
    /A worker thread for digests can't be used: digests are computed on the main thread/,
  )
})

tap.test('the oldest Fastify that the package accepts serves the right bytes', async (t) => {
  application.useFastify('fastify-5.0')
  t.teardown(() => application.useFastify('fastify'))
  const ran = await runModule('esm.js')
  t.match(ran, { code: 0, results: RIGHT, warnings: [] }, ran.error)
  await serves(t)
})

tap.test(
  'the command of the package serves its page, from one process and from workers',
  async (t) => {
    await serves(t)
    await serves(t, '--workers', '2')
  },
)

/** Starts the package's command as its link in node_modules/.bin does. */
async function serves(t: { match: typeof tap.match }, ...args: readonly string[]): Promise<void> {
  const command = [
    join(application.installed, application.manifest.bin.lastbyte),
    'serve',
    '--port',
    '0',
    ...args,
  ]
  await using server = application.start(...command)
  const [, url] = await server.waitForOutput(/Server listening at (https?:\/\/[\d.]+:\d+)/)
  const paths = ['/clip.vtt', '/-/watch/clip.mp4', '/-/assets/player.js', '/-/assets/lastbyte.css']
  const responses = await Promise.all(paths.map((path) => fetch(`${url}${path}`)))
  t.match(
    responses.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  server.child.kill('SIGTERM')
  t.match(await server.exit, {
    code: 0,
    stderr: /^(\s*On this computer: \S+\s+Only this computer .*)?\s*$/,
  })
}

tap.test('the command names its version', async (t) => {
  const command = join(application.installed, application.manifest.bin.lastbyte)
  const { stdout } = await application.run(command, '--version')
  t.equal(stdout, `${application.manifest.version}\n`)
})

tap.test(
  'each module of the package imports what package.json declares, and nothing else',
  async (t) => {
    const { dependencies, peerDependencies } = application.manifest
    // hls.js is sent to browsers, and a client of redis is given to redisLog: neither is imported.
    const declared = Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (name) => name !== 'hls.js' && name !== 'redis',
    )
    const imported = new Set<string>()
    for (const file of builtFiles().filter((name) => /\.(c?js|d\.c?ts)$/.test(name))) {
      // An import begins a line or is a call, and an augmentation counts as one; comments and docstring examples begin with an asterisk.
      const text = readFileSync(join(application.installed, 'dist', file), 'utf8').replace(
        /^\s*\/?\*.*$/gm,
        '',
      )
      const imports = text.matchAll(
        /(?:\bfrom|\bimport|\bimport\(|\brequire\(|\bdeclare module) ?'([@\w][\w@:./-]*)'/g,
      )
      for (const [, specifier = ''] of imports) {
        const depth = specifier.startsWith('@') ? 2 : 1
        if (!/^(node:|lastbyte)/.test(specifier))
          imported.add(specifier.split('/').slice(0, depth).join('/'))
      }
    }
    t.same([...imported].sort(), declared.sort())
  },
)

tap.test('the tarball has the build and no tests, sources, source maps or settings', async (t) => {
  const files = readdirSync(application.installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name).slice(application.installed.length + 1),
    )
  const expected =
    /^(dist\/.*\.(js|cjs|d\.ts|d\.cts|css)|docs\/.*|examples\/.*|native\/(SHA256SUMS|build\.sh|.*\.(node|c)))$/
  const top = [
    '.env.example',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'dist/cli/run-get.licenses.txt',
    'package.json',
  ]
  t.same(files.filter((file) => !expected.test(file)).sort(), top)
  const withMaps = files.filter((file) =>
    /[#@] sourceMappingURL=/.test(readFileSync(join(application.installed, file), 'latin1')),
  )
  t.same(withMaps, [])
})

tap.test('the tarball stays small', async (t) => {
  // 1.1 MB when this limit was set. A source map, a picture or a dependency that was bundled by mistake exceeds it.
  t.ok(
    statSync(application.tarball).size < 1_500_000,
    `${statSync(application.tarball).size} bytes`,
  )
})

function builtFiles(): string[] {
  const folder = join(application.installed, 'dist')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}
