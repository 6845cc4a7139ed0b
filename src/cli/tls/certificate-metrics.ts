import { Gauge, type Registry } from 'prom-client'

/** Adds the metric of the certificate in use, by which an alert tells that its renewal has failed. */
export function certificateMetrics(
  registry: Registry,
  certificate: { readonly expires: number },
): void {
  new Gauge({
    name: 'lastbyte_certificate_expiry_timestamp_seconds',
    help: 'The end of validity of the certificate in use, in seconds since 1970.',
    registers: [registry],
    collect() {
      this.set(certificate.expires / 1000)
    },
  })
}
