import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { certificateMetrics } from '../../../src/cli/tls/certificate-metrics.js'

it('The end of validity is a metric in seconds, that of the certificate in use', async () => {
  const registry = new Registry()
  const certificate = { expires: 5_000 }
  certificateMetrics(registry, certificate)
  certificate.expires = 7_000
  expect(await registry.metrics()).toMatch(/^lastbyte_certificate_expiry_timestamp_seconds 7$/m)
})
