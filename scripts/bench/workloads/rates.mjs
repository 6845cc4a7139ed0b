import { entityTagOf } from '../check.mjs'
import { FILES, GIB, KIB, MANY, MIB } from '../files.mjs'
import { SERVERS } from '../peers.mjs'

const OWN = ['lastbyte', 'portable']
const GROWTH = {
  generator: 'wrk',
  connections: 32,
  servers: [...OWN, 'nginx'],
  warmUp: 4,
  main: 'rate',
}
const LARGE = { generator: 'load.mjs', connections: 8, warmUp: 1, main: 'cpuPerGiB' }
const SMALL = { file: 'small', generator: 'wrk', connections: 32, warmUp: 12, main: 'rate' }

/**
 * The cases of the rate workloads. `servers`: those that can be measured (default all). `slice`: bytes of random ranges; without it, the whole file is
 * requested. `warmUp`: the largest number of rounds of the warm-up (warm-up.mjs). `main`:
 * the most important metric. `filled`: servers of which every file is requested once before the warm-up. `fieldsFor`: header fields of each request. `needs`: the response that a
 * server must support.
 */
export const RATES = {
  whole: {
    ...LARGE,
    title: 'Whole file of 1 GiB',
    file: 'large',
    // lastbyte copies on loopback, so that nginx is measured with copies too.
    servers: [...SERVERS, 'nginx-copy'],
  },
  ranges: {
    ...LARGE,
    title: 'Random ranges of 1 MiB of a sparse file of 10 GiB',
    file: 'holes-10-gib',
    slice: MIB,
    connections: 32,
  },
  sixteen: { ...LARGE, title: 'File of 16 MiB', file: 'sixteen' },
  mib: { ...LARGE, title: 'File of 1 MiB', file: 'mib', connections: 32 },
  hundred: { ...SMALL, title: 'File of 100 KiB', file: 'hundred', warmUp: 4 },
  small: { ...SMALL, title: 'File of 4 KiB' },
  'small-beside': {
    ...SMALL,
    title: 'File of 4 KiB, alternating with 304 and 416',
    warmUp: 8,
    servers: OWN,
  },
  'not-modified': {
    ...SMALL,
    title: 'Not modified (304), for a file of 4 KiB',
    warmUp: 4,
    status: 304,
    needs: 'not-modified',
    fieldsFor: async ({ port }) => ({ 'If-None-Match': await entityTagOf(port, FILES.small.path) }),
  },
  unsatisfiable: {
    ...SMALL,
    title: 'Unsatisfiable range (416), for a file of 4 KiB',
    warmUp: 4,
    status: 416,
    needs: 'unsatisfiable',
    fieldsFor: () => ({ Range: `bytes=${FILES.small.size}-` }),
  },
  ...Object.fromEntries([10, 1_000, MANY].map((files) => [`files-${files}`, filesOf(files)])),
  ...Object.fromEntries(
    ['1-mib', '1-gib', '100-gib'].map((size) => [`range-${size}`, rangeOf(size)]),
  ),
}

function filesOf(files) {
  const title = `Random files of 4 KiB out of ${files.toLocaleString('en')}`
  const peers = files === MANY ? ['static', 'nginx'] : ['nginx']
  const servers = ['lastbyte', 'cached', 'portable', ...peers]
  return {
    ...GROWTH,
    servers,
    title,
    file: 'many',
    draw: { BENCH_FILES: files },
    filled: ['cached'],
  }
}

function rangeOf(name) {
  const file = `holes-${name}`
  const { size } = FILES[file]
  const title = `Random ranges of 1 KiB of a sparse file of ${size < GIB ? size / MIB : size / GIB} ${size < GIB ? 'MiB' : 'GiB'}`
  const draw = { BENCH_SIZE: size, BENCH_SLICE: KIB }
  return { ...GROWTH, title, file, slice: KIB, draw }
}
