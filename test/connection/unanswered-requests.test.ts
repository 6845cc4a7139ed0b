import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { UnansweredRequests } from '../../src/connection/unanswered-requests.js'

describe('UnansweredRequests', () => {
  it('counts the requests of a connection, and reports each response that was sent', async () => {
    const unanswered = new UnansweredRequests()
    const responses: ServerResponse[] = []
    const server = createServer((_request, response) => void responses.push(response))
    unanswered.watch(server)
    const connected = once(server, 'connection')
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
    const [socket] = await connected
    expect(unanswered.of(socket)).toBe(0)
    let answers = 0
    unanswered.onAnswer(socket, {
      answered() {
        answers += 1
      },
    })
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))
    await expect.poll(() => unanswered.of(socket)).toBe(3)
    expect(unanswered.onlyOf(socket)).toBeUndefined()
    const [first, second, third] = responses
    first?.end()
    second?.end()
    await expect.poll(() => unanswered.onlyOf(socket)?.response).toBe(third)
    third?.end()
    await expect.poll(() => unanswered.of(socket)).toBe(0)
    expect(unanswered.onlyOf(socket)).toBeUndefined()
    expect(answers).toBe(3)
    client.destroy()
    server.close()
  })
})
