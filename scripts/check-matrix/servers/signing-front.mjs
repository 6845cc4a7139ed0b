import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { signatureFields } from './signature.mjs'

const END_OF_HEAD = '\r\n\r\n'

/**
 * Listens in front of an S3 server and signs each request, since s3api has no public objects. It adds fields
 * to requests; what the server sends, and how its connections end, passes unchanged.
 *
 * @param bucket its endpoint and its keys
 */
export async function signingFront(bucket) {
  const { hostname, port } = new URL(bucket.endpoint)
  const sockets = new Set()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    tie(client, upstream)
    upstream.pipe(client)
    const requests = signer(bucket)
    client.on('data', (bytes) => upstream.write(requests(bytes)))
    client.on('end', () => upstream.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** A connection that is reset on one side is reset on the other. */
function tie(client, upstream) {
  client.on('error', () => upstream.resetAndDestroy())
  upstream.on('error', () => client.resetAndDestroy())
  client.on('close', () => upstream.destroy())
}

/** A function that takes the bytes of a connection as they come, and returns them with signed heads. */
function signer(keys) {
  let pending = ''
  let body = 0
  return (bytes) => {
    pending += bytes.toString('latin1')
    let signed = ''
    for (;;) {
      const taken = pending.slice(0, body)
      body -= taken.length
      pending = pending.slice(taken.length)
      signed += taken
      const end = pending.indexOf(END_OF_HEAD)
      if (body > 0 || end === -1) return Buffer.from(signed, 'latin1')
      const head = pending.slice(0, end)
      pending = pending.slice(end + END_OF_HEAD.length)
      body = Number(fieldOf(head, 'content-length') ?? 0)
      signed += sign(head, keys) + END_OF_HEAD
    }
  }
}

function sign(head, keys) {
  const [, method, target] = /^(\S+) (\/\S*) HTTP\/1\.[01]\r?$/m.exec(head) ?? []
  if (method === undefined) return head
  const host = fieldOf(head, 'host')
  const fields = signatureFields({ method, target, host: host ?? '127.0.0.1' }, keys)
  const added = Object.entries(host === undefined ? { host: '127.0.0.1', ...fields } : fields)
  return [head, ...added.map(([name, value]) => `${name}: ${value}`)].join('\r\n')
}

function fieldOf(head, name) {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head.replaceAll('\r', ''))?.[1]
}
