import tap from 'tap'
import { Folder } from '../fixture/files.js'
import { PassedSockets } from '../fixture/passed-sockets.js'
import { needs, type RunningProcess } from '../fixture/process.js'
import { isResumed, newSession, presentedName, renewedTls, tls } from '../fixture/tls.js'
import { until } from '../fixture/until.js'
import { Workers } from '../fixture/workers.js'

/** Connections of a test: each of two workers gets some of them. */
const CONNECTIONS = 12

interface Started extends AsyncDisposable {
  readonly server: RunningProcess
  readonly port: number
}

async function onOwnPort(args: readonly string[]): Promise<Started> {
  const workers = await Workers.run(['serve', ...args])
  const { server } = workers
  return { server, port: server.port, [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose]() }
}

async function onPassedSocket(args: readonly string[]): Promise<Started> {
  const sockets = new PassedSockets()
  const port = sockets.bindPort()
  const server = sockets.serve(args)
  await server.waitForOutput(/"msg":"all workers listen"/)
  return {
    server,
    port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      sockets[Symbol.dispose]()
    },
  }
}

for (const [where, start] of [
  ['a port of their own', onOwnPort],
  ['a socket of a service manager', onPassedSocket],
] as const) {
  tap.test(
    `TLS sessions are resumed by all workers on ${where}, also when the certificate was renewed`,
    needs('sh'),
    async (t) => {
      using folder = new Folder({ 'root/f': 'x', cert: tls.cert, key: tls.key })
      const files = ['--tls-cert', folder.at('cert'), '--tls-key', folder.at('key')]
      await using started = await start([folder.at('root'), '--workers', '2', ...files])
      const { server, port } = started
      const session = await newSession(port)
      const resumed = async () => {
        const each = Array.from({ length: CONNECTIONS }, () => isResumed(port, session))
        return (await Promise.all(each)).filter((is) => is).length
      }
      t.equal(await resumed(), CONNECTIONS)
      folder.write('cert', renewedTls.cert)
      folder.write('key', renewedTls.key)
      server.child.kill('SIGHUP')
      await until(() => server.stdout.split('certificate reloaded').length > 2)
      t.equal(await presentedName(port), 'renewed.localhost')
      t.equal(await resumed(), CONNECTIONS)
    },
  )
}
