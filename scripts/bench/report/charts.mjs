import { FILES } from '../files.mjs'
import { CLIENTS } from '../workloads/events.mjs'
import { barsOf } from './bars.mjs'
import { linesOf } from './lines.mjs'
import { svgOf } from './svg.mjs'

const sizes = Object.entries({
  small: ['small', '4 KiB'],
  hundred: ['hundred', '100 KiB'],
  mib: ['mib', '1 MiB'],
  sixteen: ['sixteen', '16 MiB'],
  whole: ['large', '1 GiB'],
}).map(([name, [file, label]]) => ({ case: name, at: FILES[file].size, label }))

const clients = (shape) =>
  CLIENTS.map((count) => ({
    ...{ case: `${shape}-${count}`, at: count },
    label: count.toLocaleString('en'),
  }))

const bar = (name, metric, title, better) => ({ kind: barsOf, case: name, metric, title, better })
const line = (points, metric, title, better) => ({ kind: linesOf, points, metric, title, better })

const BARS = { columns: 2, width: 340 }
const LINES = { columns: 1, width: 600 }

/** The charts by file, with what each shows. */
const CHARTS = {
  'benchmarks.svg': {
    ...BARS,
    label: 'lastbyte and other servers, measured side by side',
    panels: [
      bar('whole', 'speed', '1 GiB file: MB/s', 'more'),
      bar('whole', 'cpuPerGiB', '1 GiB file: CPU seconds a GiB', 'less'),
      bar('hundred', 'rate', '100 KiB file: requests a second', 'more'),
      bar('small', 'rate', '4 KiB file: requests a second', 'more'),
      bar('https-large', 'cpuPerGiB', 'HTTPS, 1 GiB: CPU seconds a GiB', 'less'),
      bar('http2-large', 'cpuPerGiB', 'HTTP/2, 1 GiB: CPU seconds a GiB', 'less'),
      bar('download-nginx', 'wall', 'Download of 1 GiB: seconds', 'less'),
      bar('download-nginx', 'cpu', 'Download of 1 GiB: CPU seconds', 'less'),
      bar('proxies', 'cpuPerGiB', 'Proxy: CPU seconds a GiB', 'less'),
      bar('ranges', 'cpuPerGiB', '1 MiB ranges: CPU seconds a GiB', 'less'),
      bar('stalled', 'perClient', 'Stalled client: KiB of memory', 'less'),
      bar('idle', 'perClient', 'Idle connection: KiB of memory', 'less'),
      bar('first-byte', 'loadP99', 'First byte in downloads: p99 ms', 'less'),
    ],
  },
  'benchmarks-sizes.svg': {
    ...LINES,
    label: 'Throughput and CPU time of file servers by file size',
    panels: [
      line(sizes, 'speed', 'MB/s by file size', 'more'),
      line(sizes, 'cpuPerGiB', 'CPU seconds a GiB by file size', 'less'),
    ],
  },
  'benchmarks-clients.svg': {
    ...LINES,
    label: 'CPU time and memory of event streams by clients',
    panels: [
      line(clients('flood'), 'cpuPerEvent', 'Flood: CPU µs an event by clients', 'less'),
      line(clients('ticks'), 'cpuPerEvent', 'Ten a second: CPU µs an event', 'less'),
      line(clients('flood').slice(1), 'perClient', 'Flood: KiB of memory a client', 'less'),
      line(clients('ticks').slice(1), 'perClient', 'Ten a second: KiB of memory a client', 'less'),
    ],
  },
}

/** The charts that the figures allow, as SVG by file name. */
export function chartsOf(cases, { caption }) {
  const drawn = Object.entries(CHARTS).map(([file, { panels, ...shown }]) => {
    const filled = panels
      .map(({ kind, ...panel }) => kind(panel, cases))
      .filter((panel) => panel !== undefined)
    return [file, filled.length === 0 ? undefined : svgOf(filled, { ...shown, caption })]
  })
  return Object.fromEntries(drawn.filter(([, svg]) => svg !== undefined))
}
