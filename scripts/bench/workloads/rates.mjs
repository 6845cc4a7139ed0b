import { entityTagOf } from '../check.mjs'
import { FILES, GIB, KIB, MIB } from '../files.mjs'

const OWN = ['lastbyte', 'portable']
const GROWTH = {
  generator: 'wrk',
  connections: 32,
  servers: [...OWN, 'nginx'],
  warmUp: 1,
  main: 'rate',
}
const SMALL = { file: 'small', generator: 'wrk', connections: 32, warmUp: 4, main: 'rate' }

/**
 * The cases of the rate workloads. `slice`: bytes of random ranges; without it, the whole file is
 * requested. `warmUp`: rounds before the first measured one, since V8 optimizes short calls late. `main`:
 * the most important metric. `fieldsFor`: header fields of each request. `needs`: the response that a
 * server must support.
 */
export const RATES = {
  whole: {
    title: 'Whole file of 1 GiB',
    file: 'large',
    generator: 'load.mjs',
    connections: 8,
    warmUp: 1,
    main: 'cpuPerGiB',
  },
  ranges: {
    title: 'Random ranges of 1 MiB of a sparse file of 10 GiB',
    file: 'holes-10-gib',
    slice: MIB,
    generator: 'load.mjs',
    connections: 32,
    warmUp: 1,
    main: 'cpuPerGiB',
  },
  hundred: { ...SMALL, title: 'File of 100 KiB', file: 'hundred', warmUp: 2 },
  small: { ...SMALL, title: 'File of 4 KiB' },
  'small-beside': {
    ...SMALL,
    title: 'File of 4 KiB, alternating with 304 and 416',
    warmUp: 2,
    servers: OWN,
  },
  'not-modified': {
    ...SMALL,
    title: 'Not modified (304), for a file of 4 KiB',
    warmUp: 1,
    status: 304,
    needs: 'not-modified',
    fieldsFor: async ({ port }) => ({ 'If-None-Match': await entityTagOf(port, FILES.small.path) }),
  },
  unsatisfiable: {
    ...SMALL,
    title: 'Unsatisfiable range (416), for a file of 4 KiB',
    warmUp: 1,
    status: 416,
    needs: 'unsatisfiable',
    fieldsFor: () => ({ Range: `bytes=${FILES.small.size}-` }),
  },
  ...Object.fromEntries([10, 1_000, 100_000].map((files) => [`files-${files}`, filesOf(files)])),
  ...Object.fromEntries(
    ['1-mib', '1-gib', '100-gib'].map((size) => [`range-${size}`, rangeOf(size)]),
  ),
}

function filesOf(files) {
  const title = `Random files of 4 KiB out of ${files.toLocaleString('en')}`
  return { ...GROWTH, title, file: 'many', draw: { BENCH_FILES: files } }
}

function rangeOf(name) {
  const file = `holes-${name}`
  const { size } = FILES[file]
  const title = `Random ranges of 1 KiB of a sparse file of ${size < GIB ? size / MIB : size / GIB} ${size < GIB ? 'MiB' : 'GiB'}`
  const draw = { BENCH_SIZE: size, BENCH_SLICE: KIB }
  return { ...GROWTH, title, file, slice: KIB, draw }
}
