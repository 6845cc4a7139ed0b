import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import tap, { type Test } from 'tap'
import lastbyte from '../../src/index.js'
import { Folder } from '../fixture/files.js'
import { FRONTS } from '../fixture/forwarding-front.js'
import { freePort } from '../fixture/free-port.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { nginxArgs } from '../fixture/nginx-config.js'
import { type HttpResponse, SCRIPT, sendRequest } from '../fixture/precompressed-folder.js'
import { needs, RunningProcess } from '../fixture/process.js'
import { reprDigest } from '../fixture/sha256.js'
import { isSigned, KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'

const SIGNED = {
  'Accept-Signature': `sig0=("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`,
}
const DLNA = { 'getcontentFeatures.dlna.org': '1', 'transferMode.dlna.org': 'Interactive' }

/** A server whose files may be cached, with a stream beside them. */
async function startOrigin(folder: Folder) {
  const app = Fastify()
  await app.register(lastbyte, {
    root: folder.path,
    digest: 'known',
    maxAge: '10m',
    metalink: { mirrors: ['https://mirror.example/'] },
    signingKey: SIGNING_KEY,
  })
  app.get('/events', (_request, reply) => reply.eventStream([{ data: 'a' }]))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, [Symbol.asyncDispose]: () => app.close() }
}

/** nginx in front of an origin, at /files/, which it removes. */
async function startNginx(origin: string, own: Folder, directives: string) {
  const port = await freePort()
  const cache = `proxy_cache_path "${own.at('cache')}" keys_zone=z:1m;`
  // nginx drops fields with a dot in their names, such as those of DLNA, unless it is told not to.
  const server = `ignore_invalid_headers off; location /files/ { proxy_pass ${origin}/; proxy_http_version 1.1; ${directives} }`
  const nginx = new RunningProcess('nginx', nginxArgs(port, own, { http: cache, server }))
  const url = `http://127.0.0.1:${port}/files`
  const isUp = () =>
    fetch(`${url}/none`).then(
      () => true,
      () => false,
    )
  while (!(await isUp())) await delay(50)
  return {
    url,
    async [Symbol.asyncDispose]() {
      nginx.child.kill('SIGTERM')
      await once(nginx.child, 'close')
    },
  }
}

type Get = (
  path: string,
  fields?: Record<string, string>,
  method?: string,
) => Promise<Omit<HttpResponse, 'body'> & { body?: Buffer }>

/** What each proxy passes on as it is. */
async function assertPassedOn(t: Test, get: Get, url: string): Promise<void> {
  for (const [method, fields, status] of [
    ['GET', {}, 200],
    ['HEAD', {}, 200],
    ['GET', { Range: 'bytes=5-9' }, 206],
  ] as const) {
    const got = await get('/app.js', { ...SIGNED, ...fields }, method)
    const what = `${method} ${status}`
    t.equal(got.status, status, what)
    t.equal(got.fields['unencoded-digest'], reprDigest(SCRIPT), `${what}: Unencoded-Digest`)
    t.ok(isSigned(got.fields, 'sig0'), `${what}: Signature`)
    const [, reference = ''] = /<([^>]*)>; rel=describedby/.exec(String(got.fields.link)) ?? []
    t.equal(new URL(reference, `${url}/app.js`).href, `${url}/app.js?metalink`, `${what}: Link`)
  }
  const { etag = '' } = (await get('/app.js')).fields
  const unchanged = await get('/app.js', { ...SIGNED, 'If-None-Match': String(etag) })
  t.equal(unchanged.status, 304)
  t.ok(isSigned(unchanged.fields, 'sig0'), '304: Signature')
  const renderer = (await get('/app.js', DLNA)).fields
  t.match(renderer['contentfeatures.dlna.org'], /^DLNA\.ORG_OP=01;/)
  t.equal(renderer['transfermode.dlna.org'], 'Interactive')
  t.equal((await get('/events', { Accept: 'text/event-stream' })).fields.incremental, '?1')
}

for (const [name, start] of FRONTS) {
  for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
    tap.test(`${name} passes on over ${protocol} what is announced of files`, async (t) => {
      using folder = new Folder({ 'app.js': SCRIPT })
      await using origin = await startOrigin(folder)
      await using front = await start(origin.url, protocol === 'HTTP/2' ? { tls: true } : {})
      if (protocol === 'HTTP/1.1') {
        const url = `http://127.0.0.1:${front.port}`
        await assertPassedOn(t, (path, ...rest) => sendRequest(url + path, ...rest), url)
        return
      }
      const url = `https://127.0.0.1:${front.port}`
      await using client = http2Responses(url)
      const get: Get = (path, fields, method) => client.request(path, fields, method)
      await assertPassedOn(t, get, url)
    })
  }
}

tap.test('nginx passes on what is announced of files', needs('nginx'), async (t) => {
  using folder = new Folder({ 'app.js': SCRIPT })
  using own = new Folder()
  await using origin = await startOrigin(folder)
  await using front = await startNginx(origin.url, own, '')
  await assertPassedOn(t, (path, ...rest) => sendRequest(front.url + path, ...rest), front.url)
})

tap.test(
  'nginx that compresses leaves the digest of the file and its signature valid',
  needs('nginx'),
  async (t) => {
    using folder = new Folder({ 'app.js': SCRIPT })
    using own = new Folder()
    await using origin = await startOrigin(folder)
    const gzip = 'gzip on; gzip_proxied any; gzip_types text/javascript;'
    await using front = await startNginx(origin.url, own, gzip)
    const { fields, body } = await sendRequest(`${front.url}/app.js`, {
      ...SIGNED,
      'Accept-Encoding': 'gzip',
    })
    t.equal(fields['content-encoding'], 'gzip')
    t.equal(fields['unencoded-digest'], reprDigest(gunzipSync(body)))
    t.ok(isSigned(fields, 'sig0'))
  },
)

tap.test(
  'the cache of nginx keeps signed and unsigned responses apart',
  needs('nginx'),
  async (t) => {
    using folder = new Folder({ 'app.js': SCRIPT })
    using own = new Folder()
    await using origin = await startOrigin(folder)
    const cache = 'proxy_cache z; add_header X-Cache $upstream_cache_status;'
    await using front = await startNginx(origin.url, own, cache)
    const get = async (fields = {}) => {
      const got = await sendRequest(`${front.url}/app.js`, fields)
      return {
        cache: got.fields['x-cache'],
        status: got.status,
        digest: got.fields['unencoded-digest'],
        isSigned: got.fields.signature !== undefined && isSigned(got.fields, 'sig0'),
      }
    }
    const unsigned = { status: 200, digest: undefined, isSigned: false }
    const signed = { status: 200, digest: reprDigest(SCRIPT), isSigned: true }
    t.same(await get(), { cache: 'MISS', ...unsigned })
    t.same(await get(), { cache: 'HIT', ...unsigned })
    t.same(await get(SIGNED), { cache: 'MISS', ...signed })
    t.same(await get(SIGNED), { cache: 'HIT', ...signed })
    // What integrity.md warns of: nginx makes the 206 out of the 200 that it has, with its fields.
    const part = await get({ ...SIGNED, Range: 'bytes=5-9' })
    t.same(part, { cache: 'HIT', ...signed, status: 206 })
  },
)
