import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { tls } from '../../fixture/tls.js'

it('finds a server that closes TLS without close_notify', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=0-511' } }, fault: { kind: 'no-close-notify' } }],
    server: { tls },
    options: { insecure: true },
    fails: ['tls-close-notify'],
  })
})
