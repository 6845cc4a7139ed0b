import { readFileSync } from 'node:fs'
import tap from 'tap'
import { faultServer } from '../../src/testing/index.js'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { element, fetched } from '../fixture/page-loads.js'
import { needs, run } from '../fixture/process.js'
import { KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'
import { Workers } from '../fixture/workers.js'

const SIZE = 1_000_000
const SCRIPT = `globalThis.loaded = true // ${'x'.repeat(20_000)}`
const FILES = {
  'page.html': '<!doctype html><title>page</title>',
  f: pattern(SIZE),
  'a.js': SCRIPT,
}
const INTEGRITY = `ed25519-${KEY_ID}`

tap.test('Chromium requires resources of the owner of a key', needs('chromium'), async (t) => {
  using folder = new Folder(FILES)
  const options = { root: folder.path, seed: 1, maxAge: '10m' }
  // Nothing but the request of the page asks for the digest.
  const signing = await faultServer({ ...options, signingKey: SIGNING_KEY })
  const unsigned = await faultServer(options)
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`${signing.url}/page.html`)
    const script = { integrity: INTEGRITY, crossorigin: 'anonymous' }
    t.equal(await element(page, 'script', { src: '/a.js' }), 'loaded', 'without a key, cached')
    await page.goto(`${signing.url}/page.html?2`)
    t.equal(await element(page, 'script', { ...script, src: '/a.js' }), 'loaded')
    t.equal(await fetched(page, '/f', { integrity: INTEGRITY }), SIZE)

    const other = INTEGRITY.replace('JrQL', 'AAAA')
    t.equal(
      await element(page, 'script', { ...script, src: '/a.js?other', integrity: other }),
      'refused',
      'of another key',
    )
    signing.faults.arm({ match: { path: '/a.js' }, fault: { kind: 'corrupt', at: 5 } })
    t.equal(await element(page, 'script', { ...script, src: '/a.js?corrupt' }), 'refused')
    signing.faults.disarm()
    signing.faults.arm({ match: { path: '/f' }, fault: { kind: 'end-early', at: 900_000 } })
    t.equal(await fetched(page, '/f', { integrity: INTEGRITY }), 'refused', 'ends early')
    signing.faults.disarm()
    folder.write('a.js', `${SCRIPT}// the next version`)
    t.equal(
      await element(page, 'script', { ...script, src: '/a.js?next' }),
      'loaded',
      'the next version of the same owner',
    )

    await page.goto(`${unsigned.url}/page.html`)
    t.equal(await element(page, 'script', { ...script, src: '/a.js' }), 'refused', 'unsigned')
  } finally {
    await signing.close()
    await unsigned.close()
  }
})

tap.test('Chromium refuses an invalid signature everywhere', needs('chromium'), async (t) => {
  const media = { 'page.html': FILES['page.html'], 'a.webm': readFileSync('media/clip.webm') }
  using folder = new Folder(media)
  const input = `a=("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`
  const forged = await faultServer({
    root: folder.path,
    seed: 1,
    setHeaders: (reply) => {
      reply.setHeader('unencoded-digest', `sha-256=:${Buffer.alloc(32).toString('base64')}:`)
      reply.setHeader('signature-input', input)
      reply.setHeader('signature', `a=:${Buffer.alloc(64).toString('base64')}:`)
    },
  })
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`${forged.url}/-/healthz`)
    t.equal(await fetched(page, '/page.html'), 'refused')
    t.equal(await element(page, 'video', { src: '/a.webm', preload: 'auto' }), 'refused')
    await t.rejects(page.goto(`${forged.url}/page.html`), /ERR_BLOCKED_BY_RESPONSE/)
  } finally {
    await forged.close()
  }
})

tap.test('Each worker signs with the key, and describes files', async (t) => {
  using folder = new Folder({ 'a.js': SCRIPT })
  using own = new Folder({ 'key.pem': SIGNING_KEY })
  const args = ['serve', folder.path, '--workers', '2', '--metalink', '--signing-key']
  await using workers = await Workers.run([...args, own.at('key.pem')])
  const signatures = new Set<string | undefined>()
  const documents = new Set<string>()
  for (const worker of workers.ids) {
    const received = async (path: string, fields: Record<string, string> = {}) => {
      using client = await workers.clientOf(worker)
      client.request(path, { ...fields, Connection: 'close' })
      await client.closed()
      return String(client.received)
    }
    const signed = await received('/a.js', { 'Want-Unencoded-Digest': 'sha-256=1' })
    signatures.add(/^Signature: lastbyte=:(.*):/m.exec(signed)?.[1])
    documents.add(/<\?xml.*/s.exec(await received('/a.js?metalink'))?.[0] ?? '')
  }
  t.equal(signatures.size, 1)
  t.notOk(signatures.has(undefined))
  t.equal(documents.size, 1)
  t.match([...documents][0], /<hash type="sha-256">/)
  const { server } = workers
  t.match(server.stdout, `"integrity":"${INTEGRITY}"`, 'the public key is in the log')
  const output = server.stdout + server.stderr
  for (const line of SIGNING_KEY.trim().split('\n').slice(1, -1)) t.notOk(output.includes(line))
})

tap.test('A file that is no key prevents the start', async (t) => {
  using folder = new Folder({ 'a.js': SCRIPT })
  const key = SIGNING_KEY.replace('PRIVATE KEY', 'RSA PRIVATE KEY')
  using own = new Folder({ 'key.pem': key })
  const args = ['dist/cli/main.js', 'serve', folder.path, '--port', '0']
  const { code, stderr } = await run(process.execPath, [
    ...args,
    '--signing-key',
    own.at('key.pem'),
  ])
  t.equal(code, 2)
  t.match(stderr, /--signing-key: expected an Ed25519 private key in PEM \(PKCS #8\); received PEM/)
  t.notOk(stderr.includes('MC4C'))
})
