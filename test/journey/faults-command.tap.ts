import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import tap from 'tap'
import { RunningProcess } from '../fixture/process.js'

interface Ready {
  readonly url: string
  readonly faults: string
  readonly token: string
  readonly seed: number
}

async function started(args: readonly string[]) {
  const command = ['dist/cli/main.js', 'faults', ...args, '--port', '0', '--json']
  const running = new RunningProcess(process.execPath, command)
  const [line] = await running.waitForOutput(/^\{"type":"ready".*\n/)
  return { running, ready: JSON.parse(line) as Ready }
}

/** A server that is not ours, with paths that ours have as well. */
async function originServer() {
  const server = createServer(async (request, response) => {
    const { port } = server.address() as AddressInfo
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const fields = {
      etag: 'W/"mine"',
      'cache-control': 'private',
      'x-method': String(request.method),
    }
    if (request.url === '/moved') {
      response.writeHead(302, { location: `http://127.0.0.1:${port}/there` }).end()
    } else if (request.url === '/gzip') {
      response.writeHead(200, { ...fields, 'content-encoding': 'gzip' }).end(gzipSync('compressed'))
    } else response.writeHead(200, fields).end(`${request.url} ${Buffer.concat(chunks)}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

tap.test('lastbyte faults passes everything through, and breaks what is armed', async (t) => {
  const origin = await originServer()
  t.teardown(() => origin.server.close())
  const cut = ['--fault', 'truncate;at=2', '--path', '/cut', '--times', '1']
  const { running, ready } = await started([origin.url, ...cut, '--fault-seed', '7'])
  await using _running = running
  t.equal(ready.seed, 7)

  const passed = await fetch(`${ready.url}/-/healthz?a=%zz`, { method: 'DELETE', body: 'x' })
  t.equal(await passed.text(), '/-/healthz?a=%zz x')
  t.match(Object.fromEntries(passed.headers), {
    etag: 'W/"mine"',
    'cache-control': 'private',
    'x-method': 'DELETE',
  })
  const compressed = await fetch(`${ready.url}/gzip`)
  t.equal(compressed.headers.get('content-encoding'), 'gzip')
  t.equal(await compressed.text(), 'compressed')
  const moved = await fetch(`${ready.url}/moved`, { redirect: 'manual' })
  t.equal(moved.headers.get('location'), '/there')

  await t.rejects(fetch(`${ready.url}/cut`).then((response) => response.text()))
  const [line] = await running.waitForOutput(/^\{"type":"fault".*\n/m)
  t.match(JSON.parse(line), { path: '/cut', outcome: 'injected', written: 2 })
  t.equal(await (await fetch(`${ready.url}/cut`)).text(), '/cut ')

  const headers = { authorization: `Bearer ${ready.token}` }
  const rule = { id: 'late', fault: { kind: 'status', status: 503 }, match: { path: '/never' } }
  const armed = await fetch(ready.faults, { method: 'POST', headers, body: JSON.stringify(rule) })
  t.equal(armed.status, 201)
  running.child.kill('SIGTERM')
  const { code, stdout } = await running.handledExit()
  t.equal(code, 0)
  const end = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  t.match(end, { type: 'end', outcomes: { injected: 1 }, unused: ['late'] })
})

tap.test('with --control-prefix the server keeps its own /-/faults', async (t) => {
  const origin = await originServer()
  t.teardown(() => origin.server.close())
  const { running, ready } = await started([origin.url, '--control-prefix', '/test'])
  await using _running = running
  t.equal(await (await fetch(`${ready.url}/-/faults`)).text(), '/-/faults ')
  t.equal(ready.faults, `${ready.url}/test/-/faults`)
  t.equal((await fetch(ready.faults)).status, 401)
  const page = await fetch(ready.faults, { headers: { accept: 'text/html' } })
  t.match(await page.text(), /<h1>Faults<\/h1>/)
  t.equal((await fetch(`${ready.url}/test/-/assets/faults.js`)).status, 200)
})

tap.test(
  'a server that can not be reached is a 502 to the client, and a line that says why',
  async (t) => {
    const { running, ready } = await started(['http://127.0.0.1:1'])
    await using _running = running
    t.equal((await fetch(`${ready.url}/film.mp4?token=secret`)).status, 502)
    running.child.kill('SIGTERM')
    const { stderr } = await running.handledExit()
    t.match(stderr, /^lastbyte: \/film\.mp4: .*127\.0\.0\.1:1.*ECONNREFUSED/m)
    t.notMatch(stderr, /secret/)
  },
)

tap.test('a mistake is one line and the exit code 2', async (t) => {
  for (const [args, message] of [
    [['media', '--fault', 'no'], /^lastbyte: --fault: fault\[0\]\.kind: expected/],
    [['nowhere'], /^lastbyte: TARGET: expected a server such as .*, or a folder/],
  ] as const) {
    await using running = new RunningProcess(process.execPath, [
      'dist/cli/main.js',
      'faults',
      ...args,
    ])
    const { code, stderr } = await running.handledExit()
    t.equal(code, 2)
    t.match(stderr, message)
    t.equal(stderr.trimEnd().split('\n').length, 1)
  }
})
