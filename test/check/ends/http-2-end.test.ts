import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'
import { tls } from '../../fixture/tls.js'

it('finds a server whose bodies end short over HTTP/2', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=0-1023' } }, fault: { kind: 'truncate', at: 1000 } },
    ],
    server: { tls },
    options: { http2: true, insecure: true },
    fails: ['http-2-end'],
  })
})
